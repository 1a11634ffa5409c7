//! OAuth 2.0 as machines speak it: get a token, ask about one, give one back, and what a client must know beforehand.
//!
//! These routes speak the language of their standards: forms in, and errors as RFC 6749, section 5.2, has them.

pub mod about;
mod form;
pub mod metadata;
pub mod token;

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use utoipa::ToSchema;

pub use form::Form;

/// Why a request of OAuth 2.0 was declined (RFC 6749, section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthError {
    /// The error's code.
    #[schema(example = "invalid_client")]
    pub error: &'static str,
    /// What to do.
    pub error_description: &'static str,
}

impl OauthError {
    const INVALID_CLIENT: Self = Self {
        error: "invalid_client",
        error_description: "the client is not known here, or did not prove to be it; see /.well-known/oauth-authorization-server",
    };

    /// A request that is not one.
    fn invalid_request(error_description: &'static str) -> Self {
        Self { error: "invalid_request", error_description }
    }

    /// The answer that says so.
    fn answer(self) -> HttpResponse {
        let mut response = if self.error == "invalid_client" {
            let mut response = HttpResponse::Unauthorized();
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"faisceau\", charset=\"UTF-8\""));
            response
        } else {
            HttpResponse::BadRequest()
        };
        unstored(&mut response).json(self)
    }
}

/// Nothing of an answer about tokens may be kept on the way.
fn unstored(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
}
