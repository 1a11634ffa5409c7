//! Signing out: the session ends here at once, and the browser is sent to the provider, to end the one there.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{give, is_form, page, read_form, see_other};
use crate::access::operations as access;
use crate::api::caller::CSRF_HEADER;
use crate::api::edge::gate::Class;
use crate::api::people::cookies::{self, Cookie};
use crate::api::people::origin;
use crate::api::problem::Refused;
use crate::api::rest::{failed, refuse, run_as};
use crate::api::service::{Service, claims_token};
use crate::refusal::Code;

#[derive(Deserialize)]
struct Form {
    csrf: String,
}

/// Where a browser that has signed out goes next.
#[derive(Serialize, ToSchema)]
pub struct SignedOut {
    /// The provider's own sign-out, or the page to sign in at.
    next: String,
}

/// Ends the session of the browser that asks.
#[utoipa::path(
    post,
    path = "/sign-out",
    tag = "access",
    operation_id = "signOut",
    summary = "End the session, here and at the provider",
    description = "The session's token comes as `X-CSRF-Token`, or as the field `csrf` of a form. A form is answered with a redirect.",
    responses((status = 200, description = "The session has ended.", body = SignedOut), Refused),
    security(("session" = []))
)]
pub async fn sign_out(request: HttpRequest, mut payload: Payload, service: Data<Service>) -> HttpResponse {
    let issuer = &service.desk.issuer;
    if claims_token(&request) {
        let refusal = service.caller(&request).err().unwrap_or(Code::SessionEnded.into());
        return refuse(&request, payload, &refusal);
    }
    let Some(secret) = cookies::session(&request, issuer) else {
        return refuse(&request, payload, &Code::SessionEnded.into());
    };
    let by_form = is_form(&request);
    let token = match request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok()) {
        Some(token) => token.to_owned(),
        None if by_form => match read_form::<Form>(&request, &mut payload).await {
            Ok(form) => form.csrf,
            Err(refusal) => return refuse(&request, payload, &refusal),
        },
        None => String::new(),
    };
    if !secret.holds_csrf_token(&service.desk.keys, &token) || !origin::is_ours(request.headers(), issuer) {
        return refuse(&request, payload, &Code::CrossOrigin.into());
    }
    let done = run_as(Class::Submission, &service, move |service| {
        let id_token = access::sign_out(&service.desk, &secret)?;
        let provider = service.people.provider.as_ref();
        Ok(provider.and_then(|provider| provider.sign_out_address(&service.desk, id_token.as_ref())))
    })
    .await;
    let next = match done {
        Ok(next) => next.unwrap_or_else(|| page::HERE.to_owned()),
        Err(failure) => return failed(&request, &failure),
    };
    let mut response = if by_form { see_other(&next) } else { HttpResponse::Ok().json(SignedOut { next }) };
    give(&mut response, Cookie::Session.set(issuer, "", 0));
    response
}
