//! A figure explained, and what changed it, as documents.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::exports::{Formatted, answer};
use super::findings::FindingCount;
use super::totals::{CoverageCounts, TotalsParameters, as_of, day, question};
use crate::access::Scope;
use crate::api::problem::{self, Unread};
use crate::api::service::Service;
use crate::api::tables::answer::unit_code;
use crate::api::tables::explained as tables;
use crate::consolidation::answer::Figure;
use crate::consolidation::explain::changes::{Cause, Change, Point, WhatChanged};
use crate::consolidation::explain::{Explained, Explanation};
use crate::consolidation::question::{Filter, Question, Unit};
use crate::refusal::{Code, Language, Refusal};
use crate::text::ShortCode;

/// Which figure is to be explained.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExplanationParameters {
    /// What is counted: `PERSON` (if absent) or `PARTICIPATION`.
    unit: Option<String>,
    /// First day of the window, `YYYY-MM-DD`; the programme's first day if absent.
    from: Option<String>,
    /// Last day of the window, `YYYY-MM-DD`; the day of `asOf` if absent.
    to: Option<String>,
    /// As of when: an instant (RFC 3339) or a position; now if absent.
    #[serde(rename = "asOf")]
    as_of: Option<String>,
    /// The day that serves with a position, `YYYY-MM-DD`; the day of its commit if absent.
    day: Option<String>,
    /// Under which version of the definitions, such as `V1`; the one that stands if absent.
    definition: Option<String>,
    /// Of one project only: its identifier. Partners name one of their own.
    project: Option<String>,
    /// `json`, `csv`, `csv-fr` (for French Excel), `xlsx` or `ndjson`; what `Accept` prefers if absent.
    format: Option<String>,
}

impl Formatted for ExplanationParameters {
    fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }
}

/// Which figure, and since when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangesParameters {
    /// Since when: an instant (RFC 3339) or a position.
    since: String,
    /// The day that serves with the position of `since`, `YYYY-MM-DD`; the day of its commit if absent.
    #[serde(rename = "sinceDay")]
    since_day: Option<String>,
    /// What is counted: `PERSON` (if absent) or `PARTICIPATION`.
    unit: Option<String>,
    /// First day of the window, `YYYY-MM-DD`; the programme's first day if absent.
    from: Option<String>,
    /// Last day of the window, `YYYY-MM-DD`; the day of `asOf` if absent.
    to: Option<String>,
    /// Up to when: an instant (RFC 3339) or a position; now if absent.
    #[serde(rename = "asOf")]
    as_of: Option<String>,
    /// The day that serves with a position, `YYYY-MM-DD`; the day of its commit if absent.
    day: Option<String>,
    /// Under which version of the definitions, such as `V1`; at each position the one that then stood if absent.
    definition: Option<String>,
    /// Of one project only: its identifier. Partners name one of their own.
    project: Option<String>,
    /// `json`, `csv`, `csv-fr` (for French Excel), `xlsx` or `ndjson`; what `Accept` prefers if absent.
    format: Option<String>,
}

impl Formatted for ChangesParameters {
    fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }
}

/// A figure with its two parts.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureDocument {
    /// The indicator's code.
    #[schema(example = "SUPPORTED")]
    indicator: String,
    /// The version of its definition.
    version: u32,
    /// The version of the definitions, and its digest.
    definition: String,
    definition_digest: String,
    /// What is counted: `PERSON` or `PARTICIPATION`.
    unit: &'static str,
    /// The numerator, exact decimal text; nothing where it is not applicable.
    numerator: Option<String>,
    /// The denominator of a rate, exact decimal text.
    denominator: Option<String>,
    /// What people read, in the language of Accept-Language.
    #[schema(example = "56.0 %")]
    display: String,
}

/// A figure explained.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplanationDocument {
    /// What it counts, in one English sentence.
    sentence_en: String,
    /// What it counts, in one French sentence.
    sentence_fr: String,
    /// The position that it stands at.
    position: String,
    /// The day that served for the window's end and for due dates.
    day: String,
    /// The figure.
    figure: FigureDocument,
    /// On which of the expected projects it rests.
    coverage: CoverageCounts,
    /// The report versions behind it, by project code.
    contributions: Vec<ContributionDocument>,
    /// How much their numerators sum to above that of the figure, because projects share people.
    excess: Option<String>,
}

