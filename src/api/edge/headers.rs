//! The headers that every answer has, whoever made it: what a route says itself goes before.

use actix_cors::Cors;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::configuration::{Configuration, PublicAddress};

/// An answer is data, no page: nothing in it runs, loads or is framed. Pages say otherwise themselves.
const NOTHING_RUNS: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ALWAYS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, NOTHING_RUNS),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::PERMISSIONS_POLICY, "camera=(), geolocation=(), microphone=()"),
    // Whatever does not say that it may be kept is not: most answers are for one caller only.
    (header::CACHE_CONTROL, "no-store"),
];

/// Puts them where they are missing.
pub fn complete(headers: &mut HeaderMap, configuration: &Configuration) {
    for (name, value) in &ALWAYS {
        if !headers.contains_key(name) {
            headers.insert(name.clone(), HeaderValue::from_static(value));
        }
    }
    let seconds = configuration.hsts_seconds.0;
    if seconds > 0 && configuration.public_url.as_ref().is_some_and(PublicAddress::is_https) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, max_age(seconds));
    }
}

/// Which pages of other origins may call, as it was set. No cookie is ever taken along from there: a token in a
/// header is all that makes them callers.
pub fn cors(configuration: &Configuration) -> Cors {
    let cors =
        configuration.cors_origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin.as_str()));
    cors.allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("prefer"),
        ])
        .expose_headers(["Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"])
        .block_on_origin_mismatch(false)
        .max_age(600)
}

fn max_age(seconds: u32) -> HeaderValue {
    HeaderValue::from_str(&format!("max-age={seconds}")).expect("digits stand in a header")
}
