//! Check and submit: hold a statement to the rules, link its persons, freeze a version, give a receipt.
//!
//! What is slow (reading the version before, the rules) happens before the write; the write then checks that nothing
//! moved meanwhile. Either a whole version is kept or nothing is.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::clock::{self, Instant};
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::directory::store as directory;
use crate::id::{ProjectId, ReportId, VersionId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::identity::Identity;
use crate::reporting::lifecycle::{Action, State};
use crate::reporting::record::{Header, Person, PersonId, Record, version_digest};
use crate::reporting::rules::{self, Case, Finding, JustifiedWarning, Previous, RULE_SET, Severity};
use crate::reporting::statement::Statement;
use crate::reporting::store::reports::Transition;
use crate::reporting::store::{findings, links, records, reports, versions};
use crate::reporting::version::{Channel, Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};

/// The largest statement, in participations.
pub const LARGEST_STATEMENT: usize = 100_000;

/// What a partner sends for a period: the whole statement, on top of the version it knows.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The project.
    pub project: ProjectId,
    /// The period.
    pub period: Quarter,
    /// The newest version of the project that the partner knows; 0 if none.
    pub base_version: u32,
    /// The statement.
    pub statement: Statement,
    /// Answers to warnings.
    pub justifications: Vec<JustifiedWarning>,
    /// How it came.
    pub channel: Channel,
}

/// What the rules say of a statement.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every finding, the gravest first.
    pub findings: Vec<Finding>,
}

impl Assessment {
    /// The refusal of a submission, if findings block it.
    pub fn refusal(&self) -> Option<Refusal> {
        let blocking = |severity| {
            self.findings.iter().filter(|finding| finding.blocks() && finding.rule.severity == severity).count()
        };
        let (errors, warnings) = (blocking(Severity::Error), blocking(Severity::Warning));
        (errors + warnings > 0)
            .then(|| Refusal::new(Code::FindingsBlock).with("errors", errors).with("warnings", warnings))
    }
}

/// What a partner gets for a frozen version.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The report, as it now stands.
    pub report: Report,
    /// The version.
    pub version: ReportVersion,
    /// The findings that it carries.
    pub findings: Vec<Finding>,
}

/// What came of a submission.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// A version was frozen.
    Accepted(Box<Receipt>),
    /// Findings block it; nothing was stored.
    Blocked(Assessment, Refusal),
}

/// What was read before the rules ran.
struct Prepared {
    programme: Programme,
    project: Project,
    period: ReportingPeriod,
    newest: Option<ReportVersion>,
    head: HashMap<String, Record>,
}

/// Says what would come of a submission, and stores nothing.
pub fn check(desk: &Desk, scope: &Scope, submission: &Submission) -> Outcome<Assessment> {
    scope.require(Permission::SubmitReports)?;
    let prepared = prepare(desk, scope, submission)?;
    Ok(assess(&prepared, submission))
}

/// Freezes a version of a report and sends it to the funder, unless findings block it.
pub fn submit(desk: &Desk, scope: &Scope, submission: &Submission) -> Outcome<Submitted> {
    scope.require(Permission::SubmitReports)?;
    let prepared = prepare(desk, scope, submission)?;
    let assessment = assess(&prepared, submission);
    if let Some(refusal) = assessment.refusal() {
        return Ok(Submitted::Blocked(assessment, refusal));
    }
    let seals = seal_identities(desk, &submission.statement);
    let now = desk.clock.now();
    let (report, version) = desk.store.write(|connection| {
        let linked = link_persons(connection, &prepared.programme, &submission.statement, &seals)?;
        freeze(connection, scope, submission, &prepared, linked, &assessment.findings, now)
    })?;
    Ok(Submitted::Accepted(Box::new(Receipt { report, version, findings: assessment.findings })))
}

