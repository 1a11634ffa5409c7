//! Changes as they are followed: entries of the journal in an order that never changes.

use crate::clock::Instant;
use crate::id::{OrganisationId, ProgrammeId, ProjectId, ReportId};
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
    /// The part of the subject that its kind names, such as a payment, where it has an identifier of its own.
    pub item: Option<String>,
    /// The version that it concerned, for reports.
    pub version: Option<u32>,
    /// The project that it concerns, if one.
    pub project: Option<ProjectId>,
    /// The organisation that it concerns, if one.
    pub organisation: Option<OrganisationId>,
}

/// What takes something away that was there before.
const TAKING_AWAY: [&str; 6] = ["annulled", "cancelled", "erased", "released", "removed", "revoked"];

/// What a kind is about: `payment` of `payment.cancelled`.
pub fn noun(kind: &str) -> &str {
    kind.split('.').next().unwrap_or_default()
}

impl Change {
    /// The type of its subject, by its identifier; whatever has none is named by its kind.
    pub fn subject_type(&self) -> String {
        let by_prefix = |prefix: &str| self.subject.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'));
        let types = [
            (ProgrammeId::PREFIX, "PROGRAMME"),
            (OrganisationId::PREFIX, "ORGANISATION"),
            (ProjectId::PREFIX, "PROJECT"),
            (ReportId::PREFIX, "REPORT"),
        ];
        let known = types.into_iter().find(|(prefix, _)| by_prefix(prefix));
        known.map_or_else(|| noun(&self.kind).to_ascii_uppercase(), |(_, name)| name.to_owned())
    }

    /// Whether something that was there is there no more: a copy kept elsewhere must let go of it.
    pub fn is_tombstone(&self) -> bool {
        self.kind.rsplit('.').next().is_some_and(|verb| TAKING_AWAY.contains(&verb))
    }
}
