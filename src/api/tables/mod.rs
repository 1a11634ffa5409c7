//! Answers as tables of typed cells, written in whatever format somebody asks for: one table, one place per format.
//!
//! It knows what a cell is and no meaning of any; what is text here comes from people, so no format lets it become a
//! formula.

pub mod answer;
mod csv;
pub mod download;
pub mod explained;
pub mod format;
mod ndjson;
mod xlsx;

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

pub use csv::Dialect;
pub use format::Format;
pub use xlsx::MOST_ROWS as MOST_ROWS_OF_A_WORKBOOK;

use crate::refusal::Language;

/// One typed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: not applicable, or absent.
    Nothing,
    /// Text, as people wrote it.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number with so many decimals, given in units of the last one: 1250 with 2 is 12.50.
    Decimal(i64, u8),
    /// A day.
    Day(Date),
    /// Yes or no.
    Flag(bool),
}

/// A column: what programs call it, and what people read.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name for programs.
    pub key: Cow<'static, str>,
    /// The heading for people.
    pub title: Cow<'static, str>,
}

/// The rows of a table, as often as they are needed.
pub trait Rows: Send + Sync {
    /// Every row, each as long as the list of columns.
    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_>;
}

impl Rows for Vec<Vec<Cell>> {
    fn rows(&self) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
        Box::new(self.iter().cloned())
    }
}

/// A table with what must be said of it.
pub struct Table {
    /// The name of its file, without ending; ours, never a caller's.
    pub name: String,
    /// The language of its headings.
    pub language: Language,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub source: Box<dyn Rows>,
    /// What was asked, as of when, and so on: by heading.
    pub about: Vec<(&'static str, Cell)>,
    /// What its figures mean: code, name and text.
    pub definitions: Vec<[String; 3]>,
}

impl Table {
    /// A plain table: no more than its columns and rows.
    pub fn plain(name: impl Into<String>, keys: &[&'static str], rows: Vec<Vec<Cell>>) -> Self {
        let columns = keys.iter().map(|key| Column { key: (*key).into(), title: (*key).into() }).collect();
        let (source, about, definitions) = (Box::new(rows), Vec::new(), Vec::new());
        Self { name: name.into(), language: Language::En, columns, source, about, definitions }
    }

    /// Writes it in a format, row by row.
    pub fn write(&self, format: Format, out: &mut (dyn Write + Send)) -> io::Result<()> {
        match format {
            Format::Csv => csv::write(self, Dialect::Analysts, out),
            Format::CsvFrench => csv::write(self, Dialect::FrenchExcel, out),
            Format::Ndjson => ndjson::write(self, out),
            Format::Xlsx => xlsx::write(self, out),
        }
    }

    /// It in a format, in memory: for what is small.
    pub fn to_bytes(&self, format: Format) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(format, &mut bytes)?;
        Ok(bytes)
    }

    /// The number of rows, and the SHA-256 of what the NDJSON export of the same answer holds: it says that two
    /// documents, in whatever formats, have the same cells.
    pub fn count_and_digest(&self) -> io::Result<(u64, String)> {
        let mut counted = Counted { hasher: Sha256::new(), lines: 0 };
        ndjson::write(self, &mut counted)?;
        Ok((counted.lines, data_encoding::HEXLOWER.encode(&counted.hasher.finalize())))
    }
}

/// The columns of keys, English and French headings, in a language.
fn columns<const N: usize>(named: [(&'static str, &'static str, &'static str); N], language: Language) -> Vec<Column> {
    let title = |(key, en, fr)| Column { key: Cow::Borrowed(key), title: Cow::Borrowed(french_or(language, fr, en)) };
    named.into_iter().map(title).collect()
}

/// What is said in French, or in English.
fn french_or(language: Language, french: &'static str, english: &'static str) -> &'static str {
    if language == Language::Fr { french } else { english }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

struct Counted {
    hasher: Sha256,
    lines: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A number in units of its last decimal, as text with some sign between whole and part.
fn decimal(units: i64, scale: u8, point: char) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", units.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, part) = digits.split_at(digits.len() - usize::from(scale));
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (units, scale, text) in
            [(0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1250, 2, "12.50"), (560, 1, "56.0"), (-7, 0, "-7")]
        {
            assert_eq!(decimal(units, scale, '.'), text);
        }
        assert_eq!(decimal(i64::MIN, 2, ','), "-92233720368547758,08");
    }

    #[test]
    fn a_digest_says_whether_the_cells_are_the_same() {
        let table = |cell: Cell| Table::plain("t", &["a"], vec![vec![cell]]).count_and_digest().unwrap();
        assert_eq!(table(Cell::Whole(1)), table(Cell::Whole(1)));
        assert_eq!(table(Cell::Whole(1)).0, 1);
        assert_ne!(table(Cell::Whole(1)).1, table(Cell::Whole(2)).1);
        assert_ne!(table(Cell::Whole(1)).1, table("1".into()).1);
    }
}
