//! Clients through REST: for operators.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::reading::{NoParameters, PageOf, PageParameters, answer};
use super::request::{OnceHeader, WriteParameters, write};
use super::wrong_method;
use crate::access::client::ClientRecord;
use crate::access::credential::CredentialRecord;
use crate::access::operations as access;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::clients::{
    ClientInput, ClientNameInput, ClientRevisionInput, CredentialInput, KeyInput, SecretInput,
};
use crate::api::problem::{Refused, Unread};
use crate::api::service::Service;
use crate::clock::Instant;
use crate::directory::operations as directory;
use crate::refusal::{Code, Refusal};

/// A machine client, what narrows it, and what it proves itself with.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientResource {
    /// Its name, the `client_id`.
    name: String,
    /// Its role.
    #[schema(example = "PARTNER")]
    role: &'static str,
    /// The organisation that it belongs to, if one.
    organisation: Option<String>,
    /// How it stands now: ACTIVE, SUSPENDED, EXPIRED or REVOKED.
    #[schema(example = "ACTIVE")]
    standing: &'static str,
    /// The only projects that it sees; all of its organisation if empty.
    projects: Vec<String>,
    /// The only programmes in which it has a role, each as `PROGRAMME:ROLE` by identifier; its role holds in all if empty.
    programmes: Vec<String>,
    /// The only networks from which it may come; any if empty.
    networks: Vec<String>,
    /// The only scopes that its tokens may have; all of use to its role if empty.
    scopes: Vec<&'static str>,
    /// When it ends, if it does.
    expires_at: Option<String>,
    /// When it was registered.
    created_at: String,
    /// Its credentials, the newest first, also those that have ended.
    credentials: Vec<CredentialResource>,
    /// The secret just made, shown this once; nothing in a dry run, and to a request that is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// What a client proves itself with; never what it holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CredentialResource {
    /// Its identifier within the client; a key's is its `kid`.
    id: String,
    /// SECRET, ES256 or EDDSA.
    #[schema(example = "SECRET")]
    kind: &'static str,
    /// When it was added.
    created_at: String,
    /// When it ends or ended, if it does.
    ends_at: Option<String>,
    /// When it was last used, to the hour.
    last_used_at: Option<String>,
}

impl From<CredentialRecord> for CredentialResource {
    fn from(record: CredentialRecord) -> Self {
        let text = |at: Instant| at.to_string();
        Self {
            id: record.id,
            kind: record.kind.code(),
            created_at: text(record.created_at),
            ends_at: record.ends_at.map(text),
            last_used_at: record.last_used_at.map(text),
        }
    }
}

impl ClientResource {
    fn of(desk: &Desk, record: ClientRecord, secret: Option<&SecretString>) -> Self {
        let standing = record.standing(desk.clock.now()).code();
        let client = record.client;
        Self {
            name: client.id.to_string(),
            role: client.role.code(),
            organisation: client.organisation.map(|organisation| organisation.to_string()),
            standing,
            projects: client.limits.projects.iter().map(ToString::to_string).collect(),
            programmes: client.limits.programmes.iter().map(ToString::to_string).collect(),
            networks: client.limits.networks.iter().map(ToString::to_string).collect(),
            scopes: client.limits.scopes.iter().map(|scope| scope.code()).collect(),
            expires_at: client.limits.expires_at.map(|at| at.to_string()),
            created_at: record.created_at.to_string(),
            credentials: record.credentials.into_iter().map(Into::into).collect(),
            secret: secret.map(|secret| secret.expose_secret().to_owned()),
        }
    }
}

type Answered = Result<ClientResource, Unsettled>;

/// The part of the OpenAPI document about clients.
#[derive(OpenApi)]
#[openapi(paths(list, register, find, revise, suspend, resume, revoke, add_secret, add_key, end_credential))]
pub struct Document;

/// Registers the routes of clients.
pub fn configure(config: &mut web::ServiceConfig) {
    use web::{get, post};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/v1/clients").route(get().to(list)).route(post().to(register)))
        .service(at("/v1/clients/{client}").route(get().to(find)).route(web::patch().to(revise)))
        .service(at("/v1/clients/{client}/suspension").route(post().to(suspend)))
        .service(at("/v1/clients/{client}/resumption").route(post().to(resume)))
        .service(at("/v1/clients/{client}/revocation").route(post().to(revoke)))
        .service(at("/v1/clients/{client}/secrets").route(post().to(add_secret)))
        .service(at("/v1/clients/{client}/keys").route(post().to(add_key)))
        .service(at("/v1/clients/{client}/credentials/{credential}/end").route(post().to(end_credential)));
}

/// Gives every client.
#[utoipa::path(
    get,
    path = "/v1/clients",
    tag = "access",
    operation_id = "listClients",
    summary = "The registered clients",
    params(PageParameters),
    responses((status = 200, description = "A page of clients, by name.", body = PageOf<ClientResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, |Service { desk, .. }, scope, asked: PageParameters| {
        let found = access::list_clients(desk, scope, &asked.read()?)?;
        Ok(PageOf::of(found, |record| record.client.id.to_string(), |record| ClientResource::of(desk, record, None)))
    })
    .await
}

