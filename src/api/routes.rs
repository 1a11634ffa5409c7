//! The route table: the whole HTTP API on one screen, no logic in it.

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};

use super::rest::{
    accounts, changes, clients, closings, code_lists, definitions, differences, directory, documents, explanations,
    findings, health, oauth, obligations, people, reports, submissions, table, templates, totals, waivers,
};
use super::{graphql, rest};
use crate::configuration::Configuration;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Anyone.
    Open,
    /// Whoever has a valid access token or session; others get 401.
    Token,
    /// Anyone, who then gets what is open; whoever sends a token gets what it opens, or 401.
    PerField,
}

/// Method, path and entry of every route; a test visits each as a stranger.
pub const ROUTES: &[(Method, &str, Entry)] = &[
    (Method::GET, "/", Entry::Open),
    (Method::GET, "/health", Entry::Open),
    (Method::GET, "/openapi.json", Entry::Open),
    (Method::GET, "/schema.graphql", Entry::Open),
    (Method::GET, "/docs/errors", Entry::Open),
    (Method::GET, "/docs/rules", Entry::Open),
    (Method::GET, "/docs/code-lists", Entry::Open),
    (Method::GET, "/docs/fields", Entry::Open),
    (Method::GET, "/docs/indicators", Entry::Open),
    (Method::GET, "/playground", Entry::Open),
    (Method::GET, "/playground/examples.json", Entry::Open),
    (Method::GET, "/playground/{asset}", Entry::Open),
    (Method::POST, "/oauth/token", Entry::Open),
    (Method::POST, "/oauth/introspect", Entry::Open),
    (Method::POST, "/oauth/revoke", Entry::Open),
    (Method::GET, "/.well-known/oauth-authorization-server", Entry::Open),
    (Method::GET, "/.well-known/jwks.json", Entry::Open),
    (Method::GET, "/sign-in", Entry::Open),
    (Method::POST, "/sign-in", Entry::Open),
    (Method::GET, "/sign-in/provider", Entry::Open),
    (Method::GET, "/sign-in/callback", Entry::Open),
    (Method::POST, "/sign-out", Entry::Token),
    (Method::GET, "/session", Entry::Token),
    (Method::GET, "/graphql", Entry::PerField),
    (Method::POST, "/graphql", Entry::PerField),
    (Method::GET, "/v1/clients", Entry::Token),
    (Method::POST, "/v1/clients", Entry::Token),
    (Method::GET, "/v1/clients/{client}", Entry::Token),
    (Method::PATCH, "/v1/clients/{client}", Entry::Token),
    (Method::POST, "/v1/clients/{client}/suspension", Entry::Token),
    (Method::POST, "/v1/clients/{client}/resumption", Entry::Token),
    (Method::POST, "/v1/clients/{client}/revocation", Entry::Token),
    (Method::POST, "/v1/clients/{client}/secrets", Entry::Token),
    (Method::POST, "/v1/clients/{client}/keys", Entry::Token),
    (Method::POST, "/v1/clients/{client}/credentials/{credential}/end", Entry::Token),
    (Method::GET, "/v1/accounts", Entry::Token),
    (Method::POST, "/v1/accounts", Entry::Token),
    (Method::GET, "/v1/accounts/{account}", Entry::Token),
    (Method::PATCH, "/v1/accounts/{account}", Entry::Token),
    (Method::POST, "/v1/accounts/{account}/suspension", Entry::Token),
    (Method::POST, "/v1/accounts/{account}/resumption", Entry::Token),
    (Method::POST, "/v1/accounts/{account}/password", Entry::Token),
    (Method::POST, "/v1/accounts/{account}/sessions/end", Entry::Token),
    (Method::GET, "/v1/code-lists", Entry::Open),
    (Method::GET, "/v1/code-lists/{code}", Entry::Open),
    (Method::GET, "/v1/fields", Entry::Open),
    (Method::GET, "/v1/templates/{file}", Entry::Open),
    (Method::GET, "/v1/programmes/{code}/table", Entry::Token),
    (Method::GET, "/v1/programmes/{code}/totals", Entry::Token),
    (Method::GET, "/v1/programmes/{programme}/definitions", Entry::Token),
    (Method::POST, "/v1/programmes/{programme}/definitions", Entry::Token),
    (Method::GET, "/v1/programmes/{programme}/definitions/{definition}", Entry::Token),
    (Method::GET, "/v1/programmes/{code}/figures/{indicator}/explanation", Entry::Token),
    (Method::GET, "/v1/programmes/{code}/figures/{indicator}/changes", Entry::Token),
    (Method::GET, "/v1/programmes", Entry::Token),
    (Method::POST, "/v1/programmes", Entry::Token),
    (Method::GET, "/v1/programmes/{programme}", Entry::Token),
    (Method::PATCH, "/v1/programmes/{programme}", Entry::Token),
    (Method::GET, "/v1/programmes/{programme}/calls", Entry::Token),
    (Method::POST, "/v1/programmes/{programme}/calls", Entry::Token),
    (Method::GET, "/v1/programmes/{programme}/periods", Entry::Token),
    (Method::POST, "/v1/programmes/{programme}/periods", Entry::Token),
    (Method::PATCH, "/v1/programmes/{programme}/periods/{period}", Entry::Token),
    (Method::GET, "/v1/organisations", Entry::Token),
    (Method::POST, "/v1/organisations", Entry::Token),
    (Method::GET, "/v1/organisations/{organisation}", Entry::Token),
    (Method::PATCH, "/v1/organisations/{organisation}", Entry::Token),
    (Method::GET, "/v1/projects", Entry::Token),
    (Method::POST, "/v1/projects", Entry::Token),
    (Method::GET, "/v1/projects/{project}", Entry::Token),
    (Method::GET, "/v1/projects/{project}/amendments", Entry::Token),
    (Method::POST, "/v1/projects/{project}/amendments", Entry::Token),
    (Method::GET, "/v1/projects/{project}/transfers", Entry::Token),
    (Method::POST, "/v1/projects/{project}/transfer", Entry::Token),
    (Method::GET, "/v1/projects/{project}/payments", Entry::Token),
    (Method::POST, "/v1/projects/{project}/payments", Entry::Token),
    (Method::POST, "/v1/projects/{project}/payments/{payment}/cancellation", Entry::Token),
    (Method::GET, "/v1/projects/{project}/targets", Entry::Token),
    (Method::PUT, "/v1/projects/{project}/targets/{indicator}", Entry::Token),
    (Method::PUT, "/v1/projects/{project}/targets/{indicator}/{period}", Entry::Token),
    (Method::POST, "/v1/directory", Entry::Token),
    (Method::POST, "/v1/projects/{project}/reports/{period}/submissions", Entry::Token),
    (Method::POST, "/v1/projects/{project}/reports/{period}/extensions", Entry::Token),
    (Method::GET, "/v1/reports/{report}", Entry::Token),
    (Method::GET, "/v1/reports/{report}/return-reasons", Entry::Token),
    (Method::POST, "/v1/reports/{report}/certification", Entry::Token),
    (Method::POST, "/v1/reports/{report}/recall", Entry::Token),
    (Method::POST, "/v1/reports/{report}/review", Entry::Token),
    (Method::POST, "/v1/reports/{report}/return", Entry::Token),
    (Method::POST, "/v1/reports/{report}/approval", Entry::Token),
    (Method::POST, "/v1/reports/{report}/reopening", Entry::Token),
    (Method::POST, "/v1/reports/{report}/annulment", Entry::Token),
    (Method::GET, "/v1/jobs/{job}", Entry::Token),
    (Method::POST, "/v1/jobs/{job}/cancellation", Entry::Token),
    (Method::GET, "/v1/programmes/{code}/obligations", Entry::Token),
    (Method::GET, "/v1/programmes/{code}/review-queue", Entry::Token),
    (Method::GET, "/v1/projects/{id}/obligations", Entry::Token),
    (Method::GET, "/v1/projects/{id}/differences", Entry::Token),
    (Method::GET, "/v1/projects/{project}/waivers", Entry::Token),
    (Method::POST, "/v1/projects/{project}/waivers", Entry::Token),
    (Method::POST, "/v1/projects/{project}/waivers/{waiver}/revocation", Entry::Token),
    (Method::GET, "/v1/versions/{id}/findings", Entry::Token),
    (Method::GET, "/v1/versions/{id}/overlaps", Entry::Token),
    (Method::GET, "/v1/changes", Entry::Token),
    (Method::GET, "/v1/closings", Entry::PerField),
    (Method::GET, "/v1/closings/{closing}", Entry::PerField),
    (Method::GET, "/v1/closings/{closing}/content", Entry::PerField),
    (Method::GET, "/v1/closings/{closing}/signature", Entry::PerField),
    (Method::GET, "/v1/closings/{closing}/tables/{table}", Entry::PerField),
    (Method::POST, "/v1/programmes/{programme}/closings", Entry::Token),
    (Method::POST, "/v1/closings/{closing}/review", Entry::Token),
    (Method::POST, "/v1/closings/{closing}/publication", Entry::Token),
    (Method::POST, "/v1/closings/{closing}/cancellation", Entry::Token),
];

