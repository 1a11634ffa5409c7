//! Waivers of rules as officers send them.

use async_graphql::{ID, InputObject};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::read_alone;
use crate::api::graphql::scalars::DateScalar;
use crate::id::{ProjectId, WaiverId};
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::Reason;

/// A rule that the funder does not hold a project to.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaiverInput {
    /// The project.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The rule's code: an error or a warning of the present rule set.
    #[schema(example = "AGE_OUT_OF_RANGE")]
    pub rule: String,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    pub reason: String,
    /// The last day on which it holds.
    pub expires_on: DateScalar,
}

/// The end of a waiver before its day.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaiverRevocationInput {
    /// The project.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The waiver.
    #[schema(value_type = String, required = false)]
    pub waiver: ID,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    pub reason: String,
}

impl WaiverInput {
    /// Reads the project, why, and until when; whether the rule can be waived is not told here.
    pub fn read(&self) -> Result<(ProjectId, Reason, Date), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let reason = reader.read("reason", &self.reason);
            let expires_on = reader.read_by("expiresOn", Code::DateInvalid, parse_day(&self.expires_on.0));
            Some((project?, reason?, expires_on?))
        })
    }
}

impl WaiverRevocationInput {
    /// Reads the project, its waiver, and why that is revoked.
    pub fn read(&self) -> Result<(ProjectId, WaiverId, Reason), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let waiver = reader.read("waiver", &self.waiver);
            let reason = reader.read("reason", &self.reason);
            Some((project?, waiver?, reason?))
        })
    }
}
