//! XLSX as spreadsheets write it: the first sheet becomes the rows of a table, which is read like any other.
//!
//! A workbook is an archive whose directory stands at its end, so it is held whole; what it would become unpacked is
//! measured before anything looks into it. Its rows are then read one by one.

use std::io::{Cursor, Error, ErrorKind, Read, sink};
use std::panic::AssertUnwindSafe;

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader, XlsxError};
use csv::WriterBuilder;
use zeroize::Zeroizing;
use zip::ZipArchive;

use super::{Intake, read_csv};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::identity::ProgrammeKey;

/// The largest workbook, in bytes.
pub const LARGEST_WORKBOOK: usize = 16 * 1024 * 1024;

/// The most that its sheets may be unpacked, in bytes: some 50 000 participations.
const LARGEST_SHEETS: u64 = 96 * 1024 * 1024;

/// The most that everything else in it may be unpacked: texts, which are held, and styles.
const LARGEST_REST: u64 = 16 * 1024 * 1024;

/// The most files in it.
const MOST_FILES: usize = 500;

/// The most columns of a sheet.
const MOST_COLUMNS: u32 = 16_384;

/// How many signs of a cell are passed on: more than any line may have.
const LONGEST_CELL: usize = 70_000;

type Cells<'w, 'f> = XlsxCellReader<'w, Cursor<&'f [u8]>>;

/// Reads participations from a workbook; `step` is told how many rows were read and may end the reading.
pub fn read_workbook(
    workbook: &[u8],
    key: &ProgrammeKey,
    step: &mut dyn FnMut(usize) -> Outcome<()>,
) -> Outcome<Intake> {
    if let Err(refusal) = weigh(workbook) {
        return Ok(refused(refusal));
    }
    let unreadable = || refused(Code::WorkbookUnreadable.into());
    let Some(mut opened) = guarded(|| Xlsx::new(Cursor::new(workbook))) else { return Ok(unreadable()) };
    let Some(sheet) = opened.sheet_names().first().cloned() else { return Ok(unreadable()) };
    let Some(cells) = guarded(|| opened.worksheet_cells_reader(&sheet)) else { return Ok(unreadable()) };
    let mut rows = Rows::of(cells);
    let intake = read_csv(&mut rows, key, step)?;
    Ok(if rows.broken { unreadable() } else { intake })
}

/// What the reader makes of a workbook; nothing where it fails, or panics over one that was made for that.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Option<T> {
    std::panic::catch_unwind(AssertUnwindSafe(read)).ok()?.ok()
}

fn refused(refusal: Refusal) -> Intake {
    let mut intake = Intake::default();
    intake.refuse(None, refusal);
    intake
}

/// Unpacks everything once, keeping nothing, and stops at the limits, whatever the archive's directory promises.
fn weigh(workbook: &[u8]) -> Result<(), Refusal> {
    let unreadable = || Refusal::new(Code::WorkbookUnreadable);
    let mut archive = ZipArchive::new(Cursor::new(workbook)).map_err(|_| unreadable())?;
    if archive.len() > MOST_FILES {
        return Err(unreadable());
    }
    let (mut sheets_left, mut rest_left) = (LARGEST_SHEETS, LARGEST_REST);
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| unreadable())?;
        let is_sheet = file.name().is_ok_and(|name| name.to_ascii_lowercase().starts_with("xl/worksheets/"));
        let left = if is_sheet { &mut sheets_left } else { &mut rest_left };
        let size = std::io::copy(&mut file.take(*left + 1), &mut sink()).map_err(|_| unreadable())?;
        *left = left.checked_sub(size).ok_or_else(|| {
            let limit = if is_sheet { LARGEST_SHEETS } else { LARGEST_REST };
            Refusal::new(Code::WorkbookTooLarge).with("limit", limit)
        })?;
    }
    Ok(())
}

