//! The session of a browser, and the token without which it writes nothing.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::operations as access;
use crate::api::people::cookies;
use crate::api::problem::{Unread, language, problem};
use crate::api::rest::{failed, run};
use crate::api::service::{Service, claims_token};
use crate::refusal::{Code, Refusal};

/// Who is signed in, and until when.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionResource {
    /// The account, which stands in the journal as the caller.
    #[schema(example = "acc_0193b5c0b7a07d2f8a1c2d3e4f506172")]
    account: String,
    /// Its role.
    #[schema(example = "OFFICER")]
    role: &'static str,
    /// The organisation that it belongs to, if one.
    organisation: Option<String>,
    /// The only programmes in which it has a role, each as `PROGRAMME:ROLE` by identifier; its role holds in all if empty.
    programmes: Vec<String>,
    /// What to send as `X-CSRF-Token` with everything that writes.
    csrf_token: String,
    /// When the person signed in.
    signed_in_at: String,
    /// When the session ends unless a request comes.
    idle_until: String,
    /// When it ends at the latest.
    ends_at: String,
}

/// Gives the session of the browser that asks.
#[utoipa::path(
    get,
    path = "/session",
    tag = "access",
    operation_id = "getSession",
    summary = "Who is signed in, and the token that a session writes with",
    responses((status = 200, description = "The session.", body = SessionResource), Unread),
    security(("session" = []))
)]
pub async fn session(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let refuse = |refusal: &Refusal| problem(refusal, language(request.headers()));
    if claims_token(&request) {
        return refuse(&service.caller(&request).err().unwrap_or(Code::SessionEnded.into()));
    }
    let Some(secret) = cookies::session(&request, &service.desk.issuer) else {
        return refuse(&Code::SessionEnded.into());
    };
    let (lengths, csrf_token) = (service.people.lengths, secret.csrf_token(&service.desk.keys));
    match run(&service, move |service| access::recognise_session(&service.desk, lengths, &secret)).await {
        Ok(signed) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(SessionResource {
            account: signed.record.account.id.to_string(),
            role: signed.record.account.role.code(),
            organisation: signed.record.account.organisation.map(|organisation| organisation.to_string()),
            programmes: signed.record.account.programmes.iter().map(ToString::to_string).collect(),
            csrf_token,
            signed_in_at: signed.created_at.to_string(),
            idle_until: signed.idle_until.to_string(),
            ends_at: signed.ends_at.to_string(),
        }),
        Err(failure) => failed(&request, &failure),
    }
}
