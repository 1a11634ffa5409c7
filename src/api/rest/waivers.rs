//! Waivers of rules for a project.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::obligations::project_of;
use super::reading::{PageOf, PageParameters, answer};
use crate::api::problem::Problem;
use crate::api::service::Service;
use crate::reporting::operations as reporting;
use crate::reporting::waiver;

/// A rule that the funder does not hold a project to.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiver {
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
    revocation: Option<Revocation>,
}

/// The end of a waiver before its day.
#[derive(Serialize, ToSchema)]
pub struct Revocation {
    /// When.
    at: String,
    /// Who revoked.
    by: String,
    /// Why.
    reason: String,
    /// Its position in the journal.
    position: String,
}

impl From<waiver::Waiver> for Waiver {
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
            revocation: waiver.revocation.map(|revocation| Revocation {
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
    path = "/v1/projects/{id}/waivers",
    tag = "reporting",
    operation_id = "listWaivers",
    summary = "The rules that the funder does not hold a project to",
    params(("id" = String, Path, description = "The project's identifier."), PageParameters),
    responses(
        (status = 200, description = "A page of waivers in the order of their grant, also those expired or revoked.", body = PageOf<Waiver>),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read reports.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such project within reach.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |service, scope, parameters: PageParameters| {
        let page = parameters.read()?;
        let project = project_of(&service.desk, scope, &id)?;
        let found = reporting::list_waivers(&service.desk, scope, &project, &page)?;
        Ok(PageOf::of(found, |waiver| waiver.id.to_string(), Waiver::from))
    })
    .await
}