/// Registers a client. Its secret is shown this once.
#[utoipa::path(
    post,
    path = "/v1/clients",
    tag = "access",
    operation_id = "registerClient",
    summary = "Register a client",
    params(WriteParameters, OnceHeader),
    request_body = ClientInput,
    responses((status = 201, description = "The client, with its secret unless it has a key.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn register(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let done = StatusCode::CREATED;
    write(
        (request, payload, service),
        Permission::RegisterClients,
        done,
        |desk, scope, input: ClientInput| -> Answered {
            let (record, secret) = directory::register_client(desk, scope, input.read()?)?;
            Ok(ClientResource::of(desk, record, secret.as_ref()))
        },
    )
    .await
}

/// Gives a client.
#[utoipa::path(
    get,
    path = "/v1/clients/{client}",
    tag = "access",
    operation_id = "getClient",
    summary = "A client",
    params(("client" = String, Path, description = "The client's name.")),
    responses((status = 200, description = "The client.", body = ClientResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, name: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = access::find_client(desk, scope, &name)?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("client"))?;
        Ok(ClientResource::of(desk, found, None))
    })
    .await
}

/// Changes what narrows a client; what is absent stays as it is.
#[utoipa::path(
    patch,
    path = "/v1/clients/{client}",
    tag = "access",
    operation_id = "reviseClient",
    summary = "Change what narrows a client",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = ClientRevisionInput,
    responses((status = 200, description = "The client as it now is.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn revise(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: ClientRevisionInput| {
        Ok((directory::revise_client(desk, scope, &input.client, input.read()?)?, None))
    })
    .await
}

/// Suspends a client and its tokens, on every node.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/suspension",
    tag = "access",
    operation_id = "suspendClient",
    summary = "Suspend a client",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = ClientNameInput,
    responses((status = 200, description = "The client, suspended.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn suspend(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: ClientNameInput| {
        Ok((access::suspend_client(desk, scope, &input.client)?, None))
    })
    .await
}

/// Lets a suspended client in again.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/resumption",
    tag = "access",
    operation_id = "resumeClient",
    summary = "End the suspension of a client",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = ClientNameInput,
    responses((status = 200, description = "The client.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn resume(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: ClientNameInput| {
        Ok((access::resume_client(desk, scope, &input.client)?, None))
    })
    .await
}

/// Takes a client back for good, with its credentials and tokens.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/revocation",
    tag = "access",
    operation_id = "revokeClient",
    summary = "Revoke a client for good",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = ClientNameInput,
    responses((status = 200, description = "The client, revoked.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn revoke(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: ClientNameInput| {
        Ok((access::revoke_client(desk, scope, &input.client)?, None))
    })
    .await
}

/// Makes another secret for a client, shown this once.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/secrets",
    tag = "access",
    operation_id = "addClientSecret",
    summary = "Make another secret for a client",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = SecretInput,
    responses((status = 200, description = "The client, with the new secret.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn add_secret(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: SecretInput| {
        Ok(access::add_secret(desk, scope, &input.client, input.overlap_seconds()?)?)
    })
    .await
}

/// Adds a public key to a client.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/keys",
    tag = "access",
    operation_id = "addClientKey",
    summary = "Add a public key to a client",
    params(("client" = String, Path, description = "The client's name."), WriteParameters, OnceHeader),
    request_body = KeyInput,
    responses((status = 200, description = "The client, with the key.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn add_key(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: KeyInput| {
        Ok((access::add_key(desk, scope, &input.client, &input.read()?)?, None))
    })
    .await
}

/// Ends a secret or a key of a client at once.
#[utoipa::path(
    post,
    path = "/v1/clients/{client}/credentials/{credential}/end",
    tag = "access",
    operation_id = "endClientCredential",
    summary = "End a secret or a key of a client",
    params(("client" = String, Path, description = "The client's name."), ("credential" = String, Path, description = "The credential's identifier."), WriteParameters, OnceHeader),
    request_body = CredentialInput,
    responses((status = 200, description = "The client, without it.", body = ClientResource), Refused),
    security(("oauth" = []))
)]
pub async fn end_credential(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), |desk, scope, input: CredentialInput| {
        Ok((access::end_credential(desk, scope, &input.client, &input.credential)?, None))
    })
    .await
}

/// Answers a change of a client with the client as it then is.
async fn change<B: serde::de::DeserializeOwned + Send + 'static>(
    sent: (HttpRequest, Payload, Data<Service>),
    work: impl FnOnce(&Desk, &Scope, B) -> Result<(ClientRecord, Option<SecretString>), Unsettled> + Send + 'static,
) -> HttpResponse {
    write(sent, Permission::RegisterClients, StatusCode::OK, move |desk, scope, input: B| {
        let (record, secret) = work(desk, scope, input)?;
        Ok(ClientResource::of(desk, record, secret.as_ref()))
    })
    .await
}
