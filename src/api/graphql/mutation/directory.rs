//! Changes of the directory: programmes, organisations, projects.

use async_graphql::{Context, Object};

use super::payload::payloads;
use super::settle::settle;
use crate::access::role::Permission;
use crate::api::graphql::inputs::directory::{
    CallAddInput, DirectoryImportInput, OrganisationRegisterInput, OrganisationReviseInput, PeriodAddInput,
    PeriodRescheduleInput, ProgrammeRegisterInput, ProgrammeReviseInput, ProjectRegisterInput,
};
use crate::api::graphql::types::directory::{Organisation, Project};
use crate::api::graphql::types::import::DirectoryImport;
use crate::api::graphql::types::programmes::Programme;
use crate::api::inputs::Unsettled;
use crate::directory::operations as directory;

payloads! {
    /// What came of registering a programme.
    ProgrammeRegisterPayload {
        /// The programme, if it was registered.
        programme: Programme
    }
    /// What came of revising a programme.
    ProgrammeRevisePayload {
        /// The programme as it now is, if it was revised.
        programme: Programme
    }
    /// What came of adding a call.
    CallAddPayload {
        /// The programme with the call, if it was added.
        programme: Programme
    }
    /// What came of adding a reporting period.
    PeriodAddPayload {
        /// The programme with the period, if it was added.
        programme: Programme
    }
    /// What came of rescheduling a reporting period.
    PeriodReschedulePayload {
        /// The programme with the period's new due date, if it was rescheduled.
        programme: Programme
    }
    /// What came of registering an organisation.
    OrganisationRegisterPayload {
        /// The organisation, if it was registered.
        organisation: Organisation
    }
    /// What came of revising an organisation.
    OrganisationRevisePayload {
        /// The organisation as it now is, if it was revised.
        organisation: Organisation
    }
    /// What came of registering a project.
    ProjectRegisterPayload {
        /// The project, if it was registered.
        project: Project
    }
    /// What came of importing a directory.
    DirectoryImportPayload {
        /// What was registered; nothing if the import has any problem.
        imported: DirectoryImport
    }
}

/// Changes of the directory.
#[derive(Default)]
pub struct DirectoryMutation;

/// Changes of the directory.
#[Object]
impl DirectoryMutation {
    /// Registers a programme with its calls and periods. For officers and operators.
    async fn programme_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme.")] input: ProgrammeRegisterInput,
    ) -> async_graphql::Result<ProgrammeRegisterPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            Ok(directory::register_programme(desk, scope, input.content.read()?)?)
        })
        .await?;
        Ok(ProgrammeRegisterPayload::of(settled, Programme))
    }

    /// Revises a programme: answers as of earlier positions stay what they were. For officers and operators.
    async fn programme_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme and what to revise.")] input: ProgrammeReviseInput,
    ) -> async_graphql::Result<ProgrammeRevisePayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (programme, changes) = input.content.read()?;
            Ok(directory::revise_programme(desk, scope, &programme, changes)?)
        })
        .await?;
        Ok(ProgrammeRevisePayload::of(settled, Programme))
    }

    /// Adds a call to a programme. For officers and operators.
    async fn call_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme and the call.")] input: CallAddInput,
    ) -> async_graphql::Result<CallAddPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (programme, call) = input.content.read()?;
            Ok(directory::add_call(desk, scope, &programme, call)?)
        })
        .await?;
        Ok(CallAddPayload::of(settled, Programme))
    }

    /// Adds a reporting period to a programme. For officers and operators.
    async fn period_add(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme and the period.")] input: PeriodAddInput,
    ) -> async_graphql::Result<PeriodAddPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (programme, period) = input.content.read()?;
            Ok(directory::add_period(desk, scope, &programme, period)?)
        })
        .await?;
        Ok(PeriodAddPayload::of(settled, Programme))
    }

    /// Gives a reporting period another due date, for every project. For officers and operators.
    async fn period_reschedule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period and its due date.")] input: PeriodRescheduleInput,
    ) -> async_graphql::Result<PeriodReschedulePayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (programme, period, due_on) = input.content.read()?;
            Ok(directory::reschedule_period(desk, scope, &programme, period, due_on)?)
        })
        .await?;
        Ok(PeriodReschedulePayload::of(settled, Programme))
    }

    /// Registers an organisation by its SIRET. For officers and operators.
    async fn organisation_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation.")] input: OrganisationRegisterInput,
    ) -> async_graphql::Result<OrganisationRegisterPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            Ok(directory::register_organisation(desk, scope, input.content.read()?)?)
        })
        .await?;
        Ok(OrganisationRegisterPayload::of(settled, Organisation))
    }

    /// Revises an organisation. For officers and operators.
    async fn organisation_revise(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation and what to revise.")] input: OrganisationReviseInput,
    ) -> async_graphql::Result<OrganisationRevisePayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (organisation, changes) = input.content.read()?;
            Ok(directory::revise_organisation(desk, scope, &organisation, changes)?)
        })
        .await?;
        Ok(OrganisationRevisePayload::of(settled, Organisation))
    }

    /// Registers a project, led by a registered organisation, under one of the programme's calls. For officers and operators.
    async fn project_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: ProjectRegisterInput,
    ) -> async_graphql::Result<ProjectRegisterPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            let (programme, details) = input.content.read()?;
            Ok(directory::register_project(desk, scope, programme, details)?)
        })
        .await?;
        Ok(ProjectRegisterPayload::of(settled, Project))
    }

    /// Registers a whole directory: all of it, or nothing and every problem with its place. For officers and operators.
    async fn directory_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The directory.")] input: DirectoryImportInput,
    ) -> async_graphql::Result<DirectoryImportPayload> {
        let settled = settle(ctx, Permission::ChangeDirectory, &input.manner(), move |desk, scope| {
            directory::import(desk, scope, &input.content.read())?.map_err(Unsettled::Refusals)
        })
        .await?;
        Ok(DirectoryImportPayload::of(settled, DirectoryImport))
    }
}
