//! How things are kept: connections, transactions, tables, the journal, and the bulk path.
//!
//! Storage knows no capability. Two databases, one set of queries: every read is one snapshot, every write is one
//! serializable transaction that is tried again when the database says that it lost a race, and at last done alone.

pub mod bulk;
pub mod chain;
pub mod connection;
mod errors;
pub mod in_place;
pub mod journal;
pub mod migrations;
pub mod schema;
pub mod settings;
pub mod wall;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, NopErrorHandler, Pool, PooledConnection};

use connection::Manager;
pub use connection::{AnyConnection, Location};
pub use errors::on_duplicate;
use journal::Sequence;
pub use wall::Party;

use crate::private;
use crate::refusal::{Code, Failure, Outcome};

/// How many races a write may lose before it is done while no other one is under way.
const RACES: u32 = 10;

/// How often a write is tried before its caller is told that the service is busy.
const WRITE_ATTEMPTS: u32 = 40;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long work waits that nobody sits in front of.
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// The door to the database: reads and writes, nothing else.
#[derive(Clone)]
pub struct Store {
    location: Location,
    writers: Pool<Manager>,
    readers: Pool<Manager>,
    lookers: Pool<Manager>,
    patience: Duration,
    party: Party,
    numbering: Arc<Mutex<()>>,
    races_lost: Arc<AtomicU64>,
}

/// How a write is kept apart from others.
#[derive(Clone, Copy)]
enum Apart {
    /// The database finds out what is at odds, and refuses it.
    Serializable,
    /// No other write is under way.
    Alone,
    /// A row that it locks keeps it apart from its like.
    ByRow,
}

impl Store {
    /// Opens a database. Fails with a reason if it cannot be reached or if its settings would not keep what is acknowledged.
    pub fn open(location: Location) -> Outcome<Self> {
        probe(&location)?;
        let (writer_count, reader_count) = match location {
            Location::Sqlite(_) => (1, 4),
            Location::Postgresql(_) => (6, 6),
        };
        let pool = |size, read_only| {
            Pool::builder()
                .max_size(size)
                .min_idle(Some(1))
                .connection_timeout(PATIENCE)
                // Beginning a transaction shows whether a connection lives.
                .test_on_check_out(false)
                .error_handler(Box::new(NopErrorHandler))
                .build_unchecked(Manager::new(location.clone(), read_only))
        };
        let (writers, readers, lookers) = (pool(writer_count, false), pool(reader_count, true), pool(1, true));
        Ok(Self {
            location,
            writers,
            readers,
            lookers,
            patience: PATIENCE,
            party: Party::Nobody,
            numbering: Arc::default(),
            races_lost: Arc::default(),
        })
    }

