//! Any slice of the consolidated figures as one table: filters, up to three groupings, series, indicators.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::exports::{export, figures_document, not_stored};
use super::failed;
use super::totals::{CoverageCounts, as_of, day, read_definition};
use crate::api::graphql::inputs::Reader;
use crate::api::inputs::filters::FilterTexts;
use crate::api::problem;
use crate::api::service::Service;
use crate::api::tables::answer::{Asked, unit_code};
use crate::api::tables::format;
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::question::{Dimension, Question, Series, Unit};
use crate::consolidation::vocabulary::{Attribute, Cell};
use crate::refusal::{Code, Language, Refusal};
use crate::text::ShortCode;

/// What is asked of a table. Lists are written with commas.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TableParameters {
    /// First day of the window, `YYYY-MM-DD`; the programme's first day if absent.
    from: Option<String>,
    /// Last day of the window, `YYYY-MM-DD`; the day of `asOf` if absent.
    to: Option<String>,
    /// As of when: an instant (RFC 3339) or a position; now if absent.
    as_of: Option<String>,
    /// The day that serves with a position, `YYYY-MM-DD`; the day of its commit if absent.
    day: Option<String>,
    /// Up to three dimensions, such as `REGION,QUARTER`; see the code list DIMENSION.
    group_by: Option<String>,
    /// What quarters and years are told of: `FLOW` (if absent) or `CUMULATIVE`.
    series: Option<String>,
    /// Codes of indicators; all if absent.
    indicators: Option<String>,
    /// What is counted: `PERSON` (if absent) or `PARTICIPATION`.
    unit: Option<String>,
    /// Under which definitions; `V1` if absent.
    definition: Option<String>,
    /// INSEE codes of regions of delivery.
    regions: Option<String>,
    /// INSEE codes of departments of delivery.
    departments: Option<String>,
    /// Identifiers of projects.
    projects: Option<String>,
    /// Identifiers of organisations that lead projects.
    organisations: Option<String>,
    /// Codes of calls.
    calls: Option<String>,
    /// One sector or trade, as it is written.
    sector: Option<String>,
    /// Codes of sexes.
    sexes: Option<String>,
    /// Codes of ages at entry.
    age_bands: Option<String>,
    /// Codes of protection statuses.
    protection_statuses: Option<String>,
    /// Codes of French levels at entry.
    french_levels: Option<String>,
    /// Codes of education levels.
    education_levels: Option<String>,
    /// Codes of labour statuses at entry.
    labour_statuses: Option<String>,
    /// INSEE codes of regions of residence, or why there is none.
    residence_regions: Option<String>,
    /// Whether the person lives in a priority district (QPV).
    priority_district: Option<String>,
    /// Whether the person lives in a rural revitalisation area (FRR).
    rural_area: Option<String>,
    /// Whether the person has a recognised disability.
    disability: Option<String>,
    /// Codes of kinds of support.
    support_kinds: Option<String>,
    /// The format: `json`, `csv` (commas, decimal points), `csv-fr` (for French Excel), `xlsx` or `ndjson`; what `Accept`
    /// prefers if absent.
    format: Option<String>,
}

/// Consolidated figures as a table: one row per group, one value per indicator.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FiguresTable {
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
    definition_digest: String,
    /// What is counted: `PERSON` or `PARTICIPATION`.
    unit: &'static str,
    /// What quarters and years are told of.
    series: &'static str,
    /// Whether a version behind the figures has lost records by law: they were computed without those.
    redacted: bool,
    /// Whether the figures are those of a sandbox, which no other figure counts.
    sandbox: bool,
    /// On which of the expected projects the figures rest.
    coverage: CoverageCounts,
    /// The dimensions, in the order of the keys.
    dimensions: Vec<&'static str>,
    /// The indicators, in the order of the values.
    indicators: Vec<String>,
    /// Everything selected.
    total: Row,
    /// The groups, the last dimension fastest.
    rows: Vec<Row>,
    /// For each indicator, how much the groups sum to above the total because they share people.
    overlaps: Vec<Option<String>>,
}

