//! Closings: to anyone those published, with their signed text, their signature and their tables; to officers the steps
//! that lead there.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reading::PageOf;
use super::request::{OnceHeader, WriteParameters, write};
use super::{failed, revisions, run, wrong_method};
use crate::access::Scope;
use crate::access::role::Permission;
use crate::api::inputs::closings::{ClosingCancellationInput, ClosingInput, ClosingStepInput};
use crate::api::problem::{self, Refused, Unread};
use crate::api::service::{Service, claims_identity};
use crate::api::tables::download::download;
use crate::api::tables::{Cell, Column, Format, Table};
use crate::consolidation::closing::content::{Content, ContentFigure, ContentGroup, ContentRow, ContentTable};
use crate::consolidation::closing::{Closing, ClosingAction, operations};
use crate::id::ClosingId;
use crate::refusal::{Code, Outcome, Refusal};

/// A closing, without its tables.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClosingResource {
    /// Its identifier.
    id: String,
    /// The programme's code.
    programme: String,
    /// What people call it.
    name: String,
    /// `PREPARED`, `REVIEWED`, `PUBLISHED` or `CANCELLED`; to anyone only closings that are published are shown.
    state: &'static str,
    /// The position that its figures stand at.
    position: String,
    /// The last day counted.
    day: String,
    /// How many counts its tables have.
    figure_count: i64,
    /// How many of them are suppressed.
    suppressed_count: i64,
    /// SHA-256 of its content, in hexadecimal digits.
    digest: String,
    /// The Ed25519 signature of its content, in base 64, if it is published.
    signature: Option<String>,
    /// The identifier of the key that signed it, as `/.well-known/jwks.json` names it.
    key: Option<String>,
    /// When it was published.
    published_at: Option<String>,
    /// The closing that it corrects.
    revises: Option<String>,
    /// Why it corrects that closing.
    revision_reason: Option<String>,
    /// The published closing that corrects this one.
    revised_by: Option<String>,
}

impl From<Closing> for ClosingResource {
    fn from(closing: Closing) -> Self {
        let published = closing.step(ClosingAction::Publish).cloned();
        let signature = published.as_ref().and_then(|step| step.signature.clone());
        let (key, signature) = signature.map(|signature| (signature.key, signature.value)).unzip();
        let (revises, revision_reason) = closing
            .revises
            .as_ref()
            .map(|revision| (revision.closing.to_string(), revision.reason.to_string()))
            .unzip();
        Self {
            id: closing.id.to_string(),
            programme: closing.programme_code.clone(),
            name: closing.name.to_string(),
            state: closing.state().code(),
            position: closing.position.to_string(),
            day: closing.day.to_string(),
            figure_count: closing.figure_count,
            suppressed_count: closing.suppressed_count,
            digest: closing.digest.0.clone(),
            signature,
            key,
            published_at: published.map(|step| step.at.to_string()),
            revises,
            revision_reason,
            revised_by: closing.revised_by.map(|closing| closing.to_string()),
        }
    }
}

/// Which closings.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ClosingParameters {
    /// The programme's code; every programme if absent.
    programme: Option<String>,
}

/// Gives the closings.
#[utoipa::path(
    get,
    path = "/v1/closings",
    tag = "closings",
    operation_id = "listClosings",
    summary = "The closings, in the order of their preparation",
    params(ClosingParameters),
    responses((status = 200, description = "The closings that are published; to staff with a token all.", body = PageOf<ClosingResource>), Unread),
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let Ok(parameters) = Query::<ClosingParameters>::from_query(request.query_string()) else {
        let refusal = Refusal::new(Code::ParameterInvalid).at("query");
        return problem::problem(&refusal, problem::language(request.headers()));
    };
    let found = open(&request, &service, move |service, scope| {
        operations::list_closings(&service.desk, scope, parameters.programme.as_deref())
    });
    match found.await {
        Ok(found) => HttpResponse::Ok().json(PageOf::<ClosingResource>::whole(found)),
        Err(response) => response,
    }
}

/// Gives a closing.
#[utoipa::path(
    get,
    path = "/v1/closings/{closing}",
    tag = "closings",
    operation_id = "findClosing",
    summary = "A closing, without its tables",
    params(("closing" = String, Path, description = "The closing's identifier.")),
    responses((status = 200, description = "The closing.", body = ClosingResource), Unread),
)]
pub async fn find(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    match found(&request, &service, &id).await {
        Ok((closing, _)) => HttpResponse::Ok().json(ClosingResource::from(closing)),
        Err(response) => response,
    }
}

/// Gives the signed text of a closing.
#[utoipa::path(
    get,
    path = "/v1/closings/{closing}/content",
    tag = "closings",
    operation_id = "readClosingContent",
    summary = "The text of a closing, byte by byte as it is digested and signed",
    params(("closing" = String, Path, description = "The closing's identifier.")),
    responses((status = 200, description = "JSON with every table; a suppressed figure is marked and has no value.", body = String, content_type = "application/json"), Unread),
)]
pub async fn content(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    match found(&request, &service, &id).await {
        Ok((_, text)) => HttpResponse::Ok().content_type("application/json").body(text),
        Err(response) => response,
    }
}

