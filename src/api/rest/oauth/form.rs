//! The form of an OAuth 2.0 request and who sends it: HTTP Basic, or an assertion in the form; exactly one of them.

use actix_web::http::header;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use data_encoding::BASE64;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::OauthError;
use crate::access::operations::{self as access, Authenticated, Proof};
use crate::api::address::address;
use crate::api::body::{self, BodyLimits};
use crate::api::edge::gate::Class;
use crate::api::rest::{failed, refuse, run_as};
use crate::api::service::Service;
use crate::refusal::{Code, Failure};

/// The largest form, in bytes.
const LARGEST_FORM: usize = 16 * 1024;

/// What stands in `client_assertion_type`.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What may stand in a form; none of it twice. What is not known is passed over, as RFC 6749 asks.
#[derive(Deserialize, ToSchema)]
pub struct Form {
    /// At the token endpoint: `client_credentials`.
    #[schema(example = "client_credentials")]
    pub grant_type: Option<String>,
    /// At the token endpoint: the scopes to narrow the token to; all that the client may have, if absent.
    #[schema(example = "reports:write directory:read")]
    pub scope: Option<String>,
    /// Elsewhere: the token that it is about.
    pub token: Option<String>,
    /// The client's name, beside an assertion; it need not be sent.
    pub client_id: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`, beside an assertion.
    pub client_assertion_type: Option<String>,
    /// The assertion that the client signed, unless it proves itself by HTTP Basic.
    pub client_assertion: Option<String>,
    /// Not taken here: secrets come by HTTP Basic.
    #[schema(ignore)]
    pub client_secret: Option<String>,
}

/// Reads the form of a request and who sends it; or answers what is wrong.
pub async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    service: &Data<Service>,
) -> Result<(Form, Authenticated), HttpResponse> {
    if !is_form(request) {
        return Err(body::closing(
            OauthError::invalid_request("send the content type application/x-www-form-urlencoded").answer(),
            payload,
        ));
    }
    let limits = BodyLimits { max_bytes: LARGEST_FORM, ..BodyLimits::default() };
    let read = body::read(request.headers(), &mut payload, &limits).await;
    let body = read.map_err(|refusal| refuse(request, payload, &refusal))?;
    let form = std::str::from_utf8(&body).ok().and_then(|text| Query::<Form>::from_query(text).ok());
    let wrong = || OauthError::invalid_request("this is no form, or it has a parameter twice").answer();
    let mut form = form.map(Query::into_inner).ok_or_else(wrong)?;
    let proof = proof(request, &mut form).map_err(OauthError::answer)?;
    let address = address(request, &service.proxies);
    match run_as(Class::Submission, service, move |service| access::authenticate(&service.desk, &proof, address)).await
    {
        Ok(client) => Ok((form, client)),
        Err(Failure::Refused(refusal)) if refusal.code == Code::Unauthenticated => {
            Err(OauthError::INVALID_CLIENT.answer())
        }
        Err(failure) => Err(failed(request, &failure)),
    }
}

fn is_form(request: &HttpRequest) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// What a client proves itself with: one thing in one way.
fn proof(request: &HttpRequest, form: &mut Form) -> Result<Proof, OauthError> {
    let headers: Vec<_> = request.headers().get_all(header::AUTHORIZATION).collect();
    let twice = || OauthError::invalid_request("prove who you are in one way: by HTTP Basic, or by an assertion");
    if form.client_secret.is_some() {
        return Err(OauthError::invalid_request("send the secret by HTTP Basic, never in the form"));
    }
    match (headers.as_slice(), form.client_assertion.take()) {
        ([header], None) => {
            let given = header.to_str().ok().and_then(basic);
            let (client, secret) = given.ok_or(OauthError::INVALID_CLIENT)?;
            if form.client_id.as_ref().is_some_and(|named| *named != client) {
                return Err(OauthError::INVALID_CLIENT);
            }
            Ok(Proof::Secret { client, secret })
        }
        ([], Some(assertion)) if form.client_assertion_type.as_deref() == Some(ASSERTION_TYPE) => {
            Ok(Proof::Assertion { client: form.client_id.take(), assertion: assertion.into() })
        }
        ([], Some(_)) => Err(OauthError::invalid_request("the client_assertion_type is not that of a JSON Web Token")),
        ([], None) => Err(OauthError::INVALID_CLIENT),
        _ => Err(twice()),
    }
}

/// Name and secret of an HTTP Basic header; both are written as in a form before they are encoded (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, SecretString)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = Zeroizing::new(String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?);
    let (client, secret) = decoded.split_once(':')?;
    Some((unescaped(client)?, unescaped(secret)?.into()))
}

fn unescaped(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Part {
        part: String,
    }
    let form = Zeroizing::new(format!("part={text}"));
    Query::<Part>::from_query(&form).ok().map(|part| part.into_inner().part)
}