/// One group of a table.
#[derive(Serialize, ToSchema)]
pub struct Row {
    /// Its code in each dimension.
    keys: Vec<String>,
    /// What people read of it in each dimension, in the language of Accept-Language.
    labels: Vec<String>,
    /// For each indicator: the count, the amount in EUR or the percentage; nothing where it could not be told.
    values: Vec<Option<String>>,
    /// For each indicator, the exact numerator.
    numerators: Vec<Option<String>>,
    /// For each indicator, the exact denominator; only rates have one.
    denominators: Vec<Option<String>>,
}

/// Gives any slice of a programme's consolidated figures.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/table",
    tag = "consolidation",
    operation_id = "getTable",
    summary = "Any slice of a programme's figures as a table",
    params(("code" = String, Path, description = "The programme's code, such as PIC-IPR."), TableParameters),
    responses(
        (status = 200, description = "The figures of everything selected and of each group. As a table: one row per figure, with exact parts; no text of it becomes a formula. The headers `X-Position` and `X-Day` say as of when, `X-Rows-Digest` is the SHA-256 of the NDJSON form, whatever the format.", content(
            (FiguresTable = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 400, description = "A parameter is malformed.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not see these figures.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such programme.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 406, description = "No acceptable format.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 413, description = "The answer would have too many groups, or too many rows for a workbook.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = problem::Problem, content_type = "application/problem+json"),
        (status = 503, description = "The service is busy, or the self-check found a difference and nothing is published.", body = problem::Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn table(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let scope = match service.caller(&request) {
        Ok(scope) => scope,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let parameters = Query::<TableParameters>::from_query(request.query_string());
    let read = parameters.map_err(|_| Refusal::new(Code::ParameterInvalid).at("query")).and_then(|parameters| {
        Ok((format::asked(request.headers(), parameters.format.as_deref())?, read(&code, &parameters)?))
    });
    let (format, (question, unit)) = match read {
        Ok(read) => read,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let answered = match format {
        Some(format) => {
            let units = if unit == Unit::Person { &[Unit::Person] } else { &[Unit::Participation] };
            let asked = Asked { question, units, address: ("table", request.query_string().to_owned()) };
            export(&service, scope, asked, format, language).await
        }
        None => {
            let programme = question.programme.to_string();
            let document = |answer: &Answer| FiguresTable::of(programme, answer, unit, language);
            figures_document(&request, &service, scope, question, document).await
        }
    };
    answered.map_or_else(|failure| failed(&request, &failure), not_stored)
}

fn read(code: &str, parameters: &TableParameters) -> Result<(Question, Unit), Refusal> {
    let programme = code.parse::<ShortCode>().map_err(|_| Refusal::new(Code::NotFound).at("programme"))?;
    let mut reader = Reader::default();
    let filter = texts(parameters).read(&mut reader, "");
    let dimension = |code: &str| Dimension::ALL.iter().copied().find(|one| one.names()[0] == code);
    let group_by = list(&parameters.group_by).into_iter();
    let group_by: Vec<Dimension> = group_by
        .map(|code| dimension(code).ok_or_else(|| unknown("groupBy", "dimensions")))
        .collect::<Result<_, _>>()?;
    let series = one_of("series", &parameters.series, &[("FLOW", Series::Flow), ("CUMULATIVE", Series::Cumulative)])?;
    let units = [("PERSON", Unit::Person), ("PARTICIPATION", Unit::Participation)];
    let unit = one_of("unit", &parameters.unit, &units)?;
    let codes = |text: &String| text.split(',').map(str::to_owned).collect();
    let question = Question {
        from: day(parameters.from.as_deref(), "from")?,
        to: day(parameters.to.as_deref(), "to")?,
        as_of: as_of(parameters.as_of.as_deref(), day(parameters.day.as_deref(), "day")?)?,
        filter,
        group_by,
        series,
        indicators: parameters.indicators.as_ref().map(codes),
        definition: read_definition(parameters.definition.as_deref())?,
        ..Question::of(programme)
    };
    match reader.refusals().into_iter().next() {
        Some(refusal) => Err(refusal),
        None => Ok((question, unit)),
    }
}

fn unknown(path: &str, of: &'static str) -> Refusal {
    Refusal::new(Code::CodeUnknown).at(path).with("list", of)
}

/// The first value if nothing is given.
fn one_of<T: Copy>(path: &str, given: &Option<String>, values: &[(&str, T)]) -> Result<T, Refusal> {
    let Some(given) = given else { return Ok(values[0].1) };
    let found = values.iter().find(|(code, _)| code == given);
    found.map(|(_, value)| *value).ok_or_else(|| Refusal::new(Code::ParameterInvalid).at(path))
}

fn list(text: &Option<String>) -> Vec<&str> {
    text.as_deref().filter(|text| !text.is_empty()).map(|text| text.split(',').collect()).unwrap_or_default()
}

fn texts(parameters: &TableParameters) -> FilterTexts<'_> {
    let p = parameters;
    let owned = |text: &Option<String>| list(text).into_iter().map(str::to_owned).collect();
    FilterTexts {
        regions: owned(&p.regions),
        departments: owned(&p.departments),
        projects: list(&p.projects),
        organisations: list(&p.organisations),
        calls: owned(&p.calls),
        sectors: p.sector.iter().cloned().collect(),
        codes: vec![
            (Attribute::Sex, "sexes", list(&p.sexes)),
            (Attribute::AgeBand, "ageBands", list(&p.age_bands)),
            (Attribute::ProtectionStatus, "protectionStatuses", list(&p.protection_statuses)),
            (Attribute::FrenchLevel, "frenchLevels", list(&p.french_levels)),
            (Attribute::Education, "educationLevels", list(&p.education_levels)),
            (Attribute::LabourStatus, "labourStatuses", list(&p.labour_statuses)),
            (Attribute::ResidenceRegion, "residenceRegions", list(&p.residence_regions)),
            (Attribute::PriorityDistrict, "priorityDistrict", list(&p.priority_district)),
            (Attribute::RuralArea, "ruralArea", list(&p.rural_area)),
            (Attribute::Disability, "disability", list(&p.disability)),
            (Attribute::SupportKind, "supportKinds", list(&p.support_kinds)),
        ],
    }
}

impl FiguresTable {
    fn of(programme: String, answer: &Answer, unit: Unit, language: Language) -> Self {
        let table = &answer.table;
        let row = |place: usize| {
            let keys = table.keys(place);
            let label = |key: &&_| label(key, language);
            let labels = keys.iter().map(label).collect();
            Row::of(answer, &table.cells[place], unit, keys.iter().map(|key| key.code.clone()).collect(), labels)
        };
        let overlap = |indicator: &Defined| answer.overlap(indicator, unit).map(|excess| indicator.exact(excess));
        Self {
            programme,
            position: answer.position.to_string(),
            day: answer.day.to_string(),
            from: answer.window.from.to_string(),
            to: answer.window.to.to_string(),
            definition: answer.definition.code.to_string(),
            definition_digest: answer.definition.digest.to_string(),
            unit: unit_code(unit),
            series: if answer.series == Series::Flow { "FLOW" } else { "CUMULATIVE" },
            redacted: answer.redacted,
            sandbox: answer.sandbox,
            coverage: CoverageCounts::of(&answer.coverage),
            dimensions: table.axes.iter().map(|axis| axis.dimension.names()[0]).collect(),
            indicators: answer.indicators.iter().map(|indicator| indicator.code.to_string()).collect(),
            total: Row::of(answer, &answer.total, unit, Vec::new(), Vec::new()),
            rows: (0..table.cells.len()).map(row).collect(),
            overlaps: answer.indicators.iter().map(overlap).collect(),
        }
    }
}

fn label(key: &crate::consolidation::rollup::axes::Key, language: Language) -> String {
    if language == Language::Fr { key.label_fr.clone() } else { key.label_en.clone() }
}

impl Row {
    fn of(answer: &Answer, cell: &Cell, unit: Unit, keys: Vec<String>, labels: Vec<String>) -> Self {
        let mut row = Self { keys, labels, values: Vec::new(), numerators: Vec::new(), denominators: Vec::new() };
        for indicator in &answer.indicators {
            let figure = cell.figure(indicator, unit);
            row.values.push(figure.value_text());
            row.numerators.push(figure.numerator_text());
            row.denominators.push(figure.denominator_text());
        }
        row
    }
}
