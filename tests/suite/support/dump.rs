//! Everything that a database holds, as text, past the product's own code.

use super::Database;
use super::database::on_postgresql;

/// What a serving process writes by itself, when its time comes: when somebody last came, and how the journal's entries
/// are numbered and linked.
const BESIDE: [&str; 4] = ["credential_uses", "sequence_head", "journal_links", "chain_heads"];

/// The number of an entry, once it has one.
const NUMBER: &str = "sequence";

/// Every row of every table, sorted, each behind its table's name; but for what is no effect of what was asked.
pub fn dump(database: &Database) -> Vec<String> {
    let tables = if on_postgresql() {
        "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let tables = database.sql(tables).into_iter().filter(|table| !BESIDE.contains(&&**table));
    let queries = tables.map(|table| {
        if on_postgresql() {
            return format!("SELECT '{table}: ' || (to_jsonb(t) - '{NUMBER}')::text AS value FROM {table} t");
        }
        let columns = database.sql(&format!("SELECT name AS value FROM pragma_table_info('{table}')"));
        let columns = columns.iter().filter(|column| *column != NUMBER);
        let quoted: Vec<String> = columns.map(|column| format!("quote(\"{column}\")")).collect();
        format!("SELECT '{table}: ' || {} AS value FROM {table}", quoted.join(" || ', ' || "))
    });
    let mut rows = database.sql(&queries.collect::<Vec<_>>().join(" UNION ALL "));
    rows.sort();
    rows
}
