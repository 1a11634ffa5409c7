//! Closings as officers send them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::scalars::{DateScalar, PositionScalar};
use crate::consolidation::closing::Revision;
use crate::consolidation::closing::operations::Preparation;
use crate::id::ClosingId;
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::storage::journal::Position;
use crate::text::Reason;

/// A closing to prepare.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosingInput {
    /// The programme's code.
    #[schema(example = "PIC-IPR", required = false)]
    pub programme: String,
    /// What people will call it, up to 200 characters.
    #[schema(example = "Figures at the end of 2023")]
    pub name: String,
    /// The position that its figures stand at; the newest if absent.
    pub position: Option<PositionScalar>,
    /// The last day counted; if absent the day of the position, or today.
    pub day: Option<DateScalar>,
    /// The published closing that it corrects; that one stays as it is and names this one.
    #[schema(value_type = Option<String>)]
    pub revises: Option<ID>,
    /// Why it corrects that one, for everybody to read; required with `revises`.
    pub reason: Option<String>,
}

/// A closing to review or to publish.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosingStepInput {
    /// The closing.
    #[schema(value_type = String, required = false)]
    pub closing: ID,
}

/// A closing to give up.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClosingCancellationInput {
    /// The closing.
    #[schema(value_type = String, required = false)]
    pub closing: ID,
    /// Why, up to 2 000 characters, without any identity number.
    pub reason: String,
}

impl ClosingInput {
    /// Reads what is to be prepared.
    pub fn read(&self) -> Result<Preparation, Vec<Refusal>> {
        read_alone(|reader| {
            let programme = reader.read_by("programme", Code::NotFound, self.programme.parse().ok());
            let name = reader.read("name", &self.name);
            let number = |text: &str| text.parse::<i64>().ok().filter(|position| *position >= 0).map(Position);
            let position = optional(self.position.as_ref(), |position| {
                reader.read_by("position", Code::AsOfInvalid, number(&position.0))
            });
            let day = optional(self.day.as_ref(), |day| reader.read_by("day", Code::DateInvalid, parse_day(&day.0)));
            let revises = optional(self.revises.as_ref(), |closing| {
                let closing = reader.read("revises", closing);
                let reason = reader.read("reason", self.reason.as_deref().unwrap_or_default());
                Some(Revision { closing: closing?, reason: reason? })
            });
            Some(Preparation { programme: programme?, name: name?, position: position?, day: day?, revises: revises? })
        })
    }
}

impl ClosingStepInput {
    /// Reads which closing.
    pub fn read(&self) -> Result<ClosingId, Vec<Refusal>> {
        read_alone(|reader| reader.read("closing", &self.closing))
    }
}

impl ClosingCancellationInput {
    /// Reads which closing, and why.
    pub fn read(&self) -> Result<(ClosingId, Reason), Vec<Refusal>> {
        read_alone(|reader| {
            let closing = reader.read("closing", &self.closing);
            let reason = reader.read("reason", &self.reason);
            Some((closing?, reason?))
        })
    }
}
