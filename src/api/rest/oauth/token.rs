//! The token endpoint: client credentials (RFC 6749, section 4.4), for secrets and for assertions (RFC 7523).

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::{self, Form};
use super::{OauthError, unstored};
use crate::access::operations as access;
use crate::access::{scope_token, token};
use crate::api::edge::gate::Class;
use crate::api::rest::{failed, run_as};
use crate::api::service::Service;
use crate::refusal::{Code, Failure};

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// A JSON Web Token of RFC 9068, to be sent as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long it lives, in seconds.
    #[schema(example = 600)]
    expires_in: i64,
    /// Its scopes.
    #[schema(example = "directory:read reports:read records:read reports:write figures:read")]
    scope: String,
}

/// Gives an access token to a registered client.
#[utoipa::path(
    post,
    path = "/oauth/token",
    tag = "access",
    operation_id = "createToken",
    summary = "Get an access token with client credentials",
    request_body(content = Form, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "An access token.", body = TokenAnswer),
        (status = 400, description = "The request is not one for a token, or asks for scopes that the client may not have.", body = OauthError),
        (status = 401, description = "The client is not known, or did not prove to be it.", body = OauthError),
    )
)]
pub async fn token(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let (form, client) = match form::read(&request, payload, &service).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let Form { grant_type, scope, .. } = form;
    match grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => return declined("unsupported_grant_type", "use grant_type=client_credentials"),
        None => return declined("invalid_request", "send grant_type=client_credentials"),
    }
    let issued = run_as(Class::Submission, &service, move |service| {
        access::issue_token(&service.desk, &client, scope.as_deref())
    })
    .await;
    match issued {
        Ok(issued) => unstored(&mut HttpResponse::Ok()).json(TokenAnswer {
            access_token: issued.token,
            token_type: "Bearer",
            expires_in: token::LIFETIME_SECONDS,
            scope: scope_token::written(&issued.scopes),
        }),
        Err(Failure::Refused(refusal)) if refusal.code == Code::ScopeInvalid => {
            declined("invalid_scope", "ask for scopes of scopes_supported that are for this client, or for none")
        }
        Err(failure) => failed(&request, &failure),
    }
}

fn declined(error: &'static str, error_description: &'static str) -> HttpResponse {
    OauthError { error, error_description }.answer()
}
