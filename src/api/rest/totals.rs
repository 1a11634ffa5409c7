//! National totals as one small document, or as a table to download, for whoever does not speak GraphQL.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::exports::{export, figures_document, not_stored};
use super::failed;
use crate::api::problem;
use crate::api::service::Service;
use crate::api::tables::answer::{self as tables, Asked, BOTH, unit_code};
use crate::api::tables::format;
use crate::clock::Instant;
use crate::consolidation::answer::{Answer, Figure};
use crate::consolidation::coverage::Coverage;
use crate::consolidation::question::{AsOf, Question};
use crate::refusal::{Code, Language, Refusal};
use crate::reporting::statement::parse_day;
use crate::storage::journal::Position;
use crate::text::ShortCode;

/// What is asked of national totals.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TotalsParameters {
    /// First day of the window, `YYYY-MM-DD`; the programme's first day if absent.
    pub from: Option<String>,
    /// Last day of the window, `YYYY-MM-DD`; the day of `asOf` if absent.
    pub to: Option<String>,
    /// As of when: an instant (RFC 3339) or a position; now if absent.
    #[serde(rename = "asOf")]
    pub as_of: Option<String>,
    /// The day that serves with a position, `YYYY-MM-DD`; the day of its commit if absent.
    pub day: Option<String>,
    /// Under which version of the definitions, such as `V1`; the one that stands if absent.
    pub definition: Option<String>,
    /// The format: `json`, `csv` (commas, decimal points), `csv-fr` (for French Excel), `xlsx` or `ndjson`; what `Accept`
    /// prefers if absent.
    pub format: Option<String>,
}

/// Consolidated figures of a programme.
#[derive(Serialize, ToSchema)]
pub struct Totals {
    /// The programme's code.
    #[schema(example = "PIC-IPR")]
    programme: String,
    /// The position that the figures stand at; ask again with it and `day` and get the same answer.
    #[schema(example = "4217")]
    position: String,
    /// The day that served for the window's end and for due dates.
    #[schema(example = "2024-02-15")]
    day: String,
    /// First day of the window.
    from: String,
    /// Last day of the window.
    to: String,
    /// The definitions by which exits were classed.
    #[schema(example = "V1")]
    definition: String,
    /// SHA-256 of these definitions.
    #[serde(rename = "definitionDigest")]
    definition_digest: String,
    /// Whether a version behind the figures has lost records by law: they were computed without those.
    redacted: bool,
    /// Whether the figures are those of a sandbox, which no other figure counts.
    sandbox: bool,
    /// On which of the expected projects the figures rest.
    coverage: CoverageCounts,
    /// The figures.
    figures: Vec<TotalFigure>,
}

/// The projects expected to report, counted.
#[derive(Serialize, ToSchema)]
pub struct CoverageCounts {
    /// The last period due.
    #[schema(example = "2023-Q4")]
    period: Option<String>,
    /// Projects expected to report on it.
    expected: usize,
    /// Those with a version in force about it or a later period.
    #[serde(rename = "inForce")]
    in_force: usize,
    /// Those with a version in force about an earlier period only.
    partial: usize,
    /// Those without any version in force.
    missing: usize,
    /// Those that rest on a version that came late.
    late: usize,
    /// Those that rest on a version that states totals and no participation: no figure counts their people.
    #[serde(rename = "aggregateOnly")]
    aggregate_only: usize,
}

impl CoverageCounts {
    /// The counts of a coverage.
    pub fn of(coverage: &Coverage) -> Self {
        Self {
            period: coverage.period.map(|period| period.to_string()),
            expected: coverage.expected_count(),
            in_force: coverage.in_force.len(),
            partial: coverage.partial.len(),
            missing: coverage.missing.len(),
            late: coverage.late_count,
            aggregate_only: coverage.aggregate_only_count,
        }
    }
}

/// One figure with its parts.
#[derive(Serialize, ToSchema)]
pub struct TotalFigure {
    /// The indicator's code.
    #[schema(example = "POSITIVE_EXIT_RATE")]
    indicator: String,
    /// The version of its definition.
    version: u32,
    /// Its name, in the language of Accept-Language.
    name: String,
    /// What is counted: `PERSON` or `PARTICIPATION`.
    unit: &'static str,
    /// The numerator, or the value itself: exact decimal text; nothing where it is not applicable.
    numerator: Option<String>,
    /// The denominator of a rate: exact decimal text.
    denominator: Option<String>,
    /// What people read.
    #[schema(example = "56.0 %")]
    display: String,
}

