//! Copies of a database, so that each rival begins from the same rows.

use std::os::unix::fs::DirBuilderExt;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use crate::support::Database;
use crate::support::database::on_postgresql;

/// Brings the planner's statistics up to date, and the whole content into the main file.
pub fn settle(database: &Database) {
    database.execute(if on_postgresql() { "VACUUM (ANALYZE)" } else { "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)" });
}

/// A copy with the same keys; nobody may be connected.
pub fn copy(database: &Database) -> Database {
    let copy = Database::create();
    // Keys that others could read are refused.
    std::fs::DirBuilder::new().mode(0o700).create(copy.keys()).unwrap();
    for key in std::fs::read_dir(database.keys()).unwrap() {
        let key = key.unwrap();
        std::fs::copy(key.path(), copy.keys().join(key.file_name())).unwrap();
    }
    if on_postgresql() {
        let admin = std::env::var("FAISCEAU_TEST_POSTGRES_URL").unwrap();
        let name = |database: &Database| database.url().rsplit('/').next().unwrap().to_owned();
        let (from, to) = (name(database), name(&copy));
        let mut connection = PgConnection::establish(&admin).unwrap();
        connection.batch_execute(&format!("DROP DATABASE {to}")).unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {to} TEMPLATE {from}")).unwrap();
    } else {
        std::fs::copy(database.url(), copy.url()).unwrap();
    }
    copy
}
