//! Check and submit: hold a statement to the rules, link its persons, freeze a version, give a receipt.
//!
//! Either a whole version is kept or nothing is. Records are kept some at a time, so that a large statement costs little
//! memory.

use std::collections::HashSet;

use jiff::civil::Date;
use serde_json::json;

use super::prepare::{Prepared, assess, prepare, waivers_today};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::project::Project;
use crate::directory::store::is_within_reach;
use crate::id::{ReportId, VersionId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::identity::Identity;
use crate::reporting::lifecycle::{Action, Circumstances, State};
use crate::reporting::obligation::due_on;
use crate::reporting::record::{Header, Person, Record, SectionRecord, version_digest};
use crate::reporting::rules::{Findings, RULE_SET};
use crate::reporting::sections::Section;
use crate::reporting::statement::Participation;
use crate::reporting::store::reports::Transition;
use crate::reporting::store::{extensions, findings, links, privacy, reasons, records, reports, sections, versions};
use crate::reporting::submission::{Assessment, Checked, Receipt, Submission, Submitted};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::watch::Stage;

/// How many records are kept at once.
const KEEP_AT_ONCE: usize = 2000;

/// Says what would come of a submission, and stores nothing.
pub fn check(desk: &Desk, scope: &Scope, submission: Submission) -> Outcome<Checked> {
    let scope = &scope.require(Permission::SubmitReports)?;
    let prepared = prepare(desk, scope, submission)?;
    desk.watch().enter(Stage::Checking, prepared.statement.participations.len())?;
    let assessment = assess(&prepared);
    same_as_checked(&prepared.submission, &assessment)?;
    let Prepared { project, head, statement, .. } = prepared;
    Ok(Checked { assessment, project, head, statement })
}

/// Freezes a version of a report, unless findings block it; it goes to the funder, or waits to be certified where the
/// programme asks for that.
pub fn submit(desk: &Desk, scope: &Scope, submission: Submission) -> Outcome<Submitted> {
    let scope = &scope.require(Permission::SubmitReports)?;
    if let Some(receipt) = desk.answer_given(scope)? {
        return Ok(Submitted::Accepted(Box::new(receipt)));
    }
    let prepared = prepare(desk, scope, submission)?;
    desk.watch().enter(Stage::Checking, prepared.statement.participations.len())?;
    let assessment = assess(&prepared);
    same_as_checked(&prepared.submission, &assessment)?;
    if let Some(refusal) = assessment.refusal() {
        return Ok(Submitted::Blocked(assessment, refusal));
    }
    let at = desk.clock.now();
    let details = &prepared.programme.details;
    let submitting = Submitting { at, on: at.day_in(&details.time_zone), to_be_certified: details.certification };
    let receipt =
        desk.write(scope, |connection| freeze(connection, desk, scope, &prepared, &assessment.findings, &submitting))?;
    Ok(Submitted::Accepted(Box::new(receipt)))
}

/// A submission that commits a check finds exactly what was found then.
fn same_as_checked(submission: &Submission, assessment: &Assessment) -> Result<(), Refusal> {
    match submission.check {
        Some(check) if check != assessment.check => Err(Refusal::new(Code::CheckStale).at("check")),
        _ => Ok(()),
    }
}

/// When a submission comes: the instant that is kept, and the day on which it counts as in time or late.
pub struct Submitting {
    pub at: Instant,
    pub on: Date,
    /// Whether a second person at the partner still certifies it.
    pub to_be_certified: bool,
}

/// Keeps what changed as a new version, and moves the report on. It reads nothing that was read before: had anything
/// moved since, the version's number would be taken, or the report no longer as it was.
pub fn freeze(
    connection: &mut AnyConnection,
    desk: &Desk,
    scope: &Scope,
    prepared: &Prepared,
    kept_findings: &Findings,
    submitting: &Submitting,
) -> Outcome<Receipt> {
    let now = submitting.at;
    // Prepared before the project went to another organisation, and sent by the one before.
    if !is_within_reach(connection, scope, &prepared.project.id)? {
        return Err(Refusal::new(Code::NotFound).at("project").into());
    }
    let submission = &prepared.submission;
    let number = submission.base_version + 1;
    let report = prepared.report.clone().unwrap_or_else(|| new_report(prepared, now));
    let circumstances = Circumstances { certification: submitting.to_be_certified, ..Circumstances::default() };
    let to = report.state.after(Action::Submit, circumstances).ok_or(Code::TransitionRefused)?;
    let step = Transition { action: Action::Submit, to, version: number, actor: scope.caller(), reason: None, at: now };
    if prepared.report.is_none() {
        reports::insert_report(connection, &report, &step)?;
    }
    // What was waived must be waived still.
    let waived = !prepared.waivers.is_empty();
    if waived && waivers_today(connection, desk, &prepared.programme, &prepared.project.id)? != prepared.waivers {
        return Err(Code::CheckStale.into());
    }
    nobody_was_erased(connection, desk, prepared)?;
    let extended_to = extensions::extended_to(connection, &prepared.project.id, submission.period)?;
    let record_hashes = keep_records(connection, desk, prepared, number)?;
    let section_hashes = keep_sections(connection, prepared, number)?;
    let header = Header { project: &prepared.project.id, number, period: submission.period, rule_set: RULE_SET };
    let version = ReportVersion {
        id: VersionId::new(),
        number,
        project: prepared.project.id.clone(),
        report: report.id.clone(),
        period: submission.period,
        digest: version_digest(&header, record_hashes, section_hashes),
        participation_count: u32::try_from(prepared.statement.participations.len()).unwrap_or(u32::MAX),
        rule_set: RULE_SET,
        channel: submission.channel,
        submitted_at: now,
        submitted_by: scope.caller().to_owned(),
        submitted_by_organisation: scope.organisation().cloned(),
        received_at: to.has_reached_funder().then_some(now),
        certified_by: None,
        late: submitting.on > due_on(prepared.period.due_on, extended_to),
        approval: None,
        annulled: None,
    };
    versions::insert_version(connection, &version)?;
    findings::insert_findings(connection, &version.project, number, kept_findings)?;
    reasons::answer_reasons(connection, &version, &submission.answers)?;
    if prepared.report.is_some() {
        reports::advance_report(connection, &report, &step)?;
    }
    let entry = Entry {
        kind: Action::Submit.event(),
        actor: scope.caller(),
        organisation: Some(report.lead.as_str()),
        subject: report.id.as_str(),
        detail: json!({ "version": number, "digest": version.digest.to_string() }),
    };
    journal::append(connection, now, &entry)?;
    let report = Report { state: to, current_version: number, changed_at: now, ..report };
    Ok(Receipt { report, version, findings: kept_findings.clone() })
}

fn new_report(prepared: &Prepared, now: Instant) -> Report {
    Report {
        id: ReportId::new(),
        project: prepared.project.id.clone(),
        lead: prepared.project.details.lead.clone(),
        period: prepared.period.code,
        state: State::Draft,
        current_version: 0,
        changed_at: now,
    }
}

/// Keeps the records that changed and closes those that ended; gives the hash of every record of the version.
fn keep_records<'a>(
    connection: &mut AnyConnection,
    desk: &Desk,
    prepared: &'a Prepared,
    number: u32,
) -> Outcome<Vec<(&'a str, [u8; 32])>> {
    let participations = &prepared.statement.participations;
    let (project, head) = (&prepared.project.id, &prepared.head);
    let mut hashes = Vec::with_capacity(participations.len());
    let stated: HashSet<&str> = participations.iter().map(|p| p.reference.as_str()).collect();
    let gone = head.participations().map(|p| p.reference.as_str()).filter(|reference| !stated.contains(reference));
    records::close_records(connection, project, &gone.collect::<Vec<_>>(), number)?;
    desk.watch().enter(Stage::Storing, participations.len())?;
    for some in participations.chunks(KEEP_AT_ONCE) {
        let persons = link_persons(connection, desk, &prepared.project, some)?;
        let (mut ended, mut added) = (Vec::new(), Vec::new());
        for (p, person) in some.iter().zip(persons) {
            let reference = p.reference.as_str();
            match head.find(reference) {
                Some(record) if record.participation.person == person && record.participation.states_the_same(p) => {
                    hashes.push((reference, record.hash));
                }
                before => {
                    ended.extend(before.map(|_| reference));
                    let record = Record::seal(p.clone().with_person(person));
                    hashes.push((reference, record.hash));
                    added.push(record);
                }
            }
        }
        records::close_records(connection, project, &ended, number)?;
        records::insert_records(connection, project, &added, number)?;
        desk.watch().step(hashes.len())?;
    }
    Ok(hashes)
}

