//! What is asked beside the content of a submission.

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::Query;
use utoipa::IntoParams;

use crate::api::rest::templates::WORKBOOK;
use crate::directory::period::Quarter;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::operations::Mode;
use crate::reporting::reason::ReasonAnswer;
use crate::reporting::rules::JustifiedWarning;
use crate::reporting::version::Digest;

/// How long an answer is waited for, in seconds, before it becomes a job, if the request does not say.
const USUAL_WAIT_SECONDS: u64 = 5;

/// The longest wait that a request may ask for, in seconds.
const LONGEST_WAIT_SECONDS: u64 = 60;

/// How the content is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// One JSON object per line.
    Ndjson,
    /// A table.
    Csv,
    /// A workbook.
    Xlsx,
}

/// What is asked beside the content of a submission.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the parameters, which are read one by one")]
pub struct SubmissionParameters {
    /// The newest version of the project that you know; 0 if it has none. A JSON document may hold it as a member.
    #[param(rename = "baseVersion")]
    base_version: u32,
    /// `REPLACE` (the participations are all that there are) or `UPSERT` (the others stay as they were).
    #[param(default = "REPLACE")]
    mode: Option<String>,
    /// Does everything, answers what would come of it, and stores nothing.
    #[param(rename = "dryRun", default = false)]
    dry_run: Option<bool>,
    /// The `check` of a dry run: commits exactly what was checked, and is refused if anything has changed since.
    check: Option<String>,
    /// How many participations the content has; it is refused if it has not.
    #[param(rename = "recordCount")]
    record_count: Option<u32>,
    /// The answer to every warning of a code, as `CODE:text`; may be repeated.
    justification: Option<String>,
    /// The answer to a reason for which a version was returned, as `rsn_…:text`; may be repeated.
    answer: Option<String>,
}

/// The parameters, read.
#[derive(Debug)]
pub struct Asked {
    /// The project.
    pub project: ProjectId,
    /// The period.
    pub period: Quarter,
    /// How the content is written.
    pub format: Format,
    /// The newest version that the partner knows, if a parameter says it.
    pub base_version: Option<u32>,
    /// What the participations are to those of the base version, if a parameter says it.
    pub mode: Option<Mode>,
    /// Whether nothing is to be kept.
    pub dry_run: bool,
    /// The check to commit.
    pub check: Option<Digest>,
    /// The number of participations announced.
    pub record_count: Option<u32>,
    /// Answers to warnings.
    pub justifications: Vec<JustifiedWarning>,
    /// Answers to reasons of returns.
    pub answers: Vec<ReasonAnswer>,
    /// How long to wait for the answer, in seconds.
    pub wait_seconds: u64,
}

impl Asked {
    /// Reads path, parameters and headers; the first thing that does not hold is refused.
    pub fn read(request: &HttpRequest, project: &str, period: &str) -> Result<Self, Refusal> {
        let invalid = |name: &str| Refusal::new(Code::ParameterInvalid).at(name);
        let mut asked = Self {
            project: project.parse().map_err(|refusal: Refusal| refusal.at("project"))?,
            period: period.parse().map_err(|refusal: Refusal| refusal.at("period"))?,
            format: format_of(request)?,
            base_version: None,
            mode: None,
            dry_run: false,
            check: None,
            record_count: None,
            justifications: Vec::new(),
            answers: Vec::new(),
            wait_seconds: wait_of(request),
        };
        let pairs = Query::<Vec<(String, String)>>::from_query(request.query_string()).map_err(|_| invalid("query"))?;
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in &pairs.0 {
            if !matches!(name.as_str(), "justification" | "answer") && seen.contains(&name.as_str()) {
                return Err(invalid(known(name)));
            }
            seen.push(name);
            let wrong = || invalid(known(name));
            match name.as_str() {
                "baseVersion" => asked.base_version = Some(value.parse().map_err(|_| wrong())?),
                "mode" => asked.mode = Some(Mode::of_code(value).ok_or_else(wrong)?),
                "dryRun" => asked.dry_run = value.parse().map_err(|_| wrong())?,
                "check" => asked.check = Some(value.parse().map_err(|_| wrong())?),
                "recordCount" => asked.record_count = Some(value.parse().map_err(|_| wrong())?),
                "justification" => {
                    let (code, text) = value.split_once(':').ok_or_else(wrong)?;
                    let text = text.parse().map_err(|refusal: Refusal| refusal.at("justification"))?;
                    asked.justifications.push(JustifiedWarning { code: code.to_owned(), path: None, text });
                }
                "answer" => {
                    let (reason, text) = value.split_once(':').ok_or_else(wrong)?;
                    let answer = ReasonAnswer::parse(reason, text);
                    asked.answers.push(answer.map_err(|refusal| refusal.at("answer"))?);
                }
                _ => return Err(wrong()),
            }
        }
        Ok(asked)
    }
}

/// A parameter's name, if it is one of ours; others may be anything and are not repeated.
fn known(name: &str) -> &str {
    let ours = ["baseVersion", "mode", "dryRun", "check", "recordCount", "justification", "answer"];
    ours.into_iter().find(|known| *known == name).unwrap_or("query")
}

fn format_of(request: &HttpRequest) -> Result<Format, Refusal> {
    let unsupported = || Refusal::new(Code::FileTypeUnsupported).at("content-type");
    let mut values = request.headers().get_all(header::CONTENT_TYPE);
    let value = values.next().and_then(|value| value.to_str().ok()).ok_or_else(unsupported)?;
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let format = match parts.next().as_deref() {
        Some("application/json") => Format::Json,
        Some("application/x-ndjson" | "application/jsonl" | "application/ndjson") => Format::Ndjson,
        Some("text/csv") => Format::Csv,
        Some(WORKBOOK) => Format::Xlsx,
        _ => return Err(unsupported()),
    };
    let utf8 = |part: &String| !part.starts_with("charset=") || part.trim_matches('"').ends_with("utf-8");
    if values.next().is_none() && parts.all(|part| utf8(&part)) { Ok(format) } else { Err(unsupported()) }
}

/// `Prefer: respond-async` waits for nothing, `Prefer: wait=10` for ten seconds (RFC 7240).
fn wait_of(request: &HttpRequest) -> u64 {
    let preferred = request.headers().get_all("prefer").filter_map(|value| value.to_str().ok());
    let mut wait_seconds = USUAL_WAIT_SECONDS;
    for preference in preferred.flat_map(|value| value.split([',', ';'])).map(str::trim) {
        if preference.eq_ignore_ascii_case("respond-async") {
            return 0;
        }
        if let Some(seconds) = preference.strip_prefix("wait=").and_then(|seconds| seconds.trim().parse::<u64>().ok()) {
            wait_seconds = seconds.min(LONGEST_WAIT_SECONDS);
        }
    }
    wait_seconds
}
