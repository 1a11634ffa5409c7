//! Templates: a table with every field and no row, for people who fill in a spreadsheet.
//!
//! In English or French; as CSV, or as a workbook whose cells offer the labels of their code lists.

use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::code_lists::CodeList;
use super::fields::{Field, kept_fields};
use crate::refusal::{Failure, Language, Outcome};

/// How many rows of a workbook's sheet offer labels.
const OFFERING_ROWS: u32 = 5_000;

/// The columns of a template, in order: every field that is kept, and an identity.
pub fn fields() -> impl Iterator<Item = Field> {
    kept_fields().chain([Field::IdentityScheme, Field::IdentityValue])
}

fn header(field: Field, language: Language) -> &'static str {
    if language == Language::Fr { field.header_fr() } else { field.header() }
}

/// The template as CSV: with commas in English; for French spreadsheets with semicolons, behind a byte-order mark.
pub fn csv(language: Language) -> String {
    let headers: Vec<&str> = fields().map(|field| header(field, language)).collect();
    match language {
        Language::En => format!("{}\n", headers.join(",")),
        Language::Fr => format!("\u{feff}{}\n", headers.join(";")),
    }
}

/// The template as a workbook: the table, and a sheet with the code lists that its cells offer.
pub fn workbook(lists: &[CodeList], language: Language) -> Outcome<Vec<u8>> {
    write(lists, language).map_err(|_| Failure::fault("a template could not be written"))
}

fn write(lists: &[CodeList], language: Language) -> Result<Vec<u8>, XlsxError> {
    let (table_name, lists_name) = match language {
        Language::En => ("participations", "code lists"),
        Language::Fr => ("participations", "nomenclatures"),
    };
    let bold = Format::new().set_bold();
    let mut workbook = Workbook::new();
    // When it was written is not part of it: the same template is the same file.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let mut table = Worksheet::new();
    table.set_name(table_name)?.set_freeze_panes(1, 0)?;
    let mut offered: Vec<&CodeList> = Vec::new();
    for (column, field) in (0_u16..).zip(fields()) {
        let header = header(field, language);
        table.write_with_format(0, column, header, &bold)?;
        table.set_column_width(column, (header.len() + 4).max(14) as f64)?;
        table.set_column_format(column, &format_of(field))?;
        let list = field.list().and_then(|code| lists.iter().find(|list| list.code == code));
        if let Some(list) = list.filter(|_| field != Field::Supports) {
            let place = offered.iter().position(|known| known.code == list.code).unwrap_or(offered.len());
            if place == offered.len() {
                offered.push(list);
            }
            let offers = DataValidation::new().allow_list_formula(range_of(lists_name, place, list));
            // What stands there may also be a code, so another text is no error here; the service checks it.
            table.add_data_validation(1, column, OFFERING_ROWS, column, &offers.show_error_message(false))?;
        }
    }
    let mut sheet = Worksheet::new();
    sheet.set_name(lists_name)?.set_freeze_panes(1, 0)?;
    for (column, list) in (0_u16..).zip(offered) {
        sheet.write_with_format(0, column, list.name(language), &bold)?;
        sheet.set_column_width(column, 32)?;
        for (row, text) in (1_u32..).zip(texts(list, language)) {
            sheet.write_string(row, column, text)?;
        }
    }
    workbook.push_worksheet(table);
    workbook.push_worksheet(sheet);
    workbook.save_to_buffer()
}

/// Days look like days; what is a number only to a spreadsheet, such as a department, stays text.
fn format_of(field: Field) -> Format {
    match field {
        Field::EntryOn
        | Field::ExitOn
        | Field::ExitContractFrom
        | Field::ExitContractTo
        | Field::FollowUpObservedOn => Format::new().set_num_format("yyyy-mm-dd"),
        _ => Format::new().set_num_format("@"),
    }
}

/// What a list offers: labels, or the codes of departments and schemes, by which they are known.
fn texts(list: &CodeList, language: Language) -> impl Iterator<Item = &'static str> {
    let by_code = matches!(list.code, "DEPARTMENT" | "IDENTITY_SCHEME");
    let valid: Vec<_> = list.entries.iter().filter(|entry| entry.valid).copied().collect();
    valid.into_iter().map(move |entry| if by_code { entry.code } else { entry.label(language) })
}

fn range_of(sheet: &str, column: usize, list: &CodeList) -> Formula {
    let count = list.entries.iter().filter(|entry| entry.valid).count();
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    Formula::new(format!("='{sheet}'!${letter}$2:${letter}${}", count + 1))
}
