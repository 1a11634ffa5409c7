//! How a GET is answered: its caller, its parameters, one operation, a JSON document. Pages have the cursors of GraphQL.

use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{failed, run};
use crate::access::Scope;
use crate::api::graphql::paging::{USUAL_PAGE, cursor_of, page_request};
use crate::api::problem;
use crate::api::service::Service;
use crate::page::{self, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageParameters {
    /// How many, 1 to 200; 20 if absent.
    first: Option<i32>,
    /// The `next` of the page before; from the beginning if absent.
    after: Option<String>,
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct PageOf<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// What to give as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl PageParameters {
    /// The page asked for.
    pub fn read(&self) -> Result<PageRequest, Refusal> {
        page_of(self.first, self.after.as_deref())
    }
}

/// The page of `first` and `after`.
pub fn page_of(first: Option<i32>, after: Option<&str>) -> Result<PageRequest, Refusal> {
    page_request(first.unwrap_or(USUAL_PAGE), after)
}

impl<T> PageOf<T> {
    /// The document of a short list, whole.
    pub fn whole<S: Into<T>>(found: impl IntoIterator<Item = S>) -> Self {
        Self { items: found.into_iter().map(Into::into).collect(), next: None }
    }

    /// The document of a page whose items know their keys.
    pub fn of<S>(found: page::Page<S>, key: impl Fn(&S) -> String, document: impl FnMut(S) -> T) -> Self {
        let next = found.items.last().filter(|_| found.has_more).map(|last| cursor_of(&key(last)));
        Self { items: found.items.into_iter().map(document).collect(), next }
    }
}

/// The parameters of a GET that has none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParameters {}

/// Answers a GET by one operation.
pub async fn answer<Q: DeserializeOwned + Send + 'static, T: Serialize + Send + 'static>(
    request: &HttpRequest,
    service: &Data<Service>,
    operation: impl FnOnce(&Service, &Scope, Q) -> Outcome<T> + Send + 'static,
) -> HttpResponse {
    let language = problem::language(request.headers());
    let scope = match service.caller(request) {
        Ok(scope) => scope,
        Err(refusal) => return problem::problem(&refusal, language),
    };
    let Ok(parameters) = Query::<Q>::from_query(request.query_string()) else {
        return problem::problem(&Refusal::new(Code::ParameterInvalid).at("query"), language);
    };
    let found = run(service, move |service| operation(service, &scope, parameters.into_inner())).await;
    match found {
        Ok(document) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(document),
        Err(failure) => failed(request, &failure),
    }
}
