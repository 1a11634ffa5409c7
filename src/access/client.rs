//! A machine client: a partner's or the funder's own system, what it may be narrowed to, and how it stands.

use std::net::IpAddr;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::credential::CredentialRecord;
use super::network::Network;
use super::programme_role::{self, ProgrammeRole};
use super::role::Role;
use super::scope_token::ScopeToken;
use crate::clock::Instant;
use crate::id::{AccountId, OrganisationId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::text::ShortCode;

/// A machine client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its name, unique in the deployment; the `client_id` of OAuth 2.0.
    pub id: ShortCode,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to; partners always have one.
    pub organisation: Option<OrganisationId>,
    /// What narrows it.
    pub limits: Limits,
}

/// What narrows a client within its role and organisation; an empty list narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The only projects that it sees, of those of its organisation; for partners.
    pub projects: Vec<ProjectId>,
    /// The only programmes in which it has a role, each with it; for staff.
    #[serde(default)]
    pub programmes: Vec<ProgrammeRole>,
    /// The only networks from which it may come.
    pub networks: Vec<Network>,
    /// The only scopes that its tokens may have.
    pub scopes: Vec<ScopeToken>,
    /// When it ends, if it does.
    pub expires_at: Option<Instant>,
}

/// How a client stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It gets tokens.
    Active,
    /// Neither it nor its tokens are believed until it is resumed.
    Suspended,
    /// Its time is over.
    Expired,
    /// It was taken back for good.
    Revoked,
}

/// A registered client as it stands, with what it proves itself with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRecord {
    /// The client.
    pub client: Client,
    /// When it was registered.
    pub created_at: Instant,
    /// Since when it is suspended, if it is.
    pub suspended_at: Option<Instant>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Instant>,
    /// Its credentials, the newest first, also those that have ended.
    pub credentials: Vec<CredentialRecord>,
}

/// A client just registered, with its secret, which is shown this once and kept only as a keyed hash.
pub struct Registration {
    /// The client.
    pub client: Client,
    /// The secret: 43 characters of 256 random bits.
    pub secret: SecretString,
}

impl Client {
    /// A client that nothing narrows.
    pub fn new(id: ShortCode, role: Role, organisation: Option<OrganisationId>) -> Self {
        Self { id, role, organisation, limits: Limits::default() }
    }

    /// Refuses a client that makes no sense: a partner of nobody, staff held to projects, a scope of no use to its role.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.role.is_bound() && self.organisation.is_none() {
            return Err(Refusal::new(Code::RequestMalformed).at("organisation"));
        }
        // In the journal, and before whoever approves, nobody passes for a person.
        if self.id.as_str().parse::<AccountId>().is_ok() {
            return Err(Refusal::new(Code::ClientIdTaken).at("name"));
        }
        if !self.role.is_bound() && !self.limits.projects.is_empty() {
            return Err(Refusal::new(Code::ProjectsMisplaced).at("projects"));
        }
        programme_role::check(self.role, &self.limits.programmes)?;
        let roles = self.roles();
        if !self.limits.scopes.iter().all(|scope| roles.iter().any(|role| scope.is_for(*role))) {
            return Err(Refusal::new(Code::ScopeInvalid).at("scopes"));
        }
        Ok(())
    }

    /// Every role that it has somewhere.
    pub fn roles(&self) -> Vec<Role> {
        programme_role::somewhere(self.role, &self.limits.programmes)
    }
}

impl Limits {
    /// Whether the client may come from an address; from nowhere known, only if no network is named.
    pub fn admit(&self, address: Option<IpAddr>) -> bool {
        self.networks.is_empty()
            || address.is_some_and(|address| self.networks.iter().any(|network| network.contains(address)))
    }
}

impl ClientRecord {
    /// How the client stands at an instant.
    pub fn standing(&self, now: Instant) -> Standing {
        match (self.revoked_at, self.suspended_at, self.client.limits.expires_at) {
            (Some(_), _, _) => Standing::Revoked,
            (None, _, Some(end)) if end <= now => Standing::Expired,
            (None, Some(_), _) => Standing::Suspended,
            (None, None, _) => Standing::Active,
        }
    }
}

impl Standing {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
        }
    }
}
