//! Changes of a project's agreement: amendments, transfers, payments, targets.

use async_graphql::{Context, Object};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::inputs::directory::{
    PaymentCancelInput, PaymentRecordInput, ProjectAmendInput, ProjectTransferInput, TargetSetInput,
};
use crate::api::graphql::types::agreements::{Payment, Target};
use crate::api::graphql::types::directory::Project;
use crate::consolidation::definitions::targets;
use crate::directory::operations as directory;

payloads! {
    /// What came of recording an amendment.
    ProjectAmendPayload {
        /// The project as it now is, if the amendment was recorded.
        project: Project
    }
    /// What came of transferring a project.
    ProjectTransferPayload {
        /// The project as it now is, if it was transferred.
        project: Project
    }
    /// What came of recording a payment.
    PaymentRecordPayload {
        /// The payment, if it was recorded.
        payment: Payment
    }
    /// What came of cancelling a payment.
    PaymentCancelPayload {
        /// The payment, if it was cancelled.
        payment: Payment
    }
    /// What came of setting a target.
    TargetSetPayload {
        /// The target, if it was set.
        target: Target
    }
}

/// Changes of agreements.
#[derive(Default)]
pub struct AgreementMutation;

/// Changes of agreements.
#[Object]
impl AgreementMutation {
    /// Records an amendment (*avenant*) of a project's agreement: what the project is from now on. For officers and operators.
    async fn project_amend(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The amendment and what it changes.")] input: ProjectAmendInput,
    ) -> async_graphql::Result<ProjectAmendPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (project, amendment) = input.content.read()?;
            Ok(directory::amend_project(desk, scope, &project, amendment)?)
        })
        .await?;
        Ok(ProjectAmendPayload::of(settled, Project))
    }

    /// Transfers a project to another organisation: that one leads it from now on and sees all its history, to the one
    /// before it is there no more. Answers as of earlier positions stay what they were. For officers.
    async fn project_transfer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project, its new lead and why.")] input: ProjectTransferInput,
    ) -> async_graphql::Result<ProjectTransferPayload> {
        let settled = settle(ctx, Permission::TransferProjects, &input.manner(), move |desk, scope| {
            let (project, transfer) = input.content.read()?;
            Ok(directory::transfer_project(desk, scope, &project, &transfer)?)
        })
        .await?;
        Ok(ProjectTransferPayload::of(settled, Project))
    }

    /// Records a payment of a project's grant; refused if the payments would sum to more than the grant. For officers
    /// and operators.
    async fn payment_record(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment.")] input: PaymentRecordInput,
    ) -> async_graphql::Result<PaymentRecordPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (project, details) = input.content.read()?;
            Ok(directory::record_payment(desk, scope, &project, details)?)
        })
        .await?;
        Ok(PaymentRecordPayload::of(settled, Payment))
    }

    /// Cancels a payment; it stays, and says why it is cancelled. For officers and operators.
    async fn payment_cancel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment and why.")] input: PaymentCancelInput,
    ) -> async_graphql::Result<PaymentCancelPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (project, payment, reason) = input.content.read()?;
            Ok(directory::cancel_payment(desk, scope, &project, &payment, &reason)?)
        })
        .await?;
        Ok(PaymentCancelPayload::of(settled, Payment))
    }

    /// Sets what a project aims at for an indicator, as a whole or in one period: one that comes with the program or that was
    /// added to the project's programme. For officers and operators.
    async fn target_set(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The target.")] input: TargetSetInput,
    ) -> async_graphql::Result<TargetSetPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (project, target) = input.content.read()?;
            let target = targets::set_target(desk, scope, &project, target)?;
            Ok((project, target))
        })
        .await?;
        Ok(TargetSetPayload::of(settled, |(project, target)| Target::new(project, target)))
    }
}
