//! What projects owe, where they stand, and later due dates.

use jiff::civil::Date;
use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::directory::store::{self as directory, ProjectFilter};
use crate::id::ProjectId;
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::obligation::{Extension, Obligation, due_on, standing};
use crate::reporting::store::{extensions, obligations};
use crate::reporting::version::Report;
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::Reason;

/// Extends the due date of a project's report for a period: what comes until then is not late. Only to a later day.
pub fn extend_due_date(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    period: Quarter,
    extended_to: Date,
    reason: &Reason,
) -> Outcome<Extension> {
    let scope = &scope.require(Permission::ReviewReports)?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let project = directory::find_project(connection, scope, project)?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?;
        let programme =
            directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
        let owed = periods_of(&programme, &project).find(|owed| owed.code == period);
        let owed = owed.ok_or_else(|| Refusal::new(Code::PeriodInvalid).at("period"))?;
        let current = due_on(owed.due_on, extensions::extended_to(connection, &project.id, period)?);
        if extended_to <= current {
            return Err(Refusal::new(Code::DueDateNotLater).at("dueOn").with("current", current).into());
        }
        let by = scope.caller().to_owned();
        let extension =
            Extension { project: project.id.clone(), period, extended_to, reason: reason.clone(), by, at: now };
        extensions::append_extension(connection, &extension)?;
        let entry = Entry {
            kind: "due_date.extended",
            actor: scope.caller(),
            organisation: Some(project.details.lead.as_str()),
            subject: project.id.as_str(),
            detail: json!({ "period": period, "extendedTo": extended_to }),
        };
        journal::append(connection, now, &entry)?;
        Ok(extension)
    })
}

/// What a project owes, period by period.
pub fn list_obligations_of(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Vec<Obligation>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| {
        // The caller's project is found again, so that this stands by itself.
        let Some(project) = directory::find_project(connection, scope, &project.id)? else { return Ok(Vec::new()) };
        let programme =
            directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
        owed_by(connection, desk, scope, &programme, vec![project], None)
    })
}

/// A page of what the projects of a programme within reach owe for a period, by project.
pub fn list_obligations(
    desk: &Desk,
    scope: &Scope,
    programme: &Programme,
    period: Quarter,
    page: &PageRequest,
) -> Outcome<Page<Obligation>> {
    let scope = &scope.require(Permission::ReadReports)?;
    scope.reaches_programme(&programme.id)?;
    if !programme.details.periods.iter().any(|known| known.code == period) {
        return Err(Refusal::new(Code::PeriodInvalid).at("period").into());
    }
    let filter = ProjectFilter { programme: Some(programme.id.clone()), ..ProjectFilter::default() };
    desk.read(scope, |connection| {
        let (mut owed, mut asked) = (Vec::new(), page.clone());
        loop {
            // Projects whose agreement does not meet the period owe nothing: one page of them may be none of ours.
            let projects = directory::list_projects(connection, scope, &filter, &asked)?;
            let last = projects.items.last().map(|project| project.id.to_string());
            owed.extend(owed_by(connection, desk, scope, programme, projects.items, Some(period))?);
            match last {
                Some(last) if projects.has_more && !page.is_filled_by(owed.len()) => asked = page.following(&last),
                _ => return Ok(page.cut(owed)),
            }
        }
    })
}

/// What a report that the caller has already found was owed for.
pub fn find_obligation(desk: &Desk, scope: &Scope, report: &Report) -> Outcome<Option<Obligation>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| {
        let Some(project) = directory::find_project(connection, scope, &report.project)? else { return Ok(None) };
        let programme =
            directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
        Ok(owed_by(connection, desk, scope, &programme, vec![project], Some(report.period))?.pop())
    })
}

/// The periods for which a project owes a report: those that its agreement meets.
fn periods_of<'a>(programme: &'a Programme, project: &Project) -> impl Iterator<Item = &'a ReportingPeriod> {
    let details = project.details.clone();
    programme.details.periods.iter().filter(move |period| details.agreement_meets(period.first_on, period.last_on))
}

fn owed_by(
    connection: &mut AnyConnection,
    desk: &Desk,
    scope: &Scope,
    programme: &Programme,
    projects: Vec<Project>,
    only: Option<Quarter>,
) -> Outcome<Vec<Obligation>> {
    let today = desk.clock.now().day_in(&programme.details.time_zone);
    let ids: Vec<&str> = projects.iter().map(|project| project.id.as_str()).collect();
    let reports = obligations::list_reports_of(connection, scope, &ids)?;
    let extensions = extensions::list_extensions(connection, &ids)?;
    let mut owed = Vec::new();
    for project in &projects {
        let own: Vec<&(Report, bool)> = reports.iter().filter(|(report, _)| report.project == project.id).collect();
        // A report exists only with a version.
        let newest = own.iter().map(|(report, _)| report.period).max();
        let is_asked = |period: &&ReportingPeriod| only.is_none_or(|only| only == period.code);
        // What was reported stays listed, even if an amendment moved the agreement away from it.
        let is_owed = |period: &&ReportingPeriod| {
            project.details.agreement_meets(period.first_on, period.last_on)
                || own.iter().any(|(report, _)| report.period == period.code)
        };
        for period in programme.details.periods.iter().filter(is_asked).filter(is_owed) {
            let found = own.iter().find(|(report, _)| report.period == period.code);
            let of_period = |one: &&Extension| one.project == project.id && one.period == period.code;
            let extensions: Vec<Extension> = extensions.iter().filter(of_period).cloned().collect();
            let extended_to = extensions.last().map(|extension| extension.extended_to);
            let state = found.map(|(report, _)| report.state);
            let overtaken = newest.is_some_and(|newest| newest > period.code);
            owed.push(Obligation {
                project: project.clone(),
                period: period.clone(),
                standing: standing(period, extended_to, state, overtaken, today),
                report: found.map(|(report, _)| report.clone()),
                late: found.is_some_and(|(report, late)| *late && report.state.has_reached_funder()),
                extensions,
            });
        }
    }
    Ok(owed)
}