    /// The same store for work that nobody sits in front of: it waits longer before it calls the service busy.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { patience: LONG_PATIENCE, ..self.clone() }
    }

    /// The same store for work on somebody's behalf: without it, what belongs to anybody is not seen on PostgreSQL.
    #[must_use]
    pub fn on_behalf_of(&self, party: Party) -> Self {
        Self { party, ..self.clone() }
    }

    /// The database's name and version, for people; before there is any table, too.
    pub fn describe(&self) -> Outcome<String> {
        self.glance(settings::describe)
    }

    /// Reads back what keeps organisations apart in the database; refuses one whose wall has a gap.
    pub fn check_wall(&self) -> Outcome<String> {
        self.glance(wall::check)
    }

    /// Where the data is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Runs a read in one snapshot of the database.
    pub fn read<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.snapshot(&self.readers, work)
    }

    /// Runs a short read on a connection kept for it: how the service is, can be seen however busy it is.
    pub fn look<T>(&self, work: impl FnOnce(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.snapshot(&self.lookers, work)
    }

    /// How many connections are at work, by what for.
    pub fn connections_in_use(&self) -> [(&'static str, u32); 2] {
        let in_use = |pool: &Pool<Manager>| pool.state().connections - pool.state().idle_connections;
        [("writing", in_use(&self.writers)), ("reading", in_use(&self.readers))]
    }

    /// How many times a write was tried again because it had lost a race.
    pub fn races_lost(&self) -> u64 {
        self.races_lost.load(Ordering::Relaxed)
    }

    fn snapshot<T>(&self, pool: &Pool<Manager>, work: impl FnOnce(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        let mut connection = self.connection(pool, "no connection to read with became free")?;
        let begin = match *connection {
            AnyConnection::Postgresql(_) => {
                format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}", self.party.statements())
            }
            AnyConnection::Sqlite(_) => "BEGIN".to_owned(),
        };
        let mut transaction = Transaction::begin(&mut connection, &begin, &Manager::new(self.location.clone(), true))?;
        let result = work(transaction.connection)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Runs one single query, which is its own snapshot and nobody's: for a look that every request pays.
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
        self.attempt(Apart::Serializable, work, true)
    }

    /// The same for a write that lasts: the others wait for it, or are told that the service is busy.
    ///
    /// Beside others it would lose every race that it meets, and PostgreSQL would have to remember all that they read
    /// meanwhile.
    pub fn write_alone<T>(&self, work: impl FnMut(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.attempt(Apart::Alone, work, true)
    }

    /// Runs a write to its end and takes all of it back: what would come of it.
    pub fn rehearse<T>(&self, work: impl FnMut(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.attempt(Apart::Serializable, work, false)
    }

    /// Rehearses a write that lasts.
    pub fn rehearse_alone<T>(&self, work: impl FnMut(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.attempt(Apart::Alone, work, false)
    }

    /// Numbers what was committed to the journal and links it into its chains, if something is new; answers the newest
    /// sequence. Heads of chains are sealed with what is given.
    ///
    /// One row keeps two of these apart, so it needs no serializable transaction, and is no rival to those that do.
    pub fn number(&self, seal: &chain::Seal<'_>) -> Outcome<Sequence> {
        // Whoever waited here often finds that the one before did it all.
        let _alone = self.numbering.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.on_behalf_of(Party::Consolidation);
        while all.read(journal::is_unnumbered)? {
            let work = |connection: &mut AnyConnection| {
                journal::number(connection)?;
                chain::extend(connection, seal)
            };
            match all.attempt(Apart::ByRow, work, true) {
                // A long write is under way: what is new is numbered by whoever follows next.
                Err(failure) if failure.refusal().code == Code::Busy => break,
                result => result?,
            }
        }
        all.read(journal::newest_sequence)
    }

    /// Sees to it that deleted rows leave the database's files: deleted content is overwritten already on SQLite, and its
    /// log is emptied; PostgreSQL cleans the tables. Other transactions may hold it up; it can be repeated.
    pub fn scrub(&self) -> Outcome<()> {
        let mut connection = self.writers.get().map_err(|_| Failure::from(Code::Busy))?;
        let statements: &[&str] = match *connection {
            AnyConnection::Sqlite(_) => &["PRAGMA wal_checkpoint(TRUNCATE)"],
            AnyConnection::Postgresql(_) => &[
                // Tables are cleaned by their owner; the connection then goes back behind the wall.
                "RESET ROLE",
                "VACUUM participations",
                "VACUUM person_links",
                "VACUUM findings",
                "VACUUM return_reasons",
                "VACUUM idempotency_keys",
                "VACUUM jobs",
                wall::STEP_BEHIND,
            ],
        };
        for statement in statements {
            connection.batch_execute(statement)?;
        }
        Ok(())
    }

    fn attempt<T>(
        &self,
        apart: Apart,
        mut work: impl FnMut(&mut AnyConnection) -> Outcome<T>,
        keep: bool,
    ) -> Outcome<T> {
        for races_lost in 0..WRITE_ATTEMPTS {
            // PostgreSQL may refuse a write for ever that is at odds with nothing: while some long transaction lasts,
            // anywhere on the server, it remembers what the others did in summary only.
            let apart = if races_lost < RACES { apart } else { Apart::Alone };
            match self.attempt_once(apart, &mut work, keep) {
                Err(Failure::Fault(fault)) if fault.retry => {
                    self.races_lost.fetch_add(1, Ordering::Relaxed);
                    pause(races_lost);
                }
                result => return result,
            }
        }
        tracing::warn!(attempts = WRITE_ATTEMPTS, "busy: a write lost every race");
        Err(Code::Busy.into())
    }

    fn attempt_once<T>(
        &self,
        apart: Apart,
        work: &mut impl FnMut(&mut AnyConnection) -> Outcome<T>,
        keep: bool,
    ) -> Outcome<T> {
        let mut connection = self.connection(&self.writers, "no connection to write with became free")?;
        let begin = match *connection {
            AnyConnection::Postgresql(_) => apart.begin(self.patience, &self.party.statements()),
            AnyConnection::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
        };
        let mut transaction = Transaction::begin(&mut connection, &begin, &Manager::new(self.location.clone(), false))?;
        let result = work(transaction.connection)?;
        if keep {
            transaction.commit()?;
        }
        Ok(result)
    }

    fn connection(&self, pool: &Pool<Manager>, otherwise: &'static str) -> Outcome<PooledConnection<Manager>> {
        pool.get_timeout(self.patience).map_err(|_| {
            tracing::warn!(seconds = self.patience.as_secs(), "busy: {otherwise}");
            Code::Busy.into()
        })
    }
}

impl Apart {
    /// How its transaction begins on PostgreSQL. The lock on the head of the journal keeps nobody from reading; it is
    /// taken before the snapshot.
    fn begin(self, patience: Duration, party: &str) -> String {
        let begin = match self {
            Self::ByRow => return format!("BEGIN ISOLATION LEVEL READ COMMITTED; {party}"),
            Self::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            Self::Alone => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        let mode = if matches!(self, Self::Alone) { "EXCLUSIVE" } else { "ROW SHARE" };
        let longer = match patience {
            PATIENCE => String::new(),
            _ => format!("SET LOCAL lock_timeout = '{}s'; ", patience.as_secs()),
        };
        format!("{begin}; {party}; {longer}LOCK TABLE journal_head IN {mode} MODE")
    }
}

/// Makes the embedded database's file if need be; refuses a database that would not keep what it acknowledges.
fn probe(location: &Location) -> Outcome<()> {
    if let Location::Sqlite(path) = location {
        create_database_file(path)?;
    }
    let mut connection = Manager::new(location.clone(), false).connect().map_err(|error| {
        Failure::fault(format!("cannot open the {location:?} database: {}", errors::reason(&error)))
    })?;
    settings::check(&mut connection)
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
            (Err(error), AnyConnection::Postgresql(_)) if errors::is_told_by_the_server(&error) => {
                // Whoever waited in vain for others has begun all the same.
                let _ = connection.batch_execute("ROLLBACK");
                return Err(error.into());
            }
            (Err(_), AnyConnection::Postgresql(_)) => {
                *connection = manager.connect().map_err(|_| {
                    tracing::warn!("busy: the database server cannot be reached");
                    Failure::from(Code::Busy)
                })?;
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