/// Gives the consolidated figures of a whole programme.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/totals",
    tag = "consolidation",
    operation_id = "getTotals",
    summary = "The consolidated figures of a programme",
    params(("code" = String, Path, description = "The programme's code, such as PIC-IPR."), TotalsParameters),
    responses(
        (status = 200, description = "The figures, by person and by participation. As a table: one row per figure, with exact parts; no text of it becomes a formula. The headers `X-Position` and `X-Day` say as of when, `X-Rows-Digest` is the SHA-256 of the NDJSON form, whatever the format.", content(
            (Totals = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 400, description = "A parameter is malformed.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not see exact national figures.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such programme.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service is busy, or the self-check found a difference and nothing is published.", body = problem::Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn totals(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let scope = match service.caller(&request) {
        Ok(scope) => scope,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let parameters = Query::<TotalsParameters>::from_query(request.query_string());
    let asked = parameters.map_err(|_| Refusal::new(Code::ParameterInvalid).at("query")).and_then(|parameters| {
        Ok((format::asked(request.headers(), parameters.format.as_deref())?, question(&code, &parameters)?))
    });
    let (format, question) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let answered = match format {
        Some(format) => {
            let asked = Asked { question, units: BOTH, address: ("totals", request.query_string().to_owned()) };
            export(&service, scope, asked, format, language).await
        }
        None => {
            let programme = question.programme.to_string();
            let document = |answer: &Answer| Totals::of(programme, answer, language);
            figures_document(&request, &service, scope, question, document).await
        }
    };
    answered.map_or_else(|failure| failed(&request, &failure), not_stored)
}

/// The question of a request.
pub fn question(code: &str, parameters: &TotalsParameters) -> Result<Question, Refusal> {
    let programme = code.parse::<ShortCode>().map_err(|_| Refusal::new(Code::NotFound).at("programme"))?;
    Ok(Question {
        from: day(parameters.from.as_deref(), "from")?,
        to: day(parameters.to.as_deref(), "to")?,
        definition: read_definition(parameters.definition.as_deref())?,
        as_of: as_of(parameters.as_of.as_deref(), day(parameters.day.as_deref(), "day")?)?,
        ..Question::of(programme)
    })
}

/// Reads a day that may be absent.
pub fn day(text: Option<&str>, name: &str) -> Result<Option<jiff::civil::Date>, Refusal> {
    let malformed = || Refusal::new(Code::DateInvalid).at(name);
    text.map(|text| parse_day(text).ok_or_else(malformed)).transpose()
}

/// Reads the version of the definitions that may be named.
pub fn read_definition(code: Option<&str>) -> Result<Option<ShortCode>, Refusal> {
    let unknown = |_| Refusal::new(Code::CodeUnknown).at("definition").with("list", "definitions");
    code.map(str::parse).transpose().map_err(unknown)
}

/// Reads as of when something is asked, with the day that serves.
pub fn as_of(text: Option<&str>, day: Option<jiff::civil::Date>) -> Result<AsOf, Refusal> {
    let Some(text) = text else {
        return if day.is_none() { Ok(AsOf::Now) } else { Err(Refusal::new(Code::ParameterInvalid).at("day")) };
    };
    if let Ok(position) = text.parse::<i64>() {
        return Ok(AsOf::Position(Position(position), day));
    }
    match text.parse::<Instant>() {
        Ok(instant) if day.is_none() => Ok(AsOf::Instant(instant)),
        _ => Err(Refusal::new(Code::ParameterInvalid).at("asOf")),
    }
}

impl Totals {
    /// The document of an answer.
    pub fn of(programme: String, answer: &Answer, language: Language) -> Self {
        Self {
            programme,
            position: answer.position.to_string(),
            day: answer.day.to_string(),
            from: answer.window.from.to_string(),
            to: answer.window.to.to_string(),
            definition: answer.definition.code.to_string(),
            definition_digest: answer.definition.digest.to_string(),
            coverage: CoverageCounts::of(&answer.coverage),
            redacted: answer.redacted,
            sandbox: answer.sandbox,
            figures: figures(answer, language),
        }
    }
}

fn figures(answer: &Answer, language: Language) -> Vec<TotalFigure> {
    let told = |figure: Figure| TotalFigure {
        indicator: figure.indicator.code.to_string(),
        version: figure.indicator.version,
        name: figure.indicator.name(language).to_owned(),
        unit: unit_code(figure.unit),
        numerator: figure.numerator_text(),
        denominator: figure.denominator_text(),
        display: figure.display(language),
    };
    tables::figures(&answer.total, &answer.indicators, BOTH).map(told).collect()
}
