//! What describes the API: the OpenAPI document, the GraphQL schema, and a page that says where everything is.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, ClientCredentials, Flow, OAuth2, Scopes, SecurityScheme};

use super::{accounts, clients, directory, people, reports, templates};
use crate::api::graphql::schema;
use crate::api::problem;
use crate::api::service::Service;
use crate::refusal::Code;

/// The OpenAPI document of the REST routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Faisceau",
        description = "A funder's consolidation API: partners push reports, officers approve them, national indicators follow. \
                       GraphQL at `/graphql` does the same over the same operations; this document describes the REST routes. \
                       What stands in a path may be left out of the body.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(name = "Faisceau"),
    ),
    servers((url = "/", description = "This service")),
    paths(
        super::health::health,
        super::table::table,
        super::oauth::token::token,
        super::oauth::about::introspect,
        super::oauth::about::revoke,
        super::oauth::metadata::metadata,
        super::oauth::metadata::key_set,
        super::totals::totals,
        super::definitions::list,
        super::definitions::find,
        super::definitions::add,
        super::explanations::explain,
        super::explanations::changes,
        super::code_lists::code_lists,
        super::code_lists::code_list,
        super::submissions::create,
        super::submissions::find,
        super::submissions::cancel,
        super::obligations::of_programme,
        super::obligations::of_project,
        super::obligations::review_queue,
        super::differences::differences,
        super::changes::changes,
        super::findings::findings,
        super::findings::overlaps,
        super::waivers::list,
        super::waivers::grant,
        super::waivers::revoke,
        super::closings::list,
        super::closings::find,
        super::closings::content,
        super::closings::signature,
        super::closings::table,
        super::revisions::changes,
        super::closings::prepare,
        super::closings::review,
        super::closings::publish,
        super::closings::cancel,
    ),
    components(schemas(crate::api::problem::Problem)),
    modifiers(&Security),
    tags(
        (name = "access", description = "Access tokens, sessions, clients and accounts"),
        (name = "directory", description = "Programmes, organisations, projects and their agreements"),
        (name = "closings", description = "Figures published for good, open to anyone"),
        (name = "code lists", description = "What codes mean, what files may hold, templates"),
        (name = "consolidation", description = "Consolidated figures"),
        (name = "reporting", description = "Submissions, reviews, findings, waivers, what is owed, what waits, what changed"),
        (name = "operations", description = "Running the service"),
    )
)]
struct Document;

struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let flow = Flow::ClientCredentials(ClientCredentials::new("/oauth/token", Scopes::new()));
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("oauth", SecurityScheme::OAuth2(OAuth2::new([flow])));
        let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
            "__Host-faisceau",
            "The session of somebody who signed in at `/sign-in`. It does what a token does; what writes also sends \
             `X-CSRF-Token`, as `GET /session` gives it.",
        ));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// The OpenAPI document as JSON text.
pub fn openapi_text() -> String {
    let mut document = Document::openapi();
    document.merge(directory::Document::openapi());
    document.merge(reports::Document::openapi());
    document.merge(templates::Document::openapi());
    document.merge(clients::Document::openapi());
    document.merge(accounts::Document::openapi());
    document.merge(people::Document::openapi());
    let mut text = document.to_pretty_json().expect("the OpenAPI document is JSON");
    text.push('\n');
    text
}

/// Gives the OpenAPI document.
pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi_text())
}

/// Gives the GraphQL schema as text, unless the service does not tell it.
pub async fn schema(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    if !service.edge.configuration.introspection {
        return problem::problem(&Code::IntrospectionOff.into(), problem::language(request.headers()));
    }
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(schema::sdl())
}

/// Says where everything is, to people and to machines.
pub async fn welcome() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").insert_header((header::CACHE_CONTROL, "no-cache")).body(
        concat!(
            "{\"service\":\"faisceau\",\"version\":\"",
            env!("CARGO_PKG_VERSION"),
            "\",\"graphql\":\"/graphql\",\"playground\":\"/playground\",\"schema\":\"/schema.graphql\",",
            "\"openapi\":\"/openapi.json\",\"token\":\"/oauth/token\",\"health\":\"/health\"}\n"
        ),
    )
}

/// Explains every refusal code: what the `type` of a problem document points to.
pub async fn errors() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(include_str!("../../../docs/errors.md"))
}

/// Explains every rule that statements are held to.
pub async fn rules() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(include_str!("../../../docs/rules.md"))
}

/// Explains what files may hold.
pub async fn fields() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(include_str!("../../../docs/fields.md"))
}

/// Explains every indicator, and the vocabulary that definitions are written in.
pub async fn indicators() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(include_str!("../../../docs/indicators.md"))
}

/// Explains every code list.
pub async fn code_lists() -> HttpResponse {
    HttpResponse::Ok().content_type("text/markdown; charset=utf-8").body(include_str!("../../../docs/code-lists.md"))
}
