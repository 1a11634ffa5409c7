//! The migrations of both databases, compiled in. The two folders hold the same names; a test compares them.

use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;
use diesel::sql_types::Text;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Location;
use super::connection::AnyConnection;
use super::connection::Manager;
use crate::refusal::{Failure, Outcome};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// Brings a database to the present tables; answers the names of the migrations run, in order.
pub fn run(location: &Location) -> Outcome<Vec<String>> {
    super::probe(location)?;
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
    ($connection:ty, $migrations:ident, $not_run:expr) => {
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
                $not_run(self)
            }
        }
    };
}

harness!(SqliteConnection, SQLITE, |connection: &mut SqliteConnection| {
    Ok(connection.pending_migrations(SQLITE)?.iter().map(|migration| migration.name().to_string()).collect())
});
harness!(PgConnection, POSTGRESQL, not_run_on_postgresql);

/// Diesel's own list begins by making its table, which a login that only serves may not.
fn not_run_on_postgresql(connection: &mut PgConnection) -> Names {
    #[derive(QueryableByName)]
    struct Run {
        #[diesel(sql_type = Text)]
        version: String,
    }
    let is_there = "SELECT tablename::text AS version FROM pg_tables \
                    WHERE schemaname = current_schema() AND tablename = '__diesel_schema_migrations'";
    let mut run: Vec<Run> = diesel::sql_query(is_there).load(connection)?;
    if !run.is_empty() {
        run = diesel::sql_query("SELECT version::text AS version FROM __diesel_schema_migrations").load(connection)?;
    }
    let all = MigrationSource::<Pg>::migrations(&POSTGRESQL)?;
    let is_run = |version: &str| run.iter().any(|run| run.version == version);
    let mut names: Vec<String> = Vec::new();
    for migration in &all {
        let name = migration.name();
        if !is_run(&name.version().to_string()) {
            names.push(name.to_string());
        }
    }
    names.sort();
    Ok(names)
}

fn with_harness(location: &Location, work: impl FnOnce(&mut dyn Harness) -> Names) -> Outcome<Vec<String>> {
    let mut connection = Manager::of_the_owner(location.clone())
        .connect()
        .map_err(|error| Failure::fault(format!("cannot open the database: {}", super::errors::reason(&error))))?;
    let names = match &mut connection {
        AnyConnection::Sqlite(sqlite) => work(sqlite),
        AnyConnection::Postgresql(postgresql) => work(postgresql),
    };
    names.map_err(|error| Failure::fault(format!("a migration failed: {error}")))
}
