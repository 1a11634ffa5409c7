//! Downloads as CSV (RFC 4180): UTF-8, commas, a heading, and no cell that a spreadsheet would take for a formula.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};
use csv::{Terminator, WriterBuilder};

use crate::api::accept::preferences;
use crate::refusal::{Code, Refusal};

/// In what a download is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/json`, also where nothing is asked.
    Json,
    /// `text/csv`.
    Csv,
}

/// The format that `Accept` prefers.
pub fn accepted(headers: &HeaderMap) -> Result<Format, Refusal> {
    let Some([json, csv]) = preferences(headers, ["application/json", "text/csv"]) else { return Ok(Format::Json) };
    match () {
        () if csv.weight > 0.0 && (csv.weight, csv.precision) > (json.weight, json.precision) => Ok(Format::Csv),
        () if json.weight > 0.0 => Ok(Format::Json),
        () => Err(Code::NotAcceptable.into()),
    }
}

/// The text of a CSV document.
pub fn text<'t, Row: IntoIterator<Item = &'t str>>(heading: &[&str], rows: impl IntoIterator<Item = Row>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing into memory fails only for rows that are not as long as the heading, which are ours.
    writer.write_record(heading).expect("a heading is a row");
    for row in rows {
        writer.write_record(row.into_iter().map(|cell| harmless(cell).into_owned())).expect("as long as the heading");
    }
    writer.into_inner().expect("memory takes everything")
}

/// A response that saves a CSV document under a name, which is ours.
pub fn download(name: &str, document: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(document)
}

/// A cell that no spreadsheet runs: an apostrophe goes before what would begin a formula. Plain numbers stay numbers.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

fn is_number(cell: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    unsigned.split_once('.').map_or_else(|| digits(unsigned), |(whole, part)| digits(whole) && digits(part))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_preferred_format_is_chosen() {
        let choose = |accept| {
            accepted(TestRequest::default().insert_header(("Accept", accept)).to_http_request().headers()).ok()
        };
        for (accept, chosen) in [
            ("text/csv", Some(Format::Csv)),
            ("text/csv, */*", Some(Format::Csv)),
            ("text/*", Some(Format::Csv)),
            ("text/csv;q=0.9, application/json", Some(Format::Json)),
            ("text/csv, application/json", Some(Format::Json)),
            ("text/html, */*;q=0.8", Some(Format::Json)),
            ("", Some(Format::Json)),
            ("text/csv; charset=latin1", None),
            ("application/xml", None),
        ] {
            assert_eq!(choose(accept), chosen, "{accept}");
        }
    }

    #[test]
    fn cells_are_quoted_where_needed_and_never_formulas() {
        let rows = [["a,b", "say \"x\""], ["=1+1", "@SUM(A1)"], ["+33", "-2+3"], ["\tx", "-12.50"], ["É", ""]];
        let text = String::from_utf8(text(&["one", "two"], rows)).unwrap();
        assert_eq!(
            text,
            "one,two\r\n\"a,b\",\"say \"\"x\"\"\"\r\n'=1+1,'@SUM(A1)\r\n'+33,'-2+3\r\n'\tx,-12.50\r\nÉ,\r\n"
        );
    }
}
