//! The REST skin: routes that translate a request, call one operation, and translate back.

pub mod accounts;
pub mod changes;
pub mod clients;
pub mod closings;
pub mod code_lists;
pub mod definitions;
pub mod differences;
pub mod directory;
pub mod documents;
pub mod effects;
pub mod explanations;
mod exports;
pub mod findings;
pub mod health;
pub mod oauth;
pub mod obligations;
pub mod people;
mod reading;
pub mod reports;
pub mod request;
pub mod revisions;
pub mod submissions;
pub mod table;
pub mod templates;
pub mod totals;
pub mod waivers;

use std::sync::Arc;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::edge::gate::{Class, Place};
use super::graphql::transport;
use super::kept::Keeper;
use super::service::{Service, claims_identity};
use super::{body, problem};
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// The largest GraphQL body, in bytes, of a caller without a token: room for any query, not for a statement.
const LARGEST_ANONYMOUS_BODY: usize = 256 * 1024;

/// The GraphQL endpoint. A token that does not hold is refused before anything is read.
pub async fn graphql(request: HttpRequest, payload: Payload, service: Data<Service>) -> HttpResponse {
    let mut carried = service.request(&request);
    if let Err(refusal) = &carried.scope
        && claims_identity(&service, &request)
    {
        return transport::refuse(&request, payload, refusal);
    }
    let mut limits = service.limits;
    if carried.scope.is_err() {
        limits.body.max_bytes = LARGEST_ANONYMOUS_BODY;
    }
    let desk = service.desk_for(&request);
    let keeper = carried.scope.clone().ok();
    let keeper = keeper.and_then(|scope| Keeper::new(&service.kept, &service.consolidation, &desk, scope));
    let attach = |sent: async_graphql::Request, prepared: &transport::Prepared| {
        // What is written in a request moves the journal on for what is read in it afterwards.
        if prepared.class == Class::Reading {
            carried.desk = keeper.as_ref().map_or_else(|| desk.clone(), Keeper::desk);
        }
        sent.data(carried)
    };
    let guards = transport::Guards {
        catalogue: &service.catalogue,
        trusted: &service.trusted,
        limits: &limits,
        gate: &service.edge.gate,
        keeper: keeper.as_ref(),
    };
    transport::execute(&service.schema, &guards, &request, payload, attach).await
}

/// Answers a method that a path does not know.
pub async fn wrong_method(request: HttpRequest, payload: Payload) -> HttpResponse {
    refuse(&request, payload, &Code::MethodNotAllowed.into())
}

/// Answers a path that is not there.
pub async fn no_route(request: HttpRequest, payload: Payload) -> HttpResponse {
    refuse(&request, payload, &Code::RouteNotFound.into())
}

/// A refusal as a problem document; what the caller is still sending is not read.
pub fn refuse(request: &HttpRequest, payload: Payload, refusal: &Refusal) -> HttpResponse {
    body::closing(problem::problem(refusal, problem::language(request.headers())), payload)
}

/// The problem document of a failure; a fault goes to the log and shows its code only.
fn failed(request: &HttpRequest, failure: &Failure) -> HttpResponse {
    if let Failure::Fault(fault) = failure {
        tracing::error!(what = %fault.what, "a request failed");
    }
    problem::problem(&failure.refusal(), problem::language(request.headers()))
}

/// Runs an operation that reads on the blocking pool.
async fn run<T: Send + 'static>(
    service: &Data<Service>,
    operation: impl FnOnce(&Service) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    run_as(Class::Reading, service, operation).await
}

/// Runs an operation on the blocking pool, if there is a place for its class of work.
async fn run_as<T: Send + 'static>(
    class: Class,
    service: &Data<Service>,
    operation: impl FnOnce(&Service) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    run_keeping(class, service, operation).await.map(|(done, _)| done)
}

/// The same, and the place is kept for what comes of it: a download goes on after the operation.
async fn run_keeping<T: Send + 'static>(
    class: Class,
    service: &Data<Service>,
    operation: impl FnOnce(&Service) -> Outcome<T> + Send + 'static,
) -> Outcome<(T, Place)> {
    let place = service.edge.gate.enter(class)?;
    run_within(service, move |service| Ok((operation(service)?, place))).await
}

/// Runs an operation of work that has its place already.
async fn run_within<T: Send + 'static>(
    service: &Data<Service>,
    operation: impl FnOnce(&Service) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let service = Arc::clone(service);
    tokio::task::spawn_blocking(move || operation(&service))
        .await
        .unwrap_or_else(|_| Err(Failure::fault("an operation panicked")))
}
