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
}
