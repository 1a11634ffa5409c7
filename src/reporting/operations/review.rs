//! What happens to a submitted report: certification, recall, review, return, approval, reopening, annulment.
//!
//! Every verb names the version that its caller saw; if the report has moved on, nothing happens.

use serde_json::json;

use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::store as directory;
use crate::id::ReportId;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::lifecycle::{Action, Circumstances, State};
use crate::reporting::obligation::due_on;
use crate::reporting::path::PARTICIPATIONS;
use crate::reporting::reason::{GivenReason, MOST_REASONS};
use crate::reporting::store::reports::{self, Transition};
use crate::reporting::store::{extensions, reasons, records, sections, versions};
use crate::reporting::version::{Approval, Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::{Reason, ShortCode};

/// A report, and the version of it that the caller saw.
#[derive(Clone, Debug)]
pub struct Target {
    /// The report.
    pub report: ReportId,
    /// The version's number.
    pub version: u32,
}

/// Takes a submission back to the partner, before any review.
pub fn recall(desk: &Desk, scope: &Scope, target: &Target) -> Outcome<Report> {
    advance(desk, scope, target, Action::Recall, None)
}

/// Begins the review of a submission.
pub fn start_review(desk: &Desk, scope: &Scope, target: &Target) -> Outcome<Report> {
    advance(desk, scope, target, Action::StartReview, None)
}

/// Signs a submission as a second person at the partner: it reaches the funder now, in time or late.
pub fn certify(desk: &Desk, scope: &Scope, target: &Target) -> Outcome<Report> {
    scope.require(Action::Certify.permission())?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (report, version) = find_target(connection, scope, target)?;
        let to = next_state(connection, &report, Action::Certify)?;
        current_only(&report, &version)?;
        if scope.caller() == version.submitted_by {
            return Err(Code::CertifierIsSubmitter.into());
        }
        let late = is_late(connection, scope, &report, now)?;
        versions::certify_version(connection, &version, scope.caller(), now, late)?;
        journal::append(connection, now, &entry_of(scope, &report, &version, Action::Certify))?;
        keep(connection, scope, report, &version, Action::Certify, to, None, now)
    })
}

/// Whether what reaches the funder now is past the report's due date.
fn is_late(connection: &mut AnyConnection, scope: &Scope, report: &Report, now: Instant) -> Outcome<bool> {
    let project = directory::find_project(connection, scope, &report.project)?.ok_or(Code::NotFound)?;
    let programme = directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
    let period = programme.details.periods.iter().find(|period| period.code == report.period);
    let period = period.ok_or_else(|| Failure::fault("a report is about no period of its programme"))?;
    let extended_to = extensions::extended_to(connection, &report.project, report.period)?;
    Ok(now.day_in(&programme.details.time_zone) > due_on(period.due_on, extended_to))
}

/// Sends a report back to the partner with a general reason, and with reasons at places of the version.
pub fn return_for_correction(
    desk: &Desk,
    scope: &Scope,
    target: &Target,
    reason: &Reason,
    reasons: &[GivenReason],
) -> Outcome<Report> {
    scope.require(Action::Return.permission())?;
    if reasons.len() > MOST_REASONS {
        return Err(Refusal::new(Code::TooManyReasons).at("reasons").with("limit", MOST_REASONS).into());
    }
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (report, version) = find_target(connection, scope, target)?;
        let to = next_state(connection, &report, Action::Return)?;
        current_only(&report, &version)?;
        check_places(connection, scope, &report, &version, reasons)?;
        reasons::insert_reasons(connection, &version, reasons, now)?;
        journal::append(connection, now, &entry_of(scope, &report, &version, Action::Return))?;
        keep(connection, scope, report, &version, Action::Return, to, Some(reason), now)
    })
}

/// Whether every record that a reason names is part of the version.
fn check_places(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    version: &ReportVersion,
    reasons: &[GivenReason],
) -> Outcome<()> {
    let named = reasons.iter().filter_map(|reason| reason.path.reference.as_ref());
    let held = records::references_of(connection, version, &named.map(ShortCode::as_str).collect::<Vec<_>>())?;
    let activities = sections::find_sections(connection, scope, report, version)?.activities;
    for (place, reason) in reasons.iter().enumerate() {
        let Some(reference) = &reason.path.reference else { continue };
        let exists = match reason.path.section == PARTICIPATIONS {
            true => held.contains(reference.as_str()),
            false => activities.iter().any(|activity| activity.reference == *reference),
        };
        if !exists {
            return Err(Refusal::new(Code::PathInvalid).at(format!("reasons[{place}].path")).into());
        }
    }
    Ok(())
}

/// Asks for a new version of an approved report; the approved one stays in force until a newer one is approved.
pub fn reopen(desk: &Desk, scope: &Scope, target: &Target, reason: &Reason) -> Outcome<Report> {
    advance(desk, scope, target, Action::Reopen, Some(reason))
}

