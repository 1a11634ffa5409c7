//! Recognises the caller of a request, once, before any handler: a handler asks the service who it was. This is the one place
//! where a request becomes a scope: by its token, else by its session.
//!
//! What is remembered of a token is believed only if nothing was taken back since: the node asks the database for the
//! epoch, and requests that come at the same time share one look. The same look sees the journal's last position.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::Mutex;

use super::address::address;
use super::people::{cookies, origin};
use super::service::{Service, claims_identity, claims_token};
use crate::access::{Scope, Sight, operations as access};
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// The header in which a session that writes sends its own token.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Who a request's token or session says is calling.
#[derive(Clone)]
pub struct Caller {
    /// Who it is, or why it is nobody.
    pub scope: Result<Scope, Refusal>,
    /// What was seen of the database since the request came, if it was looked at.
    pub sight: Option<Sight>,
}

/// A look at the database, shared by those who ask at the same time.
#[derive(Default)]
pub struct Lookout {
    /// How many have asked.
    asked: AtomicU64,
    /// What the last look saw, and how many had asked when it began: it serves those, and nobody who came later.
    seen: Mutex<Option<(u64, Outcome<Sight>)>>,
}

impl Lookout {
    /// What is seen by a look that began after this call.
    async fn look(&self, service: &Data<Service>) -> Outcome<Sight> {
        let ticket = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut seen = self.seen.lock().await;
        if let Some((served, sight)) = &*seen
            && *served >= ticket
        {
            return sight.clone();
        }
        let served = self.asked.load(Ordering::SeqCst);
        let sight = run(service, |service| access::look(&service.desk)).await;
        *seen = Some((served, sight.clone()));
        sight
    }
}

/// Recognises the caller, if a request claims to be somebody; a 401 then says that its token is the reason.
pub async fn recognise<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let claims_token = claims_token(request.request());
    if let Some(service) = request.app_data::<Data<Service>>().cloned()
        && claims_identity(&service, request.request())
    {
        let request_head = request.request();
        let caller = if claims_token {
            of_token(&service, request_head).await
        } else {
            Caller { scope: of_session(&service, request_head).await, sight: None }
        };
        request.extensions_mut().insert(caller);
    }
    let mut response = next.call(request).await?;
    if claims_token && response.status() == StatusCode::UNAUTHORIZED {
        let headers = response.headers_mut();
        if headers.get(header::WWW_AUTHENTICATE).is_some_and(|value| value == "Bearer") {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
        }
    }
    Ok(response)
}

async fn of_token(service: &Data<Service>, request: &HttpRequest) -> Caller {
    let mut sight = None;
    let scope = recognise_token(service, request, &mut sight).await;
    Caller { scope, sight }
}

async fn recognise_token(
    service: &Data<Service>,
    request: &HttpRequest,
    sight: &mut Option<Sight>,
) -> Result<Scope, Refusal> {
    let bearer = bearer(request).ok_or(Code::Unauthenticated)?;
    let address = address(request, &service.proxies);
    if let Some(remembered) = service.recognition.remembered(bearer) {
        let seen = *sight.insert(service.lookout.look(service).await.map_err(|failure| told(&failure))?);
        if remembered.is_of(seen.epoch) {
            return remembered.admit(&service.desk, address);
        }
    }
    let unsure = service.recognition.verify(&service.desk, bearer)?;
    let settled = run(service, |service| service.recognition.settle(&service.desk, unsure)).await;
    settled.map_err(|failure| told(&failure))?.admit(&service.desk, address)
}

/// The caller by its session. What writes must besides come from a page of ours, with the session's own token in a header:
/// neither a form nor a page elsewhere can send that.
async fn of_session(service: &Data<Service>, request: &HttpRequest) -> Result<Scope, Refusal> {
    let secret = cookies::session(request, &service.desk.issuer).ok_or(Code::SessionEnded)?;
    if !request.method().is_safe() {
        let token = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let holds = secret.holds_csrf_token(&service.desk.keys, token);
        if !holds || !origin::is_ours(request.headers(), &service.desk.issuer) {
            return Err(Code::CrossOrigin.into());
        }
    }
    let lengths = service.people.lengths;
    let signed = run(service, move |service| access::recognise_session(&service.desk, lengths, &secret)).await;
    signed.map(|signed| signed.scope).map_err(|failure| told(&failure))
}

/// A failure as a caller may read it; a fault goes to the log.
fn told(failure: &Failure) -> Refusal {
    if let Failure::Fault(fault) = failure {
        tracing::error!(what = %fault.what, "a caller could not be recognised");
    }
    failure.refusal()
}

async fn run<T: Send + 'static>(
    service: &Data<Service>,
    look: impl FnOnce(&Service) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let service = Data::clone(service);
    tokio::task::spawn_blocking(move || look(&service))
        .await
        .unwrap_or_else(|_| Err(Failure::fault("an operation panicked")))
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut values = request.headers().get_all(header::AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    // Two Authorization headers say two things; neither is believed.
    if values.next().is_some() {
        return None;
    }
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start_matches(' '))
}
