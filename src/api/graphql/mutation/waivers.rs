//! Waivers of rules for a project: grant, revoke.

use async_graphql::{Context, Object};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::inputs::waivers::{WaiverGrantInput, WaiverRevokeInput};
use crate::api::graphql::types::waivers::Waiver;
use crate::reporting::operations as reporting;

payloads! {
    /// What came of granting a waiver.
    WaiverGrantPayload {
        /// The waiver, if it was granted.
        waiver: Waiver
    }
    /// What came of revoking a waiver.
    WaiverRevokePayload {
        /// The waiver, if it was revoked.
        waiver: Waiver
    }
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
        let settled = settle(ctx, Permission::ReviewReports, &input.manner(), move |desk, scope| {
            let (project, reason, expires_on) = input.content.read()?;
            Ok(reporting::grant_waiver(desk, scope, &project, &input.content.rule, &reason, expires_on)?)
        })
        .await?;
        Ok(WaiverGrantPayload::of(settled, Waiver))
    }

    /// Ends a waiver: from now on the project is held to the rule again. For officers.
    async fn waiver_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, the waiver, and why.")] input: WaiverRevokeInput,
    ) -> async_graphql::Result<WaiverRevokePayload> {
        let settled = settle(ctx, Permission::ReviewReports, &input.manner(), move |desk, scope| {
            let (project, waiver, reason) = input.content.read()?;
            Ok(reporting::revoke_waiver(desk, scope, &project, &waiver, &reason)?)
        })
        .await?;
        Ok(WaiverRevokePayload::of(settled, Waiver))
    }
}