/// Approves a version, which enters into force. Whoever submitted it, or belongs to the same organisation, may not;
/// a late one must be acknowledged as late.
pub fn approve(desk: &Desk, scope: &Scope, target: &Target, acknowledge_late: bool) -> Outcome<Report> {
    scope.require(Action::Approve.permission())?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (report, version) = find_target(connection, scope, target)?;
        let to = next_state(connection, &report, Action::Approve)?;
        current_only(&report, &version)?;
        if !is_other_pair_of_eyes(scope, &report, &version) {
            return Err(Code::FourEyes.into());
        }
        if version.late && !acknowledge_late {
            return Err(Refusal::new(Code::LateNotAcknowledged).at("acknowledgeLate").into());
        }
        let entry = entry_of(scope, &report, &version, Action::Approve);
        let position = journal::append_positioned(connection, now, &entry)?;
        let approval = Approval { position, at: now, by: scope.caller().to_owned() };
        versions::approve_version(connection, &version, &approval)?;
        keep(connection, scope, report, &version, Action::Approve, to, None, now)
    })
}

/// Takes an approved version out of force (fraud, wrong project); the version before it is in force again.
pub fn annul(desk: &Desk, scope: &Scope, target: &Target, reason: &Reason) -> Outcome<Report> {
    scope.require(Action::Annul.permission())?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (report, version) = find_target(connection, scope, target)?;
        let back_to_partner = next_state(connection, &report, Action::Annul)?;
        if version.approval.is_none() || version.annulled.is_some() {
            return Err(Refusal::new(Code::TransitionRefused).with("state", report.state.code()).into());
        }
        let entry = entry_of(scope, &report, &version, Action::Annul);
        let position = journal::append_positioned(connection, now, &entry)?;
        versions::annul_version(connection, &version, position)?;
        // While a newer version of the same report is approved, only what could be fallen back on is lost.
        let to = if versions::newer_is_approved(connection, &version)? { report.state } else { back_to_partner };
        keep(connection, scope, report, &version, Action::Annul, to, Some(reason), now)
    })
}

/// The verbs that change a report and nothing that answers read.
fn advance(desk: &Desk, scope: &Scope, target: &Target, action: Action, reason: Option<&Reason>) -> Outcome<Report> {
    scope.require(action.permission())?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let (report, version) = find_target(connection, scope, target)?;
        let to = next_state(connection, &report, action)?;
        current_only(&report, &version)?;
        journal::append(connection, now, &entry_of(scope, &report, &version, action))?;
        keep(connection, scope, report, &version, action, to, reason, now)
    })
}

fn find_target(connection: &mut AnyConnection, scope: &Scope, target: &Target) -> Outcome<(Report, ReportVersion)> {
    let report = reports::find_report(connection, scope, &target.report)?
        .ok_or_else(|| Refusal::new(Code::NotFound).at("report"))?;
    let version = versions::find_version_of_report(connection, scope, &report, target.version)?
        .ok_or_else(|| conflict(&report))?;
    Ok((report, version))
}

fn next_state(connection: &mut AnyConnection, report: &Report, action: Action) -> Outcome<State> {
    let later = versions::later_period_reported(connection, &report.project, &report.period.to_string())?;
    let circumstances = Circumstances { later_period_reported: later, ..Circumstances::default() };
    if let Some(state) = report.state.after(action, circumstances) {
        return Ok(state);
    }
    let only_too_late = later && report.state.after(action, Circumstances::default()).is_some();
    let code = if only_too_late { Code::LaterPeriodReported } else { Code::TransitionRefused };
    Err(Refusal::new(code).with("state", report.state.code()).into())
}

/// Every verb but annulment is about the report's newest version.
fn current_only(report: &Report, version: &ReportVersion) -> Result<(), Refusal> {
    if version.number == report.current_version { Ok(()) } else { Err(conflict(report)) }
}

fn conflict(report: &Report) -> Refusal {
    Refusal::new(Code::VersionConflict).at("version").with("current", report.current_version)
}

/// Four eyes: another caller than whoever submitted or certified, and of another organisation than the one that submitted
/// or, since it may have got the project from that one, leads it now.
fn is_other_pair_of_eyes(scope: &Scope, report: &Report, version: &ReportVersion) -> bool {
    let same_organisation = scope
        .organisation()
        .is_some_and(|own| Some(own) == version.submitted_by_organisation.as_ref() || *own == report.lead);
    let has_signed = scope.caller() == version.submitted_by || version.certified_by.as_deref() == Some(scope.caller());
    !has_signed && !same_organisation
}

fn entry_of<'a>(scope: &'a Scope, report: &'a Report, version: &ReportVersion, action: Action) -> Entry<'a> {
    Entry {
        kind: action.event(),
        actor: scope.caller(),
        organisation: Some(report.lead.as_str()),
        subject: report.id.as_str(),
        detail: json!({ "version": version.number, "digest": version.digest.to_string() }),
    }
}

#[expect(clippy::too_many_arguments, reason = "one step of a life has as many facts")]
fn keep(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: Report,
    version: &ReportVersion,
    action: Action,
    to: State,
    reason: Option<&Reason>,
    now: Instant,
) -> Outcome<Report> {
    let step = Transition {
        action,
        to,
        version: version.number,
        actor: scope.caller(),
        reason: reason.map(Reason::as_str),
        at: now,
    };
    reports::advance_report(connection, &report, &step)?;
    Ok(Report { state: to, changed_at: now, ..report })
}
