//! Everything that a database holds, as text, past the product's own code.

use super::Database;
use super::database::on_postgresql;

/// Every row of every table, sorted, each behind its table's name; but for when somebody last came, which is no effect of
/// what was asked.
pub fn dump(database: &Database) -> Vec<String> {
    let tables = if on_postgresql() {
        "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'public'"
    } else {
        "SELECT name AS value FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    };
    let mut rows = Vec::new();
    for table in database.sql(tables).into_iter().filter(|table| table != "credential_uses") {
        let query = if on_postgresql() {
            format!("SELECT row_to_json(t)::text AS value FROM {table} t")
        } else {
            let columns = database.sql(&format!("SELECT name AS value FROM pragma_table_info('{table}')"));
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            format!("SELECT {} AS value FROM {table}", quoted.join(" || ', ' || "))
        };
        rows.extend(database.sql(&query).into_iter().map(|row| format!("{table}: {row}")));
    }
    rows.sort();
    rows
}
