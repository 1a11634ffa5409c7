//! In what an answer is written: what a request asks for by `format`, or by `Accept` otherwise.

use actix_web::http::header::HeaderMap;

use crate::api::accept::preferences;
use crate::refusal::{Code, Refusal};

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// CSV for analysts: UTF-8, commas, decimal points.
    Csv,
    /// CSV for French Excel: a byte order mark, semicolons, decimal commas.
    CsvFrench,
    /// A workbook of Excel.
    Xlsx,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::CsvFrench, Self::Xlsx, Self::Ndjson];

    /// Its name in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::CsvFrench => "csv-fr",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }

    /// The format of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Its media type, without parameters.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// Its content type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench => "text/csv; charset=utf-8; header=present",
            Self::Xlsx | Self::Ndjson => self.media_type(),
        }
    }

    /// How a file's name ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvFrench => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }
}

/// The format asked for by name, or preferred by `Accept`; nothing for JSON, also where nothing is asked.
pub fn asked(headers: &HeaderMap, name: Option<&str>) -> Result<Option<Format>, Refusal> {
    match name {
        Some("json") => return Ok(None),
        Some(name) => {
            let found = Format::of_name(name);
            return found.map(Some).ok_or_else(|| Refusal::new(Code::ParameterInvalid).at("format"));
        }
        None => {}
    }
    // French Excel's CSV has no media type of its own.
    let offered = [None, Some(Format::Csv), Some(Format::Xlsx), Some(Format::Ndjson)];
    let types = offered.map(|format| format.map_or("application/json", Format::media_type));
    let Some(wanted) = preferences(headers, types) else { return Ok(None) };
    let mut best = (offered[0], wanted[0]);
    for (format, preference) in offered.into_iter().zip(wanted) {
        if (preference.weight, preference.precision) > (best.1.weight, best.1.precision) {
            best = (format, preference);
        }
    }
    if best.1.weight > 0.0 { Ok(best.0) } else { Err(Code::NotAcceptable.into()) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    #[test]
    fn the_preferred_format_is_chosen() {
        let choose = |accept: &str| {
            let request = TestRequest::default().insert_header(("Accept", accept)).to_http_request();
            asked(request.headers(), None).ok()
        };
        for (accept, chosen) in [
            ("text/csv", Some(Some(Format::Csv))),
            ("text/csv, */*", Some(Some(Format::Csv))),
            ("text/*", Some(Some(Format::Csv))),
            ("text/csv;q=0.9, application/json", Some(None)),
            ("text/csv, application/json", Some(None)),
            ("text/html, */*;q=0.8", Some(None)),
            ("", Some(None)),
            ("application/x-ndjson, application/json;q=0.5", Some(Some(Format::Ndjson))),
            (EXCEL, Some(Some(Format::Xlsx))),
            ("text/csv; charset=latin1", None),
            ("application/xml", None),
        ] {
            assert_eq!(choose(accept), chosen, "{accept}");
        }
    }

    #[test]
    fn a_name_wins_over_accept() {
        let request = TestRequest::default().insert_header(("Accept", "text/csv")).to_http_request();
        let asked = |name| asked(request.headers(), Some(name));
        assert_eq!(asked("csv-fr"), Ok(Some(Format::CsvFrench)));
        assert_eq!(asked("json"), Ok(None));
        assert_eq!(asked("pdf").unwrap_err().code, Code::ParameterInvalid);
        assert!(Format::ALL.into_iter().all(|format| Format::of_name(format.name()) == Some(format)));
    }
}
