//! Organisations.

use diesel::prelude::*;

use super::stored;
use crate::access::{Reach, Scope};
use crate::directory::organisation::{Organisation, OrganisationDetails};
use crate::directory::project::Project;
use crate::directory::siret::Siret;
use crate::id::OrganisationId;
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::organisations;
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
            organisations::name.eq(organisation.details.name.as_str()),
            organisations::esus.eq(organisation.details.esus),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered).map(|_| ())
}

type OrganisationRow = (String, String, String, bool);

fn organisation_of((id, siret, name, esus): OrganisationRow) -> Outcome<Organisation> {
    let details = OrganisationDetails { siret: stored(&siret)?, name: stored(&name)?, esus };
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
    if !scope.reaches(&project.details.lead) {
        return Ok(Vec::new());
    }
    let members = project.details.members.iter().map(|member| member.organisation.as_str());
    let ids: Vec<&str> = std::iter::once(project.details.lead.as_str()).chain(members).collect();
    read_organisations(connection, &ids)
}

fn read_organisations(connection: &mut AnyConnection, ids: &[&str]) -> Outcome<Vec<Organisation>> {
    let rows: Vec<OrganisationRow> = organisations::table
        .filter(organisations::id.eq_any(ids))
        .order(organisations::id)
        .select((organisations::id, organisations::siret, organisations::name, organisations::esus))
        .load(connection)?;
    rows.into_iter().map(organisation_of).collect()
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
        .select((organisations::id, organisations::siret, organisations::name, organisations::esus))
        .into_boxed();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organisation(own) => query = query.filter(organisations::id.eq(own.as_str())),
        Reach::Nothing => return Ok(page.cut(Vec::new())),
    }
    let rows: Vec<OrganisationRow> = query.load(connection)?;
    Ok(page.cut(rows.into_iter().map(organisation_of).collect::<Outcome<_>>()?))
}
