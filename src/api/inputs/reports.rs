//! What partners and officers do with reports, as they send it: the report, the version that they saw, and why.
//!
//! A statement itself comes another way; see `api/graphql/inputs/statement.rs` and `reporting/intake/`.

use async_graphql::{ID, InputObject};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

use super::read_alone;
use crate::api::graphql::inputs::Reader;
use crate::api::graphql::scalars::{DateScalar, PeriodScalar};
use crate::directory::period::Quarter;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::operations::Target;
use crate::reporting::reason::GivenReason;
use crate::reporting::statement::parse_day;
use crate::text::Reason;

/// A report, and the version of it that you saw. If it has moved on, nothing happens.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActionInput {
    /// The report.
    #[schema(value_type = String, required = false)]
    pub report: ID,
    /// The number of its newest version, as you saw it.
    pub version: i32,
}

/// A report, the version of it that you saw, and why.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReasonedInput {
    /// The report.
    #[schema(value_type = String, required = false)]
    pub report: ID,
    /// The version's number: the newest one as you saw it; for an annulment, the approved one.
    pub version: i32,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    pub reason: String,
}

/// A report to send back, the version of it that you saw, and why.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReturnInput {
    /// The report.
    #[schema(value_type = String, required = false)]
    pub report: ID,
    /// The number of its newest version, as you saw it.
    pub version: i32,
    /// Why on the whole, for everybody who may read reports, up to 2 000 characters, without any identity number.
    pub reason: String,
    /// Reasons at places of the version, for the partner to answer with its next submission; up to 200.
    #[graphql(default)]
    #[serde(default)]
    pub reasons: Vec<ReturnReasonInput>,
}

/// A reason at a place of the version.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReturnReasonInput {
    /// The place: a section (`finance`), a record (`participations[reference=A-17]`), or a field
    /// (`participations[reference=A-17].exit.on`).
    path: String,
    /// Why, up to 2 000 characters, without any identity number.
    text: String,
}

/// An approval.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApprovalInput {
    /// The report.
    #[schema(value_type = String, required = false)]
    pub report: ID,
    /// The number of its newest version, as you saw it.
    pub version: i32,
    /// Says that you know the submission to be late; required if it is.
    #[graphql(default)]
    #[serde(default)]
    pub acknowledge_late: bool,
}

/// A later due date for a project and a period.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtensionInput {
    /// The project.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The period.
    #[schema(value_type = String, required = false)]
    pub period: PeriodScalar,
    /// The last day on which a submission is not late; later than the one that counts now.
    pub due_on: DateScalar,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    pub reason: String,
}

fn target(reader: &mut Reader, report: &ID, version: i32) -> Option<Target> {
    let report = reader.read("report", report);
    let version = reader.read_by("version", Code::RequestMalformed, u32::try_from(version).ok());
    Some(Target { report: report?, version: version? })
}

impl ActionInput {
    /// Reads the report and the version.
    pub fn read(&self) -> Result<Target, Vec<Refusal>> {
        read_alone(|reader| target(reader, &self.report, self.version))
    }
}

impl ReasonedInput {
    /// Reads the report, the version, and why.
    pub fn read(&self) -> Result<(Target, Reason), Vec<Refusal>> {
        read_alone(|reader| {
            let target = target(reader, &self.report, self.version);
            let reason = reader.read("reason", &self.reason);
            Some((target?, reason?))
        })
    }
}

impl ReturnInput {
    /// Reads the report, the version, why on the whole, and why at places.
    pub fn read(&self) -> Result<(Target, Reason, Vec<GivenReason>), Vec<Refusal>> {
        read_alone(|reader| {
            let target = target(reader, &self.report, self.version);
            let reason = reader.read("reason", &self.reason);
            let mut reasons = Vec::with_capacity(self.reasons.len());
            for (place, given) in self.reasons.iter().enumerate() {
                let path = reader.read(&format!("reasons[{place}].path"), &given.path);
                let text = reader.read(&format!("reasons[{place}].text"), &given.text);
                reasons.extend(path.zip(text).map(|(path, text)| GivenReason { path, text }));
            }
            Some((target?, reason?, reasons))
        })
    }
}

impl ApprovalInput {
    /// Reads the report and the version.
    pub fn read(&self) -> Result<Target, Vec<Refusal>> {
        read_alone(|reader| target(reader, &self.report, self.version))
    }
}

impl ExtensionInput {
    /// Reads the project, the period, the day and why.
    pub fn read(&self) -> Result<(ProjectId, Quarter, Date, Reason), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let period = reader.read("period", &self.period.0);
            let due_on = reader.read_by("dueOn", Code::DateInvalid, parse_day(&self.due_on.0));
            let reason = reader.read("reason", &self.reason);
            Some((project?, period?, due_on?, reason?))
        })
    }
}
