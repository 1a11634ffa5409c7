//! Reasons for which a report is returned, each at a place of the version, and the partner's answers.

use super::path::Path;
use crate::clock::Instant;
use crate::id::ReasonId;
use crate::refusal::{Code, Refusal};
use crate::text::Reason;

/// The most reasons of one return.
pub const MOST_REASONS: usize = 200;

/// A reason as an officer gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenReason {
    /// The place in the version.
    pub path: Path,
    /// Why.
    pub text: Reason,
}

/// What a partner answers with its next submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonAnswer {
    /// The reason.
    pub reason: ReasonId,
    /// The answer.
    pub text: Reason,
}

impl ReasonAnswer {
    /// Reads an answer. What is no identifier names nothing, like one that names no reason.
    pub fn parse(reason: &str, text: &str) -> Result<Self, Refusal> {
        let reason = reason.parse().map_err(|_: Refusal| Refusal::new(Code::ReasonUnknown).at("reason"))?;
        Ok(Self { reason, text: text.parse().map_err(|refusal: Refusal| refusal.at("text"))? })
    }
}

/// A reason as it is kept. It stays listed until it is answered, and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnReason {
    /// Its identifier.
    pub id: ReasonId,
    /// The version that was returned.
    pub version: u32,
    /// The place in that version.
    pub path: Path,
    /// Why.
    pub text: Reason,
    /// When it was given.
    pub at: Instant,
    /// The partner's answer, and the version that came with it.
    pub answer: Option<(Reason, u32)>,
}

/// How many reasons wait for an answer, and how many have one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReasonCounts {
    /// Without an answer.
    pub unanswered_count: u32,
    /// With an answer.
    pub answered_count: u32,
}
