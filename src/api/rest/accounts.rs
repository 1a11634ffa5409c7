//! Accounts of people through REST: for operators.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource, web};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::reading::{NoParameters, PageOf, PageParameters, answer};
use super::request::{OnceHeader, WriteParameters, write};
use super::wrong_method;
use crate::access::account::AccountRecord;
use crate::access::operations as access;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::accounts::{AccountInput, AccountNameInput, AccountRevisionInput};
use crate::api::problem::{Refused, Unread};
use crate::api::service::Service;
use crate::clock::Instant;
use crate::directory::operations as directory;
use crate::refusal::{Code, Refusal};

/// The account of a person. Who it is, is kept as a hash only.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountResource {
    /// Its identifier, which stands in the journal as the caller.
    #[schema(example = "acc_0193b5c0b7a07d2f8a1c2d3e4f506172")]
    id: String,
    /// LOCAL, or PROVIDER for whoever signs in through an OpenID Connect provider.
    #[schema(example = "LOCAL")]
    kind: &'static str,
    /// Its role.
    #[schema(example = "OFFICER")]
    role: &'static str,
    /// The organisation that it belongs to, if one.
    organisation: Option<String>,
    /// The only programmes in which it has a role, each as `PROGRAMME:ROLE` by identifier; its role holds in all if empty.
    programmes: Vec<String>,
    /// How it stands now: ACTIVE, SUSPENDED or EXPIRED.
    #[schema(example = "ACTIVE")]
    standing: &'static str,
    /// When it ends, if it does.
    expires_at: Option<String>,
    /// When it was made.
    created_at: String,
    /// When its person last signed in.
    signed_in_at: Option<String>,
    /// Until when its one-time password serves, if it has one.
    one_time_until: Option<String>,
    /// The one-time password just made, shown this once; nothing in a dry run, and to a request that is sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl AccountResource {
    fn of(desk: &Desk, record: AccountRecord, password: Option<&SecretString>) -> Self {
        let text = |at: Instant| at.to_string();
        let standing = record.standing(desk.clock.now()).code();
        let account = record.account;
        Self {
            id: account.id.to_string(),
            kind: account.kind.code(),
            role: account.role.code(),
            organisation: account.organisation.map(|organisation| organisation.to_string()),
            programmes: account.programmes.iter().map(ToString::to_string).collect(),
            standing,
            expires_at: account.expires_at.map(text),
            created_at: text(record.created_at),
            signed_in_at: record.signed_in_at.map(text),
            one_time_until: record.one_time_until.map(text),
            password: password.map(|password| password.expose_secret().to_owned()),
        }
    }
}

type Changed = Result<(AccountRecord, Option<SecretString>), Unsettled>;

/// The part of the OpenAPI document about accounts.
#[derive(OpenApi)]
#[openapi(paths(list, register, find, revise, suspend, resume, reset_password, end_sessions))]
pub struct Document;

/// Registers the routes of accounts.
pub fn configure(config: &mut web::ServiceConfig) {
    use web::{get, post};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/v1/accounts").route(get().to(list)).route(post().to(register)))
        .service(at("/v1/accounts/{account}").route(get().to(find)).route(web::patch().to(revise)))
        .service(at("/v1/accounts/{account}/suspension").route(post().to(suspend)))
        .service(at("/v1/accounts/{account}/resumption").route(post().to(resume)))
        .service(at("/v1/accounts/{account}/password").route(post().to(reset_password)))
        .service(at("/v1/accounts/{account}/sessions/end").route(post().to(end_sessions)));
}

/// Gives every account.
#[utoipa::path(
    get,
    path = "/v1/accounts",
    tag = "access",
    operation_id = "listAccounts",
    summary = "The accounts of people",
    params(PageParameters),
    responses((status = 200, description = "A page of accounts, in the order in which they were made.", body = PageOf<AccountResource>), Unread),
    security(("oauth" = []))
)]
pub async fn list(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, |Service { desk, .. }, scope, asked: PageParameters| {
        let found = access::list_accounts(desk, scope, &asked.read()?)?;
        Ok(PageOf::of(found, |record| record.account.id.to_string(), |record| AccountResource::of(desk, record, None)))
    })
    .await
}

