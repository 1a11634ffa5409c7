//! A database of its own for each test, on the engine that the environment names; gone when the test ends.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use faisceau::storage::Location;
use tempfile::TempDir;

/// A fresh database and a folder for its test's files.
pub struct Database {
    folder: TempDir,
    url: String,
    postgres: Option<(String, String)>,
}

/// Whether the suite runs on PostgreSQL.
pub fn on_postgresql() -> bool {
    match std::env::var("FAISCEAU_TEST_DATABASE").as_deref() {
        Err(_) | Ok("sqlite") => false,
        Ok("postgresql") => true,
        Ok(other) => panic!("FAISCEAU_TEST_DATABASE is {other}: it must be sqlite or postgresql"),
    }
}

impl Database {
    /// Makes an empty database, not migrated.
    pub fn create() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if !on_postgresql() {
            let url = folder.path().join("faisceau.db").to_string_lossy().into_owned();
            return Self { folder, url, postgres: None };
        }
        let admin = std::env::var("FAISCEAU_TEST_POSTGRES_URL")
            .expect("FAISCEAU_TEST_POSTGRES_URL names a server: run ./task check, which brings one up");
        let name = format!("faisceau_{}", faisceau::clock::new_id().replace('-', ""));
        PgConnection::establish(&admin)
            .and_then(|mut connection| {
                connection
                    .batch_execute(&format!("CREATE DATABASE {name}"))
                    .map_err(diesel::ConnectionError::CouldntSetupConfiguration)
            })
            .expect("a database of its own on the test server");
        let (server, _) = admin.rsplit_once('/').expect("the URL names a database");
        Self { folder, url: format!("{server}/{name}"), postgres: Some((admin, name)) }
    }

    /// Its URL, for `DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its location.
    pub fn location(&self) -> Location {
        Location::parse(&self.url)
    }

    /// A folder for the files of this test: the SQLite file and the keys live here.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where its keys are.
    pub fn keys(&self) -> std::path::PathBuf {
        self.folder.path().join("keys")
    }

    /// Runs plain SQL that gives one text per row, past the product's own code.
    pub fn sql(&self, query: &str) -> Vec<String> {
        use diesel::RunQueryDsl;
        use diesel::sql_types::{Nullable, Text};
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = Nullable<Text>)]
            value: Option<String>,
        }
        let query = diesel::sql_query(query.to_owned());
        let rows: Vec<Row> = if self.postgres.is_some() {
            query.load(&mut PgConnection::establish(&self.url).unwrap()).unwrap()
        } else {
            query.load(&mut SqliteConnection::establish(&self.url).unwrap()).unwrap()
        };
        rows.into_iter().map(|row| row.value.unwrap_or_default()).collect()
    }

    /// Runs plain SQL statements, past the product's own code.
    pub fn execute(&self, statements: &str) {
        if self.postgres.is_some() {
            PgConnection::establish(&self.url).unwrap().batch_execute(statements).unwrap();
        } else {
            SqliteConnection::establish(&self.url).unwrap().batch_execute(statements).unwrap();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.postgres
            && let Ok(mut connection) = PgConnection::establish(admin)
        {
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
