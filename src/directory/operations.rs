//! What can be done with the directory: register, find, list.

use serde_json::json;

use super::organisation::{Organisation, OrganisationDetails};
use super::programme::{Programme, ProgrammeDetails};
use super::project::{Project, ProjectDetails};
use super::siret::Siret;
use super::store;
pub use super::store::ProjectFilter;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::{self, Entry};
use crate::text::ShortCode;

/// Registers a programme with its calls and periods.
pub fn register_programme(desk: &Desk, scope: &Scope, details: ProgrammeDetails) -> Outcome<Programme> {
    scope.require(Permission::ChangeDirectory)?;
    let programme = Programme { id: ProgrammeId::new(), details };
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let entry = Entry {
            kind: "programme.registered",
            actor: scope.caller(),
            organisation: None,
            subject: programme.id.as_str(),
            detail: json!({ "code": programme.code() }),
        };
        let position = journal::append_positioned(connection, now, &entry)?;
        store::insert_programme(connection, &programme, position)?;
        Ok(programme.clone())
    })
}

/// Registers an organisation by its SIRET.
pub fn register_organisation(desk: &Desk, scope: &Scope, details: OrganisationDetails) -> Outcome<Organisation> {
    scope.require(Permission::ChangeDirectory)?;
    let organisation = Organisation { id: OrganisationId::new(), details };
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let entry = Entry {
            kind: "organisation.registered",
            actor: scope.caller(),
            organisation: Some(organisation.id.as_str()),
            subject: organisation.id.as_str(),
            detail: json!({ "siret": organisation.details.siret.as_str() }),
        };
        let position = journal::append_positioned(connection, now, &entry)?;
        store::insert_organisation(connection, &organisation, position)?;
        Ok(organisation.clone())
    })
}

/// Registers a project of a programme, led by a registered organisation, under one of the programme's calls.
pub fn register_project(
    desk: &Desk,
    scope: &Scope,
    programme: &ProgrammeId,
    details: ProjectDetails,
) -> Outcome<Project> {
    scope.require(Permission::ChangeDirectory)?;
    details.check()?;
    let project = Project { id: ProjectId::new(), programme: programme.clone(), details };
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let programme = store::find_programme_by_id(connection, scope, &project.programme)?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("input.programme"))?;
        if !programme.details.calls.iter().any(|call| call.code == project.details.call) {
            return Err(Refusal::new(Code::CodeUnknown).at("input.call").with("list", "calls").into());
        }
        check_organisations(connection, scope, &project.details)?;
        let entry = Entry {
            kind: "project.registered",
            actor: scope.caller(),
            organisation: Some(project.details.lead.as_str()),
            subject: project.id.as_str(),
            detail: json!({ "code": project.details.code.as_str() }),
        };
        let position = journal::append_positioned(connection, now, &entry)?;
        store::insert_project(connection, &project, position)?;
        Ok(project.clone())
    })
}

fn check_organisations(
    connection: &mut crate::storage::AnyConnection,
    scope: &Scope,
    details: &ProjectDetails,
) -> Outcome<()> {
    let lead = std::iter::once((&details.lead, "input.lead".to_owned()));
    let members = details.members.iter().enumerate();
    let members = members.map(|(place, member)| (&member.organisation, format!("input.members[{place}].organisation")));
    for (organisation, path) in lead.chain(members) {
        if store::find_organisation(connection, scope, organisation)?.is_none() {
            return Err(Refusal::new(Code::NotFound).at(path).into());
        }
    }
    Ok(())
}

/// Every programme, by code.
pub fn list_programmes(desk: &Desk, scope: &Scope) -> Outcome<Vec<Programme>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::list_programmes(connection, scope))
}

/// The programme of a code. A text that is no code names nothing, and the database never hears of it.
pub fn find_programme(desk: &Desk, scope: &Scope, code: &str) -> Outcome<Option<Programme>> {
    scope.require(Permission::ReadDirectory)?;
    let Ok(code) = code.parse::<ShortCode>() else { return Ok(None) };
    desk.store.read(|connection| store::find_programme(connection, scope, code.as_str()))
}

/// The project of an identifier, if the caller may see it.
pub fn find_project(desk: &Desk, scope: &Scope, id: &ProjectId) -> Outcome<Option<Project>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::find_project(connection, scope, id))
}

/// The programme of a project that the caller may see.
pub fn find_programme_of(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Option<Programme>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| match store::find_project(connection, scope, project)? {
        Some(project) => store::find_programme_by_id(connection, scope, &project.programme),
        None => Ok(None),
    })
}

/// The code of the programme that a project belongs to, if the caller may see the project.
pub fn find_programme_code_of(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Option<String>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::find_programme_code(connection, scope, project))
}

/// The project of a code within a programme, if the caller may see it.
pub fn find_project_by_code(
    desk: &Desk,
    scope: &Scope,
    programme: &ProgrammeId,
    code: &str,
) -> Outcome<Option<Project>> {
    scope.require(Permission::ReadDirectory)?;
    let Ok(code) = code.parse::<ShortCode>() else { return Ok(None) };
    desk.store.read(|connection| store::find_project_by_code(connection, scope, programme, code.as_str()))
}

/// A page of the projects that the caller may see.
pub fn list_projects(desk: &Desk, scope: &Scope, filter: &ProjectFilter, page: &PageRequest) -> Outcome<Page<Project>> {
    scope.require(Permission::ReadDirectory)?;
    if filter.changed_since.is_some() {
        desk.store.number()?;
    }
    desk.store.read(|connection| store::list_projects(connection, scope, filter, page))
}

/// The organisation of an identifier, if the caller may see it.
pub fn find_organisation(desk: &Desk, scope: &Scope, id: &OrganisationId) -> Outcome<Option<Organisation>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::find_organisation(connection, scope, id))
}

/// The organisation of a SIRET, if the caller may see it.
pub fn find_organisation_by_siret(desk: &Desk, scope: &Scope, siret: &str) -> Outcome<Option<Organisation>> {
    scope.require(Permission::ReadDirectory)?;
    let Ok(siret) = siret.parse::<Siret>() else { return Ok(None) };
    desk.store.read(|connection| store::find_organisation_by_siret(connection, scope, &siret))
}

/// The lead and the partners of a project that the caller may see.
pub fn list_organisations_of(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Organisation>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::list_organisations_of(connection, scope, project))
}

/// A page of the organisations that the caller may see.
pub fn list_organisations(desk: &Desk, scope: &Scope, page: &PageRequest) -> Outcome<Page<Organisation>> {
    scope.require(Permission::ReadDirectory)?;
    desk.store.read(|connection| store::list_organisations(connection, scope, page))
}
