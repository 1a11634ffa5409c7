//! Closings: prepare, review, publish, cancel.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::context::Requested;
use crate::api::graphql::inputs::closings::{
    ClosingCancelInput, ClosingPrepareInput, ClosingPublishInput, ClosingReviewInput,
};
use crate::api::graphql::types::closings::Closing;
use crate::consolidation::closing::operations;

payloads! {
    /// What came of preparing a closing.
    ClosingPreparePayload {
        /// The closing, if it was prepared.
        closing: Closing
    }
    /// What came of reviewing a closing.
    ClosingReviewPayload {
        /// The closing, if it was reviewed.
        closing: Closing
    }
    /// What came of publishing a closing.
    ClosingPublishPayload {
        /// The closing, if it was published.
        closing: Closing
    }
    /// What came of giving a closing up.
    ClosingCancelPayload {
        /// The closing, if it was given up.
        closing: Closing
    }
}

/// Closings.
#[derive(Default)]
pub struct ClosingMutation;

/// Closings.
#[Object]
impl ClosingMutation {
    /// Computes the tables of a closing and suppresses small counts and what would reveal them, beside every closing
    /// published before. For officers.
    async fn closing_prepare(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which programme, at which position, under which name.")] input: ClosingPrepareInput,
    ) -> async_graphql::Result<ClosingPreparePayload> {
        let consolidation = Arc::clone(&ctx.request().consolidation);
        let settled = settle(ctx, Permission::PrepareClosing, &input.manner(), move |desk, scope| {
            Ok(operations::prepare(desk, scope, &consolidation, &input.content.read()?)?)
        })
        .await?;
        Ok(ClosingPreparePayload::of(settled, Closing))
    }

    /// Says that a closing was looked at and is right. For officers other than the one who prepared it.
    async fn closing_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which closing.")] input: ClosingReviewInput,
    ) -> async_graphql::Result<ClosingReviewPayload> {
        let settled = settle(ctx, Permission::PrepareClosing, &input.manner(), move |desk, scope| {
            Ok(operations::review(desk, scope, &input.content.read()?)?)
        })
        .await?;
        Ok(ClosingReviewPayload::of(settled, Closing))
    }

    /// Signs a closing and opens it to everybody, for ever. For officers other than the one who prepared it.
    async fn closing_publish(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which closing.")] input: ClosingPublishInput,
    ) -> async_graphql::Result<ClosingPublishPayload> {
        let consolidation = Arc::clone(&ctx.request().consolidation);
        let settled = settle(ctx, Permission::PublishClosing, &input.manner(), move |desk, scope| {
            Ok(operations::publish(desk, scope, &consolidation, &input.content.read()?)?)
        })
        .await?;
        Ok(ClosingPublishPayload::of(settled, Closing))
    }

    /// Gives a closing up before it is published. For officers.
    async fn closing_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which closing, and why.")] input: ClosingCancelInput,
    ) -> async_graphql::Result<ClosingCancelPayload> {
        let settled = settle(ctx, Permission::PrepareClosing, &input.manner(), move |desk, scope| {
            let (closing, reason) = input.content.read()?;
            Ok(operations::cancel(desk, scope, &closing, &reason)?)
        })
        .await?;
        Ok(ClosingCancelPayload::of(settled, Closing))
    }
}
