//! A waiver: a rule that the funder does not hold a project to, with a reason, until a day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rules::{Rule, rule_by_code};
use crate::clock::Instant;
use crate::id::{ProjectId, WaiverId};
use crate::storage::journal::Position;
use crate::text::Reason;

/// A rule that the funder does not hold a project to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its identifier.
    pub id: WaiverId,
    /// The project.
    pub project: ProjectId,
    /// The rule.
    #[serde(with = "rule_by_code")]
    pub rule: &'static Rule,
    /// Why.
    pub reason: Reason,
    /// The last day on which it holds.
    pub expires_on: Date,
    /// The position of its grant.
    pub position: Position,
    /// When it was granted.
    pub granted_at: Instant,
    /// Who granted it.
    pub granted_by: String,
    /// Its revocation, if it was revoked.
    pub revocation: Option<Revocation>,
}

/// The end of a waiver before its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Its position.
    pub position: Position,
    /// When.
    pub at: Instant,
    /// Who revoked.
    pub by: String,
    /// Why.
    pub reason: Reason,
}

impl Waiver {
    /// Whether it holds on a day: neither revoked nor expired.
    pub fn holds_on(&self, day: Date) -> bool {
        self.revocation.is_none() && day <= self.expires_on
    }
}