/// Registers every route that a configuration does not switch off.
pub fn configure(config: &mut ServiceConfig, set: &Configuration) {
    config
        .service(
            web::resource("/").route(web::get().to(documents::welcome)).default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/health").route(web::get().to(health::health)).default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/openapi.json")
                .route(web::get().to(documents::openapi))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/schema.graphql")
                .route(web::get().to(documents::schema))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/docs/errors")
                .route(web::get().to(documents::errors))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/docs/rules")
                .route(web::get().to(documents::rules))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/docs/code-lists")
                .route(web::get().to(documents::code_lists))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/docs/fields")
                .route(web::get().to(documents::fields))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/fields")
                .route(web::get().to(templates::fields))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/templates/{file}")
                .route(web::get().to(templates::template))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/docs/indicators")
                .route(web::get().to(documents::indicators))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/oauth/token")
                .route(web::post().to(oauth::token::token))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/oauth/introspect")
                .route(web::post().to(oauth::about::introspect))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/oauth/revoke")
                .route(web::post().to(oauth::about::revoke))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/.well-known/oauth-authorization-server")
                .route(web::get().to(oauth::metadata::metadata))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/.well-known/jwks.json")
                .route(web::get().to(oauth::metadata::key_set))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/code-lists")
                .route(web::get().to(code_lists::code_lists))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/code-lists/{code}")
                .route(web::get().to(code_lists::code_list))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/totals")
                .route(web::get().to(totals::totals))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{programme}/definitions")
                .route(web::get().to(definitions::list))
                .route(web::post().to(definitions::add))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{programme}/definitions/{definition}")
                .route(web::get().to(definitions::find))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/figures/{indicator}/explanation")
                .route(web::get().to(explanations::explain))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/figures/{indicator}/changes")
                .route(web::get().to(explanations::changes))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/table")
                .route(web::get().to(table::table))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/obligations")
                .route(web::get().to(obligations::of_programme))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/programmes/{code}/review-queue")
                .route(web::get().to(obligations::review_queue))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/projects/{id}/obligations")
                .route(web::get().to(obligations::of_project))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/projects/{id}/differences")
                .route(web::get().to(differences::differences))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/projects/{project}/waivers")
                .route(web::get().to(waivers::list))
                .route(web::post().to(waivers::grant))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/projects/{project}/waivers/{waiver}/revocation")
                .route(web::post().to(waivers::revoke))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/versions/{id}/findings")
                .route(web::get().to(findings::findings))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/versions/{id}/overlaps")
                .route(web::get().to(findings::overlaps))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/changes")
                .route(web::get().to(changes::changes))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/projects/{project}/reports/{period}/submissions")
                .route(web::post().to(submissions::create))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/jobs/{job}")
                .route(web::get().to(submissions::find))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(
            web::resource("/v1/jobs/{job}/cancellation")
                .route(web::post().to(submissions::cancel))
                .default_service(web::to(rest::wrong_method)),
        )
        .service(web::resource("/graphql").default_service(web::to(rest::graphql)))
        .configure(clients::configure)
        .configure(accounts::configure)
        .configure(people::configure)
        .configure(closings::configure)
        .configure(directory::configure)
        .configure(reports::configure)
        .configure(|config| {
            if set.playground {
                graphql::playground::configure(config);
            }
        })
        .default_service(web::to(rest::no_route));
}
