//! Erasure and retention as nouns: whom it is about, what was forgotten, and what is past its time.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::identity::Identity;
use super::statement::Reference;
use super::version::Digest;
use crate::id::{ProgrammeId, ProjectId};
use crate::storage::journal::Position;

/// Whom a request is about: a reference of a project, or whoever an identity belongs to.
#[derive(Clone, Debug)]
pub enum Who {
    /// The person of the newest record of a reference.
    Reference(ProjectId, Reference),
    /// The person of an identity in a programme.
    Identified(ProgrammeId, Identity),
}

/// What an erasure or a purge came to. Nothing in it tells who it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Its position in the journal.
    pub position: Position,
    /// How many records were erased.
    pub record_count: u32,
    /// How many links of persons were.
    pub link_count: u32,
    /// SHA-256 over the salted hashes of the records, in their order: what the journal proves it by.
    pub proof: Digest,
    /// The projects, each with its versions that held one of the records.
    pub projects: Vec<ErasedFrom>,
}

/// Where records were erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedFrom {
    /// The project.
    pub project: ProjectId,
    /// The versions that held one of the records.
    pub versions: Vec<u32>,
    /// How many records were.
    pub record_count: u32,
}

/// The proof of an erasure.
pub fn proof_of(mut hashes: Vec<[u8; 32]>) -> Digest {
    hashes.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(b"faisceau/erasure/1\n");
    for hash in hashes {
        hasher.update(hash);
    }
    Digest(hasher.finalize().into())
}

/// The first day on which individual records may no longer be kept: so many months after an agreement's last day.
pub fn purge_on(agreement_to: Date, months: u16) -> Date {
    agreement_to.checked_add(i64::from(months).months()).map_or(Date::MAX, |day| day.tomorrow().unwrap_or(Date::MAX))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn records_are_kept_through_the_last_day_of_their_months() {
        assert_eq!(purge_on(date(2024, 12, 31), 12), date(2026, 1, 1));
        assert_eq!(purge_on(date(2024, 8, 31), 6), date(2025, 3, 1), "a missing day becomes the month's last");
        assert_eq!(purge_on(Date::MAX, 1), Date::MAX);
    }
}
