//! Organisations.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::OrganisationResource;
use super::verbs;
use crate::access::role::Permission;
use crate::api::inputs::organisations::{OrganisationInput, OrganisationRevisionInput};
use crate::api::problem::{Refused, Unread};
use crate::api::rest::reading::{NoParameters, PageOf, PageParameters, answer};
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;
use crate::directory::operations as directory;
use crate::refusal::{Code, Refusal};

/// Gives the organisations that the caller may see: its own, or all for staff.
#[utoipa::path(
    get,
    path = "/v1/organisations",
    tag = "directory",
    operation_id = "listOrganisations",
    summary = "The organisations that you may see",
    params(PageParameters),
    responses((status = 200, description = "A page of organisations.", body = PageOf<OrganisationResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, |Service { desk, .. }, scope, asked: PageParameters| {
        let found = directory::list_organisations(desk, scope, &asked.read()?)?;
        Ok(PageOf::of(found, |organisation| organisation.id.to_string(), OrganisationResource::from))
    })
    .await
}

/// Registers an organisation by its SIRET.
#[utoipa::path(
    post,
    path = "/v1/organisations",
    tag = "directory",
    operation_id = "registerOrganisation",
    summary = "Register an organisation",
    params(WriteParameters, OnceHeader),
    request_body = OrganisationInput,
    responses((status = 201, description = "The organisation.", body = OrganisationResource), Refused),
    security(("oauth" = []))
)]
pub async fn register(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::register_organisation).await
}

/// Gives an organisation.
#[utoipa::path(
    get,
    path = "/v1/organisations/{organisation}",
    tag = "directory",
    operation_id = "getOrganisation",
    summary = "An organisation",
    params(("organisation" = String, Path, description = "The organisation's identifier or SIRET.")),
    responses((status = 200, description = "The organisation.", body = OrganisationResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, name: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = directory::find_named_organisation(desk, scope, &name)?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("organisation"))?;
        Ok(OrganisationResource::from(found))
    })
    .await
}

/// Revises an organisation; what is absent stays as it is.
#[utoipa::path(
    patch,
    path = "/v1/organisations/{organisation}",
    tag = "directory",
    operation_id = "reviseOrganisation",
    summary = "Revise an organisation",
    params(("organisation" = String, Path, description = "The organisation's identifier or SIRET."), WriteParameters, OnceHeader),
    request_body = OrganisationRevisionInput,
    responses((status = 200, description = "The organisation as it now is.", body = OrganisationResource), Refused),
    security(("oauth" = []))
)]
pub async fn revise(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::revise_organisation).await
}