/// Refuses what was prepared before somebody was erased whom it still holds: sent again, it is prepared without. Sees to
/// it that this server seals with the key that the database goes by.
fn nobody_was_erased(connection: &mut AnyConnection, desk: &Desk, prepared: &Prepared) -> Outcome<()> {
    let head = privacy::read_head(connection)?;
    privacy::hold_key(&head, &desk.keys)?;
    if head.erasures == prepared.erasures {
        return Ok(());
    }
    let mut persons: Vec<&str> = prepared
        .statement
        .participations
        .iter()
        .filter_map(|p| if let Identity::Linked(person) = &p.person { Some(person.0.as_str()) } else { None })
        .collect();
    persons.sort_unstable();
    persons.dedup();
    let linked = links::count_linked(connection, &persons)?;
    if linked < persons.len() || privacy::is_erased_after(connection, &prepared.project.id, prepared.erasures)? {
        return Err(Code::Busy.into());
    }
    Ok(())
}

/// The person behind each identity; who was not known when the submission was prepared is linked now.
fn link_persons(
    connection: &mut AnyConnection,
    desk: &Desk,
    project: &Project,
    participations: &[Participation],
) -> Outcome<Vec<Person>> {
    let seals: Vec<Vec<Vec<u8>>> = participations.iter().map(|p| p.person.seals(&desk.keys, project.sandbox)).collect();
    let mut fresh: Vec<Vec<Vec<u8>>> = seals.iter().filter(|seals| !seals.is_empty()).cloned().collect();
    fresh.sort_unstable();
    fresh.dedup();
    let persons = links::make_links(connection, &project.programme, &desk.keys.deployment.id(), &fresh)?;
    let person_of = |(p, seals): (&Participation, &Vec<Vec<u8>>)| match &p.person {
        Identity::Linked(person) => Some(person.clone()),
        _ => seals.first().and_then(|seal| persons.get(seal).cloned()),
    };
    Ok(participations.iter().zip(&seals).map(person_of).collect())
}

/// Keeps the sections that changed; gives the hash of every section of the version.
fn keep_sections(
    connection: &mut AnyConnection,
    prepared: &Prepared,
    number: u32,
) -> Outcome<Vec<(Section, [u8; 32])>> {
    let project = &prepared.project.id;
    let (mut hashes, mut added) = (Vec::new(), Vec::new());
    for section in Section::ALL {
        let before = prepared.head.section_records().iter().find(|record| record.section == section);
        let now = prepared.statement.sections.text(section);
        match (before, now) {
            (Some(record), Some(content)) if record.content == content => hashes.push((section, record.hash)),
            (before, now) => {
                if before.is_some() {
                    sections::close_section(connection, project, section, number)?;
                }
                added.extend(now.map(|content| SectionRecord::seal(section, content)));
            }
        }
    }
    sections::insert_sections(connection, project, &added, number)?;
    hashes.extend(added.iter().map(|record| (record.section, record.hash)));
    Ok(hashes)
}