/// Gives the signature of a closing.
#[utoipa::path(
    get,
    path = "/v1/closings/{closing}/signature",
    tag = "closings",
    operation_id = "readClosingSignature",
    summary = "The 64 bytes of the Ed25519 signature of the content",
    params(("closing" = String, Path, description = "The closing's identifier.")),
    responses((status = 200, description = "The signature; `openssl pkeyutl -verify -rawin` reads it.", body = String, content_type = "application/octet-stream"), Unread),
)]
pub async fn signature(request: HttpRequest, id: Path<String>, service: Data<Service>) -> HttpResponse {
    let (closing, _) = match found(&request, &service, &id).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let signature = closing.step(ClosingAction::Publish).and_then(|step| step.signature.as_ref());
    let bytes = signature.and_then(|signature| data_encoding::BASE64.decode(signature.value.as_bytes()).ok());
    match bytes {
        Some(bytes) => HttpResponse::Ok().content_type("application/octet-stream").body(bytes),
        None => absent(&request, "closing"),
    }
}

/// Gives a table of a closing as CSV or as a workbook.
#[utoipa::path(
    get,
    path = "/v1/closings/{closing}/tables/{table}",
    tag = "closings",
    operation_id = "readClosingTable",
    summary = "A table of a closing as CSV, or as a workbook of Excel",
    params(("closing" = String, Path, description = "The closing's identifier."), ("table" = String, Path, description = "The table's code, such as `PERSONS_BY_SEX_AND_AGE`; `.csv` may follow, or `.xlsx` for a workbook.")),
    responses((status = 200, description = "One line for each figure: place, for each dimension the code and the names of its group (nothing where all are together), indicator, values; `suppressed` says whether it is kept back.", body = String, content_type = "text/csv"), Unread),
)]
pub async fn table(request: HttpRequest, path: Path<(String, String)>, service: Data<Service>) -> HttpResponse {
    let (id, code) = path.into_inner();
    let (code, format) = match code.strip_suffix(".xlsx") {
        Some(code) => (code, Format::Xlsx),
        None => (code.strip_suffix(".csv").unwrap_or(&code), Format::Csv),
    };
    let text = match found(&request, &service, &id).await {
        Ok((_, text)) => text,
        Err(response) => return response,
    };
    let content = match Content::of_text(&text) {
        Ok(content) => content,
        Err(failure) => return failed(&request, &failure),
    };
    let Some(table) = content.tables.iter().find(|table| table.code == code) else {
        return absent(&request, "table");
    };
    download(plain(table), format, ()).await.unwrap_or_else(|failure| failed(&request, &failure))
}

/// A table as lines: for each dimension the group's code and names, nothing where all groups are together.
fn plain(table: &ContentTable) -> Table {
    let of_groups = table.dimensions.iter().flat_map(|dimension| {
        let key = dimension.to_lowercase();
        [key.clone(), format!("{key}_en"), format!("{key}_fr")]
    });
    let heading: Vec<String> =
        ["level", "place", "place_name"].map(str::to_owned).into_iter().chain(of_groups).collect();
    let columns = heading.into_iter().map(|key| Column { key: key.clone().into(), title: key.into() });
    let number = |number: Option<i64>| number.map_or(Cell::Nothing, Cell::Whole);
    let figures = table.rows.iter().flat_map(|row| row.figures.iter().map(move |figure| (row, figure)));
    let line = |(row, figure): (&ContentRow, &ContentFigure)| {
        let groups = table.dimensions.iter().flat_map(|dimension| {
            let group = row.groups.iter().find(|group| group.dimension == *dimension);
            let named = |name: fn(&ContentGroup) -> &String| Cell::from(group.map(|group| name(group).clone()));
            [named(|group| &group.code), named(|group| &group.name_en), named(|group| &group.name_fr)]
        });
        let place = [row.level.as_str(), row.place.as_str(), row.place_name.as_str()].map(Cell::from);
        let told = [
            figure.code.as_str().into(),
            table.unit.as_str().into(),
            Cell::Flag(figure.suppressed),
            number(figure.value),
            number(figure.numerator),
            number(figure.denominator),
            number(figure.per_mille),
        ];
        place.into_iter().chain(groups).chain(told).collect()
    };
    let rows = figures.map(line).collect();
    let mut plain = Table::plain(table.code.as_str(), &TOLD, rows);
    plain.columns = columns.chain(plain.columns).collect();
    plain
}

/// The columns of every figure.
const TOLD: [&str; 7] = ["indicator", "unit", "suppressed", "value", "numerator", "denominator", "per_mille"];

