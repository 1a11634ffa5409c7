//! Projects and amendments of their agreements.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::{AmendmentResource, ListResource, PageResource, ProjectResource};
use super::verbs;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::inputs::projects::{AmendmentInput, ProjectInput};
use crate::api::problem::{Refused, Unread};
use crate::api::rest::request::{OnceHeader, PageParameters, WriteParameters, page, read, write};
use crate::api::service::Service;
use crate::directory::operations as directory;
use crate::directory::project::Project;
use crate::refusal::{Code, Outcome, Refusal};

/// Gives the projects that the caller may see: its own, or all for staff.
#[utoipa::path(
    get,
    path = "/v1/projects",
    tag = "directory",
    operation_id = "listProjects",
    summary = "The projects that you may see",
    params(PageParameters),
    responses((status = 200, description = "A page of projects.", body = PageResource<ProjectResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let asked = page(&request);
    read(request, service, move |desk, scope| {
        let found = directory::list_projects(desk, scope, None, &asked?)?;
        Ok(PageResource::<ProjectResource>::of(found, |project| project.id.as_str()))
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
    read(request, service, move |desk, scope| Ok(ProjectResource::from(known(desk, scope, &id)?))).await
}

/// Gives the amendments of a project's agreement, by number.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/amendments",
    tag = "directory",
    operation_id = "listAmendments",
    summary = "The amendments of a project's agreement",
    params(("project" = String, Path, description = "The project's identifier.")),
    responses((status = 200, description = "The amendments.", body = ListResource<AmendmentResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list_amendments(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    read(request, service, move |desk, scope| {
        let found = directory::list_amendments(desk, scope, &known(desk, scope, &id)?)?;
        Ok(ListResource::<AmendmentResource>::of(found))
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

/// The project of an identifier, if the caller may see it.
pub(super) fn known(desk: &Desk, scope: &Scope, id: &str) -> Outcome<Project> {
    let not_found = || Refusal::new(Code::NotFound).at("project");
    let id = id.parse().map_err(|_: Refusal| not_found())?;
    directory::find_project(desk, scope, &id)?.ok_or_else(|| not_found().into())
}
