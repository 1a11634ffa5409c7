//! Reports and their transitions. Every finder takes the caller's scope: a foreign report is not found.

use diesel::prelude::*;

use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::store::{is_within_reach, narrowed, stored};
use crate::id::{OrganisationId, ProgrammeId, ProjectId, ReportId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::lifecycle::{Action, State};
use crate::reporting::version::Report;
use crate::storage::journal::{self, Sequence};
use crate::storage::schema::{projects, report_transitions, reports};
use crate::storage::{AnyConnection, on_duplicate};

/// A report as it is read with [`report_columns`].
pub type ReportRow = (String, String, String, String, i64, i64, String);

/// The report of a row.
pub fn report_of((id, project, period, state, current_version, changed_at, lead): ReportRow) -> Outcome<Report> {
    Ok(Report {
        id: ReportId::stored(id),
        project: ProjectId::stored(project),
        lead: OrganisationId::stored(lead),
        period: stored(&period)?,
        state: State::of_code(&state).ok_or_else(|| Failure::fault("a stored state is unknown"))?,
        current_version: u32::try_from(current_version)
            .map_err(|_| Failure::fault("a stored number is out of range"))?,
        changed_at: Instant(changed_at),
    })
}

macro_rules! report_columns {
    () => {
        (
            $crate::storage::schema::reports::id,
            $crate::storage::schema::reports::project_id,
            $crate::storage::schema::reports::period,
            $crate::storage::schema::reports::state,
            $crate::storage::schema::reports::current_version,
            $crate::storage::schema::reports::changed_at_us,
            $crate::storage::schema::projects::lead_organisation_id,
        )
    };
}
pub(super) use report_columns;

/// The report of an identifier.
pub fn find_report(connection: &mut AnyConnection, scope: &Scope, id: &ReportId) -> Outcome<Option<Report>> {
    let row: Option<(ReportRow, String)> = reports::table
        .inner_join(projects::table.on(projects::id.eq(reports::project_id)))
        .filter(reports::id.eq(id.as_str()))
        .select((report_columns!(), projects::programme_id))
        .first(connection)
        .optional()?;
    within_reach(scope, row)
}

/// The report of a project for a period, if it has ever been submitted.
pub fn find_report_of(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &ProjectId,
    period: &str,
) -> Outcome<Option<Report>> {
    let row: Option<(ReportRow, String)> = reports::table
        .inner_join(projects::table.on(projects::id.eq(reports::project_id)))
        .filter(reports::project_id.eq(project.as_str()).and(reports::period.eq(period)))
        .select((report_columns!(), projects::programme_id))
        .first(connection)
        .optional()?;
    within_reach(scope, row)
}

/// The report just read with its project's programme, if the caller sees it.
fn within_reach(scope: &Scope, row: Option<(ReportRow, String)>) -> Outcome<Option<Report>> {
    let Some((row, programme)) = row else { return Ok(None) };
    let report = report_of(row)?;
    let is_seen = scope.reaches_project(&report.lead, &ProgrammeId::stored(programme), &report.project)?;
    Ok(is_seen.then_some(report))
}

/// What to list of the reports within reach.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    /// Of one project only.
    pub project: Option<ProjectId>,
    /// In these states only; any state if empty.
    pub states: Vec<State>,
    /// To which something happened after a sequence.
    pub changed_since: Option<Sequence>,
}

/// A page of the reports within reach, by identifier.
pub fn list_reports(
    connection: &mut AnyConnection,
    scope: &Scope,
    filter: &ReportFilter,
    page: &PageRequest,
) -> Outcome<Page<Report>> {
    let mut query = reports::table
        .inner_join(projects::table.on(projects::id.eq(reports::project_id)))
        .filter(reports::id.gt(page.after()))
        .order(reports::id)
        .limit(page.limit())
        .select(report_columns!())
        .into_boxed();
    if let Some(project) = &filter.project {
        query = query.filter(reports::project_id.eq(project.as_str()));
    }
    if !filter.states.is_empty() {
        query = query.filter(reports::state.eq_any(filter.states.iter().map(|state| state.code())));
    }
    if let Some(since) = filter.changed_since {
        query = query.filter(reports::id.eq_any(journal::subjects_changed_since(since)));
    }
    let rows: Vec<ReportRow> = narrowed!(query, scope, page.cut(Vec::new())).load(connection)?;
    Ok(page.cut(rows.into_iter().map(report_of).collect::<Outcome<_>>()?))
}