/// A report version behind a figure.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContributionDocument {
    /// The project's code.
    project: String,
    /// The identifier of the version in force, under which its findings are read; nothing if none is.
    id: Option<String>,
    /// Its number.
    version: Option<u32>,
    /// The period that it is about.
    period: Option<String>,
    /// Its digest.
    digest: Option<String>,
    /// The rule set that judged it.
    rule_set: Option<u32>,
    /// Whether it came late.
    late: Option<bool>,
    /// The position of its approval.
    approved_position: Option<String>,
    /// The numerator of its project alone.
    numerator: Option<String>,
    /// The denominator of its project alone.
    denominator: Option<String>,
    /// Its findings that were justified or waived, counted by rule.
    standing_findings: Vec<FindingCount>,
}

/// What changed a figure.
#[derive(Serialize, ToSchema)]
pub struct ChangesDocument {
    /// The earlier point.
    from: PointDocument,
    /// The later point.
    to: PointDocument,
    /// Each fact that changed the figure, in the order in which it was committed; their differences sum exactly.
    changes: Vec<ChangeDocument>,
}

/// A figure at a position.
#[derive(Serialize, ToSchema)]
pub struct PointDocument {
    /// The position.
    position: String,
    /// The day.
    day: String,
    /// First day of the window.
    from: String,
    /// Last day of the window.
    to: String,
    /// The figure.
    figure: FigureDocument,
}

/// A fact that changed a figure.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChangeDocument {
    /// What it is: `WINDOW`, `APPROVAL`, `ANNULMENT`, `DEFINITION` or `DIRECTORY`.
    #[schema(example = "APPROVAL")]
    cause: &'static str,
    /// What the journal calls it.
    event: Option<String>,
    /// Its position.
    position: String,
    /// When it was committed.
    at: String,
    /// The code of the project that it is about.
    project: Option<String>,
    /// The number of the report version that it is.
    version: Option<u32>,
    /// The version of the definitions that it added.
    definition: Option<String>,
    /// The digest of the report version, or of the definitions.
    digest: Option<String>,
    /// How much the numerator changed, exactly.
    numerator_change: Option<String>,
    /// How much the denominator changed, exactly.
    denominator_change: Option<String>,
    /// The figure after it.
    after: FigureDocument,
}

