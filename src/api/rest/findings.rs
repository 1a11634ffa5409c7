//! Findings of versions: pages of JSON, or everything as a table; and who of a version is also elsewhere.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reading::{PageOf, PageParameters, page_of};
use super::{failed, run_keeping};
use crate::access::{Desk, Scope};
use crate::api::edge::gate::Class;
use crate::api::problem::{self, Problem, Unread};
use crate::api::service::Service;
use crate::api::tables::download::download;
use crate::api::tables::{Cell, Table, format};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Language, Outcome, Refusal};
use crate::reporting::operations as reporting;
use crate::reporting::rules::{self, FindingFilter, RuleCount, Severity};
use crate::reporting::version::ReportVersion;
use crate::reporting::waiver;

/// How many findings a rule has.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingCount {
    /// The rule's stable code.
    code: &'static str,
    /// How grave they are.
    severity: &'static str,
    /// How many.
    count: u32,
    /// How many of them block the submission.
    blocking_count: u32,
    /// How many of them the partner has justified.
    justified_count: u32,
    /// How many of them the funder has waived.
    waived_count: u32,
    /// How many of them are listed: fewer than there are if a submission has more than 50 000 findings.
    listed_count: u32,
    /// The first places where they stand; none for callers who may not read records.
    paths: Vec<String>,
}

/// One place where a statement does not meet a rule.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingDocument {
    /// The rule's stable code.
    code: &'static str,
    /// How grave it is.
    severity: &'static str,
    /// Where, such as `participations[reference=A-17].exit.on`.
    path: String,
    /// The line of the file, where it is about a record of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// What was found.
    message: String,
    /// What to do.
    remedy: &'static str,
    /// The partner's answer to a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
    /// The funder's waiver of the rule for this project.
    #[serde(skip_serializing_if = "Option::is_none")]
    waived_by: Option<WaivedBy>,
    /// Whether it blocks the submission.
    blocking: bool,
}

/// The waiver of a finding.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaivedBy {
    /// Its identifier.
    id: String,
    /// Why.
    reason: String,
    /// The last day on which it holds, unless it is revoked before.
    expires_on: String,
}

/// Findings of a version: the counts of all, and a page of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingsDocument {
    /// All findings counted by rule, by what had to be dealt with first.
    counts: Vec<FindingCount>,
    /// Whether there are more findings than are listed, 50 000.
    truncated: bool,
    /// The findings, in the same order.
    items: Vec<FindingDocument>,
    /// What to give as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which findings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FindingsParameters {
    /// Of these rules: codes with commas between them; of all if absent.
    codes: Option<String>,
    /// Of these severities: `ERROR`, `WARNING`, `NOTICE`, with commas between them; of all if absent.
    severities: Option<String>,
    /// How many, 1 to 200; 20 if absent. CSV always holds all.
    first: Option<i32>,
    /// The `next` of the page before; from the beginning if absent.
    after: Option<String>,
    /// The format: `json`, `csv`, `csv-fr` (for French Excel), `xlsx` or `ndjson`; what `Accept` prefers if absent.
    format: Option<String>,
}

impl From<&RuleCount> for FindingCount {
    fn from(count: &RuleCount) -> Self {
        Self {
            code: count.rule.code,
            severity: count.rule.severity.code(),
            count: count.count,
            blocking_count: count.blocking_count,
            justified_count: count.justified_count,
            waived_count: count.waived_count,
            listed_count: count.listed_count,
            paths: count.paths.clone(),
        }
    }
}

impl From<&waiver::Waiver> for WaivedBy {
    fn from(waiver: &waiver::Waiver) -> Self {
        let waiver::Waiver { id, reason, expires_on, .. } = waiver;
        Self { id: id.to_string(), reason: reason.to_string(), expires_on: expires_on.to_string() }
    }
}

impl FindingDocument {
    /// The document of a finding, with the line of the file where it is known.
    pub fn of(finding: &rules::Finding, line: Option<u32>, language: Language) -> Self {
        Self {
            code: finding.rule.code,
            severity: finding.rule.severity.code(),
            path: finding.path.clone(),
            line,
            message: finding.message(language),
            remedy: finding.rule.remedy(language),
            justification: finding.justification.as_ref().map(ToString::to_string),
            waived_by: finding.waiver.as_deref().map(WaivedBy::from),
            blocking: finding.blocks(),
        }
    }
}

impl FindingsParameters {
    fn filter(&self) -> Result<FindingFilter, Refusal> {
        let list = |text: &String| text.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>();
        let severity = |code: &String| {
            Severity::of_code(code)
                .ok_or_else(|| Refusal::new(Code::CodeUnknown).at("severities").with("list", "Severity"))
        };
        let severities = self.severities.as_ref().map(list);
        let severities = severities.map(|codes| codes.iter().map(severity).collect::<Result<_, _>>()).transpose()?;
        Ok(FindingFilter { codes: self.codes.as_ref().map(list), severities })
    }

    fn page(&self) -> Result<PageRequest, Refusal> {
        page_of(self.first, self.after.as_deref())
    }
}

