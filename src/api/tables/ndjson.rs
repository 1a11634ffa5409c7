//! One JSON object a line, one line a row: numbers as numbers, exactly; what is nothing is null.

use std::io::{self, Write};

use super::{Cell, Table, decimal};

/// Writes a table.
pub fn write(table: &Table, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let keys: Vec<String> = table
        .columns
        .iter()
        .map(|column| serde_json::to_string(&column.key).map_err(io::Error::from))
        .collect::<Result<_, _>>()?;
    let mut line = Vec::new();
    for row in table.source.rows() {
        line.clear();
        for (place, (key, cell)) in keys.iter().zip(&row).enumerate() {
            line.extend_from_slice(if place == 0 { b"{" } else { b"," });
            line.extend_from_slice(key.as_bytes());
            line.push(b':');
            value(cell, &mut line)?;
        }
        line.extend_from_slice(b"}\n");
        out.write_all(&line)?;
    }
    out.flush()
}

fn value(cell: &Cell, line: &mut Vec<u8>) -> io::Result<()> {
    match cell {
        Cell::Nothing => line.extend_from_slice(b"null"),
        Cell::Text(text) => serde_json::to_writer(line, text)?,
        Cell::Whole(number) => write!(line, "{number}")?,
        Cell::Decimal(units, scale) => line.extend_from_slice(decimal(*units, *scale, '.').as_bytes()),
        Cell::Day(day) => write!(line, "\"{day}\"")?,
        Cell::Flag(flag) => write!(line, "{flag}")?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::*;

    #[test]
    fn each_row_is_an_object_of_exact_values() {
        let cells = vec![Cell::from("=\"é\"\n"), Cell::Whole(i64::MAX), Cell::Decimal(1250, 2), Cell::Nothing];
        let table = Table::plain("t", &["a", "b", "c", "d"], vec![cells]);
        let text = String::from_utf8(table.to_bytes(Format::Ndjson).unwrap()).unwrap();
        assert_eq!(text, "{\"a\":\"=\\\"é\\\"\\n\",\"b\":9223372036854775807,\"c\":12.50,\"d\":null}\n");
    }
}
