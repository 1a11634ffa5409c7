//! The playground: GraphiQL with every asset embedded, so that it works without a content delivery network.
//!
//! It knows nothing of the schema but what introspection tells it, and some example queries. A token typed into it stays
//! in the tab's session storage.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::api::problem;
use crate::refusal::Code;

mod examples;

pub use examples::EXAMPLES;

/// No script or style but our own files, nothing leaves this origin; GraphiQL sets styles from script, which is allowed.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const PAGE: &str = include_str!("playground.html");

/// Name, content type and bytes of each file.
const ASSETS: &[(&str, &str, &[u8])] = &[
    ("playground.js", "text/javascript; charset=utf-8", include_bytes!("playground.js")),
    ("playground.css", "text/css; charset=utf-8", include_bytes!("playground.css")),
    ("graphiql.min.js", "text/javascript; charset=utf-8", include_bytes!("assets/graphiql.min.js")),
    ("graphiql.min.css", "text/css; charset=utf-8", include_bytes!("assets/graphiql.min.css")),
    ("react.production.min.js", "text/javascript; charset=utf-8", include_bytes!("assets/react.production.min.js")),
    (
        "react-dom.production.min.js",
        "text/javascript; charset=utf-8",
        include_bytes!("assets/react-dom.production.min.js"),
    ),
    ("LICENSES.txt", "text/plain; charset=utf-8", include_bytes!("assets/LICENSES.txt")),
];

/// Registers `GET /playground` and what it loads.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/playground", web::get().to(page))
        .route("/playground/examples.json", web::get().to(examples_json))
        .route("/playground/{asset}", web::get().to(asset));
}

async fn page() -> HttpResponse {
    respond("text/html; charset=utf-8").body(PAGE)
}

#[derive(Serialize)]
struct Example {
    title_en: &'static str,
    title_fr: &'static str,
    query: &'static str,
}

async fn examples_json() -> HttpResponse {
    let examples = EXAMPLES.iter().map(|(title_en, title_fr, query)| Example { title_en, title_fr, query });
    respond("application/json").json(examples.collect::<Vec<_>>())
}

async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    match ASSETS.iter().find(|(known, ..)| *known == name.as_str()) {
        Some((_, content_type, bytes)) => respond(content_type).body(*bytes),
        None => problem::problem(&Code::RouteNotFound.into(), problem::language(request.headers())),
    }
}

fn respond(content_type: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_only_what_is_embedded() {
        assert!(!PAGE.contains("http://") && !PAGE.contains("https://") && !PAGE.contains("<script>"));
        for loaded in PAGE.split('"').filter_map(|part| part.strip_prefix("/playground/")) {
            assert!(ASSETS.iter().any(|(name, ..)| *name == loaded), "{loaded}");
        }
    }

    #[test]
    fn every_example_parses_and_has_two_titles() {
        for (english, french, query) in EXAMPLES {
            assert!(!english.is_empty() && !french.is_empty());
            assert!(async_graphql::parser::parse_query(query).is_ok(), "{english}");
        }
    }
}
