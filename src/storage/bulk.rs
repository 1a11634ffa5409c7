//! The bulk path, the one place that names both databases: many rows of one table in one statement on PostgreSQL
//! (`INSERT … SELECT unnest(…)`), or through one prepared statement on SQLite.

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

    fn array_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "text[]",
            Self::Number(_) => "bigint[]",
            Self::Bytes(_) => "bytea[]",
        }
    }
}

/// Inserts rows given column by column; table and column names come from code, never from a request.
pub fn insert(connection: &mut AnyConnection, table: &str, columns: Vec<(&str, Column)>) -> Outcome<()> {
    let row_count = columns.first().map_or(0, |(_, column)| column.len());
    if row_count == 0 {
        return Ok(());
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let written = match connection {
        AnyConnection::Postgresql(postgresql) => insert_unnested(postgresql, table, &names, columns)?,
        AnyConnection::Sqlite(sqlite) => insert_prepared(sqlite, table, &names, &columns, row_count)?,
    };
    if written == row_count {
        Ok(())
    } else {
        Err(Failure::fault(format!("{table}: {written} of {row_count} rows written")))
    }
}

fn insert_unnested(
    connection: &mut PgConnection,
    table: &str,
    names: &[&str],
    columns: Vec<(&str, Column)>,
) -> QueryResult<usize> {
    let arrays: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(place, (_, column))| format!("${}::{}", place + 1, column.array_type()))
        .collect();
    let sql = format!("INSERT INTO {table} ({}) SELECT * FROM unnest({})", names.join(", "), arrays.join(", "));
    let mut query = diesel::sql_query(sql).into_boxed::<diesel::pg::Pg>();
    for (_, column) in columns {
        query = match column {
            Column::Text(values) => query.bind::<Array<Nullable<Text>>, _>(values),
            Column::Number(values) => query.bind::<Array<Nullable<BigInt>>, _>(values),
            Column::Bytes(values) => query.bind::<Array<Binary>, _>(values),
        };
    }
    query.execute(connection)
}

fn insert_prepared(
    connection: &mut SqliteConnection,
    table: &str,
    names: &[&str],
    columns: &[(&str, Column)],
    row_count: usize,
) -> QueryResult<usize> {
    let prefix = format!("INSERT INTO {table} ({}) VALUES (", names.join(", "));
    let mut written = 0;
    for row in 0..row_count {
        written += RowInsert { prefix: &prefix, columns, row }.execute(connection)?;
    }
    Ok(written)
}

/// One row of the columns, as a statement that its connection prepares once and keeps (`sql_query` prepares each anew).
struct RowInsert<'a> {
    prefix: &'a str,
    columns: &'a [(&'a str, Column)],
    row: usize,
}

impl QueryFragment<Sqlite> for RowInsert<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql(self.prefix);
        for (place, (_, column)) in self.columns.iter().enumerate() {
            if place > 0 {
                pass.push_sql(", ");
            }
            match column {
                Column::Text(values) => pass.push_bind_param::<Nullable<Text>, _>(&values[self.row])?,
                Column::Number(values) => pass.push_bind_param::<Nullable<BigInt>, _>(&values[self.row])?,
                Column::Bytes(values) => pass.push_bind_param::<Binary, _>(&values[self.row])?,
            }
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl QueryId for RowInsert<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for RowInsert<'_> {}
