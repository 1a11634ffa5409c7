//! Which media types a request brings and accepts, for GraphQL over HTTP.

use actix_web::http::header::{self, HeaderMap};

use crate::api::problem::quality;
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
    let mut json = Preference::default();
    let mut graphql = Preference::default();
    let mut said = false;
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty()) {
            said = true;
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            if !parts.clone().all(writable) {
                continue;
            }
            let weight = quality(parts);
            match name.as_str() {
                "application/json" => json.take(2, weight),
                "application/graphql-response+json" => graphql.take(2, weight),
                "application/*" => [&mut json, &mut graphql].into_iter().for_each(|each| each.take(1, weight)),
                "*/*" => [&mut json, &mut graphql].into_iter().for_each(|each| each.take(0, weight)),
                _ => {}
            }
        }
    }
    let named = graphql.precision == Some(2) && graphql.weight >= json.weight;
    match () {
        () if !said => Ok(AnswerType::Json),
        () if graphql.weight > 0.0 && (named || graphql.weight > json.weight) => Ok(AnswerType::GraphQl),
        () if json.weight > 0.0 => Ok(AnswerType::Json),
        () => Err(Code::NotAcceptable.into()),
    }
}

/// The weight of a media type, given by the most precise range that names it.
#[derive(Default)]
struct Preference {
    precision: Option<u8>,
    weight: f32,
}

impl Preference {
    fn take(&mut self, precision: u8, weight: f32) {
        if self.precision.is_none_or(|known| precision >= known) {
            self.precision = Some(precision);
            self.weight = weight;
        }
    }
}

/// We write UTF-8, so a range that wants another charset does not name us.
fn writable(parameter: &str) -> bool {
    parameter.split_once('=').is_none_or(|(name, value)| !name.eq_ignore_ascii_case("charset") || is_utf8(value))
}

fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
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
