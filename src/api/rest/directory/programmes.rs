//! Programmes, their calls and their periods.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::{CallResource, PeriodResource, ProgrammeResource};
use super::verbs;
use crate::access::role::Permission;
use crate::api::inputs::programmes::{
    CallAdditionInput, PeriodAdditionInput, PeriodScheduleInput, ProgrammeInput, ProgrammeRevisionInput,
};
use crate::api::problem::{Refused, Unread};
use crate::api::rest::obligations::programme_of;
use crate::api::rest::reading::{NoParameters, PageOf, answer};
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;
use crate::directory::operations as directory;

/// Gives every programme, by code.
#[utoipa::path(
    get,
    path = "/v1/programmes",
    tag = "directory",
    operation_id = "listProgrammes",
    summary = "The programmes",
    responses((status = 200, description = "The programmes.", body = PageOf<ProgrammeResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::list_programmes(desk, scope)?;
        Ok(PageOf::<ProgrammeResource>::whole(found))
    })
    .await
}

/// Registers a programme with its calls and periods.
#[utoipa::path(
    post,
    path = "/v1/programmes",
    tag = "directory",
    operation_id = "registerProgramme",
    summary = "Register a programme",
    params(WriteParameters, OnceHeader),
    request_body = ProgrammeInput,
    responses((status = 201, description = "The programme.", body = ProgrammeResource), Refused),
    security(("oauth" = []))
)]
pub async fn register(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::register_programme).await
}

/// Gives a programme.
#[utoipa::path(
    get,
    path = "/v1/programmes/{programme}",
    tag = "directory",
    operation_id = "getProgramme",
    summary = "A programme",
    params(("programme" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The programme.", body = ProgrammeResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        Ok(ProgrammeResource::from(programme_of(desk, scope, &code)?))
    })
    .await
}

/// Revises a programme; what is absent stays as it is.
#[utoipa::path(
    patch,
    path = "/v1/programmes/{programme}",
    tag = "directory",
    operation_id = "reviseProgramme",
    summary = "Revise a programme",
    params(("programme" = String, Path, description = "The programme's code."), WriteParameters, OnceHeader),
    request_body = ProgrammeRevisionInput,
    responses((status = 200, description = "The programme as it now is.", body = ProgrammeResource), Refused),
    security(("oauth" = []))
)]
pub async fn revise(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::revise_programme).await
}

/// Gives the calls of a programme, by code.
#[utoipa::path(
    get,
    path = "/v1/programmes/{programme}/calls",
    tag = "directory",
    operation_id = "listCalls",
    summary = "The calls of a programme",
    params(("programme" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The calls.", body = PageOf<CallResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_calls(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        Ok(PageOf::<CallResource>::whole(programme_of(desk, scope, &code)?.details.calls))
    })
    .await
}

/// Adds a call to a programme.
#[utoipa::path(
    post,
    path = "/v1/programmes/{programme}/calls",
    tag = "directory",
    operation_id = "addCall",
    summary = "Add a call to a programme",
    params(("programme" = String, Path, description = "The programme's code."), WriteParameters, OnceHeader),
    request_body = CallAdditionInput,
    responses((status = 201, description = "The programme with the call.", body = ProgrammeResource), Refused),
    security(("oauth" = []))
)]
pub async fn add_call(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::add_call).await
}

/// Gives the reporting periods of a programme, in order.
#[utoipa::path(
    get,
    path = "/v1/programmes/{programme}/periods",
    tag = "directory",
    operation_id = "listPeriods",
    summary = "The reporting periods of a programme",
    params(("programme" = String, Path, description = "The programme's code.")),
    responses((status = 200, description = "The periods.", body = PageOf<PeriodResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_periods(request: HttpRequest, code: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        Ok(PageOf::<PeriodResource>::whole(programme_of(desk, scope, &code)?.details.periods))
    })
    .await
}

/// Adds a reporting period to a programme.
#[utoipa::path(
    post,
    path = "/v1/programmes/{programme}/periods",
    tag = "directory",
    operation_id = "addPeriod",
    summary = "Add a reporting period to a programme",
    params(("programme" = String, Path, description = "The programme's code."), WriteParameters, OnceHeader),
    request_body = PeriodAdditionInput,
    responses((status = 201, description = "The programme with the period.", body = ProgrammeResource), Refused),
    security(("oauth" = []))
)]
pub async fn add_period(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::add_period).await
}

/// Gives a reporting period another due date, for every project.
#[utoipa::path(
    patch,
    path = "/v1/programmes/{programme}/periods/{period}",
    tag = "directory",
    operation_id = "reschedulePeriod",
    summary = "Give a reporting period another due date",
    params(("programme" = String, Path, description = "The programme's code."), ("period" = String, Path, description = "The period's code, such as 2024-Q3."), WriteParameters, OnceHeader),
    request_body = PeriodScheduleInput,
    responses((status = 200, description = "The programme with the period's new due date.", body = ProgrammeResource), Refused),
    security(("oauth" = []))
)]
pub async fn reschedule(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::reschedule_period).await
}
