//! The second address, for whoever runs the service: metrics and health, with threads and connections of its own, so that a
//! busy service still says how it is.

use actix_web::http::header;
use actix_web::web::{self, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};

use crate::api::rest::{health, no_route};
use crate::api::server::Listening;
use crate::api::service::Service;
use crate::storage::journal;

/// The media type of what a Prometheus server reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Most connections to it.
const CONNECTIONS: usize = 64;

/// Serves it until the runtime that polls this ends.
pub fn serve(listening: Listening, service: Data<Service>) -> std::io::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(service.clone())
            .service(web::resource("/metrics").route(web::get().to(metrics)))
            .service(web::resource("/health").route(web::get().to(health::health)))
            .default_service(web::to(no_route))
    });
    Ok(server.workers(1).max_connections(CONNECTIONS).disable_signals().listen(listening.into_listener())?.run())
}

async fn metrics(_: HttpRequest, service: Data<Service>) -> HttpResponse {
    let known = Data::clone(&service);
    let position = tokio::task::spawn_blocking(move || known.desk.store.look(journal::head)).await;
    let position = position.ok().and_then(Result::ok).map(|(position, _)| position.0);
    let published = service.consolidation.publishing().is_ok();
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, OPEN_METRICS))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(service.edge.metrics.text(&service.edge.gate, &service.desk.store, position, published))
}
