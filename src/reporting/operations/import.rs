//! Taking in a funder's past: versions approved elsewhere, all of them or none, in one write.
//!
//! What happened then is kept as stated: the days, who approved, where it comes from. What happens now is what this
//! service can vouch for: versions are frozen, and enter into force at positions of today.

use std::collections::HashMap;
use std::io::Read;

use serde_json::json;

use super::prepare::{Prepared, assess, prepare_on};
use super::submit::{Submitting, freeze};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::programme::Programme;
use crate::directory::store as directory;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::intake::{FileRefusal, Intake, read_csv, read_lines};
use crate::reporting::lifecycle::{Action, Circumstances};
use crate::reporting::past::{Past, PastFormat, PastOutcome, PastVersion};
use crate::reporting::rules::{Finding, Severity};
use crate::reporting::store::reports::{self, Transition};
use crate::reporting::store::versions;
use crate::reporting::submission::{Receipt, Submission};
use crate::reporting::version::{Approval, Channel};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};

/// Opens the file of the version at a place of the past.
pub type OpenFile<'a> = dyn Fn(usize) -> Outcome<Box<dyn Read>> + 'a;

/// Takes in a past whole, or nothing of it; tells what came of each version, in their order, and how many are done.
///
/// Whoever may do this vouches for approvals that nobody here has seen: officers only, at the console.
pub fn import_past(
    desk: &Desk,
    scope: &Scope,
    past: &Past,
    open: &OpenFile<'_>,
    progress: &dyn Fn(usize),
) -> Outcome<(Vec<PastOutcome>, Option<Refusal>)> {
    scope.require_everywhere(Permission::ImportHistory)?;
    let mut outcomes = Vec::new();
    let now = desk.clock.now();
    let written = desk.write_alone(scope, |connection| {
        outcomes.clear();
        let programme = directory::find_programme(connection, scope, past.programme.as_str())?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?;
        for (place, version) in past.versions.iter().enumerate() {
            let taking = Taking { desk, scope, past, programme: &programme, version, now };
            outcomes.push(taking.take_in(connection, open(place)?)?);
            progress(place + 1);
        }
        let errors: usize = outcomes.iter().map(PastOutcome::error_count).sum();
        if errors > 0 { Err(Refusal::new(Code::HistoryRefused).with("errors", errors).into()) } else { Ok(()) }
    });
    match written {
        Ok(()) => Ok((outcomes, None)),
        Err(Failure::Refused(refusal)) if refusal.code == Code::HistoryRefused => Ok((outcomes, Some(refusal))),
        Err(failure) => Err(failure),
    }
}

/// One version about to be taken in.
struct Taking<'a> {
    desk: &'a Desk,
    scope: &'a Scope,
    past: &'a Past,
    programme: &'a Programme,
    version: &'a PastVersion,
    now: Instant,
}

impl Taking<'_> {
    fn take_in(&self, connection: &mut AnyConnection, file: Box<dyn Read>) -> Outcome<PastOutcome> {
        let mut outcome = PastOutcome::default();
        let intake = self.read(file)?;
        if !intake.refusals.is_empty() {
            outcome.refusals = intake.refusals;
            return Ok(outcome);
        }
        let references = intake.content.participations.iter().map(|p| p.reference.to_string());
        let lines: HashMap<String, u32> = references.zip(intake.lines.iter().copied()).collect();
        let prepared = match self.prepare(connection, intake) {
            Ok(prepared) => prepared,
            Err(Failure::Refused(refusal)) => {
                outcome.refusals.push(FileRefusal { line: None, refusal });
                return Ok(outcome);
            }
            Err(fault) => return Err(fault),
        };
        let findings = assess(&prepared).findings;
        outcome.participation_count = u32::try_from(prepared.statement.participations.len()).unwrap_or(u32::MAX);
        let line = |finding: &Finding| lines.get(finding.reference()?).copied();
        outcome.findings = findings.listed.iter().map(|finding| (line(finding), finding.clone())).collect();
        let errors = findings.counts.iter().filter(|count| count.rule.severity == Severity::Error);
        outcome.rule_errors = errors.map(|count| count.blocking_count).sum();
        if outcome.error_count() == 0 {
            let submitting = Submitting { at: self.now, on: self.version.submitted_on, to_be_certified: false };
            let receipt = freeze(connection, self.desk, self.scope, &prepared, &findings, &submitting)?;
            outcome.number = Some(receipt.version.number);
            self.approve(connection, receipt)?;
        }
        Ok(outcome)
    }

    fn read(&self, file: Box<dyn Read>) -> Outcome<Intake> {
        let key = self.desk.keys.programme(self.programme.details.code.as_str())?;
        let mut step = |_| Ok(());
        match self.version.format {
            PastFormat::Csv => read_csv(file, key, &mut step),
            PastFormat::Lines => read_lines(file, key, &mut step),
        }
    }

    /// What a submission of the file on top of the newest version would be.
    fn prepare(&self, connection: &mut AnyConnection, intake: Intake) -> Outcome<Prepared> {
        let version = self.version;
        let today = self.now.day_in(&self.programme.details.time_zone);
        if version.submitted_on > version.approved_on || version.approved_on > today {
            return Err(Code::HistoryDaysInvalid.into());
        }
        let project =
            directory::find_project_by_code(connection, self.scope, &self.programme.id, version.project.as_str())?
                .ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?;
        let newest = versions::newest_version(connection, &project.id)?;
        let mut justifications = version.justifications.clone();
        justifications.extend(intake.justifications);
        let submission = Submission {
            project: project.id,
            period: version.period,
            base_version: newest.map_or(0, |version| version.number),
            content: intake.content,
            justifications,
            answers: Vec::new(),
            check: None,
            channel: Channel::Import,
        };
        prepare_on(connection, self.desk, self.scope, submission)
    }

    /// Leads the report through its lifecycle to its approval of then, which enters into force now.
    fn approve(&self, connection: &mut AnyConnection, receipt: Receipt) -> Outcome<()> {
        let Receipt { mut report, version, .. } = receipt;
        let stated = self.version.stated(&self.past.source)?;
        for action in [Action::StartReview, Action::Approve] {
            let refused = || Refusal::new(Code::TransitionRefused).with("state", report.state.code());
            let to = report.state.after(action, Circumstances::default()).ok_or_else(refused)?;
            let entry = Entry {
                kind: action.event(),
                actor: self.scope.caller(),
                organisation: Some(report.lead.as_str()),
                subject: report.id.as_str(),
                detail: json!({
                    "version": version.number, "digest": version.digest.to_string(), "imported": true,
                    "submittedOn": self.version.submitted_on, "approvedOn": self.version.approved_on,
                }),
            };
            if action == Action::Approve {
                let position = journal::append_positioned(connection, self.now, &entry)?;
                let approval = Approval { position, at: self.now, by: self.scope.caller().to_owned() };
                versions::approve_version(connection, &version, &approval)?;
            } else {
                journal::append(connection, self.now, &entry)?;
            }
            let step = Transition {
                action,
                to,
                version: version.number,
                actor: self.scope.caller(),
                reason: (action == Action::Approve).then_some(stated.as_str()),
                at: self.now,
            };
            reports::advance_report(connection, &report, &step)?;
            report.state = to;
        }
        Ok(())
    }
}
