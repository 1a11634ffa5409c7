//! How a write is answered: its caller, its JSON body, the manner in which it wants to be done, one operation.
//!
//! `?dryRun=true` does everything and keeps nothing; the header `Idempotency-Key` gives a request that is sent again one
//! effect and the same answer.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;
use utoipa::IntoParams;
use zeroize::Zeroizing;

use super::{failed, refuse, run_as};
use crate::access::once::RequestKey;
use crate::access::role::Permission;
use crate::access::{Desk, Manner, Scope};
use crate::api::edge::gate::Class;
use crate::api::graphql::coercion::shown;
use crate::api::graphql::lexical::JsonLimits;
use crate::api::graphql::{media, strict_json};
use crate::api::inputs::Unsettled;
use crate::api::service::{Service, idempotency_key};
use crate::api::{body, problem};
use crate::refusal::{Code, Refusal};

/// How large a body may be as JSON.
const JSON: JsonLimits = JsonLimits { max_levels: 32, ..JsonLimits::DEFAULT };

/// In which manner a write wants to be done.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WriteParameters {
    /// Does everything, answers what would come of it, and stores nothing.
    #[serde(rename = "dryRun", default)]
    #[param(required = false)]
    dry_run: bool,
}

/// The header that makes a write happen once.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes the header")]
pub struct OnceHeader {
    /// A key of your choice: sent again with it, the request has one effect and gets the same answer.
    #[param(rename = "Idempotency-Key")]
    idempotency_key: Option<String>,
}

/// What a write sends, and in which manner it wants to be done.
pub struct Sent {
    /// The body, whole.
    pub body: Bytes,
    /// The manner.
    pub manner: Manner,
}

/// Answers a write that sends JSON: its caller needs a permission; members that stand in the path are put into the body.
pub async fn write<B: DeserializeOwned + Send + 'static, R: Serialize + Send + 'static>(
    (request, mut payload, service): (HttpRequest, Payload, Data<Service>),
    permission: Permission,
    done: StatusCode,
    work: impl FnOnce(&Desk, &Scope, B) -> Result<R, Unsettled> + Send + 'static,
) -> HttpResponse {
    // Whoever may not do this has its body unread.
    let scope = service.caller(&request).and_then(|scope| scope.require(permission).map(|_| scope));
    let scope = match scope.and_then(|scope| media::check_content_type(request.headers()).map(|()| scope)) {
        Ok(scope) => scope,
        Err(refusal) => return refuse(&request, payload, &refusal),
    };
    let sent = match read_sent(&request, &mut payload, &service).await {
        Ok(sent) => sent,
        Err(refusal) => return refuse(&request, payload, &refusal),
    };
    let place = match path_members(&request).await {
        Ok(place) => place,
        Err(refusal) => return problem::problem(&refusal, problem::language(request.headers())),
    };
    let status = if sent.manner.dry_run { StatusCode::OK } else { done };
    let answered = run_as(Class::Submission, &service, move |service| {
        let worked = from_json(&sent.body, &place)
            .map_err(|refusal| Unsettled::Refusals(vec![refusal]))
            .and_then(|content| work(&service.desk.with_manner(sent.manner), &scope, content));
        match worked {
            Ok(done) => Ok(Ok(done)),
            Err(Unsettled::Refusals(refusals)) => Ok(Err(refusals)),
            Err(Unsettled::Failure(failure)) => Err(failure),
        }
    });
    match answered.await {
        Ok(Ok(done)) => HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(done),
        Ok(Err(refusals)) => problem::problems(&refusals, problem::language(request.headers())),
        Err(failure) => failed(&request, &failure),
    }
}

/// Reads the body of a write within the service's limits, and the manner in which it wants to be done.
pub async fn read_sent(request: &HttpRequest, payload: &mut Payload, service: &Service) -> Result<Sent, Refusal> {
    let parameters = Query::<WriteParameters>::from_query(request.query_string());
    let parameters = parameters.map_err(|_| Refusal::new(Code::ParameterInvalid).at("query"))?;
    let body = body::read(request.headers(), payload, &service.limits.body).await?;
    let key = match idempotency_key(request) {
        Some(key) => {
            let head = format!("{} {}\n", request.method(), request.path());
            let same = Zeroizing::new([head.as_bytes(), &body].concat());
            Some(RequestKey::new(&service.desk.keys, &key, "", &same)?)
        }
        None => None,
    };
    Ok(Sent { body, manner: Manner { dry_run: parameters.dry_run, key, ..Manner::default() } })
}

/// Reads JSON in which no object names a member twice. Members known from elsewhere are put in; where the text names them
/// too, it must say the same.
pub fn from_json<B: DeserializeOwned>(text: &[u8], known: &HashMap<String, String>) -> Result<B, Refusal> {
    let malformed = |path: &str| Refusal::new(Code::RequestMalformed).at(path);
    let value = strict_json::parse(text, &JSON)?;
    let Ok(Value::Object(mut members)) = value.into_json() else { return Err(malformed("body")) };
    for (name, value) in known {
        let given = members.insert(name.clone(), value.clone().into());
        if given.is_some_and(|given| given != value.as_str()) {
            return Err(malformed(name));
        }
    }
    from_members(members)
}

/// Reads an input from the members of an object; refused where one lacks or is of the wrong type.
pub fn from_members<B: DeserializeOwned>(members: Map<String, Value>) -> Result<B, Refusal> {
    serde_path_to_error::deserialize(Value::Object(members))
        .map_err(|error| Refusal::new(Code::RequestMalformed).at(path_of(&error)))
}

/// Where JSON lacks a member or has one of the wrong type. Names are the caller's, and shown only if they are plain.
fn path_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let mut path = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => path.push_str(&format!("[{index}]")),
            Segment::Map { key } if path.is_empty() => path = shown(key),
            Segment::Map { key } => path.push_str(&format!(".{}", shown(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    // The name of a missing member is one of ours.
    let message = error.inner().to_string();
    if let Some(missing) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        path.push_str(if path.is_empty() { "" } else { "." });
        path.push_str(missing);
    }
    if path.is_empty() { "body".to_owned() } else { path }
}

/// The members that stand in the path of a request, by the names that the route gives them.
async fn path_members(request: &HttpRequest) -> Result<HashMap<String, String>, Refusal> {
    let names = request.match_info().iter().map(|(name, _)| name.to_owned());
    // Read as a list, values are decoded.
    let values = Path::<Vec<String>>::extract(request).await.map_err(|_| Refusal::new(Code::NotFound))?;
    Ok(names.zip(values.into_inner()).collect())
}