/// A sheet as the text of a table, one line for each row of it, so that lines are told by the numbers that people see.
struct Rows<'w, 'f> {
    cells: Cells<'w, 'f>,
    /// The first cell of the next row, which shows that the row before it has ended.
    ahead: Option<(u32, u32, String)>,
    /// How many lines were written.
    line_count: u32,
    /// How many columns the header has; shorter rows are filled up, since sheets leave empty cells out.
    width: Option<usize>,
    text: Zeroizing<Vec<u8>>,
    read: usize,
    /// Whether the last cell was read.
    ended: bool,
    /// Whether the sheet turned out to be none.
    broken: bool,
}

impl<'w, 'f> Rows<'w, 'f> {
    fn of(cells: Cells<'w, 'f>) -> Self {
        Self {
            cells,
            ahead: None,
            line_count: 0,
            width: None,
            text: Zeroizing::default(),
            read: 0,
            ended: false,
            broken: false,
        }
    }

    /// The next cell that holds something: its row, its column, its text.
    fn next_cell(&mut self) -> Option<(u32, u32, String)> {
        while !self.ended {
            match guarded(|| self.cells.next_cell_with_formula_metadata()) {
                Some(Some(cell)) => {
                    let text = if cell.formula.is_some() { "=".to_owned() } else { text_of(&cell.value) };
                    if !text.is_empty() {
                        return Some((cell.pos.0, cell.pos.1, text));
                    }
                }
                Some(None) => {
                    self.ended = true;
                    return None;
                }
                None => {
                    self.broken = true;
                    return None;
                }
            }
        }
        None
    }

    /// Writes the next line: an empty one for a row that is not there.
    fn write_line(&mut self) {
        self.text.clear();
        self.read = 0;
        let Some((row, column, first)) = self.ahead.take().or_else(|| self.next_cell()) else { return };
        if row < self.line_count || column >= MOST_COLUMNS {
            self.broken = true;
        } else if row > self.line_count {
            self.ahead = Some((row, column, first));
            self.text.push(b'\n');
            self.line_count += 1;
        } else {
            let mut line = vec![(column, first)];
            loop {
                match self.next_cell() {
                    Some((same, column, text)) if same == row => line.push((column, text)),
                    next => break self.ahead = next,
                }
            }
            self.write_row(line);
            self.line_count += 1;
        }
    }

    fn write_row(&mut self, line: Vec<(u32, String)>) {
        let mut cells: Vec<String> = Vec::with_capacity(self.width.unwrap_or_default());
        for (column, text) in line {
            let column = column as usize;
            if column < cells.len() || column >= MOST_COLUMNS as usize {
                self.broken = true;
                return;
            }
            cells.resize(column, String::new());
            cells.push(text);
        }
        let width = *self.width.get_or_insert(cells.len());
        cells.resize(cells.len().max(width), String::new());
        let mut writer = WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
        // Writing into memory does not fail.
        let written = writer.write_record(cells.iter().map(|cell| cell.as_bytes()));
        match (written, writer.into_inner()) {
            (Ok(()), Ok(text)) => *self.text = text,
            _ => self.broken = true,
        }
        cells.into_iter().for_each(|cell| drop(Zeroizing::new(cell)));
    }
}

impl Read for Rows<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.read == self.text.len() && !self.broken && (!self.ended || self.ahead.is_some()) {
            self.write_line();
        }
        if self.broken {
            return Err(Error::from(ErrorKind::InvalidData));
        }
        let left = &self.text[self.read..];
        let taken = left.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&left[..taken]);
        self.read += taken;
        Ok(taken)
    }
}

/// What a cell states, as a table would write it: days as days, whole numbers without a point, one line.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // Beyond that, not every whole number is one of these.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "true".to_owned(),
        DataRef::Bool(false) => "false".to_owned(),
        DataRef::DateTime(at) if at.is_datetime() => match at.to_ymd_hms_milli() {
            (year, month, day, 0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
            (year, month, day, hour, minute, ..) => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"),
        },
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::DateTimeIso(text) => one_line(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::DurationIso(text) | DataRef::String(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::Error(_) => "#".to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().take(LONGEST_CELL).map(|sign| if matches!(sign, '\n' | '\r') { ' ' } else { sign }).collect()
}
