//! How things are kept: connections, transactions, tables, the journal, and the bulk path.
//!
//! Storage knows no capability. Two databases, one set of queries: every read is one snapshot, every write is one
//! serializable transaction that is tried again when the database says that it lost a race.

pub mod bulk;
pub mod connection;
mod errors;
pub mod journal;
pub mod migrations;
pub mod schema;
pub mod settings;

use std::path::Path;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool};

use connection::Manager;
pub use connection::{AnyConnection, Location};
pub use errors::on_duplicate;
use journal::Sequence;

use crate::private;
use crate::refusal::{Code, Failure, Outcome};

/// How often a write is tried before its caller is told that the service is busy.
const WRITE_ATTEMPTS: u32 = 40;

/// The door to the database: reads and writes, nothing else.
#[derive(Clone)]
pub struct Store {
    location: Location,
    writers: Pool<Manager>,
    readers: Pool<Manager>,
}

impl Store {
    /// Opens a database. Fails with a reason if it cannot be reached or if its settings would not keep what is acknowledged.
    pub fn open(location: Location) -> Outcome<Self> {
        if let Location::Sqlite(path) = &location {
            create_database_file(path)?;
        }
        let (writer_count, reader_count) = match location {
            Location::Sqlite(_) => (1, 4),
            Location::Postgresql(_) => (6, 6),
        };
        let mut probe = Manager::new(location.clone(), false).connect().map_err(|error| {
            Failure::fault(format!("cannot open the {location:?} database: {}", errors::reason(&error)))
        })?;
        settings::check(&mut probe)?;
        drop(probe);
        let pool = |size, read_only| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(Duration::from_secs(1))
                // Beginning a transaction shows whether a connection lives.
                .test_on_check_out(false)
                .error_handler(Box::new(NopErrorHandler))
                .build_unchecked(Manager::new(location.clone(), read_only))
        };
        Ok(Self { writers: pool(writer_count, false), readers: pool(reader_count, true), location })
    }

    /// Where the data is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Runs a read in one snapshot of the database.
    pub fn read<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        let mut connection = self.readers.get().map_err(|_| Failure::from(Code::Busy))?;
        let begin = match *connection {
            AnyConnection::Postgresql(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            AnyConnection::Sqlite(_) => "BEGIN",
        };
        let mut transaction = Transaction::begin(&mut connection, begin, &Manager::new(self.location.clone(), true))?;
        let result = work(transaction.connection)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Runs one single query, which is its own snapshot: for a look that every request pays.
    pub fn glance<T>(&self, query: impl Fn(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        let mut connection = self.readers.get().map_err(|_| Failure::from(Code::Busy))?;
        match (query(&mut connection), &*connection) {
            // The server may have ended the connection since.
            (Err(_), AnyConnection::Postgresql(_)) => {
                *connection =
                    Manager::new(self.location.clone(), true).connect().map_err(|_| Failure::from(Code::Busy))?;
                query(&mut connection)
            }
            (result, _) => result,
        }
    }

    /// Runs a write as one durable, serializable transaction; the work may run several times and must only write here.
    pub fn write<T>(&self, work: impl FnMut(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.attempt("BEGIN ISOLATION LEVEL SERIALIZABLE", work, true)
    }

    /// Runs a write to its end and takes all of it back: what would come of it.
    pub fn rehearse<T>(&self, work: impl FnMut(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.attempt("BEGIN ISOLATION LEVEL SERIALIZABLE", work, false)
    }

    /// Numbers what was committed to the journal, if something has no sequence yet; answers the newest sequence.
    ///
    /// One row keeps two of these apart, so it needs no serializable transaction, and is no rival to those that do.
    pub fn number(&self) -> Outcome<Sequence> {
        if self.read(journal::is_unnumbered)? {
            match self.attempt("BEGIN ISOLATION LEVEL READ COMMITTED", journal::number, true) {
                // A long write is under way: what is new is numbered by whoever follows next.
                Err(failure) if failure.refusal().code == Code::Busy => {}
                result => result?,
            }
        }
        self.read(journal::newest_sequence)
    }

    fn attempt<T>(
        &self,
        begin: &str,
        mut work: impl FnMut(&mut AnyConnection) -> Outcome<T>,
        keep: bool,
    ) -> Outcome<T> {
        for attempt in 0..WRITE_ATTEMPTS {
            match self.attempt_once(begin, &mut work, keep) {
                Err(Failure::Fault(fault)) if fault.retry => pause(attempt),
                result => return result,
            }
        }
        Err(Code::Busy.into())
    }

    fn attempt_once<T>(
        &self,
        begin: &str,
        work: &mut impl FnMut(&mut AnyConnection) -> Outcome<T>,
        keep: bool,
    ) -> Outcome<T> {
        let mut connection = self.writers.get().map_err(|_| Failure::from(Code::Busy))?;
        let begin = match *connection {
            AnyConnection::Postgresql(_) => begin,
            AnyConnection::Sqlite(_) => "BEGIN IMMEDIATE",
        };
        let mut transaction = Transaction::begin(&mut connection, begin, &Manager::new(self.location.clone(), false))?;
        let result = work(transaction.connection)?;
        if keep {
            transaction.commit()?;
        }
        Ok(result)
    }
}

/// Makes the embedded database's file before SQLite does, so that its owner alone reads it; its log inherits that.
fn create_database_file(path: &Path) -> Outcome<()> {
    // Not a file to SQLite; the settings check refuses it, because it keeps nothing.
    if path.as_os_str() == ":memory:" {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        private::create_folder(folder)?;
    }
    // Two processes may start at once: whoever comes second finds the file.
    if path.exists() {
        Ok(())
    } else {
        private::create_file(path, b"").or_else(|failure| if path.exists() { Ok(()) } else { Err(failure) })
    }
}

/// Waits a little longer after each lost race, so that the winners get through.
fn pause(attempt: u32) {
    std::thread::sleep(Duration::from_millis(u64::from(attempt.min(10)) * 3 + 1));
}

/// An open transaction that is rolled back unless it was committed, whatever happens between.
struct Transaction<'a> {
    connection: &'a mut AnyConnection,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Begins on a connection of the pool, or on a new one in its place if the server has ended it since.
    fn begin(connection: &'a mut AnyConnection, begin: &str, manager: &Manager) -> Outcome<Self> {
        match (connection.batch_execute(begin), &connection) {
            (Ok(()), _) => {}
            (Err(_), AnyConnection::Postgresql(_)) => {
                *connection = manager.connect().map_err(|_| Failure::from(Code::Busy))?;
                connection.batch_execute(begin)?;
            }
            (Err(error), AnyConnection::Sqlite(_)) => return Err(error.into()),
        }
        Ok(Self { connection, open: true })
    }

    fn commit(&mut self) -> Outcome<()> {
        self.connection.batch_execute("COMMIT")?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // A connection that cannot even roll back is found broken at its next checkout.
            let _ = self.connection.batch_execute("ROLLBACK");
        }
    }
}
