//! Organisations as officers send them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::inputs::Reader;
use crate::api::graphql::scalars::SiretScalar;
use crate::directory::naming::OrganisationName;
use crate::directory::organisation::{OrganisationChanges, OrganisationDetails};
use crate::refusal::Refusal;
use crate::text::Name;

/// An organisation to register.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationInput {
    /// Its SIRET, unique in the deployment.
    pub siret: SiretScalar,
    /// Its name.
    pub name: String,
    /// Whether it holds the ESUS label.
    #[graphql(default)]
    #[serde(default)]
    pub esus: bool,
    /// Whether it only tries things out: it does all that others do, and nothing of it reaches a national figure. Never
    /// changed later.
    #[graphql(default)]
    #[serde(default)]
    pub sandbox: bool,
}

/// What to revise of an organisation; what is absent stays as it is.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationRevisionInput {
    /// The organisation: its identifier or its SIRET.
    #[schema(value_type = String, required = false)]
    pub organisation: ID,
    /// Its name.
    pub name: Option<String>,
    /// Whether it holds the ESUS label.
    pub esus: Option<bool>,
}

impl OrganisationInput {
    /// Reads the organisation.
    pub fn read(&self) -> Result<OrganisationDetails, Vec<Refusal>> {
        read_alone(|reader| self.read_at(reader, ""))
    }

    /// Reads the organisation, its fields behind a prefix of their paths.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<OrganisationDetails> {
        let siret = reader.read(&format!("{at}siret"), &self.siret.0);
        let name = reader.read::<Name>(&format!("{at}name"), &self.name);
        Some(OrganisationDetails { siret: siret?, name: name?, esus: self.esus, sandbox: self.sandbox })
    }
}

impl OrganisationRevisionInput {
    /// Reads which organisation is revised, and how.
    pub fn read(&self) -> Result<(OrganisationName, OrganisationChanges), Vec<Refusal>> {
        read_alone(|reader| {
            let organisation = reader.read("organisation", &self.organisation);
            let name = optional(self.name.as_ref(), |name| reader.read("name", name));
            Some((organisation?, OrganisationChanges { name: name?, esus: self.esus }))
        })
    }
}
