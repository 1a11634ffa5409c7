//! One connection type for both databases, and how a connection is made and set up.
//!
//! The settings that make "acknowledged" mean "durable" are set here and read back in `settings.rs`.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;

use super::wall;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// PostgreSQL.
    Postgresql(PgConnection),
    /// Embedded SQLite.
    Sqlite(SqliteConnection),
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of the embedded SQLite.
    Sqlite(std::path::PathBuf),
    /// A PostgreSQL server's URL; it may hold a password and is never shown.
    Postgresql(String),
}

impl Location {
    /// Chooses by URL scheme: `postgres://…` or `postgresql://…`, otherwise a file, with or without `sqlite:`.
    pub fn parse(url: &str) -> Self {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::Postgresql(url.to_owned())
        } else {
            Self::Sqlite(url.strip_prefix("sqlite:").unwrap_or(url).into())
        }
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "SQLite {}", path.display()),
            Self::Postgresql(_) => f.write_str("PostgreSQL"),
        }
    }
}

/// Makes connections for a pool.
pub struct Manager {
    location: Location,
    read_only: bool,
    owns: bool,
}

impl Manager {
    /// A manager of connections that read, or of connections that write.
    pub fn new(location: Location, read_only: bool) -> Self {
        Self { location, read_only, owns: false }
    }

    /// A manager of connections with all that the login may do: for migrations.
    pub fn of_the_owner(location: Location) -> Self {
        Self { location, read_only: false, owns: true }
    }
}

/// A PostgreSQL URL with limits of time, unless it names its own: over a network that went silent nothing would ever fail.
fn with_time_limits(url: &str) -> String {
    const LIMITS: [(&str, &str); 5] = [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "15000"),
        ("keepalives_idle", "15"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
    ];
    let mut limited = url.to_owned();
    for (name, value) in LIMITS.into_iter().filter(|(name, _)| !url.contains(&format!("{name}="))) {
        limited.push(if limited.contains('?') { '&' } else { '?' });
        limited.push_str(&format!("{name}={value}"));
    }
    limited
}

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> Result<AnyConnection, diesel::ConnectionError> {
        let set_up = diesel::ConnectionError::CouldntSetupConfiguration;
        match &self.location {
            Location::Postgresql(url) => {
                let mut connection = PgConnection::establish(&with_time_limits(url))?;
                connection
                    .batch_execute(
                        // As long as SQLite waits below.
                        "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET statement_timeout = '60s'; \
                         SET lock_timeout = '5s'",
                    )
                    .map_err(set_up)?;
                if !self.owns {
                    connection.batch_execute(wall::STEP_BEHIND).map_err(set_up)?;
                }
                Ok(AnyConnection::Postgresql(connection))
            }
            Location::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                connection
                    .batch_execute(
                        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                         PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
                    )
                    .map_err(set_up)?;
                if self.read_only {
                    connection.batch_execute("PRAGMA query_only = ON;").map_err(set_up)?;
                }
                Ok(AnyConnection::Sqlite(connection))
            }
        }
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), diesel::ConnectionError> {
        connection.batch_execute("SELECT 1").map_err(diesel::ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, _connection: &mut AnyConnection) -> bool {
        std::thread::panicking()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_keeps_the_limits_that_it_names() {
        let limited = with_time_limits("postgres://a:b@c/d");
        assert!(limited.starts_with("postgres://a:b@c/d?connect_timeout=5&tcp_user_timeout=15000&"), "{limited}");
        let limited = with_time_limits("postgres://a:b@c/d?sslmode=disable&connect_timeout=2");
        assert!(limited.contains("?sslmode=disable&connect_timeout=2&tcp_user_timeout="), "{limited}");
        assert_eq!(limited.matches("connect_timeout").count(), 1);
    }
}
