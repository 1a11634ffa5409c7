//! CSV, for analysts (RFC 4180: UTF-8, commas, points) and for French Excel (a byte order mark, semicolons, commas in
//! numbers). No cell becomes a formula, whichever of the two a spreadsheet takes the document for.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, WriterBuilder};

use super::{Cell, Table, decimal};
use crate::refusal::Language;

/// For whom it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Commas, decimal points, headings for programs.
    Analysts,
    /// A byte order mark, semicolons, decimal commas, headings for people.
    FrenchExcel,
}

/// What tells Excel that the text is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes a table.
pub fn write(table: &Table, dialect: Dialect, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let french = dialect == Dialect::FrenchExcel;
    if french {
        out.write_all(BYTE_ORDER_MARK)?;
    }
    let delimiter = if french { b';' } else { b',' };
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .delimiter(delimiter)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(out);
    let heading = table.columns.iter().map(|column| if french { column.title.as_ref() } else { column.key.as_ref() });
    writer.write_record(heading)?;
    for row in table.source.rows() {
        writer.write_record(row.iter().map(|cell| text(cell, dialect, table.language).into_owned()))?;
    }
    writer.flush()
}

fn text(cell: &Cell, dialect: Dialect, language: Language) -> Cow<'_, str> {
    let french = dialect == Dialect::FrenchExcel;
    match cell {
        Cell::Nothing => Cow::Borrowed(""),
        Cell::Text(text) => harmless(text),
        Cell::Whole(number) => Cow::Owned(number.to_string()),
        Cell::Decimal(units, scale) => Cow::Owned(decimal(*units, *scale, if french { ',' } else { '.' })),
        Cell::Day(day) => Cow::Owned(day.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(match (flag, french && language == Language::Fr) {
            (true, true) => "oui",
            (false, true) => "non",
            (true, false) => "true",
            (false, false) => "false",
        }),
    }
}

/// Text that no spreadsheet runs: an apostrophe goes before what would begin a formula, at its start and wherever a
/// spreadsheet that expects another delimiter would begin a cell.
fn harmless(text: &str) -> Cow<'_, str> {
    let mut harmless = String::new();
    let mut kept = 0;
    let mut begins = true;
    for (place, c) in text.char_indices() {
        if begins && begins_formula(c) {
            harmless.push_str(&text[kept..place]);
            harmless.push('\'');
            kept = place;
        }
        // A quote may open a quoted cell, in which the formula would stand.
        begins = is_delimiter(c) || (begins && c == '"');
    }
    if kept == 0 && harmless.is_empty() {
        return Cow::Borrowed(text);
    }
    harmless.push_str(&text[kept..]);
    Cow::Owned(harmless)
}

/// What begins a formula, in the forms that East Asian keyboards write too.
fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

fn is_delimiter(c: char) -> bool {
    matches!(c, ',' | ';' | '\t' | '\r' | '\n' | '|')
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Format, Table};
    use super::*;

    fn written(format: Format, rows: Vec<Vec<Cell>>) -> String {
        let table = Table { language: Language::Fr, ..Table::plain("t", &["one", "two"], rows) };
        String::from_utf8(table.to_bytes(format).unwrap()).unwrap()
    }

    #[test]
    fn cells_are_quoted_where_needed_and_never_formulas() {
        let rows = [["a,b", "say \"x\""], ["=1+1", "@SUM(A1)"], ["+33", "-2+3"], ["\tx", "-12.50"], ["É", ""]];
        let rows = rows.into_iter().map(|row| row.map(Cell::from).to_vec()).collect();
        assert_eq!(
            written(Format::Csv, rows),
            "one,two\r\n\"a,b\",\"say \"\"x\"\"\"\r\n'=1+1,'@SUM(A1)\r\n'+33,'-2+3\r\n'\tx,'-12.50\r\nÉ,\r\n"
        );
    }

    #[test]
    fn numbers_days_and_flags_are_written_as_their_readers_read_them() {
        let rows = || {
            let day = jiff::civil::date(2024, 2, 29);
            vec![vec![Cell::Whole(-3), Cell::Decimal(-1250, 2)], vec![Cell::Day(day), Cell::Flag(true)]]
        };
        assert_eq!(written(Format::Csv, rows()), "one,two\r\n-3,-12.50\r\n2024-02-29,true\r\n");
        assert_eq!(written(Format::CsvFrench, rows()), "\u{feff}one;two\r\n-3;-12,50\r\n2024-02-29;oui\r\n");
    }

    #[test]
    fn no_delimiter_of_another_spreadsheet_lets_a_formula_begin() {
        for (sent, kept) in [
            ("Atelier;=1+1", "Atelier;'=1+1"),
            ("Atelier,\"=1+1\"", "Atelier,\"'=1+1\""),
            ("a\n=1", "a\n'=1"),
            ("\"=1", "\"'=1"),
            ("＝1", "'＝1"),
            ("a=b, c - d; Val-de-Marne", "a=b, c - d; Val-de-Marne"),
        ] {
            assert_eq!(harmless(sent), kept);
        }
    }
}
