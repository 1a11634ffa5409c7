//! Projects, amendments of their agreements, and their transfers.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use super::resources::{AmendmentResource, ProjectResource, TransferResource};
use super::verbs;
use crate::access::role::Permission;
use crate::api::inputs::projects::{AmendmentInput, ProjectInput};
use crate::api::inputs::transfers::TransferInput;
use crate::api::problem::{Refused, Unread};
use crate::api::rest::obligations::{programme_of, project_of};
use crate::api::rest::reading::{NoParameters, PageOf, answer, page_of};
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;
use crate::directory::operations::{self as directory, ProjectFilter};
use crate::refusal::Refusal;

/// Which projects.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProjectParameters {
    /// The code of a programme; of all if absent.
    programme: Option<String>,
    /// Only those to which something happened after this sequence of the changes feed.
    changed_since: Option<String>,
    /// How many, 1 to 200; 20 if absent.
    first: Option<i32>,
    /// The `next` of the page before; from the beginning if absent.
    after: Option<String>,
}

/// Gives the projects that the caller may see: its own, or all for staff.
#[utoipa::path(
    get,
    path = "/v1/projects",
    tag = "directory",
    operation_id = "listProjects",
    summary = "The projects that you may see",
    params(ProjectParameters),
    responses((status = 200, description = "A page of projects.", body = PageOf<ProjectResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, |Service { desk, .. }, scope, asked: ProjectParameters| {
        let page = page_of(asked.first, asked.after.as_deref())?;
        let within = |refusal: Refusal| refusal.at("changedSince");
        let changed_since = asked.changed_since.map(|since| since.parse().map_err(within)).transpose()?;
        let programme = match &asked.programme {
            Some(code) => Some(programme_of(desk, scope, code)?.id),
            None => None,
        };
        let found = directory::list_projects(desk, scope, &ProjectFilter { programme, changed_since }, &page)?;
        Ok(PageOf::of(found, |project| project.id.to_string(), ProjectResource::from))
    })
    .await
}

/// Registers a project, led by a registered organisation, under one of the programme's calls.
#[utoipa::path(
    post,
    path = "/v1/projects",
    tag = "directory",
    operation_id = "registerProject",
    summary = "Register a project",
    params(WriteParameters, OnceHeader),
    request_body = ProjectInput,
    responses((status = 201, description = "The project.", body = ProjectResource), Refused),
    security(("oauth" = []))
)]
pub async fn register(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::register_project).await
}

/// Gives a project as it now is.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}",
    tag = "directory",
    operation_id = "getProject",
    summary = "A project",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The project.", body = ProjectResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        Ok(ProjectResource::from(project_of(desk, scope, &id)?))
    })
    .await
}

/// Gives the amendments of a project's agreement, by number.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/amendments",
    tag = "directory",
    operation_id = "listAmendments",
    summary = "The amendments of a project's agreement",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The amendments.", body = PageOf<AmendmentResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_amendments(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::list_amendments(desk, scope, &project_of(desk, scope, &id)?)?;
        Ok(PageOf::<AmendmentResource>::whole(found))
    })
    .await
}

/// Records an amendment of a project's agreement: what the project is from now on.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/amendments",
    tag = "directory",
    operation_id = "amendProject",
    summary = "Record an amendment of a project's agreement",
    params(("project" = String, Path, description = "The project's identifier."), WriteParameters, OnceHeader),
    request_body = AmendmentInput,
    responses((status = 201, description = "The project as it now is.", body = ProjectResource), Refused),
    security(("oauth" = []))
)]
pub async fn amend(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::amend_project).await
}

/// Gives the transfers of a project from one organisation to another, in order.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/transfers",
    tag = "directory",
    operation_id = "listTransfers",
    summary = "The transfers of a project",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The transfers.", body = PageOf<TransferResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_transfers(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::list_transfers(desk, scope, &project_of(desk, scope, &id)?.id)?;
        Ok(PageOf::<TransferResource>::whole(found))
    })
    .await
}

/// Transfers a project to another organisation, which leads it from now on and sees all its history; to the one before
/// it is there no more.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/transfer",
    tag = "directory",
    operation_id = "transferProject",
    summary = "Transfer a project to another organisation",
    params(("project" = String, Path, description = "The project's identifier."), WriteParameters, OnceHeader),
    request_body = TransferInput,
    responses((status = 200, description = "The project as it now is.", body = ProjectResource), Refused),
    security(("oauth" = []))
)]
pub async fn transfer(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::TransferProjects, done, verbs::transfer_project).await
}
