//! A database of its own for each test, on the engine that the environment names; gone when the test ends.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection};
use faisceau::storage::{Location, migrations};
use tempfile::TempDir;

/// A fresh database and a folder for its test's files.
pub struct Database {
    folder: TempDir,
    url: String,
    postgres: Option<String>,
    /// Of queries on PostgreSQL; some tests ask thousands.
    asking: Mutex<Option<PgConnection>>,
}

/// What the names of migrated databases that others are copied from begin with.
const TEMPLATE: &str = "faisceau_template_";

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

/// What a query answers, one text per row.
macro_rules! texts {
    ($connection:expr, $query:expr) => {{
        let rows: Vec<Row> = diesel::sql_query($query.to_owned()).load($connection).unwrap();
        rows.into_iter().map(|row| row.value.unwrap_or_default()).collect::<Vec<String>>()
    }};
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
        if !on_postgresql() {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let url = folder.path().join("faisceau.db").to_string_lossy().into_owned();
            return Self { folder, url, postgres: None, asking: Mutex::default() };
        }
        let name = fresh_name();
        execute_on_the_server(&format!("CREATE DATABASE {name}")).expect("a database of its own on the test server");
        Self::on_the_server(name)
    }

    /// Makes a migrated database, with nothing in it.
    pub fn migrated() -> Self {
        if !on_postgresql() {
            let database = Self::create();
            migrations::run(&database.location()).unwrap();
            return database;
        }
        let (name, template) = (fresh_name(), template_name());
        let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
        if execute_on_the_server(&copy).is_err() {
            make_template(&template);
            execute_on_the_server(&copy).expect("a copy of the migrated database on the test server");
        }
        Self::on_the_server(name)
    }

    fn on_the_server(name: String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, url: url_of(&name), postgres: Some(name), asking: Mutex::default() }
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
        if self.postgres.is_some() {
            let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
            let connection = asking.get_or_insert_with(|| PgConnection::establish(&self.url).unwrap());
            texts!(connection, query)
        } else {
            texts!(&mut SqliteConnection::establish(&self.url).unwrap(), query)
        }
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
        if let Some(name) = &self.postgres
            && let Ok(mut server) = PgConnection::establish(&admin_url())
        {
            // The server waits for a tenth of a second if it finds a connection, even one that it ends itself.
            let _ = server.batch_execute(&without_connections(name));
            let _ = server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn fresh_name() -> String {
    format!("faisceau_{}", faisceau::clock::new_id().replace('-', ""))
}

/// The URL of the server's own database.
fn admin_url() -> String {
    std::env::var("FAISCEAU_TEST_POSTGRES_URL")
        .expect("FAISCEAU_TEST_POSTGRES_URL names a server: run ./task check, which brings one up")
}

fn url_of(name: &str) -> String {
    let admin = admin_url();
    let (server, _) = admin.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}")
}

fn execute_on_the_server(statement: &str) -> Result<(), diesel::result::Error> {
    PgConnection::establish(&admin_url()).expect("the test server").batch_execute(statement)
}

/// Statements that end the connections to a database and give them the time to go.
fn without_connections(name: &str) -> String {
    format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'; SELECT pg_sleep(0.01)")
}

/// The migrated database of this very program: one that was built anew may bring other migrations.
fn template_name() -> String {
    let program = std::env::current_exe().and_then(|program| program.metadata()).expect("the program of the tests");
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{TEMPLATE}{}", built.as_nanos())
}

/// Migrates a database once for all tests of this program, and deletes those of earlier ones. Several processes may be at
/// it: the first to finish gives its own the name.
fn make_template(template: &str) {
    let making = fresh_name();
    execute_on_the_server(&format!("CREATE DATABASE {making}")).expect("a database on the test server");
    migrations::run(&Location::parse(&url_of(&making))).unwrap();
    let mut server = PgConnection::establish(&admin_url()).expect("the test server");
    server.batch_execute(&without_connections(&making)).unwrap();
    if server.batch_execute(&format!("ALTER DATABASE {making} RENAME TO {template}")).is_err() {
        let _ = server.batch_execute(&format!("DROP DATABASE {making} WITH (FORCE)"));
        return;
    }
    let earlier = format!("SELECT datname::text AS value FROM pg_database WHERE datname LIKE '{TEMPLATE}%'");
    for name in texts!(&mut server, &earlier).into_iter().filter(|name| name != template) {
        let _ = server.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"));
    }
}
