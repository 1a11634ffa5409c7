//! What the routes of reports answer.

use serde::Serialize;
use utoipa::ToSchema;

use crate::reporting::operations::PastTransition;
use crate::reporting::{obligation, reason, version};

/// The report that a project owes for a period.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportResource {
    /// Its identifier.
    id: String,
    /// The identifier of the project that owes it.
    project: String,
    /// The period.
    #[schema(example = "2024-Q3")]
    period: String,
    /// Where it stands.
    #[schema(example = "IN_REVIEW")]
    state: &'static str,
    /// The number of its newest version, to be named by whoever acts on it; 0 if it has none.
    current_version: u32,
    /// When its state last changed.
    changed_at: String,
}

impl From<version::Report> for ReportResource {
    fn from(report: version::Report) -> Self {
        Self {
            id: report.id.to_string(),
            project: report.project.to_string(),
            period: report.period.to_string(),
            state: report.state.code(),
            current_version: report.current_version,
            changed_at: report.changed_at.to_string(),
        }
    }
}

/// A report with the steps of its life.
#[derive(Serialize, ToSchema)]
pub struct ReportWithLife {
    #[serde(flatten)]
    pub report: ReportResource,
    /// The steps of its life, in order.
    pub transitions: Vec<TransitionResource>,
}

/// One step of a report's life.
#[derive(Serialize, ToSchema)]
pub struct TransitionResource {
    /// When.
    at: String,
    /// What was done.
    #[schema(example = "START_REVIEW")]
    action: String,
    /// The state before.
    #[schema(example = "SUBMITTED")]
    from: String,
    /// The state after.
    #[schema(example = "IN_REVIEW")]
    to: String,
    /// The version that it concerned.
    version: i64,
    /// Who did it.
    actor: String,
    /// Why, where a reason is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<PastTransition> for TransitionResource {
    fn from(step: PastTransition) -> Self {
        Self {
            at: step.at.to_string(),
            action: step.action,
            from: step.from,
            to: step.to,
            version: step.version,
            actor: step.actor,
            reason: step.reason,
        }
    }
}

/// A reason for which a version was returned, at a place of it, and the partner's answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnReasonResource {
    /// Its identifier, to answer it.
    id: String,
    /// The number of the version that was returned.
    version: u32,
    /// The place: a section, a record or a field.
    #[schema(example = "participations[reference=A-17].exit.on")]
    path: String,
    /// Why.
    text: String,
    /// When it was given.
    at: String,
    /// The partner's answer, if it gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// The number of the version that came with the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_in: Option<u32>,
}

impl From<reason::ReturnReason> for ReturnReasonResource {
    fn from(reason: reason::ReturnReason) -> Self {
        let (answer, answered_in) = reason.answer.map(|(text, version)| (text.to_string(), version)).unzip();
        Self {
            id: reason.id.to_string(),
            version: reason.version,
            path: reason.path.to_string(),
            text: reason.text.to_string(),
            at: reason.at.to_string(),
            answer,
            answered_in,
        }
    }
}

/// A later due date for a project and a period.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExtensionResource {
    /// The project's identifier.
    project: String,
    /// The period.
    #[schema(example = "2024-Q3")]
    period: String,
    /// The last day on which a submission is not late.
    #[schema(example = "2024-11-15")]
    extended_to: String,
    /// Why.
    reason: String,
    /// Who extended it.
    by: String,
    /// When.
    at: String,
}

impl From<obligation::Extension> for ExtensionResource {
    fn from(extension: obligation::Extension) -> Self {
        Self {
            project: extension.project.to_string(),
            period: extension.period.to_string(),
            extended_to: extension.extended_to.to_string(),
            reason: extension.reason.to_string(),
            by: extension.by,
            at: extension.at.to_string(),
        }
    }
}