/// Explains a figure: one sentence, the report versions behind it, what was justified and waived in them.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/figures/{indicator}/explanation",
    tag = "consolidation",
    operation_id = "explainFigure",
    summary = "Why a figure is what it is",
    params(("code" = String, Path, description = "The programme's code."), ("indicator" = String, Path, description = "The indicator's code, such as SUPPORTED."), ExplanationParameters),
    responses(
        (status = 200, description = "The figure explained. As a table: one row per report version behind it.", content(
            (ExplanationDocument = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
        Unread,
    ),
    security(("oauth" = []))
)]
pub async fn explain(request: HttpRequest, path: Path<(String, String)>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let (programme, indicator) = path.into_inner();
    let operation = move |service: &Service, scope: &Scope, parameters: ExplanationParameters| {
        let unit = read_unit(parameters.unit.as_deref())?;
        let ExplanationParameters { from, to, as_of, day, definition, project, .. } = parameters;
        let question = question(&programme, &TotalsParameters { from, to, as_of, day, definition, format: None })?;
        let question = of_project(question, project.as_deref())?;
        let told = service.consolidation.explain(&service.desk, scope, &question, &indicator, unit)?;
        Ok((question.programme, told))
    };
    let document = |(_, told): &(ShortCode, Explanation)| ExplanationDocument::of(told, language);
    let table = |(programme, told): &(ShortCode, Explanation)| tables::contributions(programme, told, language);
    answer(&request, &service, operation, document, table).await
}

/// Says what changed a figure since an earlier position.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/figures/{indicator}/changes",
    tag = "consolidation",
    operation_id = "listFigureChanges",
    summary = "What changed a figure between two positions",
    params(("code" = String, Path, description = "The programme's code."), ("indicator" = String, Path, description = "The indicator's code, such as SUPPORTED."), ChangesParameters),
    responses(
        (status = 200, description = "The figure at both, and each fact that changed it. As a table: one row per fact.", content(
            (ChangesDocument = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
        Unread,
    ),
    security(("oauth" = []))
)]
pub async fn changes(request: HttpRequest, path: Path<(String, String)>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let (programme, indicator) = path.into_inner();
    let operation = move |service: &Service, scope: &Scope, parameters: ChangesParameters| {
        let unit = read_unit(parameters.unit.as_deref())?;
        let since_day = day(parameters.since_day.as_deref(), "sinceDay")?;
        let since = as_of(Some(&parameters.since), since_day).map_err(|refusal| refusal.at("since"))?;
        let ChangesParameters { from, to, as_of, day, definition, project, .. } = parameters;
        let question = question(&programme, &TotalsParameters { from, to, as_of, day, definition, format: None })?;
        let question = of_project(question, project.as_deref())?;
        let told = service.consolidation.what_changed(&service.desk, scope, &question, since, (&indicator, unit))?;
        Ok((question.programme, told))
    };
    let document = |(_, told): &(ShortCode, WhatChanged)| ChangesDocument::of(told, language);
    let table = |(programme, told): &(ShortCode, WhatChanged)| tables::changes(programme, told, language);
    answer(&request, &service, operation, document, table).await
}

fn read_unit(code: Option<&str>) -> Result<Unit, Refusal> {
    match code {
        None | Some("PERSON") => Ok(Unit::Person),
        Some("PARTICIPATION") => Ok(Unit::Participation),
        Some(_) => Err(Refusal::new(Code::CodeUnknown).at("unit").with("list", "UNIT")),
    }
}

fn of_project(question: Question, project: Option<&str>) -> Result<Question, Refusal> {
    let Some(project) = project else { return Ok(question) };
    let project = project.parse().map_err(|refusal: Refusal| refusal.at("project"))?;
    Ok(Question { filter: Filter { projects: vec![project], ..Filter::default() }, ..question })
}

impl FigureDocument {
    fn of(figure: &Figure, language: Language) -> Self {
        Self {
            indicator: figure.indicator.code.to_string(),
            version: figure.indicator.version,
            definition: figure.indicator.set.code.to_string(),
            definition_digest: figure.indicator.set.digest.to_string(),
            unit: unit_code(figure.unit),
            numerator: figure.numerator_text(),
            denominator: figure.denominator_text(),
            display: figure.display(language),
        }
    }
}

impl ExplanationDocument {
    /// The document of an explanation.
    pub fn of(explanation: &Explanation, language: Language) -> Self {
        let indicator = &explanation.figure.indicator;
        Self {
            sentence_en: explanation.sentence(Language::En).to_owned(),
            sentence_fr: explanation.sentence(Language::Fr).to_owned(),
            position: explanation.position.to_string(),
            day: explanation.day.to_string(),
            figure: FigureDocument::of(&explanation.figure, language),
            coverage: CoverageCounts::of(&explanation.coverage),
            contributions: explanation.contributions.iter().map(ContributionDocument::of).collect(),
            excess: explanation.excess().map(|excess| indicator.exact(excess)),
        }
    }
}

impl ContributionDocument {
    fn of(explained: &Explained) -> Self {
        let contribution = &explained.contribution;
        let version = contribution.version;
        Self {
            project: contribution.project.details.code.to_string(),
            id: explained.report.as_ref().map(|report| report.id.to_string()),
            version: version.map(|version| version.number),
            period: version.map(|version| version.period.to_string()),
            digest: version.map(|version| version.digest.to_string()),
            rule_set: explained.report.as_ref().map(|report| report.rule_set),
            late: version.map(|version| version.late),
            approved_position: version.map(|version| version.approved.to_string()),
            numerator: contribution.figure.numerator_text(),
            denominator: contribution.figure.denominator_text(),
            standing_findings: explained.standing.iter().map(FindingCount::from).collect(),
        }
    }
}

impl ChangesDocument {
    /// The document of what changed.
    pub fn of(told: &WhatChanged, language: Language) -> Self {
        Self {
            from: PointDocument::of(&told.from, language),
            to: PointDocument::of(&told.to, language),
            changes: told.changes.iter().map(|change| ChangeDocument::of(change, language)).collect(),
        }
    }
}

impl PointDocument {
    fn of(point: &Point, language: Language) -> Self {
        Self {
            position: point.position.to_string(),
            day: point.day.to_string(),
            from: point.window.from.to_string(),
            to: point.window.to.to_string(),
            figure: FigureDocument::of(&point.figure, language),
        }
    }
}

impl ChangeDocument {
    fn of(change: &Change, language: Language) -> Self {
        let indicator = &change.after.indicator;
        let definition = match &change.cause {
            Cause::Definition { code, .. } => Some(code.clone()),
            _ => None,
        };
        Self {
            cause: change.cause.kind().code(),
            event: change.event.clone(),
            position: change.position.to_string(),
            at: change.at.to_string(),
            project: change.cause.project().map(|project| project.details.code.to_string()),
            version: change.cause.version().map(|version| version.number),
            definition,
            digest: change.cause.digest().map(|digest| digest.to_string()),
            numerator_change: change.numerator().map(|changed| indicator.exact(changed)),
            denominator_change: change.denominator().map(|changed| indicator.exact_denominator(changed)),
            after: FigureDocument::of(&change.after, language),
        }
    }
}