/// Inserts a report as its first submission leaves it; the step is kept beside it.
///
/// It is written once and never changed in the transaction that reads it: PostgreSQL remembers which page of an index was read,
/// and a second entry of this report on the page of its neighbours would put every two first submissions at odds.
pub fn insert_report(connection: &mut AnyConnection, report: &Report, step: &Transition<'_>) -> Outcome<()> {
    let inserted = diesel::insert_into(reports::table)
        .values((
            reports::id.eq(report.id.as_str()),
            reports::project_id.eq(report.project.as_str()),
            reports::period.eq(report.period.to_string()),
            reports::state.eq(step.to.code()),
            reports::current_version.eq(i64::from(step.version)),
            reports::changed_at_us.eq(step.at.0),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::VersionConflict)?;
    insert_transition(connection, report, 1, step)
}

/// One step of a report's life, as it is kept.
pub struct Transition<'a> {
    /// What was done.
    pub action: Action,
    /// Where it led.
    pub to: State,
    /// The version that it concerns.
    pub version: u32,
    /// Who did it.
    pub actor: &'a str,
    /// Why, where a reason is asked.
    pub reason: Option<&'a str>,
    /// When.
    pub at: Instant,
}

/// Moves a report on and keeps the step; refuses if the report is no longer as it was read.
pub fn advance_report(connection: &mut AnyConnection, report: &Report, step: &Transition<'_>) -> Outcome<()> {
    let current_version = if step.action == Action::Submit { step.version } else { report.current_version };
    let moved = diesel::update(
        reports::table.filter(
            reports::id
                .eq(report.id.as_str())
                .and(reports::state.eq(report.state.code()))
                .and(reports::current_version.eq(i64::from(report.current_version))),
        ),
    )
    .set((
        reports::state.eq(step.to.code()),
        reports::current_version.eq(i64::from(current_version)),
        reports::changed_at_us.eq(step.at.0),
    ))
    .execute(connection)?;
    if moved != 1 {
        return Err(Refusal::new(Code::VersionConflict).with("current", report.current_version).into());
    }
    let steps_before: i64 = match report.current_version {
        0 => 0,
        _ => report_transitions::table
            .filter(report_transitions::report_id.eq(report.id.as_str()))
            .count()
            .get_result(connection)?,
    };
    insert_transition(connection, report, steps_before + 1, step)
}

fn insert_transition(
    connection: &mut AnyConnection,
    report: &Report,
    place: i64,
    step: &Transition<'_>,
) -> Outcome<()> {
    diesel::insert_into(report_transitions::table)
        .values((
            report_transitions::report_id.eq(report.id.as_str()),
            report_transitions::place.eq(place),
            report_transitions::at_us.eq(step.at.0),
            report_transitions::action.eq(step.action.code()),
            report_transitions::from_state.eq(report.state.code()),
            report_transitions::to_state.eq(step.to.code()),
            report_transitions::version.eq(i64::from(step.version)),
            report_transitions::actor.eq(step.actor),
            report_transitions::reason.eq(step.reason),
        ))
        .execute(connection)?;
    Ok(())
}

/// A step of a report's life, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastTransition {
    /// When.
    pub at: Instant,
    /// What was done: the code of an action.
    pub action: String,
    /// The code of the state before.
    pub from: String,
    /// The code of the state after.
    pub to: String,
    /// The version that it concerned.
    pub version: i64,
    /// Who did it.
    pub actor: String,
    /// Why.
    pub reason: Option<String>,
}

/// The steps of a report that the caller has already found, in order.
pub fn list_transitions(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
) -> Outcome<Vec<PastTransition>> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(Vec::new());
    }
    type Row = (i64, String, String, String, i64, String, Option<String>);
    let rows: Vec<Row> = report_transitions::table
        .filter(report_transitions::report_id.eq(report.id.as_str()))
        .order(report_transitions::place)
        .select((
            report_transitions::at_us,
            report_transitions::action,
            report_transitions::from_state,
            report_transitions::to_state,
            report_transitions::version,
            report_transitions::actor,
            report_transitions::reason,
        ))
        .load(connection)?;
    let past = |(at, action, from, to, version, actor, reason): Row| PastTransition {
        at: Instant(at),
        action,
        from,
        to,
        version,
        actor,
        reason,
    };
    Ok(rows.into_iter().map(past).collect())
}
