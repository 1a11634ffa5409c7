//! CSV: the identity columns become one column `stage_one`; every other byte stays as it was.
//!
//! The parser of the `csv` crate says where each cell begins and ends, so that the others can be copied unread.

use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};
use zeroize::Zeroizing;

use super::{Desk, unreadable};
use crate::refusal::{Failure, Outcome};
use crate::reporting::fields::Field;
use crate::reporting::identity::Scheme;
use crate::reporting::intake::{delimiter_of, first_line};

const HEADING: &str = "stage_one";

/// Writes a file anew.
pub(super) fn rewrite(mut file: impl Read, desk: &mut Desk<'_, impl Write>) -> Outcome<()> {
    let first = first_line(&mut file).map_err(|error| unreadable(&error))?;
    let delimiter = delimiter_of(&first);
    let mut rows = Rows::new(BufReader::with_capacity(64 * 1024, Cursor::new(first).chain(file)), delimiter);
    let mut columns = None;
    while rows.next()? {
        match &columns {
            None => {
                rows.check(rows.cells.len())?;
                let found = Columns::of(&rows)?;
                found.write(&rows, HEADING, desk)?;
                columns = Some(found);
            }
            // Spreadsheets end a sheet with rows of separators.
            Some(_) if rows.cells.iter().all(|cell| rows.text[cell.text.clone()].trim_ascii().is_empty()) => {
                desk.write(&rows.raw)?;
            }
            Some(columns) => {
                rows.check(columns.fields.len())?;
                let stage_one = columns.stage_one(&rows, desk);
                columns.write(&rows, &stage_one.unwrap_or_default(), desk)?;
            }
        }
    }
    if columns.is_none() {
        return Err(Failure::fault("the file is empty; nothing was done"));
    }
    desk.write(&rows.raw)
}

/// The identity fields of the columns, in their order; nothing for a column that is copied.
struct Columns {
    fields: Vec<Option<Field>>,
    /// Where stage one is written: in place of the first of them.
    place: usize,
}

impl Columns {
    fn of(rows: &Rows<impl BufRead>) -> Outcome<Self> {
        let headers =
            rows.cells.iter().map(|cell| Field::of_header(&String::from_utf8_lossy(&rows.text[cell.text.clone()])));
        let fields: Vec<Option<Field>> =
            headers.map(|field| field.filter(|field| *field >= Field::IdentityScheme)).collect();
        let count = |wanted: Field| fields.iter().filter(|field| **field == Some(wanted)).count();
        let all = [
            Field::IdentityScheme,
            Field::IdentityValue,
            Field::IdentityAgdref,
            Field::IdentityNir,
            Field::IdentityProgramme,
        ];
        if count(Field::IdentityStageOne) > 0 {
            return Err(Failure::fault("the file has a column of stage one already; nothing was done"));
        }
        if all.iter().any(|field| count(*field) > 1) {
            return Err(Failure::fault("an identity column stands twice; nothing was done"));
        }
        if count(Field::IdentityScheme) != count(Field::IdentityValue) {
            return Err(Failure::fault("identity_scheme and identity_value go together; nothing was done"));
        }
        match fields.iter().position(Option::is_some) {
            Some(place) => Ok(Self { fields, place }),
            None => Err(Failure::fault(
                "no identity column (identity_scheme and identity_value, agdref, nir or numero_programme); nothing was done",
            )),
        }
    }

    /// Stage one of a row's number; of several, the last, as when the file is sent as it is.
    fn stage_one(&self, rows: &Rows<impl BufRead>, desk: &mut Desk<'_, impl Write>) -> Option<String> {
        let (mut scheme, mut number) = (None, None);
        for (field, cell) in self.fields.iter().zip(&rows.cells) {
            let Some(field) = field else { continue };
            let text = Zeroizing::new(String::from_utf8_lossy(&rows.text[cell.text.clone()]).trim().to_owned());
            match field {
                _ if text.is_empty() => continue,
                Field::IdentityScheme => scheme = Scheme::of_code(&text.to_ascii_uppercase()),
                Field::IdentityAgdref => scheme = Some(Scheme::Agdref),
                Field::IdentityNir => scheme = Some(Scheme::Nir),
                Field::IdentityProgramme => scheme = Some(Scheme::Programme),
                _ => {}
            }
            if *field != Field::IdentityScheme {
                number = Some(text);
            }
        }
        match number {
            Some(number) => desk.stage_one(rows.line, scheme, &number),
            None => {
                desk.tally.absent_count += 1;
                None
            }
        }
    }

