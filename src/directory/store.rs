//! The directory in the database. Every finder takes the caller's scope: a foreign thing is not found.

use diesel::prelude::*;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::geography;
use super::money::Cents;
use super::organisation::{Organisation, OrganisationDetails};
use super::period::ReportingPeriod;
use super::programme::{Call, Programme, ProgrammeDetails};
use super::project::{ConsortiumMember, ConsortiumRole, Project, ProjectDetails};
use crate::access::{Reach, Scope};
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::{
    calls, organisations, programmes, project_members, project_revisions, projects, reporting_periods,
};
use crate::storage::{AnyConnection, on_duplicate};

/// Reads a stored text that was checked on its way in.
pub(crate) fn stored<T: std::str::FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| Failure::fault("a stored value no longer has its form"))
}

fn whole<T: TryFrom<i64>>(number: i64) -> Outcome<T> {
    T::try_from(number).map_err(|_| Failure::fault("a stored number is out of range"))
}

/// Inserts a programme with its calls and periods.
pub fn insert_programme(connection: &mut AnyConnection, programme: &Programme, position: Position) -> Outcome<()> {
    let details = &programme.details;
    let inserted = diesel::insert_into(programmes::table)
        .values((
            programmes::id.eq(programme.id.as_str()),
            programmes::position.eq(position.0),
            programmes::code.eq(details.code.as_str()),
            programmes::name_en.eq(details.name_en.as_str()),
            programmes::name_fr.eq(details.name_fr.as_str()),
            programmes::envelope_cents.eq(details.envelope.0),
            programmes::currency.eq("EUR"),
            programmes::time_zone.eq(details.time_zone.iana_name().unwrap_or("UTC")),
            programmes::first_on.eq(details.first_on.to_string()),
            programmes::disclosure_threshold.eq(i64::from(details.disclosure_threshold)),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    for call in &details.calls {
        let inserted = diesel::insert_into(calls::table)
            .values((
                calls::programme_id.eq(programme.id.as_str()),
                calls::code.eq(call.code.as_str()),
                calls::name_en.eq(call.name_en.as_str()),
                calls::name_fr.eq(call.name_fr.as_str()),
            ))
            .execute(connection);
        on_duplicate(inserted, Code::AlreadyRegistered)?;
    }
    for period in &details.periods {
        let inserted = diesel::insert_into(reporting_periods::table)
            .values((
                reporting_periods::programme_id.eq(programme.id.as_str()),
                reporting_periods::code.eq(period.code.to_string()),
                reporting_periods::position.eq(position.0),
                reporting_periods::first_on.eq(period.first_on.to_string()),
                reporting_periods::last_on.eq(period.last_on.to_string()),
                reporting_periods::due_on.eq(period.due_on.to_string()),
            ))
            .execute(connection);
        on_duplicate(inserted, Code::AlreadyRegistered)?;
    }
    Ok(())
}

#[derive(Queryable)]
struct ProgrammeRow {
    id: String,
    _position: i64,
    code: String,
    name_en: String,
    name_fr: String,
    envelope_cents: i64,
    _currency: String,
    time_zone: String,
    first_on: String,
    disclosure_threshold: i64,
}

/// Every programme, by code. The directory of programmes is open to every recognised caller.
pub fn list_programmes(connection: &mut AnyConnection, _scope: &Scope) -> Outcome<Vec<Programme>> {
    let rows: Vec<ProgrammeRow> = programmes::table.order(programmes::code).load(connection)?;
    rows.into_iter().map(|row| complete_programme(connection, row)).collect()
}

/// The programme of a code.
pub fn find_programme(connection: &mut AnyConnection, _scope: &Scope, code: &str) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> = programmes::table.filter(programmes::code.eq(code)).first(connection).optional()?;
    row.map(|row| complete_programme(connection, row)).transpose()
}

/// The programme of an identifier.
pub fn find_programme_by_id(
    connection: &mut AnyConnection,
    _scope: &Scope,
    id: &ProgrammeId,
) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> =
        programmes::table.filter(programmes::id.eq(id.as_str())).first(connection).optional()?;
    row.map(|row| complete_programme(connection, row)).transpose()
}

