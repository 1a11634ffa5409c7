//! Waivers of rules for a project: grant, revoke.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::settle::{Unsettled, settle, shown};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::graphql::inputs::{Reader, mannered};
use crate::api::graphql::scalars::DateScalar;
use crate::api::graphql::types::findings::UserError;
use crate::api::graphql::types::waivers::Waiver;
use crate::refusal::Code;
use crate::reporting::operations as reporting;
use crate::reporting::statement::parse_day;

/// A rule that the funder does not hold a project to.
#[derive(InputObject)]
pub struct WaiverGrantInput {
    /// The project.
    project: ID,
    /// The rule's code: an error or a warning of the present rule set.
    rule: String,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    reason: String,
    /// The last day on which it holds.
    expires_on: DateScalar,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    idempotency_key: Option<String>,
}

/// The end of a waiver before its day.
#[derive(InputObject)]
pub struct WaiverRevokeInput {
    /// The project.
    project: ID,
    /// The waiver.
    waiver: ID,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    reason: String,
    /// Does everything, answers what would come of it, and stores nothing.
    #[graphql(default)]
    dry_run: bool,
    /// A key of your choice for this request: sent again with it, it has one effect and gets the same answer.
    idempotency_key: Option<String>,
}

mannered!(WaiverGrantInput, WaiverRevokeInput);

/// What came of granting a waiver.
#[derive(SimpleObject, Default)]
pub struct WaiverGrantPayload {
    /// The waiver, if it was granted.
    waiver: Option<Waiver>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of revoking a waiver.
#[derive(SimpleObject, Default)]
pub struct WaiverRevokePayload {
    /// The waiver, if it was revoked.
    waiver: Option<Waiver>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// Waivers of rules.
#[derive(Default)]
pub struct WaiverMutation;

/// Waivers of rules.
#[Object]
impl WaiverMutation {
    /// Waives a rule for a project until a day: its findings then block no submission. For officers of another organisation
    /// than the project's.
    async fn waiver_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, the rule, why, and until when.")] input: WaiverGrantInput,
    ) -> async_graphql::Result<WaiverGrantPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| -> Result<_, Unsettled> {
            let mut reader = Reader::default();
            let project = reader.read("project", &input.project);
            let reason = reader.read("reason", &input.reason);
            let expires_on = reader.read_by("expiresOn", Code::DateInvalid, parse_day(&input.expires_on.0));
            let (project, reason, expires_on) = reader.finish((|| Some((project?, reason?, expires_on?)))())?;
            Ok(reporting::grant_waiver(desk, scope, &project, &input.rule, &reason, expires_on)?)
        };
        let (waiver, user_errors) = settle(ctx, Permission::ReviewReports, &manner, work).await?;
        Ok(WaiverGrantPayload { waiver: waiver.map(Waiver), user_errors: shown(user_errors) })
    }

    /// Ends a waiver: from now on the project is held to the rule again. For officers.
    async fn waiver_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, the waiver, and why.")] input: WaiverRevokeInput,
    ) -> async_graphql::Result<WaiverRevokePayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| -> Result<_, Unsettled> {
            let mut reader = Reader::default();
            let project = reader.read("project", &input.project);
            let waiver = reader.read("waiver", &input.waiver);
            let reason = reader.read("reason", &input.reason);
            let (project, waiver, reason) = reader.finish((|| Some((project?, waiver?, reason?)))())?;
            Ok(reporting::revoke_waiver(desk, scope, &project, &waiver, &reason)?)
        };
        let (waiver, user_errors) = settle(ctx, Permission::ReviewReports, &manner, work).await?;
        Ok(WaiverRevokePayload { waiver: waiver.map(Waiver), user_errors: shown(user_errors) })
    }
}
