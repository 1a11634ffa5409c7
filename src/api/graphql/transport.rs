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
use futures_util::FutureExt;

use super::answer::{self, CostTold, Manner};
use super::coercion::TypeCatalogue;
use super::document::{self, Cost, DocumentLimits};
use super::lexical::{self, LexicalLimits, Located};
use super::media::{self, AnswerType};
use super::parameters::{self, Parameters};
use super::trusted::TrustedDocuments;
use crate::api::body::{self, BodyLimits};
use crate::api::edge::gate::{Class, Gate};
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
    /// Deepest nesting of the body's JSON.
    pub json_levels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: BodyLimits::default(),
            lexical: LexicalLimits::default(),
            document: DocumentLimits::default(),
            json_levels: 64,
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
}

/// Answers a GraphQL request; `attach` gives the request to the schema what resolvers need of the caller.
pub async fn execute<Q, M, S>(
    schema: &Schema<Q, M, S>,
    guards: &Guards<'_>,
    request: &HttpRequest,
    mut payload: Payload,
    attach: impl FnOnce(Request) -> Request,
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
    let parameters = match read(request, &mut payload, guards.limits).await {
        Ok(parameters) => parameters,
        Err(refusal) => return body::closing(allowing(answer::refused(&refusal, manner), &refusal), payload),
    };
    let (prepared, class, cost) = match prepare(parameters, guards, request.method()) {
        Ok((prepared, class, cost)) => (attach(prepared), class, cost),
        Err(declined) => return declined.answer(manner),
    };
    let _place = match guards.gate.enter(class) {
        Ok(place) => place,
        Err(refusal) => return answer::refused(&refusal, manner),
    };
    match AssertUnwindSafe(schema.execute(prepared)).catch_unwind().await {
        Ok(response) => answer::executed(&response, CostTold::of(cost, guards.limits.document.cost), manner),
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

async fn read(request: &HttpRequest, payload: &mut Payload, limits: &Limits) -> Result<Parameters, Refusal> {
    if request.method() == Method::GET {
        return parameters::from_query_string(request.query_string(), limits.json_levels);
    }
    if request.method() != Method::POST {
        return Err(Code::MethodNotAllowed.into());
    }
    media::check_content_type(request.headers())?;
    let body = body::read(request.headers(), payload, &limits.body).await?;
    parameters::from_json(&body, limits.json_levels)
}

/// Every guard between the parameters and the schema, in the order of what they cost.
fn prepare(
    parameters: Parameters,
    Guards { catalogue, trusted, limits, .. }: &Guards<'_>,
    method: &Method,
) -> Result<(Request, Class, Cost), Declined> {
    let text = trusted.text(parameters.document).map_err(Declined::Request)?;
    lexical::check_document(&text, &limits.lexical)?;
    let document = parse_query(&*text).map_err(Declined::Syntax)?;
    let operation = select(&document, parameters.operation_name.as_deref()).map_err(Located::from)?;
    check_operation(operation, method).map_err(Declined::Request)?;
    let is_paged = |field: &str| catalogue.is_paged(field);
    let cost = document::check(&document, &parameters.variables, is_paged, &limits.document)?;
    catalogue.check_variables(&operation.variable_definitions, &parameters.variables).map_err(Located::from)?;

    let class = if operation.ty == OperationType::Mutation { Class::Submission } else { Class::Reading };
    let mut prepared = Request::new(text).variables(parameters.variables);
    prepared.operation_name = parameters.operation_name;
    prepared.set_parsed_query(document);
    Ok((prepared, class, cost))
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