/// Registers a local account. Its one-time password is shown this once.
#[utoipa::path(
    post,
    path = "/v1/accounts",
    tag = "access",
    operation_id = "registerAccount",
    summary = "Register a local account",
    params(WriteParameters, OnceHeader),
    request_body = AccountInput,
    responses((status = 201, description = "The account, with its one-time password.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn register(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::CREATED, |desk, scope, input: AccountInput| {
        Ok(directory::register_account(desk, scope, input.read()?)?)
    })
    .await
}

/// Gives an account.
#[utoipa::path(
    get,
    path = "/v1/accounts/{account}",
    tag = "access",
    operation_id = "getAccount",
    summary = "An account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name.")),
    responses((status = 200, description = "The account.", body = AccountResource), Unread),
    security(("oauth" = []))
)]
pub async fn find(request: HttpRequest, name: Path<String>, service: Data<Service>) -> HttpResponse {
    answer(&request, &service, move |Service { desk, .. }, scope, NoParameters {}| {
        let found = access::find_account(desk, scope, &name)?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("account"))?;
        Ok(AccountResource::of(desk, found, None))
    })
    .await
}

/// Changes an account; what is absent stays as it is. Its sessions are held to it at once.
#[utoipa::path(
    patch,
    path = "/v1/accounts/{account}",
    tag = "access",
    operation_id = "reviseAccount",
    summary = "Change an account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name."), WriteParameters, OnceHeader),
    request_body = AccountRevisionInput,
    responses((status = 200, description = "The account as it now is.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn revise(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::OK, |desk, scope, input: AccountRevisionInput| {
        Ok((directory::revise_account(desk, scope, &input.account, input.read()?)?, None))
    })
    .await
}

/// Suspends an account and ends its sessions.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/suspension",
    tag = "access",
    operation_id = "suspendAccount",
    summary = "Suspend an account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name."), WriteParameters, OnceHeader),
    request_body = AccountNameInput,
    responses((status = 200, description = "The account, suspended.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn suspend(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::OK, |desk, scope, input: AccountNameInput| {
        Ok((access::suspend_account(desk, scope, &input.account)?, None))
    })
    .await
}

/// Lets a suspended account in again.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/resumption",
    tag = "access",
    operation_id = "resumeAccount",
    summary = "End the suspension of an account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name."), WriteParameters, OnceHeader),
    request_body = AccountNameInput,
    responses((status = 200, description = "The account.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn resume(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::OK, |desk, scope, input: AccountNameInput| {
        Ok((access::resume_account(desk, scope, &input.account)?, None))
    })
    .await
}

/// Makes another one-time password, shown this once, and ends the sessions of the account.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/password",
    tag = "access",
    operation_id = "resetAccountPassword",
    summary = "Make another one-time password for a local account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name."), WriteParameters, OnceHeader),
    request_body = AccountNameInput,
    responses((status = 200, description = "The account, with its one-time password.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn reset_password(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::OK, |desk, scope, input: AccountNameInput| {
        Ok(access::reset_password(desk, scope, &input.account)?)
    })
    .await
}

/// Ends every session of an account.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account}/sessions/end",
    tag = "access",
    operation_id = "endAccountSessions",
    summary = "End every session of an account",
    params(("account" = String, Path, description = "The account, by identifier or sign-in name."), WriteParameters, OnceHeader),
    request_body = AccountNameInput,
    responses((status = 200, description = "The account.", body = AccountResource), Refused),
    security(("oauth" = []))
)]
pub async fn end_sessions(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    change((request, payload, service), StatusCode::OK, |desk, scope, input: AccountNameInput| {
        Ok((access::end_sessions(desk, scope, &input.account)?, None))
    })
    .await
}

/// Answers a change of an account with the account as it then is.
async fn change<B: serde::de::DeserializeOwned + Send + 'static>(
    sent: (HttpRequest, Payload, Data<Service>),
    done: StatusCode,
    work: impl FnOnce(&Desk, &Scope, B) -> Changed + Send + 'static,
) -> HttpResponse {
    write(sent, Permission::RegisterClients, done, move |desk, scope, input: B| {
        let (record, password) = work(desk, scope, input)?;
        Ok(AccountResource::of(desk, record, password.as_ref()))
    })
    .await
}