/// Gives the findings of a version.
#[utoipa::path(
    get,
    path = "/v1/versions/{id}/findings",
    tag = "reporting",
    operation_id = "listFindings",
    summary = "The findings of a version, as pages of JSON or whole as a table to download",
    params(("id" = String, Path, description = "The version's identifier."), FindingsParameters),
    responses(
        (status = 200, description = "The findings, by what had to be dealt with first. As CSV: UTF-8, commas, one row per finding, in the language of Accept-Language; a cell that would begin a formula has an apostrophe before it; the header `X-Findings-Truncated` says whether there were more than 50 000.", content(
            (FindingsDocument = "application/json"),
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read records.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such version within reach.", body = Problem, content_type = "application/problem+json"),
        (status = 406, description = "No acceptable format.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn findings(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    let asked = service.caller(&request).and_then(|scope| {
        let parameters = Query::<FindingsParameters>::from_query(request.query_string());
        let parameters = parameters.map_err(|_| Refusal::new(Code::ParameterInvalid).at("query"))?;
        Ok((
            scope,
            format::asked(request.headers(), parameters.format.as_deref())?,
            parameters.filter()?,
            parameters.page()?,
        ))
    });
    let (scope, format, filter, page) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let class = if format.is_some() { Class::Export } else { Class::Reading };
    let found = run_keeping(class, &service, move |service| {
        let desk = &service.desk;
        let version = version_of(desk, &scope, &id)?;
        let counts = reporting::count_findings(desk, &scope, &version)?;
        let listed = match format {
            None => reporting::list_findings(desk, &scope, &version, &filter, &page)?,
            Some(_) => {
                let all = reporting::list_all_findings(desk, &scope, &version, &filter)?;
                Page { items: all.into_iter().map(|finding| (0, finding)).collect(), has_more: false }
            }
        };
        let truncated = counts.iter().any(|count| count.listed_count < count.count);
        Ok((version, counts, truncated, listed))
    });
    let mut response = match found.await.map(|found| (format, found)) {
        Ok((None, ((_, counts, truncated, listed), _))) => {
            let document = |(_, finding): (i64, rules::Finding)| FindingDocument::of(&finding, None, language);
            let PageOf { items, next } = PageOf::of(listed, |(place, _)| place.to_string(), document);
            let counts = counts.iter().map(FindingCount::from).collect();
            HttpResponse::Ok().json(FindingsDocument { counts, truncated, items, next })
        }
        Ok((Some(format), ((version, _, truncated, listed), place))) => {
            let name = format!("findings-{}", version.id);
            let mut response = match download(table(name, &listed.items, language), format, place).await {
                Ok(response) => response,
                Err(failure) => return failed(&request, &failure),
            };
            let truncated = HeaderValue::from_static(if truncated { "true" } else { "false" });
            response.headers_mut().insert(header::HeaderName::from_static("x-findings-truncated"), truncated);
            response
        }
        Err(failure) => return failed(&request, &failure),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    response
}

fn table(name: String, findings: &[(i64, rules::Finding)], language: Language) -> Table {
    let heading = ["code", "severity", "path", "reference", "message", "remedy", "justification", "waiver"];
    let rows = findings.iter().map(|(_, finding)| {
        let rule = finding.rule;
        let waiver = finding.waiver.as_ref().map(|waiver| format!("{}: {}", waiver.expires_on, waiver.reason));
        let justification = finding.justification.as_ref().map_or("", |text| text.as_str());
        let (code, severity, path) = (rule.code, rule.severity.code(), finding.path.as_str());
        let (reference, message) = (finding.reference().unwrap_or_default(), finding.message(language));
        let waiver = waiver.unwrap_or_default();
        let text = [code, severity, path, reference, &message, rule.remedy(language), justification, &waiver];
        text.map(Cell::from).to_vec()
    });
    Table::plain(name, &heading, rows.collect())
}

/// Gives the people of a version who are also in another project.
#[utoipa::path(
    get,
    path = "/v1/versions/{id}/overlaps",
    tag = "reporting",
    operation_id = "listOverlaps",
    summary = "Who of a version is also in another project: for officers and auditors",
    params(("id" = String, Path, description = "The version's identifier."), PageParameters),
    responses((status = 200, description = "A page of notices, by reference, computed now and stored nowhere.", body = PageOf<FindingDocument>),
        (status = 403, description = "The role may not see every organisation's records.", body = Problem, content_type = "application/problem+json"),
        Unread,
    ),
    security(("oauth" = []))
)]
pub async fn overlaps(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let language = problem::language(request.headers());
    super::reading::answer(&request, &service, move |service, scope, parameters: PageParameters| {
        let page = parameters.read()?;
        let version = version_of(&service.desk, scope, &id)?;
        let found = reporting::list_overlaps(&service.desk, scope, &version)?;
        let after: usize = page.after().parse().unwrap_or(0);
        let placed = page.cut(found.into_iter().enumerate().skip(after).collect());
        let document = |(_, finding): (usize, rules::Finding)| FindingDocument::of(&finding, None, language);
        Ok(PageOf::of(placed, |(place, _)| (place + 1).to_string(), document))
    })
    .await
}

/// The version of an identifier, if the caller may see its report.
fn version_of(desk: &Desk, scope: &Scope, id: &str) -> Outcome<ReportVersion> {
    let not_found = || Refusal::new(Code::NotFound).at("version");
    let id = id.parse().map_err(|_: Refusal| not_found())?;
    reporting::find_version_by_id(desk, scope, &id)?.ok_or_else(|| not_found().into())
}
