//! The token endpoint: OAuth 2.0 client credentials (RFC 6749, section 4.4), `client_secret_basic` or in the body.

use actix_web::http::header;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{failed, refuse, run_as};
use crate::access::{operations, token};
use crate::api::body::{self, BodyLimits};
use crate::api::edge::gate::Class;
use crate::api::service::Service;
use crate::refusal::{Code, Failure};

/// The largest request of a token, in bytes.
const LARGEST_FORM: usize = 4096;

/// What a client asks.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: Option<String>,
    /// The client's name, unless it stands in the Authorization header.
    client_id: Option<String>,
    /// The client's secret, unless it stands in the Authorization header.
    client_secret: Option<String>,
}

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
}

/// Why no token was given (RFC 6749, section 5.2).
#[derive(Serialize, ToSchema)]
pub struct TokenError {
    /// The error's code.
    #[schema(example = "invalid_client")]
    error: &'static str,
    /// What to do.
    error_description: &'static str,
}

/// Gives an access token to a registered client.
#[utoipa::path(
    post,
    path = "/oauth/token",
    tag = "access",
    operation_id = "createToken",
    summary = "Get an access token with client credentials",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "An access token.", body = TokenAnswer),
        (status = 400, description = "The request is not one for a token.", body = TokenError),
        (status = 401, description = "The client is not known or its secret is wrong.", body = TokenError),
    )
)]
pub async fn token(request: HttpRequest, mut payload: Payload, service: Data<Service>) -> HttpResponse {
    let limits = BodyLimits { max_bytes: LARGEST_FORM, ..BodyLimits::default() };
    let body = match body::read(request.headers(), &mut payload, &limits).await {
        Ok(body) => body,
        Err(refusal) => return refuse(&request, payload, &refusal),
    };
    let form = std::str::from_utf8(&body).ok().and_then(|text| Query::<TokenRequest>::from_query(text).ok());
    let Some(form) = form.map(Query::into_inner) else {
        return declined("invalid_request", "send grant_type=client_credentials as application/x-www-form-urlencoded");
    };
    if form.grant_type.as_deref() != Some("client_credentials") {
        return declined("unsupported_grant_type", "use grant_type=client_credentials");
    }
    let in_body = form.client_id.zip(form.client_secret.map(Zeroizing::new));
    let Some((client, secret)) = basic_credentials(&request).or(in_body) else {
        return declined("invalid_client", "send client_id and client_secret, best by HTTP Basic");
    };
    let given =
        run_as(Class::Submission, &service, move |service| operations::issue_token(&service.desk, &client, &secret))
            .await;
    match given {
        Ok(access_token) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(TokenAnswer {
            access_token,
            token_type: "Bearer",
            expires_in: token::LIFETIME_SECONDS,
        }),
        Err(Failure::Refused(refusal)) if refusal.code == Code::Unauthenticated => {
            declined("invalid_client", "the client is not known or its secret is wrong")
        }
        Err(failure) => failed(&request, &failure),
    }
}

fn basic_credentials(request: &HttpRequest) -> Option<(String, Zeroizing<String>)> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?);
    let (client, secret) = decoded.split_once(':')?;
    Some((client.to_owned(), Zeroizing::new(secret.to_owned())))
}

fn declined(error: &'static str, error_description: &'static str) -> HttpResponse {
    let mut response = if error == "invalid_client" {
        let mut response = HttpResponse::Unauthorized();
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"faisceau\", charset=\"UTF-8\""));
        response
    } else {
        HttpResponse::BadRequest()
    };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(TokenError { error, error_description })
}
