//! Changes of the directory: programmes, organisations, projects.

use async_graphql::{Context, Object, SimpleObject};

use super::settle::{settle, shown};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::graphql::inputs::directory::{OrganisationRegisterInput, ProgrammeRegisterInput, ProjectRegisterInput};
use crate::api::graphql::types::directory::{Organisation, Programme, Project};
use crate::api::graphql::types::findings::UserError;
use crate::directory::operations as directory;

/// What came of registering a programme.
#[derive(SimpleObject, Default)]
pub struct ProgrammeRegisterPayload {
    /// The programme, if it was registered.
    programme: Option<Programme>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of registering an organisation.
#[derive(SimpleObject, Default)]
pub struct OrganisationRegisterPayload {
    /// The organisation, if it was registered.
    organisation: Option<Organisation>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of registering a project.
#[derive(SimpleObject, Default)]
pub struct ProjectRegisterPayload {
    /// The project, if it was registered.
    project: Option<Project>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
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
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| Ok(directory::register_programme(desk, scope, input.read()?)?);
        let (programme, user_errors) = settle(ctx, Permission::ChangeDirectory, &manner, work).await?;
        Ok(ProgrammeRegisterPayload { programme: programme.map(Programme), user_errors: shown(user_errors) })
    }

    /// Registers an organisation by its SIRET. For officers and operators.
    async fn organisation_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation.")] input: OrganisationRegisterInput,
    ) -> async_graphql::Result<OrganisationRegisterPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| Ok(directory::register_organisation(desk, scope, input.read()?)?);
        let (organisation, user_errors) = settle(ctx, Permission::ChangeDirectory, &manner, work).await?;
        Ok(OrganisationRegisterPayload {
            organisation: organisation.map(Organisation),
            user_errors: shown(user_errors),
        })
    }

    /// Registers a project of a programme, led by a registered organisation. For officers and operators.
    async fn project_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: ProjectRegisterInput,
    ) -> async_graphql::Result<ProjectRegisterPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let (programme, details) = input.read()?;
            Ok(directory::register_project(desk, scope, &programme, details)?)
        };
        let (project, user_errors) = settle(ctx, Permission::ChangeDirectory, &manner, work).await?;
        Ok(ProjectRegisterPayload { project: project.map(Project), user_errors: shown(user_errors) })
    }
}
