//! The bulk path, the one place that names both databases: many rows of one table in one statement on PostgreSQL
//! (`INSERT … SELECT unnest(…)`), or through one prepared statement on SQLite.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::connection::AnyConnection;
use crate::refusal::{Failure, Outcome};

/// The values of one column, one per row.
pub enum Column {
    /// Text, or nothing.
    Text(Vec<Option<String>>),
    /// Whole numbers, or nothing.
    Number(Vec<Option<i64>>),
    /// Bytes.
    Bytes(Vec<Vec<u8>>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Bytes(values) => values.len(),
        }
    }

    /// What PostgreSQL is told of the array.
    fn cast(&self) -> &'static str {
        match self {
            Self::Text(_) => "::text[]",
            Self::Number(_) => "::bigint[]",
            Self::Bytes(_) => "::bytea[]",
        }
    }
}

/// Inserts rows given column by column; table and column names come from code, never from a request.
pub fn insert(connection: &mut AnyConnection, table: &str, columns: Vec<(&str, Column)>) -> Outcome<()> {
    let row_count = columns.first().map_or(0, |(_, column)| column.len());
    let written = write(connection, table, &columns, "")?;
    if written == row_count {
        Ok(())
    } else {
        Err(Failure::fault(format!("{table}: {written} of {row_count} rows written")))
    }
}

/// Inserts the rows whose keys are not there yet; answers how many those were.
pub fn insert_missing(connection: &mut AnyConnection, table: &str, columns: Vec<(&str, Column)>) -> Outcome<usize> {
    Ok(write(connection, table, &columns, " ON CONFLICT DO NOTHING")?)
}

fn write(
    connection: &mut AnyConnection,
    table: &str,
    columns: &[(&str, Column)],
    on_conflict: &'static str,
) -> QueryResult<usize> {
    let row_count = columns.first().map_or(0, |(_, column)| column.len());
    if row_count == 0 {
        return Ok(0);
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let head = format!("INSERT INTO {table} ({})", names.join(", "));
    match connection {
        AnyConnection::Postgresql(postgresql) => Unnested { head: &head, columns, on_conflict }.execute(postgresql),
        AnyConnection::Sqlite(sqlite) => {
            let mut written = 0;
            for row in 0..row_count {
                written += RowInsert { head: &head, columns, row, on_conflict }.execute(sqlite)?;
            }
            Ok(written)
        }
    }
}

/// All rows in one statement, each column an array. Its connection prepares it once and keeps it, as it does with the
/// next one (`sql_query` prepares each anew).
struct Unnested<'a> {
    head: &'a str,
    columns: &'a [(&'a str, Column)],
    on_conflict: &'static str,
}

impl QueryFragment<Pg> for Unnested<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql(self.head);
        for (place, (_, column)) in self.columns.iter().enumerate() {
            pass.push_sql(if place == 0 { " SELECT * FROM unnest(" } else { ", " });
            match column {
                Column::Text(values) => pass.push_bind_param::<Array<Nullable<Text>>, _>(values)?,
                Column::Number(values) => pass.push_bind_param::<Array<Nullable<BigInt>>, _>(values)?,
                Column::Bytes(values) => pass.push_bind_param::<Array<Binary>, _>(values)?,
            }
            pass.push_sql(column.cast());
        }
        pass.push_sql(")");
        pass.push_sql(self.on_conflict);
        Ok(())
    }
}

impl QueryId for Unnested<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<PgConnection> for Unnested<'_> {}

/// One row of the columns.
struct RowInsert<'a> {
    head: &'a str,
    columns: &'a [(&'a str, Column)],
    row: usize,
    on_conflict: &'static str,
}

impl QueryFragment<Sqlite> for RowInsert<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(self.head);
        for (place, (_, column)) in self.columns.iter().enumerate() {
            pass.push_sql(if place == 0 { " VALUES (" } else { ", " });
            match column {
                Column::Text(values) => pass.push_bind_param::<Nullable<Text>, _>(&values[self.row])?,
                Column::Number(values) => pass.push_bind_param::<Nullable<BigInt>, _>(&values[self.row])?,
                Column::Bytes(values) => pass.push_bind_param::<Binary, _>(&values[self.row])?,
            }
        }
        pass.push_sql(")");
        pass.push_sql(self.on_conflict);
        Ok(())
    }
}

impl QueryId for RowInsert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for RowInsert<'_> {}
