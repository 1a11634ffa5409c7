//! Refusals as RFC 9457 problem documents, for every answer that is not GraphQL.
//!
//! The one place where a kind of refusal becomes an HTTP status.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::refusal::{Code, Kind, Language, Refusal};

/// Seconds after which a busy service may be asked again.
pub const RETRY_AFTER_SECONDS: &str = "1";

/// The HTTP status of a kind of refusal.
pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The language that `Accept-Language` prefers: French or, by default, English.
pub fn language(headers: &HeaderMap) -> Language {
    let mut best = (0.0, Language::En);
    for accepted in headers.get_all(header::ACCEPT_LANGUAGE).filter_map(|value| value.to_str().ok()) {
        for range in accepted.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let spoken = match parts.next().unwrap_or_default().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("fr") => Language::Fr,
                Some("en") => Language::En,
                _ => continue,
            };
            let quality = quality(parts);
            if quality > best.0 {
                best = (quality, spoken);
            }
        }
    }
    best.1
}

/// The weight among the parameters of an Accept range; 1 if none is given, 0 if it cannot be read.
pub(crate) fn quality<'a>(mut parameters: impl Iterator<Item = &'a str>) -> f32 {
    let weight = parameters.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    weight.map_or(1.0, |weight| weight.trim().parse().ok().filter(|q| (0.0..=1.0).contains(q)).unwrap_or(0.0))
}

/// A problem document (RFC 9457): why a request was refused and what to do about it.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained.
    #[schema(example = "/docs/errors#NOT_FOUND")]
    r#type: String,
    /// The code in plain words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// The stable code.
    #[schema(example = "NOT_FOUND")]
    code: &'static str,
    /// What is wrong, in the language of Accept-Language.
    detail: String,
    /// Where in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// What to do.
    remedy: String,
}

/// Why what was sent was refused, with everything in it that does not hold; the document itself is about the first.
#[derive(Serialize, ToSchema)]
pub struct InputProblem {
    #[serde(flatten)]
    problem: Problem,
    /// Everything that does not hold.
    errors: Vec<ProblemPart>,
}

/// One of the things that do not hold in what was sent.
#[derive(Serialize, ToSchema)]
pub struct ProblemPart {
    /// The stable code.
    #[schema(example = "DATE_INVALID")]
    code: &'static str,
    /// What is wrong, in the language of Accept-Language.
    message: String,
    /// Where in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// What to do.
    remedy: String,
}

/// What every write may be refused for.
#[derive(IntoResponses)]
pub enum Refused {
    /// The request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(Problem),
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The role may not do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is no such thing within what the caller may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// The state of things does not allow it.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The content does not hold; `errors` lists everything.
    #[response(status = 422, content_type = "application/problem+json")]
    Unprocessable(InputProblem),
}

/// What every read may be refused for.
#[derive(IntoResponses)]
pub enum Unread {
    /// No valid access token.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// There is no such thing within what the caller may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// A parameter does not hold.
    #[response(status = 422, content_type = "application/problem+json")]
    Unprocessable(Problem),
}

/// The problem document of everything that does not hold in what was sent: about the first, with all of it listed.
pub fn problems(refusals: &[Refusal], language: Language) -> HttpResponse {
    let Some(first) = refusals.first() else { return problem(&Code::InternalError.into(), language) };
    let part = |refusal: &Refusal| ProblemPart {
        code: refusal.code.as_str(),
        message: refusal.message(language),
        path: refusal.path.clone(),
        remedy: refusal.remedy(language),
    };
    let body = InputProblem { problem: Problem::of(first, language), errors: refusals.iter().map(part).collect() };
    respond(first.code.kind(), language).content_type("application/problem+json").json(body)
}

/// The problem document of a refusal, in a language.
pub fn problem(refusal: &Refusal, language: Language) -> HttpResponse {
    let body = Problem::of(refusal, language);
    let mut response = respond(refusal.code.kind(), language);
    if refusal.code == Code::ScopeInsufficient {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\""));
    }
    response.content_type("application/problem+json").json(body)
}

impl Problem {
    /// The document of a refusal, in a language.
    pub fn of(refusal: &Refusal, language: Language) -> Self {
        let code = refusal.code.as_str();
        Self {
            r#type: format!("/docs/errors#{code}"),
            title: title(code),
            status: status(refusal.code.kind()).as_u16(),
            code,
            detail: refusal.message(language),
            path: refusal.path.clone(),
            remedy: refusal.remedy(language),
        }
    }
}

/// A response with the status and the headers that every refusal of this kind carries.
pub fn respond(kind: Kind, language: Language) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status(kind));
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_LANGUAGE, if language == Language::Fr { "fr" } else { "en" }))
        .append_header((header::VARY, "Accept-Language"));
    match kind {
        Kind::Unavailable => response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
        Kind::Unauthenticated => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")),
        _ => &mut response,
    };
    response
}

/// `NOT_FOUND` as a title, `Not found`: the same for every occurrence, as RFC 9457 asks.
fn title(code: &str) -> String {
    let mut title = code.replace('_', " ").to_ascii_lowercase();
    title[..1].make_ascii_uppercase();
    title
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

    fn spoken(header: &str) -> Language {
        language(TestRequest::default().insert_header(("Accept-Language", header)).to_http_request().headers())
    }

    #[test]
    fn the_callers_language_is_heard() {
        assert_eq!(language(TestRequest::default().to_http_request().headers()), Language::En);
        assert_eq!(spoken("fr-FR,fr;q=0.9,en;q=0.8"), Language::Fr);
        assert_eq!(spoken("en;q=0.3, FR;q=0.5"), Language::Fr);
        assert_eq!(spoken("de, en;q=0.2"), Language::En);
        assert_eq!(spoken("fr;q=0, é, ;;,"), Language::En);
    }

    #[tokio::test]
    async fn a_problem_says_what_and_what_to_do() {
        let response = problem(&Refusal::new(Code::NotFound).at("project"), Language::Fr);
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        let body: serde_json::Value = serde_json::from_slice(&to_bytes(response.into_body()).await.unwrap()).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"type": "/docs/errors#NOT_FOUND", "title": "Not found", "status": 404, "code": "NOT_FOUND",
                "detail": "Rien de tel dans ce que vous pouvez voir.", "path": "project", "remedy": "Vérifiez l'identifiant."})
        );
    }

    #[test]
    fn busy_and_unauthenticated_say_how_to_go_on() {
        assert_eq!(problem(&Code::Busy.into(), Language::En).headers().get("retry-after").unwrap(), "1");
        assert_eq!(
            problem(&Code::Unauthenticated.into(), Language::En).headers().get("www-authenticate").unwrap(),
            "Bearer"
        );
    }
}
