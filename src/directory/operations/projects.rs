//! Projects: register, amend.

use super::enter::Entering;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::amendment::AmendmentDetails;
use crate::directory::naming::{OrganisationName, ProgrammeName};
use crate::directory::programme::Programme;
use crate::directory::project::{Project, ProjectDetails};
use crate::directory::store;
use crate::id::ProjectId;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;

/// Registers a project of a programme, led by a registered organisation, under one of the programme's calls.
pub fn register_project<O: Into<OrganisationName> + Clone>(
    desk: &Desk,
    scope: &Scope,
    programme: impl Into<ProgrammeName>,
    details: ProjectDetails<O>,
) -> Outcome<Project> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    let (programme, details) = (programme.into(), details.named());
    desk.write(scope, |connection| {
        let programme = store::find_named_programme(connection, scope, &programme)?;
        let programme = programme.ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?;
        scope.reaches_programme(&programme.id)?;
        Entering { connection, scope, now: desk.clock.now() }.project(&programme, details.clone())
    })
}

/// Records an amendment of a project's agreement; answers what the project is from now on.
pub fn amend_project(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    amendment: AmendmentDetails<OrganisationName>,
) -> Outcome<Project> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let (programme, project) = find(connection, scope, project)?;
        let mut entering = Entering { connection, scope, now: desk.clock.now() };
        entering.amendment(&programme, &project, amendment.clone())
    })
}

/// A project that the caller may see, with its programme.
pub(super) fn find(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &ProjectId,
) -> Outcome<(Programme, Project)> {
    let project = store::find_project(connection, scope, project)?;
    let project = project.ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?;
    let programme = store::find_programme_by_id(connection, scope, &project.programme)?;
    Ok((programme.ok_or_else(|| Failure::fault("a project has no programme"))?, project))
}
