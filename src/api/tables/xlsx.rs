//! A workbook of Excel: the figures with typed cells under a heading that stays in sight, a sheet that says what was
//! asked and as of when, and one with the definitions. Nothing in it is a formula: text is written as text.

use std::io::{self, Write};

use jiff::civil::date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Cell, Table};
use crate::refusal::Language;

/// The longest text of a cell, in UTF-16 units: Excel's own limit.
const LONGEST_TEXT: usize = 32_767;

/// The most rows of a workbook: it is made in memory, at some two kilobytes a row.
pub const MOST_ROWS: u32 = 50_000;

/// The largest whole number that a cell, which is a float, holds exactly; a larger one is written as text.
const LARGEST_EXACT: u64 = 1 << 53;

struct Styles {
    heading: Style,
    whole: Style,
    day: Style,
    decimals: [Style; 3],
    wrapped: Style,
}

/// Writes a table.
pub fn write(table: &Table, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let (count, digest) = table.count_and_digest()?;
    let mut workbook = Workbook::new();
    // When it was written is not part of the answer: the same answer is the same file.
    let properties = ExcelDateTime::from_ymd(2000, 1, 1).map(|made| DocProperties::new().set_creation_datetime(&made));
    workbook.set_properties(&properties.map_err(broken)?);
    let styles = Styles {
        heading: Style::new().set_bold(),
        whole: Style::new().set_num_format("#,##0"),
        day: Style::new().set_num_format("yyyy-mm-dd"),
        decimals: ["#,##0", "#,##0.0", "#,##0.00"].map(|format| Style::new().set_num_format(format)),
        wrapped: Style::new().set_text_wrap().set_align(FormatAlign::Top),
    };
    let french = table.language == Language::Fr;
    let [figures, about, definitions] =
        if french { ["Chiffres", "À propos", "Définitions"] } else { ["Figures", "About", "Definitions"] };
    write_rows(table, workbook.add_worksheet().set_name(figures).map_err(broken)?, &styles)?;
    let [rows, digested] = if french {
        ["Nombre de lignes", "SHA-256 des lignes (export NDJSON)"]
    } else {
        ["Number of rows", "SHA-256 of the rows (NDJSON export)"]
    };
    let counted = [(rows, Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX))), (digested, Cell::Text(digest))];
    let sheet = workbook.add_worksheet().set_name(about).map_err(broken)?;
    for (row, (heading, cell)) in (0..).zip(table.about.iter().chain(&counted)) {
        sheet.write_string_with_format(row, 0, *heading, &styles.heading).map_err(broken)?;
        put(sheet, row, 1, cell, &styles)?;
    }
    widen(sheet, &[38.0, 80.0])?;
    if !table.definitions.is_empty() {
        let sheet = workbook.add_worksheet().set_name(definitions).map_err(broken)?;
        let headings = if french { ["Code", "Nom", "Définition"] } else { ["Code", "Name", "Definition"] };
        for (column, heading) in (0..).zip(headings) {
            sheet.write_string_with_format(0, column, heading, &styles.heading).map_err(broken)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(broken)?;
        for (row, definition) in (1..).zip(&table.definitions) {
            for (column, text) in (0..).zip(definition) {
                sheet.write_string_with_format(row, column, short(text), &styles.wrapped).map_err(broken)?;
            }
        }
        widen(sheet, &[34.0, 44.0, 100.0])?;
    }
    workbook.save_to_writer(out).map_err(broken)
}

fn write_rows(table: &Table, sheet: &mut Worksheet, styles: &Styles) -> io::Result<()> {
    for (place, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(0, place, &*column.title, &styles.heading).map_err(broken)?;
        sheet.set_column_width(place, 18.0).map_err(broken)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(broken)?;
    let mut last = 0;
    for (row, cells) in (1..).zip(table.source.rows()) {
        if row > MOST_ROWS {
            return Err(io::Error::other("too many rows for a workbook"));
        }
        for (column, cell) in (0..).zip(&cells) {
            put(sheet, row, column, cell, styles)?;
        }
        last = row;
    }
    if let (Ok(columns @ 1..), 1..) = (u16::try_from(table.columns.len()), last) {
        sheet.autofilter(0, 0, last, columns - 1).map_err(broken)?;
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, styles: &Styles) -> io::Result<()> {
    let exact = |number: i64| number.unsigned_abs() <= LARGEST_EXACT;
    #[expect(clippy::cast_precision_loss, reason = "what a float does not hold is written as text")]
    match cell {
        Cell::Nothing => return Ok(()),
        Cell::Text(text) => sheet.write_string(row, column, short(text)),
        Cell::Whole(number) if exact(*number) => {
            sheet.write_number_with_format(row, column, *number as f64, &styles.whole)
        }
        Cell::Decimal(units, scale @ 0..=2) if exact(*units) => {
            let value = *units as f64 / f64::from(10_u32.pow(u32::from(*scale)));
            sheet.write_number_with_format(row, column, value, &styles.decimals[usize::from(*scale)])
        }
        Cell::Whole(number) => sheet.write_string(row, column, number.to_string()),
        Cell::Decimal(units, scale) => sheet.write_string(row, column, super::decimal(*units, *scale, '.')),
        Cell::Day(day) => {
            // Days as Excel counts them; its calendar begins with a leap day in 1900 that never was.
            let serial = (*day - date(1899, 12, 30)).get_days();
            sheet.write_number_with_format(row, column, f64::from(serial), &styles.day)
        }
        Cell::Flag(flag) => sheet.write_boolean(row, column, *flag),
    }
    .map_err(broken)?;
    Ok(())
}

/// Text as far as a cell holds it.
fn short(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let mut units = 1;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= LONGEST_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

fn widen(sheet: &mut Worksheet, widths: &[f64]) -> io::Result<()> {
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, *width).map_err(broken)?;
    }
    Ok(())
}

fn broken(error: XlsxError) -> io::Error {
    io::Error::other(error)
}
