//! The settings without which "acknowledged" would not mean "durable", read back at every start.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::connection::AnyConnection;
use crate::refusal::{Failure, Outcome};

/// The oldest SQLite whose write-ahead log is safe with one writer beside a checkpoint.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// The oldest PostgreSQL whose behaviour is tested here.
const OLDEST_POSTGRESQL: u32 = 14;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

/// A database's name and version, for people.
pub fn describe(connection: &mut AnyConnection) -> Outcome<String> {
    Ok(match connection {
        AnyConnection::Sqlite(_) => format!("SQLite {}", ask(connection, "SELECT sqlite_version() AS value")?),
        AnyConnection::Postgresql(_) => format!("PostgreSQL {}", show(connection, "server_version")?),
    })
}

/// Reads the settings back and refuses a database that could lose what it acknowledged.
pub fn check(connection: &mut AnyConnection) -> Outcome<()> {
    match connection {
        AnyConnection::Sqlite(_) => check_sqlite(connection),
        AnyConnection::Postgresql(_) => check_postgresql(connection),
    }
}

fn check_sqlite(connection: &mut AnyConnection) -> Outcome<()> {
    let version = ask(connection, "SELECT sqlite_version() AS value")?;
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    demand(numbers.as_slice() >= OLDEST_SQLITE.as_slice(), "SQLite", "version 3.51.3 or later", &version)?;
    for (pragma, wanted) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
        let found = ask(connection, &format!("SELECT CAST({pragma} AS TEXT) AS value FROM pragma_{pragma}"))?;
        demand(found == wanted, pragma, wanted, &found)?;
    }
    Ok(())
}

fn check_postgresql(connection: &mut AnyConnection) -> Outcome<()> {
    let version = show(connection, "server_version_num")?;
    let major = version.parse::<u32>().unwrap_or(0) / 10_000;
    demand(major >= OLDEST_POSTGRESQL, "server_version", "14 or later", &version)?;
    for (setting, wanted) in [("fsync", "on"), ("full_page_writes", "on"), ("server_encoding", "UTF8")] {
        let found = show(connection, setting)?;
        demand(found == wanted, setting, wanted, &found)?;
    }
    let commit = show(connection, "synchronous_commit")?;
    demand(!matches!(commit.as_str(), "off"), "synchronous_commit", "on", &commit)
}

fn demand(holds: bool, setting: &str, wanted: &str, found: &str) -> Outcome<()> {
    if holds {
        return Ok(());
    }
    Err(Failure::fault(format!(
        "the database would not keep what is acknowledged: {setting} must be {wanted}, but is {found}; change it and start again"
    )))
}

fn show(connection: &mut AnyConnection, setting: &str) -> Outcome<String> {
    ask(connection, &format!("SELECT current_setting('{setting}') AS value"))
}

fn ask(connection: &mut AnyConnection, query: &str) -> Outcome<String> {
    Ok(diesel::sql_query(query).get_result::<Setting>(connection)?.value)
}
