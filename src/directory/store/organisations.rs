//! Organisations.

use diesel::prelude::*;

use super::{is_within_reach, stored};
use crate::access::{Reach, Scope};
use crate::directory::naming::OrganisationName;
use crate::directory::organisation::{Organisation, OrganisationDetails};
use crate::directory::project::Project;
use crate::directory::siret::Siret;
use crate::id::OrganisationId;
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::{organisation_revisions, organisations};
use crate::storage::{AnyConnection, on_duplicate};

/// Inserts an organisation.
pub fn insert_organisation(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    position: Position,
) -> Outcome<()> {
    let inserted = diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(organisation.id.as_str()),
            organisations::position.eq(position.0),
            organisations::siret.eq(organisation.details.siret.as_str()),
            organisations::sandbox.eq(organisation.details.sandbox),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    append_organisation_revision(connection, organisation, position)
}

/// Appends a revision of an organisation: what it is from a position on.
pub fn append_organisation_revision(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(organisation_revisions::table)
        .values((
            organisation_revisions::organisation_id.eq(organisation.id.as_str()),
            organisation_revisions::position.eq(position.0),
            organisation_revisions::name.eq(organisation.details.name.as_str()),
            organisation_revisions::esus.eq(organisation.details.esus),
        ))
        .execute(connection)?;
    Ok(())
}

type OrganisationRow = (String, String, String, bool, bool);

fn organisation_of((id, siret, name, esus, sandbox): OrganisationRow) -> Outcome<Organisation> {
    let details = OrganisationDetails { siret: stored(&siret)?, name: stored(&name)?, esus, sandbox };
    Ok(Organisation { id: OrganisationId::stored(id), details })
}

/// The organisation of an identifier: the caller's own, or any for whoever sees everything.
pub fn find_organisation(
    connection: &mut AnyConnection,
    scope: &Scope,
    id: &OrganisationId,
) -> Outcome<Option<Organisation>> {
    if !scope.reaches(id) {
        return Ok(None);
    }
    read_organisations(connection, &[id.as_str()]).map(|found| found.into_iter().next())
}

/// The organisations of a project that the caller has already found: its lead and its partners.
pub fn list_organisations_of(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
) -> Outcome<Vec<Organisation>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(Vec::new());
    }
    let members = project.details.members.iter().map(|member| member.organisation.as_str());
    let ids: Vec<&str> = std::iter::once(project.details.lead.as_str()).chain(members).collect();
    read_organisations(connection, &ids)
}

/// Organisations with their newest revisions, by identifier.
fn read_organisations(connection: &mut AnyConnection, ids: &[&str]) -> Outcome<Vec<Organisation>> {
    let rows: Vec<OrganisationRow> = organisations::table
        .inner_join(organisation_revisions::table.on(organisation_revisions::organisation_id.eq(organisations::id)))
        .filter(organisations::id.eq_any(ids))
        .order((organisations::id, organisation_revisions::position.desc()))
        .select((
            organisations::id,
            organisations::siret,
            organisation_revisions::name,
            organisation_revisions::esus,
            organisations::sandbox,
        ))
        .load(connection)?;
    let mut found: Vec<Organisation> = rows.into_iter().map(organisation_of).collect::<Outcome<_>>()?;
    // The newest revision of each stands first.
    found.dedup_by(|later, newest| later.id == newest.id);
    Ok(found)
}

/// The organisation of a SIRET.
pub fn find_organisation_by_siret(
    connection: &mut AnyConnection,
    scope: &Scope,
    siret: &Siret,
) -> Outcome<Option<Organisation>> {
    let id: Option<String> = organisations::table
        .filter(organisations::siret.eq(siret.as_str()))
        .select(organisations::id)
        .first(connection)
        .optional()?;
    match id {
        Some(id) => find_organisation(connection, scope, &OrganisationId::stored(id)),
        None => Ok(None),
    }
}

/// The organisation that a caller names.
pub fn find_named_organisation(
    connection: &mut AnyConnection,
    scope: &Scope,
    name: &OrganisationName,
) -> Outcome<Option<Organisation>> {
    match name {
        OrganisationName::Id(id) => find_organisation(connection, scope, id),
        OrganisationName::Siret(siret) => find_organisation_by_siret(connection, scope, siret),
    }
}

/// A page of the organisations within reach, by identifier.
pub fn list_organisations(
    connection: &mut AnyConnection,
    scope: &Scope,
    page: &PageRequest,
) -> Outcome<Page<Organisation>> {
    let mut query = organisations::table
        .filter(organisations::id.gt(page.after()))
        .order(organisations::id)
        .limit(page.limit())
        .select(organisations::id)
        .into_boxed();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organisation(own) => query = query.filter(organisations::id.eq(own.as_str())),
        Reach::Nothing => return Ok(page.cut(Vec::new())),
    }
    let ids: Vec<String> = query.load(connection)?;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    Ok(page.cut(read_organisations(connection, &ids)?))
}
