//! The account of a person who signs in: its role, how it stands. Who the person is, nobody reads here: a sign-in name or a
//! provider's subject is kept as a keyed hash only.

use serde::{Deserialize, Serialize};

use super::client::Standing;
use super::keys::KeyRing;
use super::programme_role::{self, ProgrammeRole};
use super::role::Role;
use crate::clock::Instant;
use crate::id::{AccountId, OrganisationId};
use crate::refusal::{Code, Refusal};

/// How a person proves to be the one of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountKind {
    /// By a name and a password that this deployment keeps.
    Local,
    /// By an OpenID Connect provider.
    Provider,
}

/// The account of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its identifier, which stands in the journal as the caller.
    pub id: AccountId,
    /// How its person proves to be it.
    pub kind: AccountKind,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to; partners always have one.
    pub organisation: Option<OrganisationId>,
    /// The only programmes in which it has a role, each with it; for staff.
    #[serde(default)]
    pub programmes: Vec<ProgrammeRole>,
    /// When it ends, if it does.
    pub expires_at: Option<Instant>,
}

/// An account as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account.
    pub account: Account,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it is suspended, if it is.
    pub suspended_at: Option<Instant>,
    /// When its person last signed in.
    pub signed_in_at: Option<Instant>,
    /// Until when its one-time password serves, if it still has one.
    pub one_time_until: Option<Instant>,
}

/// Who the person of an account is, as kept: a keyed hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity(pub(in crate::access) [u8; 32]);

impl Identity {
    /// Whoever has a sign-in name here; capitals make no other name.
    pub fn local(keys: &KeyRing, name: &str) -> Self {
        Self(keys.hash_request(b"account-local", name.to_lowercase().as_bytes()))
    }

    /// Whoever a provider knows by a subject.
    pub fn of_provider(keys: &KeyRing, issuer: &str, subject: &str) -> Self {
        Self(keys.hash_request(b"account-provider", format!("{issuer}\0{subject}").as_bytes()))
    }
}

impl AccountKind {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Local => "LOCAL",
            Self::Provider => "PROVIDER",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Local, Self::Provider].into_iter().find(|kind| kind.code() == code)
    }
}

impl Account {
    /// Refuses an account that makes no sense: a partner of nobody.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.role.is_bound() && self.organisation.is_none() {
            return Err(Refusal::new(Code::RequestMalformed).at("organisation"));
        }
        programme_role::check(self.role, &self.programmes)
    }
}

impl AccountRecord {
    /// How the account stands at an instant.
    pub fn standing(&self, now: Instant) -> Standing {
        match (self.suspended_at, self.account.expires_at) {
            (_, Some(end)) if end <= now => Standing::Expired,
            (Some(_), _) => Standing::Suspended,
            (None, _) => Standing::Active,
        }
    }
}
