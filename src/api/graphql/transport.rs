//! GraphQL over HTTP: from a request to one call of `Schema::execute`, and back.
//!
//! POST takes JSON in UTF-8, GET takes queries only; guards stand before the parser, before validation and before
//! execution. It follows the audits of the npm package `graphql-http` (tests/audits) and knows no type of the schema.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use actix_web::http::{Method, header};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as SyntaxError, parse_query};
use async_graphql::{ObjectType, Request, Schema, SubscriptionType};
use bytes::Bytes;
use futures_util::FutureExt;

use super::answer::{self, CostTold, Manner};
use super::coercion::TypeCatalogue;
use super::document::{self, Cost, DocumentLimits};
use super::lasting::asks_for_figures_only;
use super::lexical::{self, JsonLimits, LexicalLimits, Located};
use super::media::{self, AnswerType};
use super::parameters::{self, Parameters};
use super::trusted::TrustedDocuments;
use crate::api::body::{self, BodyLimits};
use crate::api::edge::gate::{Class, Gate};
use crate::api::kept::Keeper;
use crate::api::problem;
use crate::refusal::{Code, Refusal};

/// All that a GraphQL request may weigh, last and ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the body.
    pub body: BodyLimits,
    /// Of the document as text.
    pub lexical: LexicalLimits,
    /// Of the document as parsed.
    pub document: DocumentLimits,
    /// Of the body as JSON.
    pub json: JsonLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: BodyLimits::default(),
            lexical: LexicalLimits::default(),
            document: DocumentLimits::default(),
            json: JsonLimits::DEFAULT,
        }
    }
}

/// What stands before the schema.
#[derive(Clone, Copy)]
pub struct Guards<'a> {
    /// The types of its inputs.
    pub catalogue: &'a TypeCatalogue,
    /// The documents known by their hash.
    pub trusted: &'a TrustedDocuments,
    /// What a request may weigh, last and ask for.
    pub limits: &'a Limits,
    /// The work that goes on at once.
    pub gate: &'a Arc<Gate>,
    /// The answers kept, if this request may have one of them.
    pub keeper: Option<&'a Keeper<'a>>,
}

/// What kind of document a request turned out to be.
pub struct Prepared {
    /// The class of its work.
    pub class: Class,
    cost: Cost,
    lasting: bool,
}

/// Answers a GraphQL request; `attach` gives the request to the schema what resolvers need of the caller.
pub async fn execute<Q, M, S>(
    schema: &Schema<Q, M, S>,
    guards: &Guards<'_>,
    request: &HttpRequest,
    mut payload: Payload,
    attach: impl FnOnce(Request, &Prepared) -> Request,
) -> HttpResponse
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let manner = match manner(request) {
        Ok(manner) => manner,
        Err(_) => return refuse(request, payload, &Code::NotAcceptable.into()),
    };
    let body = match receive(request, &mut payload, guards.limits).await {
        Ok(body) => body,
        Err(refusal) => return body::closing(allowing(answer::refused(&refusal, manner), &refusal), payload),
    };
    let kept = guards.keeper.zip(body.as_ref()).and_then(|(keeper, body)| {
        let key = keeper.key(&[b"graphql", format!("{manner:?}").as_bytes(), body])?;
        Some((keeper, key))
    });
    if let Some(bytes) = kept.as_ref().and_then(|(keeper, key)| keeper.find(key)) {
        return answer::again(bytes, manner);
    }
    let (sent, prepared) = match prepare(request, body.as_deref(), guards) {
        Ok((sent, prepared)) => (attach(sent, &prepared), prepared),
        Err(declined) => return declined.answer(manner),
    };
    let _place = match guards.gate.enter(prepared.class) {
        Ok(place) => place,
        Err(refusal) => return answer::refused(&refusal, manner),
    };
    match AssertUnwindSafe(schema.execute(sent)).catch_unwind().await {
        Ok(response) => {
            let cost = CostTold::of(prepared.cost, guards.limits.document.cost);
            let (answered, bytes) = answer::executed(&response, cost, manner);
            if let (Some((keeper, key)), Some(bytes), true) = (kept, bytes, prepared.lasting) {
                keeper.keep(key, &bytes);
            }
            answered
        }
        Err(_) => answer::refused(&Code::InternalError.into(), manner),
    }
}

