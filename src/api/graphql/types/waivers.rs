//! Waivers of rules.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, SimpleObject};

use super::findings::Rule;
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::connection;
use crate::api::graphql::scalars::{DateScalar, InstantScalar, PositionScalar};
use crate::directory::project::Project;
use crate::reporting::{operations, waiver};

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

/// A page of the waivers of a project.
pub async fn list_waivers(
    ctx: &Context<'_>,
    project: Project,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, Waiver>> {
    let page = ctx.page(first, after.as_deref())?;
    let asked = page.clone();
    let found = ctx.run(move |desk, scope, _| operations::list_waivers(desk, scope, &project, &asked)).await?;
    Ok(connection(found.map(Waiver), &page, |waiver| waiver.0.id.to_string()))
}
