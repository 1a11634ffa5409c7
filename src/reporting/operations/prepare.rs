//! What comes before a write: reading what a submission builds on, making its statement whole, and judging it.
//!
//! It happens in one snapshot, outside of the write, because it is slow; the write then checks that nothing moved.

use std::collections::HashSet;

use serde_json::json;

use crate::access::keys::RequestMac;
use crate::access::{Desk, Scope};
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::directory::store as directory;
use crate::id::ProjectId;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::head::Head;
use crate::reporting::identity::Identity;
use crate::reporting::lifecycle::{Action, Circumstances, State};
use crate::reporting::record::canonical;
use crate::reporting::rules::{self, Answers, Case, Findings, Previous};
use crate::reporting::sections::{Section, Sections};
use crate::reporting::statement::{Participation, Statement};
use crate::reporting::store::{links, privacy, reasons, records, reports, sections, versions, waivers};
use crate::reporting::submission::{Assessment, Content, Mode, Submission};
use crate::reporting::version::{Digest, Report, ReportVersion};
use crate::reporting::waiver::Waiver;
use crate::storage::AnyConnection;

/// The largest statement, in participations.
pub const LARGEST_STATEMENT: usize = 100_000;

/// How many identities are sealed and looked up at once.
const LOOK_UP_AT_ONCE: usize = 2000;

/// What was read before the rules ran, and the whole statement that they judge.
pub struct Prepared {
    /// The submission, whose participations are now part of the statement.
    pub submission: Submission,
    pub programme: Programme,
    pub project: Project,
    pub period: ReportingPeriod,
    pub newest: Option<ReportVersion>,
    /// The report for the period, if it has ever been submitted.
    pub report: Option<Report>,
    pub head: Head,
    pub statement: Statement,
    /// Participations of the newest version of each earlier period, by period.
    pub history: Vec<(Quarter, u32)>,
    /// The rules that the project is not held to today.
    pub waivers: Vec<Waiver>,
    /// How many erasures there had been.
    pub erasures: i64,
    content: RequestMac,
}

/// Reads what a submission builds on and makes its statement whole.
pub fn prepare(desk: &Desk, scope: &Scope, submission: Submission) -> Outcome<Prepared> {
    desk.read(scope, |connection| prepare_on(connection, desk, scope, submission))
}

/// The same, in a transaction that has begun.
pub fn prepare_on(
    connection: &mut AnyConnection,
    desk: &Desk,
    scope: &Scope,
    mut submission: Submission,
) -> Outcome<Prepared> {
    if submission.content.participations.len() > LARGEST_STATEMENT {
        return Err(too_many());
    }
    let project = directory::find_project(connection, scope, &submission.project)?
        .ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?;
    let programme = directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
    let period = open_period(desk, &programme, &project, submission.period)?;
    let erasures = privacy::read_head(connection)?.erasures;
    let newest = versions::newest_version(connection, &project.id)?;
    let report = check_turn(connection, scope, &project, newest.as_ref(), &submission)?;
    let section_records = sections::newest_sections(connection, &project.id)?;
    let earlier = sections::sections_of(&section_records)?;
    let head = Head::new(records::newest_records(connection, &project.id)?, section_records, earlier);
    let history = versions::list_counts(connection, &project.id, submission.period)?;
    let waivers = waivers_today(connection, desk, &programme, &project.id)?;
    let content = content_mac(desk, &submission, &project, &period, newest.as_ref());
    link_known(connection, desk, &project, &mut submission.content.participations)?;
    let statement = whole_statement(&mut submission.content, &head)?;
    Ok(Prepared {
        submission,
        programme,
        project,
        period,
        newest,
        report,
        head,
        statement,
        history,
        waivers,
        erasures,
        content,
    })
}

/// The waivers of a project that hold today.
pub fn waivers_today(
    connection: &mut AnyConnection,
    desk: &Desk,
    programme: &Programme,
    project: &ProjectId,
) -> Outcome<Vec<Waiver>> {
    waivers::list_holding(connection, project, desk.clock.now().day_in(&programme.details.time_zone))
}

fn too_many() -> Failure {
    Refusal::new(Code::TooManyRecords).at("participations").with("limit", LARGEST_STATEMENT).into()
}

/// The period, if the project may report for it: its last day has come and the agreement meets it.
fn open_period(desk: &Desk, programme: &Programme, project: &Project, code: Quarter) -> Outcome<ReportingPeriod> {
    let today = desk.clock.now().day_in(&programme.details.time_zone);
    let period = programme.details.periods.iter().find(|period| period.code == code);
    let open = |period: &&ReportingPeriod| {
        today >= period.last_on && project.details.agreement_meets(period.first_on, period.last_on)
    };
    let closed = || Refusal::new(Code::PeriodClosed).at("period").with("period", code);
    Ok(period.filter(open).cloned().ok_or_else(closed)?)
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
        return Err(Refusal::new(Code::LaterPeriodReported).at("period").into());
    }
    let current = newest.map_or(0, |version| version.number);
    if submission.base_version != current {
        return Err(Refusal::new(Code::VersionConflict).at("baseVersion").with("current", current).into());
    }
    let report = reports::find_report_of(connection, scope, &project.id, &submission.period.to_string())?;
    let state = report.as_ref().map_or(State::Draft, |report| report.state);
    if state.after(Action::Submit, Circumstances::default()).is_none() {
        return Err(Refusal::new(Code::TransitionRefused).with("state", state.code()).into());
    }
    reasons::check_answers(connection, &project.id, &submission.answers)?;
    Ok(report)
}

