//! Reports through REST: where they stand, and what partners and officers do with them; the same operations as GraphQL,
//! over the same inputs. Submissions have their own routes.

mod resources;
mod verbs;

use actix_web::Resource;
use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use self::resources::{ReportWithLife, ReturnReasonResource, TransitionResource};
use super::reading::{NoParameters, answer};
use super::wrong_method;
use crate::access::{Desk, Scope};
use crate::api::problem::Unread;
use crate::api::service::Service;
use crate::id::ReportId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::operations as reporting;
use crate::reporting::version::Report;

/// The part of the OpenAPI document about reports.
#[derive(OpenApi)]
#[openapi(paths(
    find,
    list_reasons,
    verbs::certify,
    verbs::recall,
    verbs::start_review,
    verbs::return_for_correction,
    verbs::approve,
    verbs::reopen,
    verbs::annul,
    verbs::extend_due_date,
))]
pub struct Document;

/// Registers the routes of reports.
pub fn configure(config: &mut ServiceConfig) {
    use web::{get, post};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/v1/reports/{report}").route(get().to(find)))
        .service(at("/v1/reports/{report}/return-reasons").route(get().to(list_reasons)))
        .service(at("/v1/reports/{report}/certification").route(post().to(verbs::certify)))
        .service(at("/v1/reports/{report}/recall").route(post().to(verbs::recall)))
        .service(at("/v1/reports/{report}/review").route(post().to(verbs::start_review)))
        .service(at("/v1/reports/{report}/return").route(post().to(verbs::return_for_correction)))
        .service(at("/v1/reports/{report}/approval").route(post().to(verbs::approve)))
        .service(at("/v1/reports/{report}/reopening").route(post().to(verbs::reopen)))
        .service(at("/v1/reports/{report}/annulment").route(post().to(verbs::annul)))
        .service(at("/v1/projects/{project}/reports/{period}/extensions").route(post().to(verbs::extend_due_date)));
}

/// Gives a report and the steps of its life.
#[utoipa::path(
    get,
    path = "/v1/reports/{report}",
    tag = "reporting",
    operation_id = "getReport",
    summary = "Where a report stands, and how it came there",
    params(("report" = String, Path, description = "The report's identifier.")),
    responses((status = 200, description = "The report.", body = ReportWithLife), Unread),
    security(("oauth" = []))
)]
async fn find(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |service, scope, NoParameters {}: NoParameters| {
        let report = report_of(&service.desk, scope, &id)?;
        let transitions = reporting::list_transitions(&service.desk, scope, &report)?;
        let transitions = transitions.into_iter().map(TransitionResource::from).collect();
        Ok(ReportWithLife { report: report.into(), transitions })
    })
    .await
}

/// Gives the reasons for which versions of a report were returned, with the partner's answers: for the partner, officers
/// and auditors.
#[utoipa::path(
    get,
    path = "/v1/reports/{report}/return-reasons",
    tag = "reporting",
    operation_id = "listReturnReasons",
    summary = "Why versions of a report were returned, place by place",
    params(("report" = String, Path, description = "The report's identifier.")),
    responses((status = 200, description = "The reasons, in the order in which they were given.", body = Vec<ReturnReasonResource>), Unread),
    security(("oauth" = []))
)]
async fn list_reasons(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |service, scope, NoParameters {}: NoParameters| {
        let report = report_of(&service.desk, scope, &id)?;
        let reasons = reporting::list_reasons(&service.desk, scope, &report.id, None)?;
        Ok(reasons.into_iter().map(ReturnReasonResource::from).collect::<Vec<_>>())
    })
    .await
}

/// The report of an identifier in a path.
fn report_of(desk: &Desk, scope: &Scope, id: &str) -> Outcome<Report> {
    let not_found = || Refusal::new(Code::NotFound).at("report");
    let id = id.parse::<ReportId>().map_err(|_| not_found())?;
    Ok(reporting::find_report(desk, scope, &id)?.ok_or_else(not_found)?)
}
