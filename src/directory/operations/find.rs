//! What can be found in the directory, within the caller's reach.

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::amendment::Amendment;
use crate::directory::naming::OrganisationName;
use crate::directory::organisation::Organisation;
use crate::directory::payment::Payment;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::directory::siret::Siret;
use crate::directory::store::{self, ProjectFilter};
use crate::directory::target::Target;
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::Outcome;
use crate::text::ShortCode;

/// Every programme, by code.
pub fn list_programmes(desk: &Desk, scope: &Scope) -> Outcome<Vec<Programme>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_programmes(connection, scope))
}

/// The programme of a code. A text that is no code names nothing, and the database never hears of it.
pub fn find_programme(desk: &Desk, scope: &Scope, code: &str) -> Outcome<Option<Programme>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    let Ok(code) = code.parse::<ShortCode>() else { return Ok(None) };
    desk.read(scope, |connection| store::find_programme(connection, scope, code.as_str()))
}

/// The project of an identifier, if the caller may see it.
pub fn find_project(desk: &Desk, scope: &Scope, id: &ProjectId) -> Outcome<Option<Project>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::find_project(connection, scope, id))
}

/// The programme of a project that the caller may see.
pub fn find_programme_of(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Option<Programme>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| match store::find_project(connection, scope, project)? {
        Some(project) => store::find_programme_by_id(connection, scope, &project.programme),
        None => Ok(None),
    })
}

/// The code of the programme that a project belongs to, if the caller may see the project.
pub fn find_programme_code_of(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Option<String>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::find_programme_code(connection, scope, project))
}

/// The project of a code within a programme, if the caller may see it.
pub fn find_project_by_code(
    desk: &Desk,
    scope: &Scope,
    programme: &ProgrammeId,
    code: &str,
) -> Outcome<Option<Project>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    let Ok(code) = code.parse::<ShortCode>() else { return Ok(None) };
    desk.read(scope, |connection| store::find_project_by_code(connection, scope, programme, code.as_str()))
}

/// A page of the projects that the caller may see.
pub fn list_projects(desk: &Desk, scope: &Scope, filter: &ProjectFilter, page: &PageRequest) -> Outcome<Page<Project>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    if filter.changed_since.is_some() {
        desk.number()?;
    }
    desk.read(scope, |connection| store::list_projects(connection, scope, filter, page))
}

/// The organisation of an identifier, if the caller may see it.
pub fn find_organisation(desk: &Desk, scope: &Scope, id: &OrganisationId) -> Outcome<Option<Organisation>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::find_organisation(connection, scope, id))
}

/// The organisation of a SIRET, if the caller may see it.
pub fn find_organisation_by_siret(desk: &Desk, scope: &Scope, siret: &str) -> Outcome<Option<Organisation>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    let Ok(siret) = siret.parse::<Siret>() else { return Ok(None) };
    desk.read(scope, |connection| store::find_organisation_by_siret(connection, scope, &siret))
}

/// The organisation of an identifier or a SIRET, if the caller may see it.
pub fn find_named_organisation(desk: &Desk, scope: &Scope, name: &str) -> Outcome<Option<Organisation>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    let Ok(name) = name.parse::<OrganisationName>() else { return Ok(None) };
    desk.read(scope, |connection| store::find_named_organisation(connection, scope, &name))
}

/// The lead and the partners of a project that the caller may see.
pub fn list_organisations_of(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Organisation>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_organisations_of(connection, scope, project))
}

/// A page of the organisations that the caller may see.
pub fn list_organisations(desk: &Desk, scope: &Scope, page: &PageRequest) -> Outcome<Page<Organisation>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_organisations(connection, scope, page))
}

/// The amendments of a project that the caller may see, by number.
pub fn list_amendments(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Amendment>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_amendments(connection, scope, project))
}

/// The payments of a project that the caller may see, by day; those cancelled are among them and say so.
pub fn list_payments(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Payment>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_payments(connection, scope, project))
}

/// The targets of a project that the caller may see, as they now stand, by indicator and period.
pub fn list_targets(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Target>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| store::list_targets(connection, scope, project))
}
