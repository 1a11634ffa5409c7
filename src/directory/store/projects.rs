//! Projects and their revisions.

use diesel::prelude::*;
use jiff::civil::Date;

use super::{stored, whole};
use crate::access::Scope;
use crate::directory::amendment::Amendment;
use crate::directory::geography;
use crate::directory::money::Cents;
use crate::directory::project::{ConsortiumMember, ConsortiumRole, Project, ProjectDetails};
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::{self, Position, Sequence};
use crate::storage::schema::{
    organisations, programmes, project_amendments, project_members, project_revisions, projects,
};
use crate::storage::{AnyConnection, on_duplicate};

/// Inserts a project and its first revision.
pub fn insert_project(connection: &mut AnyConnection, project: &Project, position: Position) -> Outcome<()> {
    let details = &project.details;
    let inserted = diesel::insert_into(projects::table)
        .values((
            projects::id.eq(project.id.as_str()),
            projects::programme_id.eq(project.programme.as_str()),
            projects::code.eq(details.code.as_str()),
            projects::lead_organisation_id.eq(details.lead.as_str()),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    append_revision(connection, project, position)
}

/// Appends a revision of a project: what it is from a position on.
pub fn append_revision(connection: &mut AnyConnection, project: &Project, position: Position) -> Outcome<()> {
    let details = &project.details;
    diesel::insert_into(project_revisions::table)
        .values((
            project_revisions::project_id.eq(project.id.as_str()),
            project_revisions::position.eq(position.0),
            project_revisions::title.eq(details.title.as_str()),
            project_revisions::call_code.eq(details.call.as_str()),
            project_revisions::department.eq(details.department.code),
            project_revisions::sector.eq(details.sector.as_str()),
            project_revisions::agreement_from.eq(details.agreement_from.to_string()),
            project_revisions::agreement_to.eq(details.agreement_to.to_string()),
            project_revisions::target_participants.eq(i64::from(details.target_participants)),
            project_revisions::eligible_cost_cents.eq(details.eligible_cost.0),
            project_revisions::grant_cents.eq(details.grant.0),
            project_revisions::lead_organisation_id.eq(details.lead.as_str()),
        ))
        .execute(connection)?;
    for member in &details.members {
        let inserted = diesel::insert_into(project_members::table)
            .values((
                project_members::project_id.eq(project.id.as_str()),
                project_members::position.eq(position.0),
                project_members::organisation_id.eq(member.organisation.as_str()),
                project_members::role.eq(member.role.code()),
            ))
            .execute(connection);
        on_duplicate(inserted, Code::AlreadyRegistered)?;
    }
    Ok(())
}

/// Inserts an amendment, which has the position of its revision.
pub fn insert_amendment(
    connection: &mut AnyConnection,
    project: &ProjectId,
    amendment: &Amendment,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(project_amendments::table)
        .values((
            project_amendments::project_id.eq(project.as_str()),
            project_amendments::number.eq(i64::from(amendment.number)),
            project_amendments::position.eq(position.0),
            project_amendments::signed_on.eq(amendment.signed_on.to_string()),
            project_amendments::reason.eq(amendment.reason.as_str()),
        ))
        .execute(connection)?;
    Ok(())
}

/// The amendments of a project that the caller has already found, by number.
pub fn list_amendments(connection: &mut AnyConnection, scope: &Scope, project: &Project) -> Outcome<Vec<Amendment>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, String, String)> = project_amendments::table
        .filter(project_amendments::project_id.eq(project.id.as_str()))
        .order(project_amendments::number)
        .select((project_amendments::number, project_amendments::signed_on, project_amendments::reason))
        .load(connection)?;
    rows.into_iter()
        .map(|(number, signed_on, reason)| {
            Ok(Amendment { number: whole(number)?, signed_on: stored(&signed_on)?, reason: stored(&reason)? })
        })
        .collect()
}

#[derive(Queryable)]
struct ProjectRow {
    id: String,
    programme_id: String,
    code: String,
    lead_organisation_id: String,
    /// What its lead is: the same for every lead that it ever has.
    sandbox: bool,
}