fn prepare(desk: &Desk, scope: &Scope, submission: &Submission) -> Outcome<Prepared> {
    if submission.statement.participations.len() > LARGEST_STATEMENT {
        return Err(Refusal::new(Code::TooManyRecords)
            .at("input.participations")
            .with("limit", LARGEST_STATEMENT)
            .into());
    }
    desk.store.read(|connection| {
        let project = directory::find_project(connection, scope, &submission.project)?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("input.project"))?;
        let programme =
            directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
        let today = desk.clock.now().day_in(&programme.details.time_zone);
        let period = programme.details.periods.iter().find(|period| period.code == submission.period);
        let open = |period: &&ReportingPeriod| {
            today >= period.last_on && project.details.agreement_meets(period.first_on, period.last_on)
        };
        let period = period
            .filter(open)
            .cloned()
            .ok_or_else(|| Refusal::new(Code::PeriodClosed).at("input.period").with("period", submission.period))?;
        let newest = versions::newest_version(connection, &project.id)?;
        let head = records::newest_records(connection, &project.id)?;
        check_turn(connection, scope, &project, newest.as_ref(), submission)?;
        Ok(Prepared { programme, project, period, newest, head })
    })
}

/// Whether this submission may come now: on the newest version, in period order, from a state that allows it.
fn check_turn(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    newest: Option<&ReportVersion>,
    submission: &Submission,
) -> Outcome<Option<Report>> {
    if newest.is_some_and(|version| version.period > submission.period) {
        return Err(Refusal::new(Code::LaterPeriodReported).at("input.period").into());
    }
    let current = newest.map_or(0, |version| version.number);
    if submission.base_version != current {
        return Err(Refusal::new(Code::VersionConflict).at("input.baseVersion").with("current", current).into());
    }
    let report = reports::find_report_of(connection, scope, &project.id, &submission.period.to_string())?;
    let state = report.as_ref().map_or(State::Draft, |report| report.state);
    if state.after(Action::Submit, false).is_none() {
        return Err(Refusal::new(Code::TransitionRefused).with("state", state.code()).into());
    }
    Ok(report)
}

fn assess(prepared: &Prepared, submission: &Submission) -> Assessment {
    let previous = prepared.newest.as_ref().map(|version| Previous {
        period: version.period,
        participations: prepared
            .head
            .iter()
            .map(|(reference, record)| (reference.clone(), record.participation.clone()))
            .collect(),
    });
    let case = Case {
        project: &prepared.project,
        period: &prepared.period,
        statement: &submission.statement,
        previous: previous.as_ref(),
    };
    let mut findings = rules::check(&case);
    rules::justify(&mut findings, &submission.justifications);
    Assessment { findings }
}

/// The seal of each participation's identity, where it has a usable one.
fn seal_identities(desk: &Desk, statement: &Statement) -> Vec<Option<Vec<u8>>> {
    let seal = |identity: &Identity| match identity {
        Identity::Known(stage_one) => Some(desk.keys.seal(stage_one.as_bytes())),
        Identity::None | Identity::Placeholder | Identity::Malformed => None,
    };
    statement.participations.iter().map(|p| seal(&p.person)).collect()
}

/// Finds or makes the person behind each seal.
fn link_persons(
    connection: &mut AnyConnection,
    programme: &Programme,
    statement: &Statement,
    seals: &[Option<Vec<u8>>],
) -> Outcome<Statement<Person>> {
    let distinct: HashSet<&Vec<u8>> = seals.iter().flatten().collect();
    let mut distinct: Vec<Vec<u8>> = distinct.into_iter().cloned().collect();
    distinct.sort_unstable();
    let mut persons = links::find_links(connection, &programme.id, &distinct)?;
    let fresh: Vec<(Vec<u8>, PersonId)> = distinct
        .into_iter()
        .filter(|seal| !persons.contains_key(seal))
        .map(|seal| (seal, PersonId(clock::new_untimed_id())))
        .collect();
    links::insert_links(connection, &programme.id, &fresh)?;
    persons.extend(fresh);
    let person_of = |seal: &Option<Vec<u8>>| seal.as_ref().and_then(|seal| persons.get(seal).cloned());
    let participations = statement.participations.iter().zip(seals);
    Ok(Statement { participations: participations.map(|(p, seal)| p.clone().with_person(person_of(seal))).collect() })
}

