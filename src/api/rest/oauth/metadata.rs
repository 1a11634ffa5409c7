//! What a client must know beforehand: the endpoints and what they take (RFC 8414), and the public keys (RFC 7517).

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::jwk::PublishedKey;
use crate::access::scope_token::ScopeToken;
use crate::api::service::Service;

const METHODS: &[&str] = &["private_key_jwt", "client_secret_basic"];
const ALGORITHMS: &[&str] = &["ES256", "EdDSA"];

/// The endpoints and what they take (RFC 8414).
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    /// The public address, which issues tokens and is the audience of assertions.
    #[schema(example = "https://faisceau.example.org")]
    issuer: String,
    /// Where tokens are given.
    token_endpoint: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// Where a token is asked about.
    introspection_endpoint: String,
    /// Where a token is given back.
    revocation_endpoint: String,
    /// The ways of getting a token: `client_credentials`.
    grant_types_supported: [&'static str; 1],
    /// None: nobody is sent here by a browser.
    response_types_supported: [&'static str; 0],
    /// The scopes that a token may be narrowed to.
    scopes_supported: Vec<&'static str>,
    /// How a client proves itself for a token.
    token_endpoint_auth_methods_supported: &'static [&'static str],
    /// With what an assertion may be signed.
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// How a client proves itself to ask about a token.
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    /// With what an assertion may be signed there.
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// How a client proves itself to give a token back.
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    /// With what an assertion may be signed there.
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    /// The documentation of this API.
    service_documentation: String,
}

/// Public keys (RFC 7517).
#[derive(Serialize, ToSchema)]
pub struct KeySet {
    /// Every key of the deployment that others verify with.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<PublishedKey>,
}

/// Gives the endpoints and what they take.
#[utoipa::path(
    get,
    path = "/.well-known/oauth-authorization-server",
    tag = "access",
    operation_id = "getServerMetadata",
    summary = "What an OAuth 2.0 client must know",
    responses((status = 200, description = "The metadata of RFC 8414.", body = ServerMetadata))
)]
pub async fn metadata(service: Data<Service>) -> HttpResponse {
    let issuer = &service.desk.issuer;
    HttpResponse::Ok().insert_header(cached()).json(ServerMetadata {
        issuer: issuer.to_string(),
        token_endpoint: issuer.at("/oauth/token"),
        jwks_uri: issuer.at("/.well-known/jwks.json"),
        introspection_endpoint: issuer.at("/oauth/introspect"),
        revocation_endpoint: issuer.at("/oauth/revoke"),
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        scopes_supported: ScopeToken::ALL.into_iter().map(ScopeToken::code).collect(),
        token_endpoint_auth_methods_supported: METHODS,
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        introspection_endpoint_auth_methods_supported: METHODS,
        introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        revocation_endpoint_auth_methods_supported: METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        service_documentation: issuer.at("/openapi.json"),
    })
}

/// Gives every public key of the deployment.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "access",
    operation_id = "getKeySet",
    summary = "The public keys of the deployment",
    responses((status = 200, description = "A JSON Web Key Set.", body = KeySet))
)]
pub async fn key_set(service: Data<Service>) -> HttpResponse {
    let keys = service.desk.keys.published(service.desk.clock.now());
    HttpResponse::Ok().insert_header(cached()).json(KeySet { keys })
}

/// A minute: a rotation is seen soon.
fn cached() -> (header::HeaderName, &'static str) {
    (header::CACHE_CONTROL, "public, max-age=60")
}
