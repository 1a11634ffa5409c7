//! What every request passes on its way in and out: who calls, whether the bucket holds, headers, the log's line, the count.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{Data, Payload};

use super::rate::{Bucket, Taken};
use super::{headers, metrics};
use crate::access::Scope;
use crate::api::address::{address, counted};
use crate::api::service::Service;
use crate::api::{body, problem};
use crate::clock;
use crate::refusal::Code;

/// Completes an answer, counts it and writes its line of the log.
pub async fn account(
    service: Data<Service>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let method = request.method().clone();
    // The pattern, never the path: an address may hold what nobody should write there.
    let pattern = request.match_pattern();
    let mut response = next.call(request).await?;
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let request_id = clock::new_id();
    let route = pattern.as_deref().unwrap_or("unmatched");
    let method_name = metrics::name_of(&method);
    tracing::info!(method = method_name, route, status, request_id, elapsed_us = took.as_micros(), "answered");
    service.edge.metrics.answered(pattern.as_deref(), &method, status, took);
    headers::complete(response.headers_mut(), &service.edge.configuration);
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Holds a caller to its bucket. Whoever runs the service asks for its health as often as they like.
pub async fn limit(
    service: Data<Service>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path() == "/health" {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let caller = service.caller(request.request());
    let taken = bucket(&service, &request, caller.as_ref().ok()).and_then(|bucket| service.edge.take(&bucket));
    let mut response = match taken {
        Some(Taken { wait: Some(_), .. }) => {
            let payload = request.extract::<Payload>().await?;
            let language = problem::language(request.headers());
            let refused = body::closing(problem::problem(&Code::RateLimited.into(), language), payload);
            request.into_response(refused)
        }
        _ => next.call(request).await?.map_into_boxed_body(),
    };
    if let Some(taken) = taken {
        taken.tell(response.headers_mut());
    }
    Ok(response)
}

/// The bucket of a request; nothing for callers without a token on this machine.
fn bucket(service: &Service, request: &ServiceRequest, scope: Option<&Scope>) -> Option<Bucket> {
    match scope {
        Some(scope) => Some(Bucket::of(scope)),
        None => {
            let address = address(request.request(), &service.proxies);
            // Where a proxy tells no address, all of them are one.
            let address = address.unwrap_or(std::net::Ipv6Addr::UNSPECIFIED.into());
            (!address.is_loopback()).then(|| Bucket::Address(counted(address)))
        }
    }
}
