//! One running service: what operations work with, and the schema that requests are put to.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::Semaphore;

use super::caller::{Caller, Lookout};
use super::edge::Edge;
use super::graphql::coercion::TypeCatalogue;
use super::graphql::context::Request;
use super::graphql::schema::{self, ApiSchema};
use super::graphql::transport::Limits;
use super::graphql::trusted::TrustedDocuments;
use super::kept::KeptAnswers;
use super::people::People;
use super::people::cookies::Cookie;
use super::problem;
use crate::access::network::Network;
use crate::access::{Desk, Recognition, Scope};
use crate::configuration::Configuration;
use crate::consolidation::operations::Consolidation;
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::Reason;

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
    /// How people sign in, and for how long.
    pub people: People,
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
    /// What stands between the network and the routes.
    pub edge: Arc<Edge>,
    /// The documents that are known by the hash of their text.
    pub trusted: TrustedDocuments,
    /// The answers of figures that still stand.
    pub kept: Arc<KeptAnswers>,
}

impl Service {
    /// A service over a desk, nothing being set.
    pub fn new(desk: Desk) -> Outcome<Self> {
        Self::configured(desk, Configuration::default())
    }

    /// A service over a desk with a configuration.
    pub fn configured(desk: Desk, configuration: Configuration) -> Outcome<Self> {
        let schema = schema::build();
        let catalogue = TypeCatalogue::from_sdl(&schema.sdl())?;
        let mut limits = Limits::default();
        limits.body.max_bytes = LARGEST_BODY;
        limits.body.compressed = configuration.compressed_requests;
        limits.document.introspection = configuration.introspection;
        let proxies = configuration.trusted_proxies.iter().map(|network| network.to_string().parse::<Network>());
        let proxies = proxies.collect::<Result<_, _>>()?;
        let trusted =
            TrustedDocuments::load(configuration.documents.as_deref(), configuration.documents_mode, &limits)?;
        let kept_answers_mib = u64::from(configuration.kept_answers_mib.0);
        Ok(Self {
            desk,
            consolidation: Arc::new(Consolidation::new()),
            recognition: Recognition::default(),
            lookout: Lookout::default(),
            people: People::configured(&configuration)?,
            proxies,
            schema,
            catalogue,
            limits,
            bulk: Arc::new(Semaphore::new(BULK_AT_ONCE)),
            edge: Arc::new(Edge::new(configuration)),
            trusted,
            kept: Arc::new(KeptAnswers::new(kept_answers_mib)),
        })
    }

    /// What a request carries for resolvers.
    pub fn request(&self, request: &HttpRequest) -> Request {
        Request {
            scope: self.caller(request),
            language: problem::language(request.headers()),
            idempotency_key: idempotency_key(request),
            desk: self.desk.clone(),
            consolidation: Arc::clone(&self.consolidation),
            seen: Arc::default(),
        }
    }

    /// The caller of a request, recognised before any handler ([`super::caller`]).
    pub fn caller(&self, request: &HttpRequest) -> Result<Scope, Refusal> {
        match request.extensions().get::<Caller>() {
            Some(Caller { scope, .. }) => Ok(scope.clone()?.with_reason(access_reason(request)?)),
            None => Err(Code::Unauthenticated.into()),
        }
    }

    /// The desk for a request that only reads: it knows what was seen of the database since the request came.
    pub fn desk_for(&self, request: &HttpRequest) -> Desk {
        let sight = request.extensions().get::<Caller>().and_then(|caller| caller.sight);
        self.desk.with_head(sight.map(|sight| sight.head))
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

/// The `Access-Reason` header: why staff looks at individual records, for the journal. Words that hold an identity number
/// are refused, not kept.
fn access_reason(request: &HttpRequest) -> Result<Option<Reason>, Refusal> {
    let mut values = request.headers().get_all("access-reason");
    let Some(value) = values.next() else { return Ok(None) };
    let text = std::str::from_utf8(value.as_bytes()).ok().filter(|_| values.next().is_none());
    let malformed = || Refusal::new(Code::RequestMalformed).at("Access-Reason");
    text.ok_or_else(malformed)?.parse().map(Some).map_err(|refusal: Refusal| refusal.at("Access-Reason"))
}

/// Whether a request claims to be somebody: by a token, or by a session.
pub fn claims_identity(service: &Service, request: &HttpRequest) -> bool {
    claims_token(request) || Cookie::Session.read(request, &service.desk.issuer).is_some()
}

/// Whether a request claims to be somebody by a token, which then goes before any session.
pub fn claims_token(request: &HttpRequest) -> bool {
    request.headers().contains_key(header::AUTHORIZATION)
}
