//! Signing in through the provider: to it with what only this browser knows, and back with a code.

use std::sync::Arc;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::{give, page, see_other, signed_in};
use crate::access::oidc::Answer;
use crate::api::edge::gate::Class;
use crate::api::people::cookies::{self, Cookie};
use crate::api::rest::run_as;
use crate::api::service::Service;
use crate::directory::operations as directory;
use crate::refusal::{Code, Failure};

/// How long the browser keeps what it needs for coming back, in seconds.
const KEPT_SECONDS: i64 = 600;

#[derive(Deserialize)]
struct Parameters {
    return_to: Option<String>,
}

/// Sends the browser to the provider.
pub async fn begin(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let Some(provider) = service.people.provider.as_ref().map(Arc::clone) else {
        return page::refused(&request, &service, &Code::SignInUnavailable.into());
    };
    let parameters = Query::<Parameters>::from_query(request.query_string()).ok();
    let asked = parameters.as_ref().and_then(|parameters| parameters.return_to.as_deref());
    let return_to = page::way_back(asked).to_owned();
    let begun = run_as(Class::Submission, &service, move |service| provider.begin(&service.desk, &return_to)).await;
    match begun {
        Ok(begun) => {
            let mut response = see_other(&begun.location);
            give(&mut response, Cookie::SignIn.set(&service.desk.issuer, &begun.kept, KEPT_SECONDS));
            response
        }
        Err(failure) => failed(&request, &service, &failure),
    }
}

/// Takes the browser back from the provider.
pub async fn complete(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let Some(provider) = service.people.provider.as_ref().map(Arc::clone) else {
        return page::refused(&request, &service, &Code::SignInUnavailable.into());
    };
    let issuer = &service.desk.issuer;
    let kept = Cookie::SignIn.read(&request, issuer).unwrap_or_default().to_owned();
    let before = cookies::session(&request, issuer);
    // A parameter that is there twice says two things.
    let answer = Query::<Answer>::from_query(request.query_string()).map(Query::into_inner).unwrap_or_default();
    let lengths = service.people.lengths;
    let done = run_as(Class::Submission, &service, move |service| {
        let identified = provider.complete(&service.desk, &kept, &answer)?;
        let secret = directory::admit(&service.desk, lengths, provider.mapping(), &identified, before.as_ref())?;
        Ok((secret, identified.return_to))
    })
    .await;
    let mut response = match done {
        Ok((secret, return_to)) => signed_in(&service, &secret, &return_to),
        Err(failure) => failed(&request, &service, &failure),
    };
    give(&mut response, Cookie::SignIn.set(issuer, "", 0));
    response
}

fn failed(request: &HttpRequest, service: &Service, failure: &Failure) -> HttpResponse {
    if let Failure::Fault(fault) = failure {
        tracing::error!(what = %fault.what, "a sign-in failed");
    }
    page::refused(request, service, &failure.refusal())
}
