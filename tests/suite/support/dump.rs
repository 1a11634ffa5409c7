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
    let mut rows = Vec::new();
    for table in database.sql(tables).into_iter().filter(|table| !BESIDE.contains(&&**table)) {
        let query = if on_postgresql() {
            format!("SELECT (to_jsonb(t) - '{NUMBER}')::text AS value FROM {table} t")
        } else {
            let columns = database.sql(&format!("SELECT name AS value FROM pragma_table_info('{table}')"));
            let columns = columns.iter().filter(|column| *column != NUMBER);
            let quoted: Vec<String> = columns.map(|column| format!("quote(\"{column}\")")).collect();
            format!("SELECT {} AS value FROM {table}", quoted.join(" || ', ' || "))
        };
        rows.extend(database.sql(&query).into_iter().map(|row| format!("{table}: {row}")));
    }
    rows.sort();
    rows
}
