//! Which media types a request brings and accepts, for GraphQL over HTTP.

use actix_web::http::header::{self, HeaderMap};

use crate::api::accept::{preferences, writable};
use crate::refusal::{Code, Refusal};

/// The media types that answers are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerType {
    /// `application/json`: the status of a well-formed request is 200, whatever the document.
    Json,
    /// `application/graphql-response+json`: the status tells whether the document was executed.
    GraphQl,
}

impl AnswerType {
    /// The value of Content-Type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// The answer type that `Accept` prefers; JSON where it does not say.
pub fn accepted(headers: &HeaderMap) -> Result<AnswerType, Refusal> {
    let offered = ["application/json", "application/graphql-response+json"];
    let Some([json, graphql]) = preferences(headers, offered) else { return Ok(AnswerType::Json) };
    let named = graphql.precision == Some(2) && graphql.weight >= json.weight;
    match () {
        () if graphql.weight > 0.0 && (named || graphql.weight > json.weight) => Ok(AnswerType::GraphQl),
        () if json.weight > 0.0 => Ok(AnswerType::Json),
        () => Err(Code::NotAcceptable.into()),
    }
}

/// Refuses a body that does not say that it is JSON in UTF-8: forms and plain text need no CORS preflight.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut values = headers.get_all(header::CONTENT_TYPE).filter_map(|value| value.to_str().ok());
    let (Some(value), None) = (values.next(), values.next()) else { return Err(Code::MediaTypeUnsupported.into()) };
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    if json && parts.all(writable) { Ok(()) } else { Err(Code::MediaTypeUnsupported.into()) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::AnswerType::{GraphQl, Json};
    use super::*;

    #[test]
    fn the_preferred_type_is_chosen() {
        let choose = |accept| {
            accepted(TestRequest::default().insert_header(("Accept", accept)).to_http_request().headers()).ok()
        };
        for (accept, chosen) in [
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphQl)),
            ("*/*", Some(Json)),
            ("application/*;q=0.5", Some(Json)),
            ("", Some(Json)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphQl)),
            ("application/json, application/graphql-response+json;q=0.9", Some(Json)),
            ("application/json;charset=utf-8, application/graphql-response+json; charset=\"UTF-8\"", Some(GraphQl)),
            ("application/json;q=0, */*", Some(GraphQl)),
            ("text/html, */*;q=0.1", Some(Json)),
            ("application/json; charset=latin1", None),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json;q=2", None),
        ] {
            assert_eq!(choose(accept), chosen, "{accept}");
        }
    }

    #[test]
    fn only_json_in_utf8_comes_in() {
        let brings = |content_type| {
            let request = TestRequest::default().insert_header(("Content-Type", content_type)).to_http_request();
            check_content_type(request.headers()).is_ok()
        };
        for content_type in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            assert!(brings(content_type), "{content_type}");
        }
        for content_type in
            ["text/plain", "application/json; charset=utf-16", "application/jsonp", "multipart/form-data", ""]
        {
            assert!(!brings(content_type), "{content_type}");
        }
        assert!(check_content_type(TestRequest::default().to_http_request().headers()).is_err());
    }
}
