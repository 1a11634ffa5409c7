//! Waivers of rules for a project.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::obligations::project_of;
use super::reading::{PageOf, PageParameters, answer};
use super::request::{OnceHeader, WriteParameters, write};
use crate::access::role::Permission;
use crate::api::inputs::waivers::{WaiverInput, WaiverRevocationInput};
use crate::api::problem::{Refused, Unread};
use crate::api::service::Service;
use crate::reporting::operations as reporting;
use crate::reporting::waiver;

/// A rule that the funder does not hold a project to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaiverResource {
    /// Its identifier.
    id: String,
    /// The project's identifier.
    project: String,
    /// The rule's stable code.
    #[schema(example = "AGE_OUT_OF_RANGE")]
    rule: &'static str,
    /// Why.
    reason: String,
    /// The last day on which it holds, unless it is revoked before.
    #[schema(example = "2024-12-31")]
    expires_on: String,
    /// When it was granted.
    granted_at: String,
    /// Who granted it.
    granted_by: String,
    /// The position of its grant in the journal.
    position: String,
    /// Its revocation, if it was revoked.
    revocation: Option<RevocationResource>,
}

/// The end of a waiver before its day.
#[derive(Serialize, ToSchema)]
pub struct RevocationResource {
    /// When.
    at: String,
    /// Who revoked.
    by: String,
    /// Why.
    reason: String,
    /// Its position in the journal.
    position: String,
}

impl From<waiver::Waiver> for WaiverResource {
    fn from(waiver: waiver::Waiver) -> Self {
        Self {
            id: waiver.id.to_string(),
            project: waiver.project.to_string(),
            rule: waiver.rule.code,
            reason: waiver.reason.to_string(),
            expires_on: waiver.expires_on.to_string(),
            granted_at: waiver.granted_at.to_string(),
            granted_by: waiver.granted_by,
            position: waiver.position.to_string(),
            revocation: waiver.revocation.map(|revocation| RevocationResource {
                at: revocation.at.to_string(),
                by: revocation.by,
                reason: revocation.reason.to_string(),
                position: revocation.position.to_string(),
            }),
        }
    }
}

/// Gives the waivers of a project.
#[utoipa::path(
    get,
    path = "/v1/projects/{project}/waivers",
    tag = "reporting",
    operation_id = "listWaivers",
    summary = "The rules that the funder does not hold a project to",
    params(("project" = String, Path, description = "The project's identifier."), PageParameters),
    responses((status = 200, description = "A page of waivers in the order of their grant, also those expired or revoked.", body = PageOf<WaiverResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |service, scope, parameters: PageParameters| {
        let page = parameters.read()?;
        let project = project_of(&service.desk, scope, &id)?;
        let found = reporting::list_waivers(&service.desk, scope, &project, &page)?;
        Ok(PageOf::of(found, |waiver| waiver.id.to_string(), WaiverResource::from))
    })
    .await
}

/// Waives a rule for a project until a day.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/waivers",
    tag = "reporting",
    operation_id = "grantWaiver",
    summary = "Waive a rule for a project",
    params(("project" = String, Path, description = "The project's identifier."), WriteParameters, OnceHeader),
    request_body = WaiverInput,
    responses((status = 201, description = "The waiver.", body = WaiverResource), Refused),
    security(("oauth" = []))
)]
pub async fn grant(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ReviewReports, done, |desk, scope, input: WaiverInput| {
        let (project, reason, expires_on) = input.read()?;
        let granted = reporting::grant_waiver(desk, scope, &project, &input.rule, &reason, expires_on)?;
        Ok(WaiverResource::from(granted))
    })
    .await
}

/// Ends a waiver before its day.
#[utoipa::path(
    post,
    path = "/v1/projects/{project}/waivers/{waiver}/revocation",
    tag = "reporting",
    operation_id = "revokeWaiver",
    summary = "Revoke a waiver",
    params(("project" = String, Path, description = "The project's identifier."), ("waiver" = String, Path, description = "The waiver's identifier."), WriteParameters, OnceHeader),
    request_body = WaiverRevocationInput,
    responses((status = 200, description = "The waiver, revoked.", body = WaiverResource), Refused),
    security(("oauth" = []))
)]
pub async fn revoke(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::ReviewReports, done, |desk, scope, input: WaiverRevocationInput| {
        let (project, waiver, reason) = input.read()?;
        Ok(WaiverResource::from(reporting::revoke_waiver(desk, scope, &project, &waiver, &reason)?))
    })
    .await
}
