//! Whether the service lives and reaches its database.

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
}

/// Says that the service lives and reaches its database.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operations",
    operation_id = "getHealth",
    summary = "Whether the service lives and reaches its database",
    responses(
        (status = 200, description = "The service is well.", body = Health),
        (status = 503, description = "The database cannot be reached.", body = crate::api::problem::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn health(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    // No place at the gate, and a connection kept for it: a busy service is well.
    let known = Data::clone(&service);
    let asked = tokio::task::spawn_blocking(move || {
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
        }),
        Err(failure) => failed(&request, &failure),
    }
}
