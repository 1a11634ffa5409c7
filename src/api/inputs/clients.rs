//! Clients as operators register and change them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{named_roles, optional, read_alone, role_of};
use crate::access::credential::PublicKey;
use crate::access::network::Network;
use crate::access::operations::LimitChanges;
use crate::access::scope_token::ScopeToken;
use crate::api::graphql::inputs::Reader;
use crate::clock::Instant;
use crate::directory::naming::ProjectName;
use crate::directory::operations::{ClientPlan, ClientRevision};
use crate::refusal::{Code, Refusal};

/// The longest overlap of two secrets, in hours: a quarter of a year.
const LONGEST_OVERLAP_HOURS: u32 = 92 * 24;

/// A machine client to register.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientInput {
    /// Its name, the `client_id`: 1 to 40 letters, digits, `-`, `_`, `.` or `/`.
    pub name: String,
    /// PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR.
    pub role: String,
    /// The organisation that it belongs to, by identifier or SIRET; partners always have one.
    pub organisation: Option<String>,
    /// The only projects that it sees, by identifier or as `PROGRAMME:PROJECT`; for partners. All of its organisation, if
    /// none is named.
    #[graphql(default)]
    #[serde(default)]
    pub projects: Vec<String>,
    /// The only programmes in which it has a role, as `PROGRAMME:ROLE` or, for its main role, `PROGRAMME`; for officers,
    /// analysts and auditors. All, if none is named.
    #[graphql(default)]
    #[serde(default)]
    pub programmes: Vec<String>,
    /// The only networks from which it may come, such as `192.0.2.0/24`; any, if none is named.
    #[graphql(default)]
    #[serde(default)]
    pub networks: Vec<String>,
    /// The only scopes that its tokens may have; all of use to its role, if none is named.
    #[graphql(default)]
    #[serde(default)]
    pub scopes: Vec<String>,
    /// When it ends, such as `2026-01-31T23:00:00Z`; never, if absent.
    pub expires_at: Option<String>,
    /// Its public key (P-256 or Ed25519), as a JSON Web Key or as PEM. Without one it gets a secret.
    pub key: Option<String>,
}

/// What to change of what narrows a client; what is absent stays as it is.
#[derive(Default, InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientRevisionInput {
    /// The client's name.
    #[schema(value_type = String, required = false)]
    pub client: ID,
    /// The only projects that it sees; an empty list lifts the limit.
    pub projects: Option<Vec<String>>,
    /// The only programmes in which it has a role; an empty list lifts the limit.
    pub programmes: Option<Vec<String>>,
    /// The only networks from which it may come; an empty list lifts the limit.
    pub networks: Option<Vec<String>>,
    /// The only scopes that its tokens may have; an empty list lifts the limit.
    pub scopes: Option<Vec<String>>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Lets it never end.
    #[graphql(default)]
    #[serde(default)]
    pub never_expires: bool,
}

/// A client.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientNameInput {
    /// The client's name.
    #[schema(value_type = String, required = false)]
    pub client: ID,
}

/// Another secret for a client.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretInput {
    /// The client's name.
    #[schema(value_type = String, required = false)]
    pub client: ID,
    /// After how many hours the secrets before end; they go on until they are ended, if absent.
    pub overlap_hours: Option<u32>,
}

/// A public key for a client.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KeyInput {
    /// The client's name.
    #[schema(value_type = String, required = false)]
    pub client: ID,
    /// The public key (P-256 or Ed25519), as a JSON Web Key or as PEM.
    pub key: String,
}

/// A credential of a client.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CredentialInput {
    /// The client's name.
    #[schema(value_type = String, required = false)]
    pub client: ID,
    /// The credential's identifier.
    #[schema(value_type = String, required = false)]
    pub credential: ID,
}

impl ClientInput {
    /// Reads the client.
    pub fn read(&self) -> Result<ClientPlan, Vec<Refusal>> {
        read_alone(|reader| {
            let name = reader.read("name", &self.name);
            let role = reader.keep("role", role_of(&self.role));
            let organisation = optional(self.organisation.as_ref(), |name| reader.read("organisation", name));
            let projects = list(reader, "projects", &self.projects, |text| text.parse::<ProjectName>());
            let programmes = named_roles(reader, &self.programmes);
            let networks = list(reader, "networks", &self.networks, |text| text.parse::<Network>());
            let scopes = list(reader, "scopes", &self.scopes, scope_of);
            let expires_at = optional(self.expires_at.as_ref(), |text| read_instant(reader, text));
            let key = optional(self.key.as_ref(), |text| reader.keep("key", PublicKey::read(text)));
            Some(ClientPlan {
                name: name?,
                role: role?,
                organisation: organisation?,
                projects: projects?,
                programmes: programmes?,
                networks: networks?,
                scopes: scopes?,
                expires_at: expires_at?,
                key: key?,
            })
        })
    }
}

impl ClientRevisionInput {
    /// Reads what changes.
    pub fn read(&self) -> Result<ClientRevision, Vec<Refusal>> {
        read_alone(|reader| {
            let projects = optional(self.projects.as_ref(), |given| {
                list(reader, "projects", given, |text| text.parse::<ProjectName>())
            });
            let programmes = optional(self.programmes.as_ref(), |given| named_roles(reader, given));
            let networks = optional(self.networks.as_ref(), |given| {
                list(reader, "networks", given, |text| text.parse::<Network>())
            });
            let scopes = optional(self.scopes.as_ref(), |given| list(reader, "scopes", given, scope_of));
            let expires_at = optional(self.expires_at.as_ref(), |text| read_instant(reader, text));
            let ends = match (expires_at?, self.never_expires) {
                (Some(end), false) => Some(Some(end)),
                (None, false) => None,
                (None, true) => Some(None),
                (Some(_), true) => return reader.keep("neverExpires", Err(Code::RequestMalformed.into())),
            };
            let limits =
                LimitChanges { networks: networks?, scopes: scopes?, expires_at: ends, ..LimitChanges::default() };
            Some(ClientRevision { projects: projects?, programmes: programmes?, limits })
        })
    }
}

impl SecretInput {
    /// Reads how long the secrets before go on, in seconds.
    pub fn overlap_seconds(&self) -> Result<Option<i64>, Refusal> {
        match self.overlap_hours {
            Some(hours) if hours > LONGEST_OVERLAP_HOURS => {
                Err(Refusal::new(Code::CountInvalid).at("overlapHours").with("limit", LONGEST_OVERLAP_HOURS))
            }
            hours => Ok(hours.map(|hours| i64::from(hours) * 3600)),
        }
    }
}

impl KeyInput {
    /// Reads the key.
    pub fn read(&self) -> Result<PublicKey, Refusal> {
        PublicKey::read(&self.key)
    }
}

fn scope_of(text: &str) -> Result<ScopeToken, Refusal> {
    ScopeToken::of_code(text).ok_or_else(|| Code::ScopeInvalid.into())
}

fn read_instant(reader: &mut Reader, text: &str) -> Option<Instant> {
    reader.keep("expiresAt", text.parse().map_err(|_| Code::InstantInvalid.into()))
}

fn list<T>(
    reader: &mut Reader,
    path: &str,
    given: &[String],
    read: impl Fn(&str) -> Result<T, Refusal>,
) -> Option<Vec<T>> {
    let read = given.iter().enumerate().map(|(place, text)| reader.keep(&format!("{path}[{place}]"), read(text)));
    // All are read, so that every refusal is told.
    read.collect::<Vec<_>>().into_iter().collect()
}