macro_rules! project_rows {
    () => {
        projects::table
            .inner_join(organisations::table.on(organisations::id.eq(projects::lead_organisation_id)))
            .select((
                projects::id,
                projects::programme_id,
                projects::code,
                projects::lead_organisation_id,
                organisations::sandbox,
            ))
    };
}

#[derive(Queryable)]
struct RevisionRow {
    project_id: String,
    position: i64,
    title: String,
    call_code: String,
    department: String,
    sector: String,
    agreement_from: String,
    agreement_to: String,
    target_participants: i64,
    eligible_cost_cents: i64,
    grant_cents: i64,
    lead_organisation_id: String,
}

/// The project of an identifier, as it stands now.
pub fn find_project(connection: &mut AnyConnection, scope: &Scope, id: &ProjectId) -> Outcome<Option<Project>> {
    let row: Option<ProjectRow> = project_rows!().filter(projects::id.eq(id.as_str())).first(connection).optional()?;
    let Some(row) = row else { return Ok(None) };
    let lead = OrganisationId::stored(row.lead_organisation_id.clone());
    if !scope.reaches_project(&lead, &ProgrammeId::stored(row.programme_id.clone()), id)? {
        return Ok(None);
    }
    Ok(complete_projects(connection, vec![row])?.into_iter().next())
}

/// Whether the caller sees a project now, whoever led it when the caller found it.
pub fn is_within_reach(connection: &mut AnyConnection, scope: &Scope, id: &ProjectId) -> Outcome<bool> {
    let row = projects::table.filter(projects::id.eq(id.as_str()));
    let row: Option<(String, String)> =
        row.select((projects::lead_organisation_id, projects::programme_id)).first(connection).optional()?;
    let Some((lead, programme)) = row else { return Ok(false) };
    Ok(scope.reaches_project(&OrganisationId::stored(lead), &ProgrammeId::stored(programme), id)?)
}

/// The programme of a project that the caller has already found.
pub fn programme_of(connection: &mut AnyConnection, id: &ProjectId) -> Outcome<ProgrammeId> {
    let row = projects::table.filter(projects::id.eq(id.as_str())).select(projects::programme_id);
    Ok(ProgrammeId::stored(row.first(connection)?))
}

/// The code of the programme that a project belongs to.
pub fn find_programme_code(connection: &mut AnyConnection, scope: &Scope, id: &ProjectId) -> Outcome<Option<String>> {
    if !is_within_reach(connection, scope, id)? {
        return Ok(None);
    }
    Ok(projects::table
        .inner_join(programmes::table.on(programmes::id.eq(projects::programme_id)))
        .filter(projects::id.eq(id.as_str()))
        .select(programmes::code)
        .first(connection)
        .optional()?)
}

/// The project of a code within a programme, as it stands now.
pub fn find_project_by_code(
    connection: &mut AnyConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    code: &str,
) -> Outcome<Option<Project>> {
    let id: Option<String> = projects::table
        .filter(projects::programme_id.eq(programme.as_str()).and(projects::code.eq(code)))
        .select(projects::id)
        .first(connection)
        .optional()?;
    match id {
        Some(id) => find_project(connection, scope, &ProjectId::stored(id)),
        None => Ok(None),
    }
}

/// What to list of the projects within reach.
#[derive(Clone, Debug, Default)]
pub struct ProjectFilter {
    /// Of one programme only.
    pub programme: Option<ProgrammeId>,
    /// To which something happened after a sequence.
    pub changed_since: Option<Sequence>,
}

