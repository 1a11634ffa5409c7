//! The migrations of both databases, compiled in. The two folders hold the same names; a test compares them.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::AnyConnection;
use super::connection::Manager;
use super::{Location, Store};
use crate::refusal::{Failure, Outcome};
use diesel::r2d2::ManageConnection;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// Brings a database to the present tables; answers the names of the migrations run, in order.
pub fn run(location: &Location) -> Outcome<Vec<String>> {
    // Opening creates the folder and refuses a database that would not keep what it acknowledges.
    Store::open(location.clone())?;
    with_harness(location, |harness| harness.run_all())
}

/// Undoes the newest migration; answers its name.
pub fn undo_last(location: &Location) -> Outcome<String> {
    let names = with_harness(location, |harness| harness.undo_last().map(|name| vec![name]))?;
    Ok(names.into_iter().next().unwrap_or_default())
}

/// The migrations that have not been run yet, by name.
pub fn pending(location: &Location) -> Outcome<Vec<String>> {
    with_harness(location, |harness| harness.not_run())
}

type Names = Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>>;

trait Harness {
    fn run_all(&mut self) -> Names;
    fn undo_last(&mut self) -> Result<String, Box<dyn std::error::Error + Send + Sync>>;
    fn not_run(&mut self) -> Names;
}

macro_rules! harness {
    ($connection:ty, $migrations:ident) => {
        impl Harness for $connection {
            fn run_all(&mut self) -> Names {
                let names = self.not_run()?;
                self.run_pending_migrations($migrations)?;
                Ok(names)
            }
            fn undo_last(&mut self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
                self.revert_last_migration($migrations)?;
                // What was undone is the first that is not run any more.
                Ok(self.not_run()?.into_iter().next().unwrap_or_default())
            }
            fn not_run(&mut self) -> Names {
                Ok(self.pending_migrations($migrations)?.iter().map(|migration| migration.name().to_string()).collect())
            }
        }
    };
}

harness!(diesel::SqliteConnection, SQLITE);
harness!(diesel::PgConnection, POSTGRESQL);

fn with_harness(location: &Location, work: impl FnOnce(&mut dyn Harness) -> Names) -> Outcome<Vec<String>> {
    let mut connection = Manager::new(location.clone(), false)
        .connect()
        .map_err(|error| Failure::fault(format!("cannot open the database: {}", super::errors::reason(&error))))?;
    let names = match &mut connection {
        AnyConnection::Sqlite(sqlite) => work(sqlite),
        AnyConnection::Postgresql(postgresql) => work(postgresql),
    };
    names.map_err(|error| Failure::fault(format!("a migration failed: {error}")))
}
