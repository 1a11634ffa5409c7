//! CSV as spreadsheets write it: `;`, `,` or tab, with or without a byte-order mark, any line ends, French or English
//! headers, days and labels.

use std::io::{BufReader, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::{Draft, FileLimits, Guarded, Intake, Style};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::fields::{Field, sent_fields};
use crate::reporting::identity::ProgrammeKey;
use crate::text;

/// Headers of the column that says what a row is: `UPSERT` or `REMOVE`.
const OPERATION_HEADERS: [&str; 3] = ["operation", "op", "action"];

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Field(Field),
    Operation,
    Unknown,
}

/// Reads participations from CSV; `step` is told how many rows were read and may end the reading.
pub fn read_csv(file: impl Read, key: &ProgrammeKey, step: &mut dyn FnMut(usize) -> Outcome<()>) -> Outcome<Intake> {
    let mut intake = Intake::default();
    let mut guarded = Guarded::new(file, FileLimits::default());
    let first = match first_line(&mut guarded) {
        Ok(first) => first,
        Err(_) => {
            intake.refuse(None, guarded.refusal().cloned().unwrap_or_else(|| Code::BodyIncomplete.into()));
            return Ok(intake);
        }
    };
    let delimiter = delimiter_of(&first);
    // An end for the last row, so that every row has one.
    let whole = LineFeeds::of(Cursor::new(first).chain(&mut guarded)).chain(&b"\n"[..]);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(BufReader::with_capacity(64 * 1024, whole));
    let mut columns: Option<Vec<Column>> = None;
    let mut row = ByteRecord::new();
    let broken = loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break false,
            Err(_) => break true,
        }
        let line = first_line_of(&row, reader.position().line());
        match &columns {
            None => {
                let read = read_header(&row, &mut intake);
                let unfit = !intake.refusals.is_empty();
                columns = Some(read);
                if unfit {
                    break false;
                }
            }
            Some(columns) => {
                read_row(&row, line, columns, key, &mut intake);
                step(intake.content.participations.len())?;
                if !intake.goes_on() {
                    break false;
                }
            }
        }
    };
    drop(reader);
    if broken {
        intake.refuse(None, guarded.refusal().cloned().unwrap_or_else(|| Code::BodyIncomplete.into()));
    } else if columns.is_none() {
        intake.refuse(None, Code::FileEmpty.into());
    }
    Ok(intake)
}

/// The line on which a row begins, from the one at which the next may begin. The row's own position does not count the
/// empty lines before it.
fn first_line_of(row: &ByteRecord, next: u64) -> u32 {
    let within = row.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
    u32::try_from(next.saturating_sub(within + 1)).unwrap_or(u32::MAX)
}

/// A file whose lines end in a line feed, whatever they end in: lines are counted by these.
struct LineFeeds<R> {
    inner: R,
    after_return: bool,
}

impl<R: Read> LineFeeds<R> {
    fn of(inner: R) -> Self {
        Self { inner, after_return: false }
    }
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            let mut kept = 0;
            for place in 0..read {
                let byte = buffer[place];
                if byte != b'\n' || !self.after_return {
                    buffer[kept] = if byte == b'\r' { b'\n' } else { byte };
                    kept += 1;
                }
                self.after_return = byte == b'\r';
            }
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// The file up to the end of its first line, to see how it separates.
pub fn first_line(file: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let (mut first, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let read = file.read(&mut buffer)?;
        first.extend_from_slice(&buffer[..read]);
        if read == 0 || buffer[..read].iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Ok(first);
        }
    }
}

/// The sign that separates the cells of a first line: comma, semicolon or tab.
pub fn delimiter_of(first: &[u8]) -> u8 {
    let line = first.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|byte| **byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|delimiter| (count(*delimiter), *delimiter == b';')).unwrap_or(b';')
}

fn read_header(row: &ByteRecord, intake: &mut Intake) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::with_capacity(row.len());
    for (place, cell) in row.iter().enumerate() {
        let Ok(header) = std::str::from_utf8(cell) else {
            intake.refuse(Some(1), Code::EncodingNotUtf8.into());
            return columns;
        };
        let header = header.trim_start_matches('\u{feff}');
        let column = match Field::of_header(header) {
            Some(field) => Column::Field(field),
            None if OPERATION_HEADERS.contains(&text::plain(header).as_str()) => Column::Operation,
            None => Column::Unknown,
        };
        let code = match column {
            Column::Unknown => Some(Code::HeaderUnknown),
            known if columns.contains(&known) => Some(Code::HeaderTwice),
            _ => None,
        };
        if let Some(code) = code {
            intake.refuse(Some(1), Refusal::new(code).with("column", place + 1));
        }
        columns.push(column);
    }
    let has = |field: Field| columns.contains(&Column::Field(field));
    // Rows that only remove need a reference alone.
    let removes = columns.contains(&Column::Operation) && columns.len() == 2;
    let needed = sent_fields().filter(|field| field.is_required() && (!removes || *field == Field::Reference));
    for field in needed.filter(|field| !has(*field)) {
        intake.refuse(Some(1), Refusal::new(Code::HeaderMissing).with("field", field.header()));
    }
    columns
}

fn read_row(row: &ByteRecord, line: u32, columns: &[Column], key: &ProgrammeKey, intake: &mut Intake) {
    let line = Some(line);
    // Spreadsheets end a sheet with rows of separators.
    if row.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace)) {
        return;
    }
    if row.len() != columns.len() {
        let ragged = Refusal::new(Code::RowRagged).with("found", row.len()).with("expected", columns.len());
        return intake.refuse(line, ragged);
    }
    let (mut draft, mut removes) = (Draft::default(), false);
    for (cell, column) in row.iter().zip(columns) {
        let read = match (std::str::from_utf8(cell), column) {
            (Err(_), _) => Err(Code::EncodingNotUtf8.into()),
            (Ok(text), Column::Field(field)) if text.trim_start().starts_with('=') => {
                Err(Refusal::new(Code::CellIsFormula).at(field.name()))
            }
            (Ok(text), Column::Field(field)) => draft.read(*field, text, Style::Spreadsheet),
            (Ok(text), Column::Operation) => read_operation(text).map(|remove| removes = remove),
            (Ok(_), Column::Unknown) => Ok(()),
        };
        if let Err(refusal) = read {
            intake.refuse(line, refusal);
        }
    }
    finish(draft, removes, line, key, intake);
}

/// Whether a row removes its reference.
pub(super) fn read_operation(text: &str) -> Result<bool, Refusal> {
    match text::plain(text).as_str() {
        "" | "upsert" => Ok(false),
        "remove" => Ok(true),
        _ => Err(Refusal::new(Code::CodeUnknown).at("operation").with("list", "UPSERT, REMOVE")),
    }
}

/// Ends a draft: a participation, or a reference to remove.
pub(super) fn finish(draft: Draft, removes: bool, line: Option<u32>, key: &ProgrammeKey, intake: &mut Intake) {
    let mut refused = Vec::new();
    let mut refuse = |refusal| refused.push(refusal);
    if removes {
        if let Some(reference) = draft.into_reference(&mut refuse) {
            intake.remove(reference);
        }
    } else if let Some(participation) = draft.finish(key, &mut refuse) {
        intake.keep(line, participation);
    }
    for refusal in refused {
        intake.refuse(line, refusal);
    }
}
