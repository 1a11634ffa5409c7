//! What happens, in an order that never changes.

use async_graphql::SimpleObject;

use crate::api::graphql::scalars::{InstantScalar, SequenceScalar};
use crate::reporting::change;

/// Something that happened to what you may see.
#[derive(SimpleObject)]
pub struct Change {
    /// Its place: what comes later has a greater one, for ever.
    sequence: SequenceScalar,
    /// When it was done. Instants may run backwards along sequences: what took long is committed late.
    at: InstantScalar,
    /// What happened, such as `report.approved`.
    kind: String,
    /// The type of what it happened to, such as `REPORT`.
    subject_type: String,
    /// What it happened to: a global identifier, or the name of a client.
    subject: String,
    /// The part of the subject that it happened to, such as a cancelled payment, where that has an identifier of its own.
    item: Option<String>,
    /// The number of the version that it concerned, for reports.
    version: Option<u32>,
    /// The identifier of the project that it concerns, if one.
    project: Option<String>,
    /// The identifier of the organisation that it concerns, if one.
    organisation: Option<String>,
    /// Whether something that was there is there no more: a copy kept elsewhere must let go of it.
    tombstone: bool,
}

impl From<change::Change> for Change {
    fn from(change: change::Change) -> Self {
        Self {
            sequence: SequenceScalar::of(change.sequence),
            at: InstantScalar::of(change.at),
            subject_type: change.subject_type(),
            tombstone: change.is_tombstone(),
            kind: change.kind,
            subject: change.subject,
            item: change.item,
            version: change.version,
            project: change.project.map(|id| id.to_string()),
            organisation: change.organisation.map(|id| id.to_string()),
        }
    }
}
