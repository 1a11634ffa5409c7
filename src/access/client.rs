//! A machine client: a partner's or the funder's own system, known by a name and a secret.

use secrecy::SecretString;

use super::role::Role;
use crate::id::OrganisationId;
use crate::text::ShortCode;

/// A registered machine client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name, unique in the deployment; the `client_id` of OAuth 2.0.
    pub id: ShortCode,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to; partners always have one.
    pub organisation: Option<OrganisationId>,
}

/// A client just registered, with its secret, which is shown this once and kept only as a keyed hash.
pub struct Registration {
    /// The client.
    pub client: Client,
    /// The secret: 43 characters of 256 random bits.
    pub secret: SecretString,
}
