//! National totals as one small document, for whoever does not speak GraphQL.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{failed, run};
use crate::api::problem;
use crate::api::service::Service;
use crate::clock::Instant;
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::INDICATORS;
use crate::consolidation::question::{AsOf, Question, Unit};
use crate::directory::money::Cents;
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
    from: Option<String>,
    /// Last day of the window, `YYYY-MM-DD`; the day of `asOf` if absent.
    to: Option<String>,
    /// As of when: an instant (RFC 3339) or a position; now if absent.
    #[serde(rename = "asOf")]
    as_of: Option<String>,
    /// The day that serves with a position, `YYYY-MM-DD`; the day of its commit if absent.
    day: Option<String>,
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
    definition: &'static str,
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
}

/// One figure with its parts.
#[derive(Serialize, ToSchema)]
pub struct TotalFigure {
    /// The indicator's code.
    #[schema(example = "POSITIVE_EXIT_RATE")]
    indicator: &'static str,
    /// Its name, in the language of Accept-Language.
    name: &'static str,
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
        (status = 200, description = "The figures, by person and by participation.", body = Totals),
        (status = 400, description = "A parameter is malformed.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not see exact national figures.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such programme.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = problem::Problem, content_type = "application/problem+json"),
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
    let question = parameters
        .map_err(|_| Refusal::new(Code::ParameterInvalid).at("query"))
        .and_then(|parameters| question(&code, &parameters));
    let question = match question {
        Ok(question) => question,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let programme = question.programme.to_string();
    let answered = run(&service, move |service| service.consolidation.answer(&service.desk, &scope, &question)).await;
    match answered {
        Ok(answer) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(Totals::of(programme, &answer, language)),
        Err(failure) => failed(&request, &failure),
    }
}

fn question(code: &str, parameters: &TotalsParameters) -> Result<Question, Refusal> {
    let day = |text: &Option<String>, name: &str| match text {
        Some(text) => parse_day(text).map(Some).ok_or_else(|| Refusal::new(Code::DateInvalid).at(name)),
        None => Ok(None),
    };
    let programme = code.parse::<ShortCode>().map_err(|_| Refusal::new(Code::NotFound).at("programme"))?;
    Ok(Question {
        from: day(&parameters.from, "from")?,
        to: day(&parameters.to, "to")?,
        as_of: as_of(parameters.as_of.as_deref(), day(&parameters.day, "day")?)?,
        ..Question::of(programme)
    })
}

fn as_of(text: Option<&str>, day: Option<jiff::civil::Date>) -> Result<AsOf, Refusal> {
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
        let coverage = &answer.coverage;
        Self {
            programme,
            position: answer.position.to_string(),
            day: answer.day.to_string(),
            from: answer.window.from.to_string(),
            to: answer.window.to.to_string(),
            definition: answer.definition.code(),
            coverage: CoverageCounts {
                period: coverage.period.map(|period| period.to_string()),
                expected: coverage.expected_count(),
                in_force: coverage.in_force.len(),
                partial: coverage.partial.len(),
                missing: coverage.missing.len(),
                late: coverage.late_count,
            },
            figures: figures(answer, language),
        }
    }
}

fn figures(answer: &Answer, language: Language) -> Vec<TotalFigure> {
    let mut figures = Vec::new();
    for (unit, unit_code) in [(Unit::Person, "PERSON"), (Unit::Participation, "PARTICIPATION")] {
        for indicator in INDICATORS.iter().filter(|i| unit == Unit::Person || !i.numerator.is_of_projects()) {
            let figure = answer.total.figure(indicator, unit);
            let money = indicator.numerator.is_money();
            let part = |part: i64| if money { Cents(part).to_string() } else { part.to_string() };
            figures.push(TotalFigure {
                indicator: indicator.code,
                name: if language == Language::Fr { indicator.name_fr } else { indicator.name_en },
                unit: unit_code,
                numerator: figure.numerator.map(part),
                denominator: figure.denominator.map(part),
                display: figure.display(language),
            });
        }
    }
    figures
}
