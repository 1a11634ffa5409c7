//! What people at a browser use: the page where they sign in and out, the way through a provider, and their session.
//!
//! A form is answered with a page or a redirect, never with a document of the API; redirects lead to this service or to the
//! provider that is configured, and nowhere else.

mod local;
mod page;
mod provider;
mod session;
mod sign_out;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{self, Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, Resource};
use serde::de::DeserializeOwned;
use utoipa::OpenApi;

use super::wrong_method;
use crate::access::session::SessionSecret;
use crate::api::body::{self, BodyLimits};
use crate::api::people::cookies::Cookie;
use crate::api::service::Service;
use crate::refusal::{Code, Refusal};

/// The largest form, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// The part of the OpenAPI document about sessions; pages are for people.
#[derive(OpenApi)]
#[openapi(paths(session::session, sign_out::sign_out))]
pub struct Document;

/// Registers the routes of people.
pub fn configure(config: &mut web::ServiceConfig) {
    use web::{get, post};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/sign-in").route(get().to(page::sign_in)).route(post().to(local::sign_in)))
        .service(at("/sign-in/provider").route(get().to(provider::begin)))
        .service(at("/sign-in/callback").route(get().to(provider::complete)))
        .service(at("/sign-out").route(post().to(sign_out::sign_out)))
        .service(at("/session").route(get().to(session::session)));
}

/// Whether the body of a request is a form.
fn is_form(request: &HttpRequest) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads a form; one that is none, or has a field twice, is refused.
async fn read_form<F: DeserializeOwned>(request: &HttpRequest, payload: &mut Payload) -> Result<F, Refusal> {
    let limits = BodyLimits { max_bytes: LARGEST_FORM, ..BodyLimits::default() };
    let body = zeroize::Zeroizing::new(body::read(request.headers(), payload, &limits).await?.to_vec());
    let form = std::str::from_utf8(&body).ok().and_then(|text| Query::<F>::from_query(text).ok());
    form.map(Query::into_inner).ok_or_else(|| Refusal::new(Code::RequestMalformed).at("body"))
}

/// Sends a browser elsewhere, by GET.
fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// Sends a browser that has just signed in where it wanted to go, with its session.
fn signed_in(service: &Data<Service>, secret: &SessionSecret, return_to: &str) -> HttpResponse {
    let mut response = see_other(return_to);
    let cookie = Cookie::Session.set(&service.desk.issuer, secret.expose(), service.people.lengths.absolute);
    give(&mut response, cookie);
    response
}

/// Gives a cookie to a browser.
fn give(response: &mut HttpResponse, cookie: HeaderValue) {
    response.headers_mut().append(header::SET_COOKIE, cookie);
}
