//! Signing in with a local account: a form, from this service's own page.

use std::time::Duration;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::SecretString;
use serde::Deserialize;
use tokio::time::timeout;

use super::page::{self, View};
use super::{is_form, read_form, signed_in};
use crate::access::operations::{self as access, Attempt};
use crate::api::address::address;
use crate::api::body;
use crate::api::edge::gate::Class;
use crate::api::people::{cookies, origin};
use crate::api::rest::{refuse, run_as};
use crate::api::service::Service;
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// How long a password waits for a place to be looked at.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Form {
    name: String,
    password: String,
    new_password: Option<String>,
    return_to: Option<String>,
}

/// Takes the form; a browser that comes in gets a new session, whatever it held before.
pub async fn sign_in(request: HttpRequest, mut payload: Payload, service: Data<Service>) -> HttpResponse {
    if service.people.provider.is_some() {
        return body::closing(page::refused(&request, &service, &Code::SignInUnavailable.into()), payload);
    }
    if !is_form(&request) {
        return refuse(&request, payload, &Code::MediaTypeUnsupported.into());
    }
    // Else a page elsewhere could sign somebody in as somebody else, who then enters what is theirs.
    if !origin::is_ours(request.headers(), &service.desk.issuer) {
        return body::closing(page::refused(&request, &service, &Code::CrossOrigin.into()), payload);
    }
    let form: Form = match read_form(&request, &mut payload).await {
        Ok(form) => form,
        Err(refusal) => return body::closing(page::refused(&request, &service, &refusal), payload),
    };
    let before = cookies::session(&request, &service.desk.issuer);
    let attempt = Attempt {
        name: form.name,
        password: form.password.into(),
        new_password: form.new_password.filter(|new| !new.is_empty()).map(SecretString::from),
        address: address(&request, &service.proxies),
    };
    let changes = attempt.new_password.is_some();
    let return_to = page::way_back(form.return_to.as_deref());
    match try_in(&service, attempt, before).await {
        Ok(secret) => signed_in(&service, &secret, return_to),
        Err(failure) => {
            if let Failure::Fault(fault) = &failure {
                tracing::error!(what = %fault.what, "a sign-in failed");
            }
            let refusal: Refusal = failure.refusal();
            let change = changes || refusal.code == Code::PasswordMustChange;
            page::answer(&request, &View::Local { change, return_to }, Some(&refusal))
        }
    }
}

async fn try_in(
    service: &Data<Service>,
    attempt: Attempt,
    before: Option<crate::access::session::SessionSecret>,
) -> Outcome<crate::access::session::SessionSecret> {
    let place = timeout(PATIENCE, service.people.passwords.clone().acquire_owned()).await;
    let place = place.ok().and_then(Result::ok).ok_or(Code::Busy)?;
    let lengths = service.people.lengths;
    run_as(Class::Submission, service, move |service| {
        let _place = place;
        access::sign_in(&service.desk, lengths, &attempt, before.as_ref())
    })
    .await
}
