//! The directory's verbs from input to resource, for REST and the command line.

use super::resources::{
    Imported, OrganisationResource, PaymentResource, ProgrammeResource, ProjectResource, TargetResource,
};
use crate::access::{Desk, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::import::DirectoryInput;
use crate::api::inputs::organisations::{OrganisationInput, OrganisationRevisionInput};
use crate::api::inputs::payments::{CancellationInput, PaymentInput, TargetInput};
use crate::api::inputs::programmes::{
    CallAdditionInput, PeriodAdditionInput, PeriodScheduleInput, ProgrammeInput, ProgrammeRevisionInput,
};
use crate::api::inputs::projects::{AmendmentInput, ProjectInput};
use crate::api::inputs::transfers::TransferInput;
use crate::consolidation::definitions::targets;
use crate::directory::operations as directory;

type Answered<R> = Result<R, Unsettled>;

/// Registers a programme.
pub fn register_programme(desk: &Desk, scope: &Scope, input: ProgrammeInput) -> Answered<ProgrammeResource> {
    Ok(directory::register_programme(desk, scope, input.read()?)?.into())
}

/// Revises a programme.
pub fn revise_programme(desk: &Desk, scope: &Scope, input: ProgrammeRevisionInput) -> Answered<ProgrammeResource> {
    let (programme, changes) = input.read()?;
    Ok(directory::revise_programme(desk, scope, &programme, changes)?.into())
}

/// Adds a call to a programme.
pub fn add_call(desk: &Desk, scope: &Scope, input: CallAdditionInput) -> Answered<ProgrammeResource> {
    let (programme, call) = input.read()?;
    Ok(directory::add_call(desk, scope, &programme, call)?.into())
}

/// Adds a reporting period to a programme.
pub fn add_period(desk: &Desk, scope: &Scope, input: PeriodAdditionInput) -> Answered<ProgrammeResource> {
    let (programme, period) = input.read()?;
    Ok(directory::add_period(desk, scope, &programme, period)?.into())
}

/// Gives a reporting period another due date.
pub fn reschedule_period(desk: &Desk, scope: &Scope, input: PeriodScheduleInput) -> Answered<ProgrammeResource> {
    let (programme, period, due_on) = input.read()?;
    Ok(directory::reschedule_period(desk, scope, &programme, period, due_on)?.into())
}

/// Registers an organisation.
pub fn register_organisation(desk: &Desk, scope: &Scope, input: OrganisationInput) -> Answered<OrganisationResource> {
    Ok(directory::register_organisation(desk, scope, input.read()?)?.into())
}

/// Revises an organisation.
pub fn revise_organisation(
    desk: &Desk,
    scope: &Scope,
    input: OrganisationRevisionInput,
) -> Answered<OrganisationResource> {
    let (organisation, changes) = input.read()?;
    Ok(directory::revise_organisation(desk, scope, &organisation, changes)?.into())
}

/// Registers a project.
pub fn register_project(desk: &Desk, scope: &Scope, input: ProjectInput) -> Answered<ProjectResource> {
    let (programme, details) = input.read()?;
    Ok(directory::register_project(desk, scope, programme, details)?.into())
}

/// Records an amendment of a project's agreement.
pub fn amend_project(desk: &Desk, scope: &Scope, input: AmendmentInput) -> Answered<ProjectResource> {
    let (project, amendment) = input.read()?;
    Ok(directory::amend_project(desk, scope, &project, amendment)?.into())
}

/// Transfers a project to another organisation.
pub fn transfer_project(desk: &Desk, scope: &Scope, input: TransferInput) -> Answered<ProjectResource> {
    let (project, transfer) = input.read()?;
    Ok(directory::transfer_project(desk, scope, &project, &transfer)?.into())
}

/// Records a payment of a project's grant.
pub fn record_payment(desk: &Desk, scope: &Scope, input: PaymentInput) -> Answered<PaymentResource> {
    let (project, details) = input.read()?;
    Ok(directory::record_payment(desk, scope, &project, details)?.into())
}

/// Cancels a payment.
pub fn cancel_payment(desk: &Desk, scope: &Scope, input: CancellationInput) -> Answered<PaymentResource> {
    let (project, payment, reason) = input.read()?;
    Ok(directory::cancel_payment(desk, scope, &project, &payment, &reason)?.into())
}

/// Sets what a project aims at.
pub fn set_target(desk: &Desk, scope: &Scope, input: TargetInput) -> Answered<TargetResource> {
    let (project, target) = input.read()?;
    Ok(targets::set_target(desk, scope, &project, target)?.into())
}

/// Registers a whole directory: all of it, or nothing and every problem.
pub fn import(desk: &Desk, scope: &Scope, input: DirectoryInput) -> Answered<Imported> {
    let imported = directory::import(desk, scope, &input.read())?.map_err(Unsettled::Refusals)?;
    Ok(imported.into())
}
