//! GraphQL answers: what callers read of data and errors, and with which status.
//!
//! Every error has a code, and a remedy where the code is ours. Messages of async-graphql may echo the caller, so they
//! pass through [`redact`]; what resolvers did not mean to say is not said.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use async_graphql::parser::Error as SyntaxError;
use async_graphql::{PathSegment, Pos, Response, ServerError, Value};
use bytes::Bytes;
use serde::Serialize;

use super::document::Cost;
use super::lexical::Located;
use super::media::AnswerType;
use crate::api::problem;
use crate::redact::redact;
use crate::refusal::{Code, Kind, Language, Refusal};

/// Most errors told at once.
const MOST_ERRORS: usize = 50;

/// How a caller wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// The media type.
    pub answer_type: AnswerType,
    /// The language of messages.
    pub language: Language,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Told<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extensions: Option<Extensions<'a>>,
}

#[derive(Serialize)]
struct Extensions<'a> {
    cost: CostTold,
    #[serde(flatten)]
    others: &'a std::collections::BTreeMap<String, Value>,
}

/// What a document cost of what one may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CostTold {
    asked: u64,
    limit: u64,
}

impl CostTold {
    /// The cost of a document beside the limit.
    pub fn of(cost: Cost, limit: u64) -> Self {
        Self { asked: cost.0, limit }
    }
}

/// One error as the caller reads it.
#[derive(Serialize)]
struct Told<'a> {
    message: String,
    #[serde(skip_serializing_if = "<[Pos]>::is_empty")]
    locations: &'a [Pos],
    #[serde(skip_serializing_if = "<[PathSegment]>::is_empty")]
    path: &'a [PathSegment],
    extensions: serde_json::Map<String, serde_json::Value>,
}

/// The answer to a request that was refused before its document was looked at, with the status of the refusal.
pub fn refused(refusal: &Refusal, manner: Manner) -> HttpResponse {
    let body = Body { data: None, errors: vec![Told::of(refusal, manner.language, &[])], extensions: None };
    respond(refusal.code.kind(), manner, &body)
}

/// The answer to a document that was refused before it was executed.
pub fn document_refused(located: &Located, detail: Option<String>, manner: Manner) -> HttpResponse {
    let mut told = Told::of(&located.refusal, manner.language, located.position.as_slice());
    told.message = detail.unwrap_or(told.message);
    let body = Body { data: None, errors: vec![told], extensions: None };
    match located.refusal.code {
        Code::DocumentInvalid
        | Code::DirectiveInvalid
        | Code::DuplicateInputField
        | Code::VariableInvalid
        | Code::OperationUnknown => respond_invalid(manner, &body),
        code => respond(code.kind(), manner, &body),
    }
}

/// The answer to a document that async-graphql cannot parse; its message would quote the line, so only its end is kept.
pub fn syntax_refused(error: &SyntaxError, manner: Manner) -> HttpResponse {
    let position = error.positions().next();
    let message = error.to_string();
    let expected = message.lines().rev().find_map(|line| line.trim_start().strip_prefix("= "));
    let message = redact(expected.unwrap_or(message.lines().next().unwrap_or_default())).into_owned();
    document_refused(&Located { refusal: Code::DocumentInvalid.into(), position }, Some(message), manner)
}

/// The answer to a document that async-graphql validated and, unless it refused it, executed; and its bytes, if nothing
/// was wrong with it.
pub fn executed(response: &Response, cost: CostTold, manner: Manner) -> (HttpResponse, Option<Bytes>) {
    let invalid = response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty());
    let body = Body {
        data: (!invalid).then_some(&response.data),
        errors: response.errors.iter().take(MOST_ERRORS).map(|error| tell(error, invalid, manner.language)).collect(),
        extensions: Some(Extensions { cost, others: &response.extensions }),
    };
    if invalid {
        return (respond_invalid(manner, &body), None);
    }
    match serde_json::to_vec(&body).map(Bytes::from) {
        Ok(bytes) => (again(bytes.clone(), manner), response.errors.is_empty().then_some(bytes)),
        Err(_) => (HttpResponse::InternalServerError().finish(), None),
    }
}

/// An answer that was written before.
pub fn again(bytes: Bytes, manner: Manner) -> HttpResponse {
    headed(HttpResponse::Ok(), manner).body(bytes)
}

/// The watershed of GraphQL over HTTP: plain JSON answers any well-formed request with 200.
fn respond_invalid(manner: Manner, body: &Body<'_>) -> HttpResponse {
    match manner.answer_type {
        AnswerType::Json => write(HttpResponse::Ok(), manner, body),
        AnswerType::GraphQl => respond(Kind::Malformed, manner, body),
    }
}

fn respond(kind: Kind, manner: Manner, body: &Body<'_>) -> HttpResponse {
    write(problem::respond(kind, manner.language), manner, body)
}

fn write(response: HttpResponseBuilder, manner: Manner, body: &Body<'_>) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(bytes) => headed(response, manner).body(bytes),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn headed(mut response: HttpResponseBuilder, manner: Manner) -> HttpResponseBuilder {
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::VARY, "Accept, Accept-Language"))
        .insert_header((header::CONTENT_TYPE, manner.answer_type.content_type()));
    response
}

impl<'a> Told<'a> {
    fn of(refusal: &Refusal, language: Language, locations: &'a [Pos]) -> Self {
        let mut extensions = serde_json::Map::new();
        extensions.insert("code".to_owned(), refusal.code.as_str().into());
        extensions.insert("remedy".to_owned(), refusal.remedy(language).into());
        if let Some(path) = &refusal.path {
            extensions.insert("path".to_owned(), path.as_str().into());
        }
        Self { message: refusal.message(language), locations, path: &[], extensions }
    }
}

/// What a caller reads of one of async-graphql's errors.
fn tell(error: &ServerError, invalid: bool, language: Language) -> Told<'_> {
    if let Some(extensions) = error.extensions.as_ref().filter(|extensions| extensions.get("code").is_some()) {
        let extensions = match serde_json::to_value(extensions) {
            Ok(serde_json::Value::Object(extensions)) => extensions,
            _ => serde_json::Map::new(),
        };
        let message = redact(&error.message).into_owned();
        return Told { message, locations: &error.locations, path: &error.path, extensions };
    }
    let refusal = match unreadable_type(&error.message) {
        Some(expected) => Refusal::new(Code::VariableInvalid).with("expected", expected),
        None if invalid => Code::DocumentInvalid.into(),
        None => Code::InternalError.into(),
    };
    let mut told = Told::of(&refusal, language, &error.locations);
    told.path = &error.path;
    if refusal.code == Code::DocumentInvalid {
        told.message = redact(&error.message).into_owned();
    }
    told
}

/// The type named by async-graphql's messages about input values, whose ends quote the value.
fn unreadable_type(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("Failed to parse \"").or_else(|| message.strip_prefix("Expected input type \""))?;
    rest.split_once('"').map(|(name, _)| name)
}
