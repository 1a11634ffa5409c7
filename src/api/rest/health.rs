//! Whether the service lives, reaches its database and publishes figures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::failed;
use crate::api::service::Service;
use crate::refusal::Failure;
use crate::storage::{journal, settings};

/// The state of the service.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok` when the database answers.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the service.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
    /// The database and its version.
    #[schema(example = "SQLite 3.53.2")]
    pub database: String,
    /// The journal's last position.
    #[schema(example = "4217")]
    pub position: String,
    /// The last self-check of this node; nothing before the first.
    #[serde(rename = "selfCheck")]
    pub self_check: Option<SelfCheck>,
}

/// A self-check: figures in memory and in the tables compared, and found equal.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SelfCheck {
    /// When it ended.
    #[schema(example = "2024-05-15T10:00:00.000000Z")]
    pub checked_at: String,
    /// The position that it began at.
    #[schema(example = "4217")]
    pub position: String,
}

/// Says that the service lives, reaches its database, and publishes figures.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operations",
    operation_id = "getHealth",
    summary = "Whether the service lives, reaches its database and publishes figures",
    responses(
        (status = 200, description = "The service is well.", body = Health),
        (status = 503, description = "The database cannot be reached, or the self-check found a difference and no figure is published.", body = crate::api::problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn health(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    // No place at the gate, and a connection kept for it: a busy service is well.
    let known = Data::clone(&service);
    let asked = tokio::task::spawn_blocking(move || {
        known.consolidation.publishing()?;
        known.desk.store.look(|connection| {
            let database = settings::describe(connection)?;
            Ok((database, journal::head(connection)?.0))
        })
    });
    match asked.await.unwrap_or_else(|_| Err(Failure::fault("the look at the database panicked"))) {
        Ok((database, position)) => HttpResponse::Ok().json(Health {
            status: "ok",
            version: env!("CARGO_PKG_VERSION"),
            database,
            position: position.to_string(),
            self_check: service.consolidation.last_self_check().map(|checked| SelfCheck {
                checked_at: checked.at.to_string(),
                position: checked.position.to_string(),
            }),
        }),
        Err(failure) => failed(&request, &failure),
    }
}