fn complete_programme(connection: &mut AnyConnection, row: ProgrammeRow) -> Outcome<Programme> {
    let call_rows: Vec<(String, String, String)> = calls::table
        .filter(calls::programme_id.eq(&row.id))
        .order(calls::code)
        .select((calls::code, calls::name_en, calls::name_fr))
        .load(connection)?;
    let period_rows: Vec<(String, String, String, String)> = reporting_periods::table
        .filter(reporting_periods::programme_id.eq(&row.id))
        .order(reporting_periods::first_on)
        .select((
            reporting_periods::code,
            reporting_periods::first_on,
            reporting_periods::last_on,
            reporting_periods::due_on,
        ))
        .load(connection)?;
    let read_call = |(code, name_en, name_fr): (String, String, String)| -> Outcome<Call> {
        Ok(Call { code: stored(&code)?, name_en: stored(&name_en)?, name_fr: stored(&name_fr)? })
    };
    let read_period = |(code, first, last, due): (String, String, String, String)| -> Outcome<ReportingPeriod> {
        Ok(ReportingPeriod {
            code: stored(&code)?,
            first_on: stored(&first)?,
            last_on: stored(&last)?,
            due_on: stored(&due)?,
        })
    };
    Ok(Programme {
        id: ProgrammeId::stored(row.id),
        details: ProgrammeDetails {
            code: stored(&row.code)?,
            name_en: stored(&row.name_en)?,
            name_fr: stored(&row.name_fr)?,
            envelope: Cents(row.envelope_cents),
            time_zone: TimeZone::get(&row.time_zone).map_err(|_| Failure::fault("a stored time zone is unknown"))?,
            first_on: stored(&row.first_on)?,
            disclosure_threshold: whole(row.disclosure_threshold)?,
            calls: call_rows.into_iter().map(read_call).collect::<Outcome<_>>()?,
            periods: period_rows.into_iter().map(read_period).collect::<Outcome<_>>()?,
        },
    })
}

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
    siret: &str,
) -> Outcome<Option<Organisation>> {
    let id: Option<String> = organisations::table
        .filter(organisations::siret.eq(siret))
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

#[derive(Queryable)]
struct ProjectRow {
    id: String,
    programme_id: String,
    code: String,
    lead_organisation_id: String,
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
}

/// The project of an identifier, as it stands now.
pub fn find_project(connection: &mut AnyConnection, scope: &Scope, id: &ProjectId) -> Outcome<Option<Project>> {
    let row: Option<ProjectRow> = projects::table.filter(projects::id.eq(id.as_str())).first(connection).optional()?;
    match row {
        Some(row) if scope.reaches(&OrganisationId::stored(row.lead_organisation_id.clone())) => {
            Ok(complete_projects(connection, vec![row])?.into_iter().next())
        }
        _ => Ok(None),
    }
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

/// A page of the projects within reach, by identifier, of one programme or of all.
pub fn list_projects(
    connection: &mut AnyConnection,
    scope: &Scope,
    programme: Option<&ProgrammeId>,
    page: &PageRequest,
) -> Outcome<Page<Project>> {
    let mut query =
        projects::table.filter(projects::id.gt(page.after())).order(projects::id).limit(page.limit()).into_boxed();
    if let Some(programme) = programme {
        query = query.filter(projects::programme_id.eq(programme.as_str()));
    }
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organisation(own) => query = query.filter(projects::lead_organisation_id.eq(own.as_str())),
        Reach::Nothing => return Ok(page.cut(Vec::new())),
    }
    let rows: Vec<ProjectRow> = query.load(connection)?;
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
        lead: OrganisationId::stored(row.lead_organisation_id.clone()),
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
    let rows: Vec<ProjectRow> = projects::table.filter(projects::id.eq_any(&ids)).load(connection)?;
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
