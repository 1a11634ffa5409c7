//! Acknowledged must mean durable: the settings that it rests on are set, read back, and asserted at start.

use std::process::{Command, Output};

use diesel::prelude::*;
use diesel::sql_types::Text;
use faisceau::access::keys::KeyRing;
use faisceau::refusal::Failure;
use faisceau::storage::{AnyConnection, Location, Store, settings};

use crate::support::Database;
use crate::support::database::on_postgresql;

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

fn ask(connection: &mut AnyConnection, query: &str) -> String {
    diesel::sql_query(query).get_result::<Value>(connection).unwrap().value
}

/// The settings as one connection has them.
fn settings_of(connection: &mut AnyConnection) -> Vec<String> {
    let queries: &[&str] = match connection {
        AnyConnection::Sqlite(_) => &[
            "SELECT journal_mode AS value FROM pragma_journal_mode",
            "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous",
            "SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys",
        ],
        AnyConnection::Postgresql(_) => &[
            "SELECT current_setting('fsync') AS value",
            "SELECT current_setting('full_page_writes') AS value",
            "SELECT current_setting('synchronous_commit') AS value",
        ],
    };
    queries.iter().map(|query| ask(connection, query)).collect()
}

fn run(database: &Database, command: &[&str]) -> Output {
    let mut faisceau = Command::new(env!("CARGO_BIN_EXE_faisceau"));
    faisceau.args(command).arg("--database-url").arg(database.url()).arg("--keys").arg(database.keys());
    faisceau.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn migrated() -> Database {
    let database = Database::migrated();
    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    database
}

#[test]
fn every_connection_that_reads_or_writes_has_the_durable_settings() {
    let database = migrated();
    let store = Store::open(database.location()).unwrap();
    let wanted = if on_postgresql() { ["on", "on", "on"] } else { ["wal", "2", "1"] };
    // Reads within reads take a connection each: four are all that SQLite has.
    fn within(store: &Store, depth: usize, found: &mut Vec<Vec<String>>) {
        let read = store.read(|connection| {
            found.push(settings_of(connection));
            if depth > 1 {
                within(store, depth - 1, found);
            }
            Ok(())
        });
        read.unwrap();
    }
    let mut found = Vec::new();
    within(&store, 4, &mut found);
    found.push(store.write(|connection| Ok(settings_of(connection))).unwrap());
    assert_eq!(found.len(), 5);
    for settings in found {
        assert_eq!(settings, wanted);
    }
}

#[test]
fn the_embedded_sqlite_is_one_whose_log_is_safe() {
    if on_postgresql() {
        return;
    }
    let database = migrated();
    let store = Store::open(database.location()).unwrap();
    let version = store.read(|connection| Ok(ask(connection, "SELECT sqlite_version() AS value"))).unwrap();
    let numbers: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
    assert_eq!(store.read(settings::describe).unwrap(), format!("SQLite {version}"));
}

#[test]
fn connections_that_read_cannot_write() {
    let database = migrated();
    let store = Store::open(database.location()).unwrap();
    let written = store.read(|connection| {
        diesel::sql_query("UPDATE journal_head SET position = 99").execute(connection)?;
        Ok(())
    });
    assert!(matches!(written, Err(Failure::Fault(_))), "{written:?}");
    assert_eq!(database.sql("SELECT CAST(position AS TEXT) AS value FROM journal_head"), ["0"]);
}

#[test]
fn a_sqlite_that_cannot_keep_a_write_ahead_log_is_refused_at_start() {
    if on_postgresql() {
        return;
    }
    let refused = Store::open(Location::parse(":memory:")).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("journal_mode must be wal, but is memory"), "{refused}");
}

#[test]
fn a_postgresql_that_commits_asynchronously_is_refused_at_start_and_doctor_says_so() {
    if !on_postgresql() {
        return;
    }
    let database = migrated();
    assert!(run(&database, &["doctor"]).status.success());
    let name = database.url().rsplit_once('/').unwrap().1;
    database.execute(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));

    let refused = Store::open(database.location()).map(|_| ()).unwrap_err();
    let clear = "would not keep what is acknowledged: synchronous_commit must be on, but is off";
    assert!(refused.to_string().contains(clear), "{refused}");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"][..]] {
        let output = match command {
            ["migrate"] => Command::new(env!("CARGO_BIN_EXE_faisceau"))
                .args(["migrate", "--database-url", database.url()])
                .output()
                .unwrap(),
            _ => run(&database, command),
        };
        assert!(!output.status.success() && said(&output).contains(clear), "{command:?}: {}", said(&output));
    }
    let doctor = run(&database, &["doctor"]);
    assert!(!doctor.status.success());
    let unfit = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(unfit.contains("UNFIT database") && unfit.contains(clear), "{unfit}");
    assert!(!said(&doctor).contains(database.url()), "the URL holds a password");
}

#[test]
fn connections_that_the_server_ended_are_made_anew() {
    if !on_postgresql() {
        return;
    }
    let database = Database::migrated();
    let store = Store::open(database.location()).unwrap();
    let position = |connection: &mut AnyConnection| Ok(ask(connection, "SELECT COUNT(*)::text AS value FROM journal"));
    let before = (store.read(position).unwrap(), store.write(position).unwrap());
    database.sql(
        "SELECT pg_terminate_backend(pid)::text AS value FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    assert_eq!((store.read(position).unwrap(), store.write(position).unwrap()), before);
}