/// Prepares a closing.
#[utoipa::path(
    post,
    path = "/v1/programmes/{programme}/closings",
    tag = "closings",
    operation_id = "prepareClosing",
    summary = "Prepare a closing: count its tables, suppress what must not be told",
    params(("programme" = String, Path, description = "The programme's code."), WriteParameters, OnceHeader),
    request_body = ClosingInput,
    responses((status = 201, description = "The closing, prepared.", body = ClosingResource), Refused),
    security(("oauth" = []))
)]
pub async fn prepare(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let consolidation = Arc::clone(&service.consolidation);
    let done = StatusCode::CREATED;
    write((request, payload, service), Permission::PrepareClosing, done, move |desk, scope, input: ClosingInput| {
        Ok(ClosingResource::from(operations::prepare(desk, scope, &consolidation, &input.read()?)?))
    })
    .await
}

/// Reviews a closing.
#[utoipa::path(
    post,
    path = "/v1/closings/{closing}/review",
    tag = "closings",
    operation_id = "reviewClosing",
    summary = "Say that a closing was looked at and is right",
    params(("closing" = String, Path, description = "The closing's identifier."), WriteParameters, OnceHeader),
    request_body = ClosingStepInput,
    responses((status = 200, description = "The closing, reviewed.", body = ClosingResource), Refused),
    security(("oauth" = []))
)]
pub async fn review(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    write((request, payload, service), Permission::PrepareClosing, done, |desk, scope, input: ClosingStepInput| {
        Ok(ClosingResource::from(operations::review(desk, scope, &input.read()?)?))
    })
    .await
}

/// Publishes a closing.
#[utoipa::path(
    post,
    path = "/v1/closings/{closing}/publication",
    tag = "closings",
    operation_id = "publishClosing",
    summary = "Sign a closing and open it to everybody, for ever",
    params(("closing" = String, Path, description = "The closing's identifier."), WriteParameters, OnceHeader),
    request_body = ClosingStepInput,
    responses((status = 200, description = "The closing, published.", body = ClosingResource), Refused),
    security(("oauth" = []))
)]
pub async fn publish(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let consolidation = Arc::clone(&service.consolidation);
    let done = StatusCode::OK;
    write((request, payload, service), Permission::PublishClosing, done, move |desk, scope, input: ClosingStepInput| {
        Ok(ClosingResource::from(operations::publish(desk, scope, &consolidation, &input.read()?)?))
    })
    .await
}

/// Gives a closing up.
#[utoipa::path(
    post,
    path = "/v1/closings/{closing}/cancellation",
    tag = "closings",
    operation_id = "cancelClosing",
    summary = "Give a closing up before it is published",
    params(("closing" = String, Path, description = "The closing's identifier."), WriteParameters, OnceHeader),
    request_body = ClosingCancellationInput,
    responses((status = 200, description = "The closing, given up.", body = ClosingResource), Refused),
    security(("oauth" = []))
)]
pub async fn cancel(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::OK;
    let sent = (request, payload, service);
    write(sent, Permission::PrepareClosing, done, |desk, scope, input: ClosingCancellationInput| {
        let (closing, reason) = input.read()?;
        Ok(ClosingResource::from(operations::cancel(desk, scope, &closing, &reason)?))
    })
    .await
}

/// Registers the routes of closings.
pub fn configure(config: &mut web::ServiceConfig) {
    use web::{get, post};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/v1/closings").route(get().to(list)))
        .service(at("/v1/closings/{closing}").route(get().to(find)))
        .service(at("/v1/closings/{closing}/content").route(get().to(content)))
        .service(at("/v1/closings/{closing}/signature").route(get().to(signature)))
        .service(at("/v1/closings/{closing}/tables/{table}").route(get().to(table)))
        .service(at("/v1/closings/{closing}/changes").route(get().to(revisions::changes)))
        .service(at("/v1/closings/{closing}/review").route(post().to(review)))
        .service(at("/v1/closings/{closing}/publication").route(post().to(publish)))
        .service(at("/v1/closings/{closing}/cancellation").route(post().to(cancel)))
        .service(at("/v1/programmes/{programme}/closings").route(post().to(prepare)));
}

/// Runs an operation that is open to everybody. A token that is sent and does not hold is refused.
pub(super) async fn open<T: Send + 'static>(
    request: &HttpRequest,
    service: &Data<Service>,
    operation: impl FnOnce(&Service, Option<&Scope>) -> Outcome<T> + Send + 'static,
) -> Result<T, HttpResponse> {
    let scope = match service.caller(request) {
        Ok(scope) => Some(scope),
        Err(refusal) if claims_identity(service, request) => {
            return Err(problem::problem(&refusal, problem::language(request.headers())));
        }
        Err(_) => None,
    };
    let done = run(service, move |service| operation(service, scope.as_ref())).await;
    done.map_err(|failure| failed(request, &failure))
}

async fn found(request: &HttpRequest, service: &Data<Service>, id: &str) -> Result<(Closing, String), HttpResponse> {
    let id = id.parse::<ClosingId>();
    let found = open(request, service, move |service, scope| match id {
        Ok(id) => operations::find_closing(&service.desk, scope, &id),
        Err(_) => Ok(None),
    });
    found.await?.ok_or_else(|| absent(request, "closing"))
}

pub(super) fn absent(request: &HttpRequest, path: &str) -> HttpResponse {
    let refusal = Refusal::new(Code::NotFound).at(path);
    let mut response = problem::problem(&refusal, problem::language(request.headers()));
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}
