//! Sends recorded statements through plain diesel: prepared once per connection, in the same transactions, as durable as
//! the service's own.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::r2d2::ManageConnection;
use diesel::row::NamedRow;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text, Untyped};
use diesel::sqlite::Sqlite;
use faisceau::storage::connection::Manager;
use faisceau::storage::{AnyConnection, Location};
use std::sync::{Mutex, MutexGuard};

use super::recording::{Statement, Value};

/// SQLite has one writer at a time; waiting for it here is faster than being told to come back.
static WRITER: Mutex<()> = Mutex::new(());

/// A bare client with a connection of its own.
pub struct Bare(AnyConnection);

impl Bare {
    /// Connects with the service's own settings of durability.
    pub fn connect(location: &Location) -> Self {
        Self(Manager::new(location.clone(), false).connect().unwrap())
    }

    /// Sends statements in order; a transaction that loses a race is sent again.
    pub fn send(&mut self, statements: &[Statement]) {
        let mut begun = 0;
        let mut place = 0;
        let mut turn: Option<MutexGuard<'_, ()>> = None;
        while let Some(statement) = statements.get(place) {
            let text = statement.pieces[0].as_str();
            if text.starts_with("BEGIN") {
                begun = place;
                if text == "BEGIN IMMEDIATE" {
                    turn = Some(WRITER.lock().unwrap());
                }
            }
            match self.send_one(statement) {
                Ok(()) => place += 1,
                Err(error) if begun > 0 || place > 0 => {
                    let lost = matches!(
                        error,
                        diesel::result::Error::DatabaseError(
                            diesel::result::DatabaseErrorKind::SerializationFailure,
                            _
                        )
                    );
                    assert!(lost, "{text}: {error}");
                    self.batch("ROLLBACK").unwrap();
                    place = begun;
                }
                Err(error) => panic!("{text}: {error}"),
            }
            if text == "COMMIT" {
                turn = None;
            }
        }
        drop(turn);
    }

    fn send_one(&mut self, statement: &Statement) -> QueryResult<()> {
        let text = statement.pieces[0].as_str();
        if statement.values.is_empty() && !text.starts_with("SELECT") {
            return self.batch(text);
        }
        let sent = Sent(statement);
        match &mut self.0 {
            AnyConnection::Postgresql(connection) if text.starts_with("SELECT") => read_all(connection, sent),
            AnyConnection::Sqlite(connection) if text.starts_with("SELECT") => read_all(connection, sent),
            AnyConnection::Postgresql(connection) => sent.execute(connection).map(drop),
            AnyConnection::Sqlite(connection) => sent.execute(connection).map(drop),
        }
    }

    fn batch(&mut self, text: &str) -> QueryResult<()> {
        self.0.batch_execute(text)
    }
}

/// Reads every row of a query and forgets it.
fn read_all<'q, C>(connection: &mut C, sent: Sent<'q>) -> QueryResult<()>
where
    C: LoadConnection,
    Sent<'q>: diesel::query_dsl::LoadQuery<'q, C, Forgotten>,
{
    sent.load::<Forgotten>(connection).map(drop)
}

struct Forgotten;

impl<DB: diesel::backend::Backend> QueryableByName<DB> for Forgotten {
    fn build<'a>(_row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        Ok(Self)
    }
}

struct Sent<'a>(&'a Statement);

macro_rules! push {
    ($pass:ident, $value:expr, { $($pattern:pat => $sql_type:ty, $bound:expr;)* }) => {
        match $value {
            Value::Null => $pass.push_sql("NULL"),
            $($pattern => $pass.push_bind_param::<$sql_type, _>($bound)?,)*
        }
    };
}

impl QueryFragment<Pg> for Sent<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql(&self.0.pieces[0]);
        for (value, after) in self.0.values.iter().zip(&self.0.pieces[1..]) {
            push!(pass, value, {
                Value::Truth(truth) => Bool, truth;
                Value::Number(number) => BigInt, number;
                Value::Text(text) => Text, text;
                Value::Bytes(bytes) => Binary, bytes;
                Value::Texts(texts) => Array<Nullable<Text>>, texts;
                Value::Numbers(numbers) => Array<Nullable<BigInt>>, numbers;
                Value::ManyBytes(many) => Array<Binary>, many;
            });
            pass.push_sql(after);
        }
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Sent<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(&self.0.pieces[0]);
        for (value, after) in self.0.values.iter().zip(&self.0.pieces[1..]) {
            match value {
                Value::Texts(_) | Value::Numbers(_) | Value::ManyBytes(_) => unreachable!("SQLite knows no lists"),
                value => push!(pass, value, {
                    Value::Truth(truth) => Bool, truth;
                    Value::Number(number) => BigInt, number;
                    Value::Text(text) => Text, text;
                    Value::Bytes(bytes) => Binary, bytes;
                    _ => Bool, &false;
                }),
            }
            pass.push_sql(after);
        }
        Ok(())
    }
}

impl Query for Sent<'_> {
    type SqlType = Untyped;
}

impl QueryId for Sent<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: Connection> RunQueryDsl<C> for Sent<'_> {}
