//! What partners and officers do with reports: one route a verb, each naming the version that its caller saw.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::{ExtensionResource, ReportResource};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::reports::{ActionInput, ApprovalInput, ExtensionInput, ReasonedInput, ReturnInput};
use crate::api::problem::Refused;
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;
use crate::reporting::operations as reporting;
use crate::reporting::version::Report;

type Answered = Result<ReportResource, Unsettled>;

fn done(report: Report) -> Answered {
    Ok(report.into())
}

/// Signs a submission as a second person at the partner, where the programme asks for that: it then reaches the funder. For
/// partners other than whoever submitted.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/certification",
    tag = "reporting",
    operation_id = "certifyReport",
    summary = "Certify a submission as a second person",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ActionInput,
    responses((status = 200, description = "The report, with the funder.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn certify(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ActionInput| done(reporting::certify(desk, scope, &input.read()?)?);
    write((request, payload, service), Permission::SubmitReports, StatusCode::OK, work).await
}

/// Takes a submission back, before any review. For partners.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/recall",
    tag = "reporting",
    operation_id = "recallReport",
    summary = "Take a submission back",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ActionInput,
    responses((status = 200, description = "The report, with the partner again.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn recall(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ActionInput| done(reporting::recall(desk, scope, &input.read()?)?);
    write((request, payload, service), Permission::SubmitReports, StatusCode::OK, work).await
}

/// Begins the review of a submission. For officers.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/review",
    tag = "reporting",
    operation_id = "startReview",
    summary = "Begin the review of a submission",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ActionInput,
    responses((status = 200, description = "The report, in review.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn start_review(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work =
        |desk: &Desk, scope: &Scope, input: ActionInput| done(reporting::start_review(desk, scope, &input.read()?)?);
    write((request, payload, service), Permission::ReviewReports, StatusCode::OK, work).await
}

/// Sends a report back to the partner with reasons, on the whole and at places of the version. For officers.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/return",
    tag = "reporting",
    operation_id = "returnReport",
    summary = "Send a report back with reasons",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ReturnInput,
    responses((status = 200, description = "The report, with the partner again.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn return_for_correction(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ReturnInput| {
        let (target, reason, reasons) = input.read()?;
        done(reporting::return_for_correction(desk, scope, &target, &reason, &reasons)?)
    };
    write((request, payload, service), Permission::ReviewReports, StatusCode::OK, work).await
}

/// Approves a version, which enters into force. For officers other than whoever submitted.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/approval",
    tag = "reporting",
    operation_id = "approveReport",
    summary = "Approve a version",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ApprovalInput,
    responses((status = 200, description = "The report, approved.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn approve(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ApprovalInput| {
        done(reporting::approve(desk, scope, &input.read()?, input.acknowledge_late)?)
    };
    write((request, payload, service), Permission::ReviewReports, StatusCode::OK, work).await
}

/// Asks for a new version of an approved report; the approved one stays in force until then. For officers.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/reopening",
    tag = "reporting",
    operation_id = "reopenReport",
    summary = "Ask for a new version of an approved report",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ReasonedInput,
    responses((status = 200, description = "The report, with the partner again.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn reopen(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ReasonedInput| {
        let (target, reason) = input.read()?;
        done(reporting::reopen(desk, scope, &target, &reason)?)
    };
    write((request, payload, service), Permission::ReviewReports, StatusCode::OK, work).await
}

/// Takes an approved version out of force (fraud, wrong project). For officers.
#[utoipa::path(
    post,
    path = "/v1/reports/{report}/annulment",
    tag = "reporting",
    operation_id = "annulReport",
    summary = "Take an approved version out of force",
    params(("report" = String, Path, description = "The report's identifier."), WriteParameters, OnceHeader),
    request_body = ReasonedInput,
    responses((status = 200, description = "The report as it now stands.", body = ReportResource), Refused),
    security(("oauth" = []))
)]
pub async fn annul(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ReasonedInput| {
        let (target, reason) = input.read()?;
        done(reporting::annul(desk, scope, &target, &reason)?)
    };
    write((request, payload, service), Permission::ReviewReports, StatusCode::OK, work).await
}

/// Extends the due date of a project's report for a period, with a reason. What was late before stays late. For officers.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/reports/{period}/extensions",
    tag = "reporting",
    operation_id = "extendDueDate",
    summary = "Extend a due date",
    params(
        ("project" = String, Path, description = "The project's identifier."),
        ("period" = String, Path, description = "The period, such as 2024-Q3."),
        WriteParameters,
        OnceHeader,
    ),
    request_body = ExtensionInput,
    responses((status = 201, description = "The extension.", body = ExtensionResource), Refused),
    security(("oauth" = []))
)]
pub async fn extend_due_date(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let work = |desk: &Desk, scope: &Scope, input: ExtensionInput| {
        let (project, period, due_on, reason) = input.read()?;
        Ok(ExtensionResource::from(reporting::extend_due_date(desk, scope, &project, period, due_on, &reason)?))
    };
    write((request, payload, service), Permission::ReviewReports, StatusCode::CREATED, work).await
}
