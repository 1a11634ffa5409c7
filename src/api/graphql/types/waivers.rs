//! Waivers of rules.

use async_graphql::{ID, Object, SimpleObject};

use super::findings::Rule;
use crate::api::graphql::scalars::{DateScalar, InstantScalar, PositionScalar};
use crate::reporting::waiver;

/// A rule that the funder does not hold a project to.
pub struct Waiver(pub waiver::Waiver);

/// A rule that the funder does not hold a project to.
#[Object]
impl Waiver {
    /// Its identifier.
    async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// The rule.
    async fn rule(&self) -> Rule {
        Rule(self.0.rule)
    }

    /// Why.
    async fn reason(&self) -> &str {
        self.0.reason.as_str()
    }

    /// The last day on which it holds, unless it is revoked before.
    async fn expires_on(&self) -> DateScalar {
        DateScalar::of(self.0.expires_on)
    }

    /// When it was granted.
    async fn granted_at(&self) -> InstantScalar {
        InstantScalar::of(self.0.granted_at)
    }

    /// Who granted it.
    async fn granted_by(&self) -> &str {
        &self.0.granted_by
    }

    /// The position of its grant in the journal.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.0.position)
    }

    /// Its revocation, if it was revoked.
    async fn revocation(&self) -> Option<WaiverRevocation> {
        self.0.revocation.clone().map(WaiverRevocation::from)
    }
}

/// The end of a waiver before its day.
#[derive(SimpleObject)]
pub struct WaiverRevocation {
    /// When.
    at: InstantScalar,
    /// Who revoked.
    by: String,
    /// Why.
    reason: String,
    /// Its position in the journal.
    position: PositionScalar,
}

impl From<waiver::Revocation> for WaiverRevocation {
    fn from(revocation: waiver::Revocation) -> Self {
        Self {
            at: InstantScalar::of(revocation.at),
            by: revocation.by,
            reason: revocation.reason.to_string(),
            position: PositionScalar::of(revocation.position),
        }
    }
}
