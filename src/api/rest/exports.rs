//! An answer as a table to download: what the routes of figures share when somebody asks for another format than JSON.

use actix_web::http::header::{self, ContentType, HeaderName, HeaderValue};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{failed, run, run_keeping};
use crate::access::Scope;
use crate::api::edge::gate::Class;
use crate::api::kept::Keeper;
use crate::api::problem;
use crate::api::service::Service;
use crate::api::tables::Table;
use crate::api::tables::answer::{Asked, table};
use crate::api::tables::download::{DIGEST_HEADER, digest, download};
use crate::api::tables::format::{self, Format};
use crate::consolidation::answer::Answer;
use crate::consolidation::question::Question;
use crate::refusal::{Code, Failure, Language, Outcome, Refusal};

/// Puts a question, and gives its answer as a table; its place at the gate is kept until all is sent.
pub async fn export(
    service: &Data<Service>,
    scope: Scope,
    asked: Asked,
    format: Format,
    language: Language,
) -> Outcome<HttpResponse> {
    let made = run_keeping(Class::Export, service, move |service| {
        let answer = service.consolidation.answer(&service.desk, &scope, &asked.question)?;
        let (position, day) = (answer.position.to_string(), answer.day.to_string());
        let table = table(&asked, answer, language);
        let digest = digest(&table, format)?;
        Ok((table, [("x-position", position), ("x-day", day), (DIGEST_HEADER, digest)]))
    });
    let ((table, said), place) = made.await?;
    let mut response = download(table, format, place).await?;
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

/// Puts a question, and gives its answer as a document: one that was made before, if it still stands.
pub async fn figures_document<T: Serialize>(
    request: &HttpRequest,
    service: &Data<Service>,
    scope: Scope,
    question: Question,
    document: impl FnOnce(&Answer) -> T,
) -> Outcome<HttpResponse> {
    let desk = service.desk_for(request);
    let keeper = Keeper::new(&service.kept, &service.consolidation, &desk, scope.clone());
    let language = problem::language(request.headers());
    let language = format!("{language:?}");
    let words = [request.path(), request.query_string(), &language].map(str::as_bytes);
    let kept = keeper.as_ref().and_then(|keeper| Some((keeper, keeper.key(&words)?)));
    let written = |body: Bytes| HttpResponse::Ok().content_type(ContentType::json()).body(body);
    if let Some(body) = kept.as_ref().and_then(|(keeper, key)| keeper.find(key)) {
        return Ok(written(body));
    }
    let desk = keeper.as_ref().map_or_else(|| desk.clone(), Keeper::desk);
    let answer = run(service, move |service| service.consolidation.answer(&desk, &scope, &question)).await?;
    let body = serde_json::to_vec(&document(&answer)).map_err(|_| Failure::fault("an answer is no JSON"))?;
    let body = Bytes::from(body);
    if let Some((keeper, key)) = kept {
        keeper.keep(key, &body);
    }
    Ok(written(body))
}

/// Parameters of which one names a format.
pub trait Formatted: DeserializeOwned + Send + 'static {
    /// The name of the format, if one is asked for.
    fn format(&self) -> Option<&str>;
}

/// Answers a GET by one operation: as a document, or as a table where another format is asked for.
pub async fn answer<Q: Formatted, F: Send + 'static, T: Serialize>(
    request: &HttpRequest,
    service: &Data<Service>,
    operation: impl FnOnce(&Service, &Scope, Q) -> Outcome<F> + Send + 'static,
    document: impl FnOnce(&F) -> T,
    table: impl FnOnce(&F) -> Table,
) -> HttpResponse {
    let language = problem::language(request.headers());
    let asked = service.caller(request).and_then(|scope| {
        let parameters = Query::<Q>::from_query(request.query_string());
        let parameters = parameters.map_err(|_| Refusal::new(Code::ParameterInvalid).at("query"))?.into_inner();
        Ok((scope, format::asked(request.headers(), parameters.format())?, parameters))
    });
    let (scope, format, parameters) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let class = if format.is_some() { Class::Export } else { Class::Reading };
    let found = run_keeping(class, service, move |service| operation(service, &scope, parameters)).await;
    let answered = match (found, format) {
        (Ok((found, _)), None) => Ok(HttpResponse::Ok().json(document(&found))),
        (Ok((found, place)), Some(format)) => download(table(&found), format, place).await,
        (Err(failure), _) => Err(failure),
    };
    answered.map_or_else(|failure| failed(request, &failure), not_stored)
}

/// What caches must know of an answer, in whatever format.
pub fn not_stored(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    response
}
