//! What a database error becomes: a fault with its kind only. Details carry row values and are never kept.

use diesel::result::{DatabaseErrorKind, Error};

use crate::refusal::{Code, Failure, Fault, Outcome};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if let Error::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _) =
            error
        {
            // The server, or the way to it, is away: no fault of ours, and the same request may work later.
            tracing::warn!("busy: the connection to the database was lost");
            return Code::Busy.into();
        }
        if waited_in_vain(&error) {
            tracing::warn!("busy: another write held for too long what this one waited for");
            return Code::Busy.into();
        }
        Self::Fault(Fault { retry: is_lost_race(&error), what: describe(&error) })
    }
}

/// The refusal to give when an insertion meets a row that is there already.
pub fn on_duplicate<T>(result: Result<T, Error>, code: Code) -> Outcome<T> {
    match result {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Err(code.into()),
        other => Ok(other?),
    }
}

/// Why a connection could not be made; the server's words, which hold no row values, without the URL.
pub fn reason(error: &diesel::ConnectionError) -> String {
    match error {
        diesel::ConnectionError::BadConnection(words) => words.trim().to_owned(),
        diesel::ConnectionError::CouldntSetupConfiguration(error) => describe(error),
        _ => "the URL is not understood".to_owned(),
    }
}

fn is_lost_race(error: &Error) -> bool {
    match error {
        // A duplicate that its place did not expect comes from a transaction that was faster by a moment.
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::UniqueViolation, _) => true,
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            let message = info.message();
            message.starts_with("deadlock detected")
                || message.starts_with("could not serialize")
                || message.contains("database is locked")
        }
        _ => false,
    }
}

/// Whether a statement gave up waiting for what another transaction holds.
fn waited_in_vain(error: &Error) -> bool {
    matches!(error, Error::DatabaseError(_, info) if info.message().starts_with("canceling statement due to lock timeout"))
}

/// Whether a server has answered with an error, rather than not at all or to say that it ends this connection.
pub fn is_told_by_the_server(error: &Error) -> bool {
    waited_in_vain(error) || is_lost_race(error)
}

fn describe(error: &Error) -> String {
    match error {
        Error::DatabaseError(_, info) if info.message().starts_with("out of shared memory") => {
            "PostgreSQL has no room for the locks of its writes: raise max_pred_locks_per_transaction".to_owned()
        }
        Error::DatabaseError(kind, info) => {
            let table = info.table_name().unwrap_or("?");
            let constraint = info.constraint_name().unwrap_or("?");
            format!("database error {kind:?} on table {table}, constraint {constraint}")
        }
        Error::NotFound => "a row that must exist is missing".to_owned(),
        Error::DeserializationError(_) => "a stored value could not be read".to_owned(),
        Error::SerializationError(_) => "a value could not be written".to_owned(),
        Error::QueryBuilderError(_) => "a query could not be built".to_owned(),
        _ => "the database could not carry out a transaction".to_owned(),
    }
}
