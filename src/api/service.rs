//! One running service: what operations work with, and the schema that requests are put to.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::Semaphore;

use super::caller::{Caller, Lookout};
use super::graphql::coercion::TypeCatalogue;
use super::graphql::context::Request;
use super::graphql::schema::{self, ApiSchema};
use super::graphql::transport::Limits;
use super::problem;
use crate::access::network::Network;
use crate::access::{Desk, Recognition, Scope};
use crate::consolidation::operations::Consolidation;
use crate::refusal::{Code, Fault, Refusal};

/// The largest GraphQL body, in bytes: a statement of some ten thousand participations.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How many submissions from files are taken in at once; another one is told to come again.
const BULK_AT_ONCE: usize = 16;

/// What every worker shares.
pub struct Service {
    /// What operations work with.
    pub desk: Desk,
    /// The consolidation layer of this node.
    pub consolidation: Arc<Consolidation>,
    /// What this node remembers of tokens.
    pub recognition: Recognition,
    /// Whether anything was taken back since.
    pub lookout: Lookout,
    /// The proxies that are believed when they say from where a request comes.
    pub proxies: Vec<Network>,
    /// The GraphQL schema.
    pub schema: ApiSchema,
    /// The types of its inputs, for the check before execution.
    pub catalogue: TypeCatalogue,
    /// The limits of GraphQL requests.
    pub limits: Limits,
    /// How many submissions are taken in at once.
    pub bulk: Arc<Semaphore>,
}

impl Service {
    /// A service over a desk.
    pub fn new(desk: Desk) -> Result<Self, Fault> {
        let schema = schema::build();
        let catalogue = TypeCatalogue::from_sdl(&schema.sdl())?;
        let mut limits = Limits::default();
        limits.body.max_bytes = LARGEST_BODY;
        Ok(Self {
            desk,
            consolidation: Arc::new(Consolidation::new()),
            recognition: Recognition::default(),
            lookout: Lookout::default(),
            proxies: Vec::new(),
            schema,
            catalogue,
            limits,
            bulk: Arc::new(Semaphore::new(BULK_AT_ONCE)),
        })
    }

    /// The same service behind proxies that are believed.
    #[must_use]
    pub fn behind(self, proxies: Vec<Network>) -> Self {
        Self { proxies, ..self }
    }

    /// What a request carries for resolvers.
    pub fn request(&self, request: &HttpRequest) -> Request {
        Request {
            scope: self.caller(request),
            language: problem::language(request.headers()),
            idempotency_key: idempotency_key(request),
            desk: self.desk.clone(),
            consolidation: Arc::clone(&self.consolidation),
        }
    }

    /// The caller of a request, recognised before any handler ([`super::caller`]).
    pub fn caller(&self, request: &HttpRequest) -> Result<Scope, Refusal> {
        match request.extensions().get::<Caller>() {
            Some(Caller(caller)) => caller.clone(),
            None => Err(Code::Unauthenticated.into()),
        }
    }
}

/// The `Idempotency-Key` header; one that is no text, or comes twice, becomes a key that no request may have.
pub fn idempotency_key(request: &HttpRequest) -> Option<String> {
    let mut values = request.headers().get_all("idempotency-key");
    let value = values.next()?;
    let only = values.next().is_none();
    // The header is a structured string in quotes; without quotes it is taken as it is.
    let text = value.to_str().ok().filter(|_| only).unwrap_or_default().trim();
    Some(text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned())
}

/// Whether a request claims to be somebody.
pub fn claims_identity(request: &HttpRequest) -> bool {
    request.headers().contains_key(header::AUTHORIZATION)
}