/// Keeps what changed as a new version, and moves the report on.
fn freeze(
    connection: &mut AnyConnection,
    scope: &Scope,
    submission: &Submission,
    prepared: &Prepared,
    statement: Statement<Person>,
    kept_findings: &[Finding],
    now: Instant,
) -> Outcome<(Report, ReportVersion)> {
    let newest = versions::newest_version(connection, &prepared.project.id)?;
    let report = match check_turn(connection, scope, &prepared.project, newest.as_ref(), submission)? {
        Some(report) => report,
        None => {
            let report = new_report(prepared, now);
            reports::insert_report(connection, &report)?;
            report
        }
    };
    let number = submission.base_version + 1;
    let participation_count = u32::try_from(statement.participations.len()).unwrap_or(u32::MAX);
    let change = Change::between(&prepared.head, statement);
    let header = Header { project: &prepared.project.id, number, period: submission.period, rule_set: RULE_SET };
    let version = ReportVersion {
        id: VersionId::new(),
        number,
        project: prepared.project.id.clone(),
        report: report.id.clone(),
        period: submission.period,
        digest: version_digest(&header, change.hashes(&prepared.head)),
        participation_count,
        rule_set: RULE_SET,
        channel: submission.channel,
        submitted_at: now,
        submitted_by: scope.caller().to_owned(),
        submitted_by_organisation: scope.organisation().cloned(),
        late: now.day_in(&prepared.programme.details.time_zone) > prepared.period.due_on,
        approval: None,
        annulled: None,
    };
    versions::insert_version(connection, &version)?;
    records::close_records(connection, &version.project, &change.closed(), number)?;
    records::insert_records(connection, &version.project, &change.added, number)?;
    findings::insert_findings(connection, &version.project, number, kept_findings)?;
    let step = Transition {
        action: Action::Submit,
        to: State::Submitted,
        version: number,
        actor: scope.caller(),
        reason: None,
        at: now,
    };
    reports::advance_report(connection, &report, &step)?;
    let entry = Entry {
        kind: Action::Submit.event(),
        actor: scope.caller(),
        organisation: Some(report.lead.as_str()),
        subject: report.id.as_str(),
        detail: json!({ "version": number, "digest": version.digest.to_string() }),
    };
    journal::append(connection, now, &entry)?;
    let report = Report { state: State::Submitted, current_version: number, changed_at: now, ..report };
    Ok((report, version))
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

/// What a new version changes against the one before.
struct Change {
    added: Vec<Record>,
    kept: HashSet<String>,
    replaced: Vec<String>,
    removed: Vec<String>,
}

impl Change {
    fn between(head: &HashMap<String, Record>, statement: Statement<Person>) -> Self {
        let mut change = Self { added: Vec::new(), kept: HashSet::new(), replaced: Vec::new(), removed: Vec::new() };
        for participation in statement.participations {
            let reference = participation.reference.to_string();
            match head.get(&reference) {
                Some(record) if record.participation == participation => {
                    change.kept.insert(reference);
                }
                before => {
                    if before.is_some() {
                        change.replaced.push(reference);
                    }
                    change.added.push(Record::seal(participation));
                }
            }
        }
        let replaced: HashSet<&String> = change.replaced.iter().collect();
        let gone = |reference: &&String| !change.kept.contains(*reference) && !replaced.contains(*reference);
        change.removed = head.keys().filter(gone).cloned().collect();
        change
    }

    /// The references whose records end with this version.
    fn closed(&self) -> Vec<&str> {
        self.replaced.iter().chain(&self.removed).map(String::as_str).collect()
    }

    /// The hash of every record of the new version.
    fn hashes<'a>(&'a self, head: &'a HashMap<String, Record>) -> impl Iterator<Item = (&'a str, &'a [u8; 32])> {
        let kept = self
            .kept
            .iter()
            .filter_map(|reference| head.get(reference).map(|record| (reference.as_str(), &record.hash)));
        kept.chain(self.added.iter().map(|record| (record.participation.reference.as_str(), &record.hash)))
    }
}