    /// Writes a row with stage one in place of its identity.
    fn write(&self, rows: &Rows<impl BufRead>, stage_one: &str, desk: &mut Desk<'_, impl Write>) -> Outcome<()> {
        desk.write(&rows.raw[..rows.begin])?;
        let mut first = true;
        for (place, (field, cell)) in self.fields.iter().zip(&rows.cells).enumerate() {
            let bytes = match field {
                None => &rows.raw[cell.raw.clone()],
                Some(_) if place == self.place => stage_one.as_bytes(),
                Some(_) => continue,
            };
            if !first {
                desk.write(&[rows.delimiter])?;
            }
            first = false;
            desk.write(bytes)?;
        }
        desk.write(&rows.raw[rows.end..])
    }
}

/// A cell: where its bytes stand in the file's row, and where its text without quotes.
struct Cell {
    raw: Range<usize>,
    text: Range<usize>,
}

/// The rows of a file, one at a time, with every byte between them.
struct Rows<R> {
    file: R,
    parser: Reader,
    delimiter: u8,
    /// Lines before the row read.
    lines_before: u64,
    /// The line on which the row begins.
    line: u64,
    raw: Zeroizing<Vec<u8>>,
    text: Zeroizing<Vec<u8>>,
    cells: Vec<Cell>,
    /// Where the first cell begins and the last one ends in `raw`: line ends stand around them.
    begin: usize,
    end: usize,
}

impl<R: BufRead> Rows<R> {
    fn new(file: R, delimiter: u8) -> Self {
        Self {
            file,
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            lines_before: 0,
            line: 1,
            raw: Zeroizing::default(),
            text: Zeroizing::default(),
            cells: Vec::new(),
            begin: 0,
            end: 0,
        }
    }

    /// Reads the next row; after the last one, `raw` holds what follows it.
    fn next(&mut self) -> Outcome<bool> {
        self.lines_before += newlines(&self.raw);
        self.raw.clear();
        self.text.clear();
        self.cells.clear();
        (self.begin, self.end) = (0, 0);
        let mut buffer = Zeroizing::new([0; 1024]);
        let mut text_begin = 0;
        loop {
            let chunk = self.file.fill_buf().map_err(|error| unreadable(&error))?;
            let is_over = chunk.is_empty();
            let (found, read, written) = self.parser.read_field(chunk, &mut *buffer);
            self.raw.extend_from_slice(&chunk[..read]);
            self.text.extend_from_slice(&buffer[..written]);
            self.file.consume(read);
            match found {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::End => return Ok(false),
                ReadFieldResult::Field { record_end } => {
                    if self.cells.is_empty() {
                        self.begin = leading(&self.raw);
                        self.line = 1 + self.lines_before + newlines(&self.raw[..self.begin]);
                    }
                    // The parser has read the delimiter or line end too, unless the file ends here.
                    let begin = self.cells.last().map_or(self.begin, |cell| cell.raw.end + 1);
                    self.end = self.raw.len() - usize::from(!is_over);
                    self.cells.push(Cell { raw: begin..self.end, text: text_begin..self.text.len() });
                    text_begin = self.text.len();
                    if record_end {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Refuses a row in which a number could stand where nobody looks for it.
    fn check(&self, expected: usize) -> Outcome<()> {
        let (line, found) = (self.line, self.cells.len());
        if found != expected {
            return Err(Failure::fault(format!(
                "line {line} has {found} cells, the heading {expected}; nothing was done"
            )));
        }
        let is_open = |cell: &Cell| {
            let raw = &self.raw[cell.raw.clone()];
            let quotes = raw.iter().filter(|byte| **byte == b'"').count();
            raw.starts_with(b"\"") && (quotes % 2 != 0 || !raw.ends_with(b"\""))
        };
        if self.cells.iter().any(is_open) {
            return Err(Failure::fault(format!(
                "line {line}: a cell opens a quote and does not close it; nothing was done"
            )));
        }
        Ok(())
    }
}

/// How many bytes stand before the first cell: a byte-order mark, the rest of a line end, empty lines.
fn leading(raw: &[u8]) -> usize {
    let marked = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let rest = marked.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(marked.len());
    raw.len() - marked.len() + rest
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}
