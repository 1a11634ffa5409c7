//! Accounts as operators register and change them.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{named_roles, optional, read_alone, role_of};
use crate::api::graphql::inputs::Reader;
use crate::clock::Instant;
use crate::directory::operations::{AccountPlan, AccountRevision};
use crate::refusal::{Code, Refusal};

/// A local account to register.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountInput {
    /// The name that its person signs in with: 1 to 40 letters, digits, `-`, `_`, `.` or `/`. It is kept as a hash only.
    pub name: String,
    /// PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR.
    pub role: String,
    /// The organisation that it belongs to, by identifier or SIRET; partners always have one.
    pub organisation: Option<String>,
    /// The only programmes in which it has a role, as `PROGRAMME:ROLE` or, for its main role, `PROGRAMME`; for officers,
    /// analysts and auditors. All, if none is named.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// When it ends, such as `2026-01-31T23:00:00Z`; never, if absent.
    pub expires_at: Option<String>,
}

/// What to change of an account; what is absent stays as it is.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountRevisionInput {
    /// The account, by identifier or sign-in name.
    #[schema(required = false)]
    pub account: String,
    /// Its role.
    pub role: Option<String>,
    /// The organisation that it belongs to.
    pub organisation: Option<String>,
    /// Lets it belong to none.
    #[serde(default)]
    pub no_organisation: bool,
    /// The only programmes in which it has a role; an empty list lifts the limit.
    pub programmes: Option<Vec<String>>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Lets it never end.
    #[serde(default)]
    pub never_expires: bool,
}

/// An account.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountNameInput {
    /// The account, by identifier or sign-in name.
    #[schema(required = false)]
    pub account: String,
}

impl AccountInput {
    /// Reads the account.
    pub fn read(&self) -> Result<AccountPlan, Vec<Refusal>> {
        read_alone(|reader| {
            let name = reader.read("name", &self.name);
            let role = reader.keep("role", role_of(&self.role));
            let organisation = optional(self.organisation.as_ref(), |name| reader.read("organisation", name));
            let expires_at = optional(self.expires_at.as_ref(), |text| read_instant(reader, text));
            let programmes = named_roles(reader, &self.programmes);
            Some(AccountPlan {
                name: name?,
                role: role?,
                organisation: organisation?,
                programmes: programmes?,
                expires_at: expires_at?,
            })
        })
    }
}

impl AccountRevisionInput {
    /// Reads what changes.
    pub fn read(&self) -> Result<AccountRevision, Vec<Refusal>> {
        read_alone(|reader| {
            let role = optional(self.role.as_ref(), |role| reader.keep("role", role_of(role)));
            let organisation = optional(self.organisation.as_ref(), |name| reader.read("organisation", name));
            let expires_at = optional(self.expires_at.as_ref(), |text| read_instant(reader, text));
            let programmes = optional(self.programmes.as_ref(), |given| named_roles(reader, given));
            Some(AccountRevision {
                role: role?,
                programmes: programmes?,
                organisation: either(reader, "noOrganisation", organisation?, self.no_organisation)?,
                expires_at: either(reader, "neverExpires", expires_at?, self.never_expires)?,
            })
        })
    }
}

/// What is given, or that there is none from now on; not both.
fn either<T>(reader: &mut Reader, path: &str, given: Option<T>, none: bool) -> Option<Option<Option<T>>> {
    match (given, none) {
        (Some(_), true) => reader.keep(path, Err(Code::RequestMalformed.into())),
        (Some(given), false) => Some(Some(Some(given))),
        (None, true) => Some(Some(None)),
        (None, false) => Some(None),
    }
}

fn read_instant(reader: &mut Reader, text: &str) -> Option<Instant> {
    reader.keep("expiresAt", text.parse().map_err(|_| Code::InstantInvalid.into()))
}