/// The statement that the content amounts to on top of the newest version; the participations move into it.
fn whole_statement(content: &mut Content, head: &Head) -> Outcome<Statement> {
    let sections = content.sections.over(head.sections());
    match content.mode {
        Mode::Replace => replaced(content, sections),
        Mode::Upsert => upserted(content, head, sections),
    }
}

fn replaced(content: &mut Content, sections: Sections) -> Outcome<Statement> {
    match content.removals.is_empty() {
        true => Ok(Statement { participations: std::mem::take(&mut content.participations), sections }),
        false => Err(Refusal::new(Code::RemovalMisplaced).at("removals").into()),
    }
}

/// What stays of the head, then what was sent.
fn upserted(content: &mut Content, head: &Head, sections: Sections) -> Outcome<Statement> {
    let sent: HashSet<&str> = content.participations.iter().map(|p| p.reference.as_str()).collect();
    for (place, reference) in content.removals.iter().enumerate() {
        if head.find(reference.as_str()).is_none() || sent.contains(reference.as_str()) {
            return Err(Refusal::new(Code::RemovalUnknown).at(format!("removals[{place}]")).into());
        }
    }
    let removed: HashSet<&str> = content.removals.iter().map(|reference| reference.as_str()).collect();
    let stays = |reference: &str| !sent.contains(reference) && !removed.contains(reference);
    let kept = head.participations().filter(|p| stays(p.reference.as_str()));
    let mut participations: Vec<Participation> =
        kept.map(|p| p.clone().with_person(p.person.clone().map_or(Identity::None, Identity::Linked))).collect();
    if participations.len() + content.participations.len() > LARGEST_STATEMENT {
        return Err(too_many());
    }
    participations.append(&mut content.participations);
    Ok(Statement { participations, sections })
}

/// Gives participations the persons that the link table already holds: the rules see the same person in what stays and
/// in what was sent, and the write has only new persons to link. A link once made stays as it is.
fn link_known(
    connection: &mut AnyConnection,
    desk: &Desk,
    project: &Project,
    participations: &mut [Participation],
) -> Outcome<()> {
    for some in participations.chunks_mut(LOOK_UP_AT_ONCE) {
        let seals: Vec<Vec<Vec<u8>>> = some.iter().map(|p| p.person.seals(&desk.keys, project.sandbox)).collect();
        let known: Vec<Vec<u8>> = seals.iter().flatten().cloned().collect();
        let linked = links::find_links(connection, &project.programme, &known)?;
        for (p, seals) in some.iter_mut().zip(seals) {
            if let Some(person) = seals.iter().find_map(|seal| linked.get(seal)) {
                p.person = Identity::Linked(person.clone());
            }
        }
    }
    Ok(())
}

/// What names the content of a submission and what it builds on. Identities count by their seals, so that a check tells
/// nothing of who else knows a person.
fn content_mac(
    desk: &Desk,
    submission: &Submission,
    project: &Project,
    period: &ReportingPeriod,
    newest: Option<&ReportVersion>,
) -> RequestMac {
    let mut mac = desk.keys.request_mac(b"check");
    let base = newest.map(|version| version.digest);
    let content = &submission.content;
    let header = json!([project, period, submission.base_version, base, content.mode, content.removals]);
    mac.update(header.to_string().as_bytes());
    for p in &content.participations {
        let person = match &p.person {
            Identity::Known(stage_one) => data_encoding::HEXLOWER.encode(&desk.keys.seal(stage_one.as_bytes())),
            Identity::Linked(person) => person.0.clone(),
            Identity::None => String::new(),
            Identity::Placeholder => "placeholder".to_owned(),
            Identity::Malformed => "malformed".to_owned(),
        };
        mac.update(canonical(p, &person).as_bytes());
    }
    let stated = content.sections.over(&Sections::default());
    for section in Section::ALL {
        mac.update(stated.text(section).unwrap_or_default().as_bytes());
        mac.update(b"\0");
    }
    mac
}

/// Judges the whole statement.
pub fn assess(prepared: &Prepared) -> Assessment {
    let previous = prepared.newest.as_ref().map(|version| Previous {
        period: version.period,
        approved: version.approval.is_some() && version.annulled.is_none(),
        head: &prepared.head,
    });
    let case = Case {
        programme: &prepared.programme,
        project: &prepared.project,
        period: &prepared.period,
        statement: &prepared.statement,
        previous: previous.as_ref(),
        history: &prepared.history,
    };
    let findings = rules::check(&case, &Answers::new(&prepared.submission.justifications, &prepared.waivers));
    Assessment {
        check: check_of(prepared.content.clone(), &findings),
        findings,
        participation_count: u32::try_from(prepared.statement.participations.len()).unwrap_or(u32::MAX),
    }
}

/// The name of a check: of the content and of all that was found, in no order, since justifications may be added to it.
fn check_of(mut mac: RequestMac, findings: &Findings) -> Digest {
    mac.update(rules::RULE_SET.to_string().as_bytes());
    let mut counts: Vec<(&str, u32, u32)> =
        findings.counts.iter().map(|count| (count.rule.code, count.count, count.waived_count)).collect();
    counts.sort_unstable();
    for (code, count, waived) in counts {
        mac.update(format!("\n{code}\0{count}\0{waived}").as_bytes());
    }
    let mut listed: Vec<(&str, &str)> =
        findings.listed.iter().map(|finding| (finding.rule.code, finding.path.as_str())).collect();
    listed.sort_unstable();
    for (code, path) in listed {
        mac.update(format!("\n{code}\0{path}").as_bytes());
    }
    Digest(mac.finish())
}
