//! The demo's history sent in two ways through the real operations, and what the database then weighs.

use std::collections::HashMap;

use faisceau::access::Scope;
use faisceau::access::role::Role;
use faisceau::clock::Clock;
use faisceau::demo::Story;
use faisceau::reporting::operations::{self as reporting, Content, Mode, Submission, Submitted, Target};
use faisceau::reporting::rules::JustifiedWarning;
use faisceau::reporting::statement::Participation;
use faisceau::reporting::version::Channel;

use super::database::on_postgresql;
use super::{Database, Stage};

/// How each quarter is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// Every participation, every time.
    Whole,
    /// Only new and changed ones.
    ChangesAlone,
}

/// What a database weighs.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Rows of participations.
    pub rows: i64,
    /// Bytes of all tables and indexes as they lie there.
    pub bytes: i64,
    /// The same once everything was written together anew.
    pub packed_bytes: i64,
}

/// Plays the reports of the first projects of a story, each approved before the next.
pub fn played(story: &Story, projects: usize, sending: Sending) -> Stage {
    let stage = Stage::with_key(Clock::set_to(story.reports[0].submitted_at), story.programme.code.as_str());
    let programme = stage.programme(story.programme.clone());
    let organisations: Vec<_> =
        (0..story.organisations.len() as u32).map(|number| stage.organisation(number)).collect();
    let funder = stage.organisation(9999);
    let reviewer = stage.client("reviewer", Role::Officer, Some(&funder));
    let approver = stage.client("approver", Role::Officer, Some(&funder));
    let partners: Vec<_> = story
        .projects
        .iter()
        .take(projects)
        .enumerate()
        .map(|(place, planned)| {
            let details = planned.details(&organisations);
            let partner = stage.client(&format!("partner-{place}"), Role::Partner, Some(&details.lead));
            (partner, stage.project(&programme, details).id)
        })
        .collect();
    let statements = story.statements(stage.desk.keys.programme(story.programme.code.as_str()).unwrap());
    let mut stated: Vec<HashMap<String, Participation>> = vec![HashMap::new(); partners.len()];
    let mut versions = vec![0; partners.len()];
    for report in story.reports.iter().filter(|report| report.project < partners.len()) {
        stage.desk.clock.turn_to(report.submitted_at);
        let (partner, project) = &partners[report.project];
        let mut participations = statements.complete(report).participations;
        if sending == Sending::ChangesAlone {
            let before = &mut stated[report.project];
            participations.retain(|one| before.insert(one.reference.to_string(), one.clone()).as_ref() != Some(one));
        }
        let mode = if sending == Sending::Whole { Mode::Replace } else { Mode::Upsert };
        let submission = Submission {
            project: project.clone(),
            period: report.period,
            base_version: versions[report.project],
            content: Content { mode, participations, ..Content::default() },
            justifications: Vec::new(),
            answers: Vec::new(),
            check: None,
            channel: Channel::Demo,
        };
        let target = submit(&stage, partner, submission);
        versions[report.project] = target.version;
        reporting::start_review(&stage.desk, &reviewer, &target).unwrap();
        reporting::approve(&stage.desk, &approver, &target, true).unwrap();
    }
    stage
}

/// Submits, with an answer to every warning.
fn submit(stage: &Stage, partner: &Scope, mut submission: Submission) -> Target {
    let mut submitted = reporting::submit(&stage.desk, partner, submission.clone()).unwrap();
    if let Submitted::Blocked(assessment, _) = submitted {
        let answer =
            |code: &str| JustifiedWarning { code: code.to_owned(), path: None, text: "Checked.".parse().unwrap() };
        submission.justifications =
            assessment.findings.counts.iter().map(|finding| answer(finding.rule.code)).collect();
        submitted = reporting::submit(&stage.desk, partner, submission).unwrap();
    }
    match submitted {
        Submitted::Accepted(receipt) => Target { report: receipt.report.id, version: receipt.version.number },
        Submitted::Blocked(assessment, _) => panic!("blocked: {:?}", assessment.findings),
    }
}

/// Keeps every record of every version, as a product without intervals would.
pub fn keep_copies(database: &Database) {
    database.execute(
        "CREATE TABLE copies AS SELECT p.*, v.number AS version_number FROM report_versions v \
         JOIN participations p ON p.project_id = v.project_id AND p.first_version <= v.number \
         AND (p.end_version IS NULL OR p.end_version > v.number); \
         UPDATE copies SET first_version = version_number, end_version = NULL; \
         ALTER TABLE copies DROP COLUMN version_number; \
         DELETE FROM participations; INSERT INTO participations SELECT * FROM copies; DROP TABLE copies;",
    );
}

/// What a database weighs; it is packed in passing.
pub fn size(database: &Database) -> Size {
    let number = |query: &str| database.sql(&format!("SELECT CAST(({query}) AS TEXT) AS value"))[0].parse().unwrap();
    let (all, pack) = if on_postgresql() {
        let tables = "FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
        (format!("SELECT SUM(pg_total_relation_size(oid)) {tables}"), "VACUUM FULL")
    } else {
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        let pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        (pages.to_owned(), "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
    };
    let bytes = number(&all);
    database.execute(pack);
    Size { rows: number("SELECT COUNT(*) FROM participations"), bytes, packed_bytes: number(&all) }
}
