//! Changes as they are followed: entries of the journal in an order that never changes.

use crate::clock::Instant;
use crate::id::{OrganisationId, ProjectId};
use crate::storage::journal::Sequence;

/// What happened, as whoever follows the journal reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place: what comes later has a greater one, for ever.
    pub sequence: Sequence,
    /// When it was done; instants may run backwards along sequences.
    pub at: Instant,
    /// What happened, such as `report.approved`.
    pub kind: String,
    /// What it happened to.
    pub subject: String,
    /// The version that it concerned, for reports.
    pub version: Option<u32>,
    /// The project that it concerns, if one.
    pub project: Option<ProjectId>,
    /// The organisation that it concerns, if one.
    pub organisation: Option<OrganisationId>,
}

/// What takes something away that was there before.
const TAKING_AWAY: [&str; 5] = ["annulled", "cancelled", "erased", "removed", "revoked"];

impl Change {
    /// The type of its subject, such as `REPORT`: what stands before the dot of its kind.
    pub fn subject_type(&self) -> String {
        self.kind.split('.').next().unwrap_or_default().to_ascii_uppercase()
    }

    /// Whether something that was there is there no more: a copy kept elsewhere must let go of it.
    pub fn is_tombstone(&self) -> bool {
        self.kind.rsplit('.').next().is_some_and(|verb| TAKING_AWAY.contains(&verb))
    }
}
