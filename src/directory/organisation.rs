//! An organisation: a legal establishment known by its SIRET.

use serde::{Deserialize, Serialize};

use super::siret::Siret;
use crate::id::OrganisationId;
use crate::text::Name;

/// A registered organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// What was registered.
    pub details: OrganisationDetails,
}

/// What an officer registers of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationDetails {
    /// Its SIRET, unique in the deployment.
    pub siret: Siret,
    /// Its name.
    pub name: Name,
    /// Whether it holds the ESUS label (*entreprise solidaire d'utilité sociale*).
    pub esus: bool,
    /// Whether it only tries things out: nothing of it reaches a national figure. Said at its registration, never changed.
    #[serde(default)]
    pub sandbox: bool,
}

/// What an officer revises of an organisation; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationChanges {
    /// Its name.
    pub name: Option<Name>,
    /// Whether it holds the ESUS label.
    pub esus: Option<bool>,
}

impl OrganisationChanges {
    /// The details with these changes made.
    pub fn applied(self, details: OrganisationDetails) -> OrganisationDetails {
        OrganisationDetails {
            name: self.name.unwrap_or(details.name),
            esus: self.esus.unwrap_or(details.esus),
            ..details
        }
    }
}
