//! Transfers of projects as officers send them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::scalars::DateScalar;
use crate::directory::naming::OrganisationName;
use crate::directory::transfer::TransferDetails;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::Reason;

/// A transfer of a project to another organisation.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferInput {
    /// The project: its identifier.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The organisation that leads it from now on: its identifier or its SIRET.
    #[schema(value_type = String)]
    pub lead: ID,
    /// The day on which it was agreed; today if absent.
    pub transferred_on: Option<DateScalar>,
    /// Why.
    pub reason: String,
}

impl TransferInput {
    /// Reads the transfer and the project that it is of.
    pub fn read(&self) -> Result<(ProjectId, TransferDetails<OrganisationName>), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let lead = reader.read("lead", &self.lead);
            let transferred_on = optional(self.transferred_on.as_ref(), |on| {
                reader.read_by("transferredOn", Code::DateInvalid, parse_day(&on.0))
            });
            let reason = reader.read::<Reason>("reason", &self.reason);
            let details = TransferDetails { lead: lead?, transferred_on: transferred_on?, reason: reason? };
            Some((project?, details))
        })
    }
}
