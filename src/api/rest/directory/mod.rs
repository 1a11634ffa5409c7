//! The directory through REST: the same operations as GraphQL, over the same inputs.

mod agreements;
mod import;
mod organisations;
mod programmes;
mod projects;
pub mod resources;
pub mod verbs;

use actix_web::Resource;
use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use super::wrong_method;

/// The part of the OpenAPI document about the directory.
#[derive(OpenApi)]
#[openapi(paths(
    programmes::list,
    programmes::register,
    programmes::find,
    programmes::revise,
    programmes::list_calls,
    programmes::add_call,
    programmes::list_periods,
    programmes::add_period,
    programmes::reschedule,
    organisations::list,
    organisations::register,
    organisations::find,
    organisations::revise,
    projects::list,
    projects::register,
    projects::find,
    projects::list_amendments,
    projects::amend,
    projects::list_transfers,
    projects::transfer,
    agreements::list_payments,
    agreements::record_payment,
    agreements::cancel_payment,
    agreements::list_targets,
    agreements::set_target,
    agreements::set_period_target,
    import::import,
))]
pub struct Document;

/// Registers the routes of the directory.
pub fn configure(config: &mut ServiceConfig) {
    use web::{get, patch, post, put};
    let at = |path: &str| -> Resource { web::resource(path).default_service(web::to(wrong_method)) };
    config
        .service(at("/v1/programmes").route(get().to(programmes::list)).route(post().to(programmes::register)))
        .service(
            at("/v1/programmes/{programme}").route(get().to(programmes::find)).route(patch().to(programmes::revise)),
        )
        .service(
            at("/v1/programmes/{programme}/calls")
                .route(get().to(programmes::list_calls))
                .route(post().to(programmes::add_call)),
        )
        .service(
            at("/v1/programmes/{programme}/periods")
                .route(get().to(programmes::list_periods))
                .route(post().to(programmes::add_period)),
        )
        .service(at("/v1/programmes/{programme}/periods/{period}").route(patch().to(programmes::reschedule)))
        .service(at("/v1/organisations").route(get().to(organisations::list)).route(post().to(organisations::register)))
        .service(
            at("/v1/organisations/{organisation}")
                .route(get().to(organisations::find))
                .route(patch().to(organisations::revise)),
        )
        .service(at("/v1/projects").route(get().to(projects::list)).route(post().to(projects::register)))
        .service(at("/v1/projects/{project}").route(get().to(projects::find)))
        .service(
            at("/v1/projects/{project}/amendments")
                .route(get().to(projects::list_amendments))
                .route(post().to(projects::amend)),
        )
        .service(at("/v1/projects/{project}/transfers").route(get().to(projects::list_transfers)))
        .service(at("/v1/projects/{project}/transfer").route(post().to(projects::transfer)))
        .service(
            at("/v1/projects/{project}/payments")
                .route(get().to(agreements::list_payments))
                .route(post().to(agreements::record_payment)),
        )
        .service(
            at("/v1/projects/{project}/payments/{payment}/cancellation").route(post().to(agreements::cancel_payment)),
        )
        .service(at("/v1/projects/{project}/targets").route(get().to(agreements::list_targets)))
        .service(at("/v1/projects/{project}/targets/{indicator}").route(put().to(agreements::set_target)))
        .service(
            at("/v1/projects/{project}/targets/{indicator}/{period}").route(put().to(agreements::set_period_target)),
        )
        .service(at("/v1/directory").route(post().to(import::import)));
}
