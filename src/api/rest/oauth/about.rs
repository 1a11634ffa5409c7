//! Ask about a token (RFC 7662) and give one back (RFC 7009): by the client itself, or by one that registers clients.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::{self, Form};
use super::{OauthError, unstored};
use crate::access::operations as access;
use crate::access::token::Claims;
use crate::api::edge::gate::Class;
use crate::api::rest::{failed, run, run_as};
use crate::api::service::Service;

/// What is told of a token: whether it holds, and what it says; of others' tokens only that they do not.
#[derive(Default, Serialize, ToSchema)]
pub struct IntrospectionAnswer {
    /// Whether it holds at this moment.
    active: bool,
    /// Its scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// Its client.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// Until when it holds, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// From when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    /// Whom it is about: its client.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// The service that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Its identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

impl From<Claims> for IntrospectionAnswer {
    fn from(claims: Claims) -> Self {
        Self {
            active: true,
            scope: Some(claims.scope),
            client_id: Some(claims.client_id),
            token_type: Some("Bearer"),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            nbf: Some(claims.nbf),
            sub: Some(claims.sub),
            aud: Some(claims.aud),
            iss: Some(claims.iss),
            jti: Some(claims.jti),
        }
    }
}

/// Says whether a token holds at this moment.
#[utoipa::path(
    post,
    path = "/oauth/introspect",
    tag = "access",
    operation_id = "introspectToken",
    summary = "Ask whether an access token holds",
    request_body(content = Form, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "What is told of it.", body = IntrospectionAnswer),
        (status = 400, description = "The request names no token.", body = OauthError),
        (status = 401, description = "The client is not known, or did not prove to be it.", body = OauthError),
    )
)]
pub async fn introspect(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let (token, client) = match read(&request, payload, &service).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    match run(&service, move |service| access::introspect(&service.desk, &client, &token)).await {
        Ok(told) => {
            let told = told.map_or_else(IntrospectionAnswer::default, |told| told.claims.into());
            unstored(&mut HttpResponse::Ok()).json(told)
        }
        Err(failure) => failed(&request, &failure),
    }
}

/// Takes a token back: no node believes it any more.
#[utoipa::path(
    post,
    path = "/oauth/revoke",
    tag = "access",
    operation_id = "revokeToken",
    summary = "Give an access token back before its time",
    request_body(content = Form, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It holds no more, or never did."),
        (status = 400, description = "The request names no token.", body = OauthError),
        (status = 401, description = "The client is not known, or did not prove to be it.", body = OauthError),
    )
)]
pub async fn revoke(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let (token, client) = match read(&request, payload, &service).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    match run_as(Class::Submission, &service, move |service| access::revoke_token(&service.desk, &client, &token)).await
    {
        Ok(()) => unstored(&mut HttpResponse::Ok()).finish(),
        Err(failure) => failed(&request, &failure),
    }
}

async fn read(
    request: &HttpRequest,
    payload: Payload,
    service: &Data<Service>,
) -> Result<(String, access::Authenticated), HttpResponse> {
    let (form, client) = form::read(request, payload, service).await?;
    let token =
        form.token.ok_or_else(|| OauthError::invalid_request("send the token in the parameter `token`").answer())?;
    Ok((token, client))
}
