//! Payments and targets of projects.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::{PaymentResource, TargetResource};
use super::verbs;
use crate::access::role::Permission;
use crate::api::inputs::payments::{CancellationInput, PaymentInput, TargetInput};
use crate::api::problem::{Refused, Unread};
use crate::api::rest::obligations::project_of;
use crate::api::rest::reading::{NoParameters, PageOf, answer};
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;
use crate::directory::operations as directory;

/// Gives the payments of a project's grant, by day; those cancelled are among them.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/payments",
    tag = "directory",
    operation_id = "listPayments",
    summary = "The payments of a project's grant",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The payments.", body = PageOf<PaymentResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_payments(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::list_payments(desk, scope, &project_of(desk, scope, &id)?)?;
        Ok(PageOf::<PaymentResource>::whole(found))
    })
    .await
}

/// Records a payment of a project's grant.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/payments",
    tag = "directory",
    operation_id = "recordPayment",
    summary = "Record a payment of a project's grant",
    params(("project" = String, Path, description = "The project's identifier."), WriteParameters, OnceHeader),
    request_body = PaymentInput,
    responses((status = 201, description = "The payment.", body = PaymentResource), Refused),
    security(("oauth" = []))
)]
pub async fn record_payment(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::record_payment).await
}

/// Cancels a payment; it stays, and says why it is cancelled.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/payments/{payment}/cancellation",
    tag = "directory",
    operation_id = "cancelPayment",
    summary = "Cancel a payment",
    params(("project" = String, Path, description = "The project's identifier."), ("payment" = String, Path, description = "The payment's identifier."), WriteParameters, OnceHeader),
    request_body = CancellationInput,
    responses((status = 200, description = "The payment, cancelled.", body = PaymentResource), Refused),
    security(("oauth" = []))
)]
pub async fn cancel_payment(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::cancel_payment).await
}

/// Gives what a project aims at, by indicator and period.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/targets",
    tag = "directory",
    operation_id = "listTargets",
    summary = "What a project aims at",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The targets.", body = PageOf<TargetResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_targets(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::list_targets(desk, scope, &project_of(desk, scope, &id)?)?;
        Ok(PageOf::<TargetResource>::whole(found))
    })
    .await
}

/// Sets what a project aims at for an indicator, as a whole.
#[utoipa::path(
    put,
    path = "/v1/projects/{project}/targets/{indicator}",
    tag = "directory",
    operation_id = "setTarget",
    summary = "Set what a project aims at as a whole",
    params(("project" = String, Path, description = "The project's identifier."), ("indicator" = String, Path, description = "The code of an indicator that the project's programme knows, such as SUPPORTED."), WriteParameters, OnceHeader),
    request_body = TargetInput,
    responses((status = 200, description = "The target.", body = TargetResource), Refused),
    security(("oauth" = []))
)]
pub async fn set_target(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::set_target).await
}

/// Sets what a project aims at for an indicator in one period.
#[utoipa::path(
    put,
    path = "/v1/projects/{project}/targets/{indicator}/{period}",
    tag = "directory",
    operation_id = "setPeriodTarget",
    summary = "Set what a project aims at in a period",
    params(("project" = String, Path, description = "The project's identifier."), ("indicator" = String, Path, description = "The code of an indicator that the project's programme knows, such as SUPPORTED."), ("period" = String, Path, description = "The period's code, such as 2024-Q3."), WriteParameters, OnceHeader),
    request_body = TargetInput,
    responses((status = 200, description = "The target.", body = TargetResource), Refused),
    security(("oauth" = []))
)]
pub async fn set_period_target(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::set_target).await
}