/// A page of the projects within reach, by identifier.
pub fn list_projects(
    connection: &mut AnyConnection,
    scope: &Scope,
    filter: &ProjectFilter,
    page: &PageRequest,
) -> Outcome<Page<Project>> {
    let mut query =
        project_rows!().filter(projects::id.gt(page.after())).order(projects::id).limit(page.limit()).into_boxed();
    if let Some(programme) = &filter.programme {
        query = query.filter(projects::programme_id.eq(programme.as_str()));
    }
    if let Some(since) = filter.changed_since {
        query = query.filter(projects::id.eq_any(journal::subjects_changed_since(since)));
    }
    let rows: Vec<ProjectRow> = narrowed!(query, scope, page.cut(Vec::new())).load(connection)?;
    Ok(page.cut(complete_projects(connection, rows)?))
}

/// Joins each project with its newest revision.
fn complete_projects(connection: &mut AnyConnection, rows: Vec<ProjectRow>) -> Outcome<Vec<Project>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let revisions: Vec<RevisionRow> = project_revisions::table
        .filter(project_revisions::project_id.eq_any(&ids))
        .order((project_revisions::project_id, project_revisions::position))
        .load(connection)?;
    let members: Vec<(String, i64, String, String)> = project_members::table
        .filter(project_members::project_id.eq_any(&ids))
        .order((project_members::project_id, project_members::position, project_members::organisation_id))
        .load(connection)?;
    rows.iter()
        .map(|row| {
            let newest = revisions.iter().rfind(|revision| revision.project_id == row.id);
            let revision = newest.ok_or_else(|| Failure::fault("a project has no revision"))?;
            project_of(row, revision, &members)
        })
        .collect()
}

fn project_of(row: &ProjectRow, revision: &RevisionRow, members: &[(String, i64, String, String)]) -> Outcome<Project> {
    let unknown = || Failure::fault("a stored code is unknown");
    let members = members
        .iter()
        .filter(|(project, position, _, _)| *project == row.id && *position == revision.position)
        .map(|(_, _, organisation, role)| {
            let role = ConsortiumRole::of_code(role).ok_or_else(unknown)?;
            Ok(ConsortiumMember { organisation: OrganisationId::stored(organisation.clone()), role })
        })
        .collect::<Outcome<_>>()?;
    let details = ProjectDetails {
        code: stored(&row.code)?,
        title: stored(&revision.title)?,
        call: stored(&revision.call_code)?,
        lead: OrganisationId::stored(revision.lead_organisation_id.clone()),
        members,
        department: geography::department(&revision.department).ok_or_else(unknown)?,
        sector: stored(&revision.sector)?,
        agreement_from: stored::<Date>(&revision.agreement_from)?,
        agreement_to: stored::<Date>(&revision.agreement_to)?,
        target_participants: whole(revision.target_participants)?,
        eligible_cost: Cents(revision.eligible_cost_cents),
        grant: Cents(revision.grant_cents),
    };
    Ok(Project {
        id: ProjectId::stored(row.id.clone()),
        programme: ProgrammeId::stored(row.programme_id.clone()),
        sandbox: row.sandbox,
        details,
    })
}

/// A project as it stood from a position on.
pub struct ProjectRevision {
    /// The position at which it became so.
    pub position: Position,
    /// What it became.
    pub project: Project,
}

/// Every revision of every project after a position, in order: what consolidation catches up with.
pub fn list_revisions_after(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<ProjectRevision>> {
    let revisions: Vec<RevisionRow> = project_revisions::table
        .filter(project_revisions::position.gt(after.0))
        .order((project_revisions::position, project_revisions::project_id))
        .load(connection)?;
    let ids: Vec<&str> = revisions.iter().map(|revision| revision.project_id.as_str()).collect();
    let rows: Vec<ProjectRow> = project_rows!().filter(projects::id.eq_any(&ids)).load(connection)?;
    let members: Vec<(String, i64, String, String)> =
        project_members::table.filter(project_members::project_id.eq_any(&ids)).load(connection)?;
    revisions
        .iter()
        .map(|revision| {
            let row = rows.iter().find(|row| row.id == revision.project_id);
            let row = row.ok_or_else(|| Failure::fault("a revision has no project"))?;
            let project = project_of(row, revision, &members)?;
            Ok(ProjectRevision { position: Position(revision.position), project })
        })
        .collect()
}