/// A refusal in the GraphQL form, such as `UNAUTHENTICATED`, from outside [`execute`].
pub fn refuse(request: &HttpRequest, payload: Payload, refusal: &Refusal) -> HttpResponse {
    let language = problem::language(request.headers());
    let manner = manner(request).unwrap_or(Manner { answer_type: AnswerType::Json, language });
    body::closing(allowing(answer::refused(refusal, manner), refusal), payload)
}

fn manner(request: &HttpRequest) -> Result<Manner, Refusal> {
    let answer_type = media::accepted(request.headers())?;
    Ok(Manner { answer_type, language: problem::language(request.headers()) })
}

/// Why a request did not reach the schema.
enum Declined {
    Request(Refusal),
    Document(Located),
    Syntax(SyntaxError),
}

impl Declined {
    fn answer(&self, manner: Manner) -> HttpResponse {
        match self {
            Self::Request(refusal) => allowing(answer::refused(refusal, manner), refusal),
            Self::Document(located) => answer::document_refused(located, None, manner),
            Self::Syntax(error) => answer::syntax_refused(error, manner),
        }
    }
}

impl From<Located> for Declined {
    fn from(located: Located) -> Self {
        Self::Document(located)
    }
}

/// The body of a POST; nothing of a GET, which says everything in its query string.
async fn receive(request: &HttpRequest, payload: &mut Payload, limits: &Limits) -> Result<Option<Bytes>, Refusal> {
    if request.method() == Method::GET {
        return Ok(None);
    }
    if request.method() != Method::POST {
        return Err(Code::MethodNotAllowed.into());
    }
    media::check_content_type(request.headers())?;
    body::read(request.headers(), payload, &limits.body).await.map(Some)
}

fn read(request: &HttpRequest, body: Option<&[u8]>, limits: &Limits) -> Result<Parameters, Refusal> {
    match body {
        Some(body) => parameters::from_json(body, &limits.json),
        None => parameters::from_query_string(request.query_string(), &limits.json),
    }
}

/// Every guard between the parameters and the schema, in the order of what they cost.
fn prepare(
    request: &HttpRequest,
    body: Option<&[u8]>,
    Guards { catalogue, trusted, limits, .. }: &Guards<'_>,
) -> Result<(Request, Prepared), Declined> {
    let parameters = read(request, body, limits).map_err(Declined::Request)?;
    let text = trusted.text(parameters.document).map_err(Declined::Request)?;
    lexical::check_document(&text, &limits.lexical)?;
    let document = parse_query(&*text).map_err(Declined::Syntax)?;
    let operation = select(&document, parameters.operation_name.as_deref()).map_err(Located::from)?;
    check_operation(operation, request.method()).map_err(Declined::Request)?;
    let is_paged = |field: &str| catalogue.is_paged(field);
    let cost = document::check(&document, &parameters.variables, is_paged, &limits.document)?;
    catalogue.check_variables(&operation.variable_definitions, &parameters.variables).map_err(Located::from)?;

    let class = if operation.ty == OperationType::Mutation { Class::Submission } else { Class::Reading };
    let prepared = Prepared { class, cost, lasting: asks_for_figures_only(&document) };
    let mut sent = Request::new(text).variables(parameters.variables);
    sent.operation_name = parameters.operation_name;
    sent.set_parsed_query(document);
    Ok((sent, prepared))
}

/// The operation that the request names, or the only one.
fn select<'d>(document: &'d ExecutableDocument, name: Option<&str>) -> Result<&'d OperationDefinition, Refusal> {
    let selected = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => operations.values().next(),
        _ => None,
    };
    selected.map(|operation| &operation.node).ok_or_else(|| Refusal::new(Code::OperationUnknown).at("operationName"))
}

fn check_operation(operation: &OperationDefinition, method: &Method) -> Result<(), Refusal> {
    match operation.ty {
        OperationType::Mutation if method == Method::GET => Err(Code::MutationByGet.into()),
        OperationType::Subscription => Err(Code::SubscriptionUnsupported.into()),
        _ => Ok(()),
    }
}

/// A 405 says which methods there are.
fn allowing(mut response: HttpResponse, refusal: &Refusal) -> HttpResponse {
    let allowed = match refusal.code {
        Code::MutationByGet => "POST",
        Code::MethodNotAllowed => "GET, POST",
        _ => return response,
    };
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(allowed));
    response
}
