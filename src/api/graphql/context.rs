//! What resolvers ask of their context: the caller, the language, and to run an operation off the event loop.

use std::sync::Arc;

use async_graphql::{Context, Error, ErrorExtensions};

use super::paging;
use crate::access::{Desk, Scope};
use crate::consolidation::operations::Consolidation;
use crate::page::PageRequest;
use crate::refusal::{Code, Failure, Language, Outcome, Refusal};
use crate::storage::journal::Position;

/// What every request carries.
#[derive(Clone)]
pub struct Request {
    /// The caller, if a valid token came with the request.
    pub scope: Result<Scope, Refusal>,
    /// The language asked for.
    pub language: Language,
    /// The `Idempotency-Key` header, if it was sent.
    pub idempotency_key: Option<String>,
    /// What operations work with.
    pub desk: Desk,
    /// The consolidation layer of this node.
    pub consolidation: Arc<Consolidation>,
    /// The position that this request was first answered at: every later answer about the present stands at it too.
    pub seen: Arc<tokio::sync::Mutex<Option<Position>>>,
}

/// Short ways for resolvers to what they need.
pub trait Requested<'a> {
    /// What the request carries.
    fn request(&self) -> &'a Request;

    /// The caller; refuses whoever is not known.
    fn caller(&self) -> async_graphql::Result<&'a Scope>;

    /// The language given, or the request's.
    fn language(&self, given: Option<super::codes::LanguageCode>) -> Language;

    /// Reads `first` and `after` of a connection.
    fn page(&self, first: i32, after: Option<&str>) -> async_graphql::Result<PageRequest>;

    /// Runs an operation on the blocking pool; a failure becomes a GraphQL error with its code.
    fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Desk, &Scope, &Consolidation) -> Outcome<T> + Send + 'static,
    ) -> impl Future<Output = async_graphql::Result<T>> + Send;
}

impl<'a> Requested<'a> for Context<'a> {
    fn request(&self) -> &'a Request {
        self.data_unchecked::<Request>()
    }

    fn caller(&self) -> async_graphql::Result<&'a Scope> {
        let request = self.request();
        request.scope.as_ref().map_err(|refusal| error_of(refusal, request.language))
    }

    fn language(&self, given: Option<super::codes::LanguageCode>) -> Language {
        given.map_or(self.request().language, Into::into)
    }

    fn page(&self, first: i32, after: Option<&str>) -> async_graphql::Result<PageRequest> {
        paging::page_request(first, after).map_err(|refusal| error_of(&refusal, self.request().language))
    }

    async fn run<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&Desk, &Scope, &Consolidation) -> Outcome<T> + Send + 'static,
    ) -> async_graphql::Result<T> {
        let request = self.request();
        self.caller()?;
        attempt(request, operation).await.map_err(|failure| failed(&failure, request.language))
    }
}

/// Runs an operation on the blocking pool and gives its outcome as it is.
pub async fn attempt<T: Send + 'static>(
    request: &Request,
    operation: impl FnOnce(&Desk, &Scope, &Consolidation) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let scope = request.scope.clone()?;
    let (desk, consolidation) = (request.desk.clone(), Arc::clone(&request.consolidation));
    tokio::task::spawn_blocking(move || operation(&desk, &scope, &consolidation))
        .await
        .unwrap_or_else(|_| Err(Failure::fault("an operation panicked")))
}

/// Runs an operation that is open to everybody on the blocking pool, with the caller if one is known.
pub async fn attempt_open<T: Send + 'static>(
    request: &Request,
    operation: impl FnOnce(&Desk, Option<&Scope>) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let (desk, scope) = (request.desk.clone(), request.scope.clone().ok());
    tokio::task::spawn_blocking(move || operation(&desk, scope.as_ref()))
        .await
        .unwrap_or_else(|_| Err(Failure::fault("an operation panicked")))
}

/// The GraphQL error of a failure; a fault goes to the log and shows its code only.
pub fn failed(failure: &Failure, language: Language) -> Error {
    if let Failure::Fault(fault) = failure {
        tracing::error!(what = %fault.what, "a request failed");
    }
    error_of(&failure.refusal(), language)
}

/// The GraphQL error of a refusal.
pub fn error_of(refusal: &Refusal, language: Language) -> Error {
    Error::new(refusal.message(language)).extend_with(|_, extensions| {
        extensions.set("code", refusal.code.as_str());
        extensions.set("remedy", refusal.remedy(language));
        if let Some(path) = &refusal.path {
            extensions.set("path", path.as_str());
        }
    })
}

/// A refusal of a parameter that names nothing in a list.
pub fn unknown_code(path: &str, list: &'static str) -> Failure {
    Refusal::new(Code::CodeUnknown).at(path).with("list", list).into()
}
