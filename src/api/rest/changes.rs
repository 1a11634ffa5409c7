//! What happens, in an order that never changes.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reading::{answer, page_of};
use crate::access::Scope;
use crate::api::problem::Problem;
use crate::api::service::Service;
use crate::refusal::Refusal;
use crate::reporting::{change, operations as reporting};
use crate::storage::journal::Sequence;

/// From where to follow.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangesParameters {
    /// The sequence after which to begin; from the beginning if absent.
    after: Option<String>,
    /// How many, 1 to 200; 20 if absent.
    first: Option<i32>,
}

/// Something that happened to what you may see.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Its place: what comes later has a greater one, for ever. Give it as `after`.
    #[schema(example = "4217")]
    sequence: String,
    /// When it was done. Instants may run backwards along sequences: what took long is committed late.
    #[schema(example = "2024-04-18T09:30:00.000000Z")]
    at: String,
    /// What happened.
    #[schema(example = "report.approved")]
    kind: String,
    /// The type of what it happened to.
    #[schema(example = "REPORT")]
    subject_type: String,
    /// What it happened to: a global identifier, or the name of a client.
    subject: String,
    /// The part of the subject that it happened to, such as a cancelled payment, where that has an identifier of its own.
    item: Option<String>,
    /// The number of the version that it concerned, for reports.
    version: Option<u32>,
    /// The identifier of the project that it concerns, if one.
    project: Option<String>,
    /// The identifier of the organisation that it concerns, if one.
    organisation: Option<String>,
    /// Whether something that was there is there no more: a copy kept elsewhere must let go of it.
    tombstone: bool,
}

/// A page of what happened.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// What happened, in order.
    items: Vec<Change>,
    /// Whether there is more already.
    has_more: bool,
}

impl From<change::Change> for Change {
    fn from(change: change::Change) -> Self {
        Self {
            sequence: change.sequence.to_string(),
            at: change.at.to_string(),
            subject_type: change.subject_type(),
            tombstone: change.is_tombstone(),
            kind: change.kind,
            subject: change.subject,
            item: change.item,
            version: change.version,
            project: change.project.map(|id| id.to_string()),
            organisation: change.organisation.map(|id| id.to_string()),
        }
    }
}

/// What happened to what you may see. Ask again after the last sequence that you got: you miss nothing, and get nothing
/// twice.
#[utoipa::path(
    get,
    path = "/v1/changes",
    tag = "reporting",
    summary = "What happens, in an order that never changes",
    params(ChangesParameters),
    responses(
        (status = 200, description = "A page, by sequence.", body = Changes),
        (status = 400, description = "A parameter is malformed.", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No valid access token.", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The role may not read reports.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter does not hold.", body = Problem, content_type = "application/problem+json"),
    ),
    security(("oauth" = []))
)]
pub async fn changes(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let operation = move |service: &Service, scope: &Scope, parameters: ChangesParameters| {
        let after = parameters.after.map(|text| text.parse::<Sequence>()).transpose();
        let after = after.map_err(|refusal: Refusal| refusal.at("after"))?.unwrap_or_default();
        let page = page_of(parameters.first, None)?;
        let found = reporting::list_changes(&service.desk, scope, after, &page)?;
        Ok(Changes { items: found.items.into_iter().map(Change::from).collect(), has_more: found.has_more })
    };
    answer(&request, &service, operation).await
}
