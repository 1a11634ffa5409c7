//! Importing a whole directory.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::resources::Imported;
use super::verbs;
use crate::access::role::Permission;
use crate::api::inputs::import::DirectoryInput;
use crate::api::problem::Refused;
use crate::api::rest::request::{OnceHeader, WriteParameters, write};
use crate::api::service::Service;

/// Registers a whole directory: all of it, or nothing and every problem in `errors`.
#[utoipa::path(
    post,
    path = "/v1/directory",
    tag = "directory",
    operation_id = "importDirectory",
    summary = "Register a whole directory at once",
    params(WriteParameters, OnceHeader),
    request_body = DirectoryInput,
    responses((status = 201, description = "What was registered.", body = Imported), Refused),
    security(("oauth" = []))
)]
pub async fn import(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::ChangeDirectory, done, verbs::import).await
}
