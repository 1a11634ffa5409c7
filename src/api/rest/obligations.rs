//! What projects owe, where they stand, and what waits for review.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reading::{NoParameters, PageOf, PageParameters, answer, page_of};
use crate::access::{Desk, Scope};
use crate::api::problem::Problem;
use crate::api::service::Service;
use crate::directory::operations as directory;
use crate::directory::period::Quarter;
use crate::directory::programme::Programme;
use crate::id::ProjectId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::obligation::{self, Extension};
use crate::reporting::operations as reporting;
use crate::reporting::queue::QueueItem;

/// What a project owes for a period.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Obligation {
    /// The project's identifier.
    project: String,
    /// The project's code.
    #[schema(example = "BATIR")]
    project_code: String,
    /// The period.
    #[schema(example = "2024-Q3")]
    period: String,
    /// Where it stands today: `NOT_OPEN`, `EXPECTED`, `OVERDUE`, or the state of the report.
    #[schema(example = "OVERDUE")]
    standing: &'static str,
    /// The period's due date, the same for every project.
    #[schema(example = "2024-10-31")]
    due_on: String,
    /// The day to which this project's due date was extended, if it was.
    extended_to: Option<String>,
    /// Why it was extended.
    extension_reason: Option<String>,
    /// Whether the report's newest version reached the funder late.
    late: bool,
    /// The report's identifier, if anything was ever submitted.
    report: Option<String>,
}

impl From<obligation::Obligation> for Obligation {
    fn from(owed: obligation::Obligation) -> Self {
        Self {
            standing: owed.standing.code(),
            due_on: owed.period.due_on.to_string(),
            extended_to: owed.extended_to().map(|day| day.to_string()),
            extension_reason: owed.extensions.last().map(|Extension { reason, .. }| reason.to_string()),
            late: owed.late,
            report: owed.report.map(|report| report.id.to_string()),
            project: owed.project.id.to_string(),
            project_code: owed.project.details.code.to_string(),
            period: owed.period.code.to_string(),
        }
    }
}

/// A report that waits for review, or for the end of its review.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReviewItem {
    /// The report's identifier.
    report: String,
    /// The project's identifier.
    project: String,
    /// The period.
    #[schema(example = "2024-Q3")]
    period: String,
    /// Its state: `SUBMITTED` or `IN_REVIEW`.
    #[schema(example = "SUBMITTED")]
    state: &'static str,
    /// The number of its newest version, which waits.
    version: u32,
    /// When the version reached the funder.
    #[schema(example = "2024-04-18T09:30:00.000000Z")]
    waiting_since: String,
    /// Whole days since then, by the programme's calendar.
    days_waiting: u32,
    /// Whether it came late.
    late: bool,
    /// Warnings that the partner justified.
    justified_warning_count: u32,
    /// Notices.
    notice_count: u32,
    /// Versions of the same report that were sent before.
    earlier_version_count: u32,
    /// Reasons of earlier returns that nobody answered.
    unanswered_reason_count: u32,
}

impl From<QueueItem> for ReviewItem {
    fn from(item: QueueItem) -> Self {
        Self {
            report: item.report.id.to_string(),
            project: item.report.project.to_string(),
            period: item.report.period.to_string(),
            state: item.report.state.code(),
            version: item.version.number,
            waiting_since: item.waiting_since.to_string(),
            days_waiting: item.days_waiting,
            late: item.version.late,
            justified_warning_count: item.warning_count,
            notice_count: item.notice_count,
            earlier_version_count: item.earlier_version_count,
            unanswered_reason_count: item.unanswered_reason_count,
        }
    }
}

/// Which obligations of a programme.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ObligationParameters {
    /// The period, such as `2024-Q3`.
    period: String,
    /// How many, 1 to 200; 20 if absent.
    first: Option<i32>,
    /// The `next` of the page before; from the beginning if absent.
    after: Option<String>,
}

/// What the projects of a programme owe for a period, and where they stand, by project.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/obligations",
    tag = "reporting",
    summary = "What projects owe for a period",
    params(("code" = String, Path, description = "The programme's code, such as PIC-IPR."), ObligationParameters),
    responses(
        (status = 200, description = "A page, by project.", body = PageOf<Obligation>),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read reports.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such programme.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn of_programme(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    let operation = move |service: &Service, scope: &Scope, parameters: ObligationParameters| {
        let desk = &service.desk;
        let programme = programme_of(desk, scope, &code)?;
        let period = parameters.period.parse::<Quarter>().map_err(|refusal| refusal.at("period"))?;
        let page = page_of(parameters.first, parameters.after.as_deref())?;
        let found = reporting::list_obligations(desk, scope, &programme, period, &page)?;
        Ok(PageOf::of(found, |owed| owed.project.id.to_string(), Obligation::from))
    };
    answer(&request, &service, operation).await
}

/// What a project owes, period by period, and where it stands.
#[utoipa::path(
    get,
    path = "/v1/projects/{id}/obligations",
    tag = "reporting",
    summary = "What a project owes",
    params(("id" = String, Path, description = "The project's identifier.")),
    responses(
        (status = 200, description = "Every period that it owes a report for.", body = Vec<Obligation>),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read reports.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such project within what you may see.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn of_project(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let operation = move |service: &Service, scope: &Scope, NoParameters {}: NoParameters| {
        let project = project_of(&service.desk, scope, &id)?;
        let owed = reporting::list_obligations_of(&service.desk, scope, &project)?;
        Ok(owed.into_iter().map(Obligation::from).collect::<Vec<_>>())
    };
    answer(&request, &service, operation).await
}

/// What waits for review in a programme, the longest waiting first. For officers and auditors.
#[utoipa::path(
    get,
    path = "/v1/programmes/{code}/review-queue",
    tag = "reporting",
    summary = "What waits for review",
    params(("code" = String, Path, description = "The programme's code, such as PIC-IPR."), PageParameters),
    responses(
        (status = 200, description = "A page, the longest waiting first.", body = PageOf<ReviewItem>),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role has no queue.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such programme.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn review_queue(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    let operation = move |service: &Service, scope: &Scope, parameters: PageParameters| {
        let programme = programme_of(&service.desk, scope, &code)?;
        let found = reporting::list_review_queue(&service.desk, scope, &programme, &parameters.read()?)?;
        Ok(PageOf::of(found, QueueItem::key, ReviewItem::from))
    };
    answer(&request, &service, operation).await
}

/// The programme of a code in a path.
pub fn programme_of(desk: &Desk, scope: &Scope, code: &str) -> Outcome<Programme> {
    let found = directory::find_programme(desk, scope, code)?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?)
}

/// The project of an identifier in a path.
pub fn project_of(desk: &Desk, scope: &Scope, id: &str) -> Outcome<crate::directory::project::Project> {
    let not_found = || Refusal::new(Code::NotFound).at("project");
    let id = id.parse::<ProjectId>().map_err(|_| not_found())?;
    Ok(directory::find_project(desk, scope, &id)?.ok_or_else(not_found)?)
}
