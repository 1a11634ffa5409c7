//! A submission that is prepared and not written yet, for what happens in between.

use std::thread::JoinHandle;

use faisceau::access::Manner;
use faisceau::access::operations::recognise;
use faisceau::directory::project::Project;
use faisceau::refusal::Outcome;
use faisceau::reporting::operations::{self as reporting, Content, Submission, Submitted};
use faisceau::reporting::rules::{JustifiedWarning, RULE_SET, Rule, Severity, rules};
use faisceau::reporting::statement::Participation;
use faisceau::reporting::version::Channel;
use faisceau::watch::{Stage, Watch};

use super::World;

/// Has ALPHA's partner submit participations for 2023-Q2 on a base version, every warning justified; comes back once they
/// are read.
pub fn submission_under_way(
    world: &World,
    project: &Project,
    base_version: u32,
    participations: Vec<Participation>,
) -> JoinHandle<Outcome<Submitted>> {
    let warnings = rules(RULE_SET).filter(|rule| rule.severity == Severity::Warning);
    let justified =
        |rule: &Rule| JustifiedWarning { code: rule.code.to_owned(), path: None, text: "Checked.".parse().unwrap() };
    let submission = Submission {
        project: project.id.clone(),
        period: "2023-Q2".parse().unwrap(),
        base_version,
        content: Content { participations, ..Content::default() },
        justifications: warnings.map(justified).collect(),
        answers: Vec::new(),
        check: None,
        channel: Channel::Json,
    };
    let partner = recognise(&world.desk, &world.caller("partner-alpha").token()).unwrap();
    let watch = Watch::begin();
    let desk = world.desk.with_manner(Manner { watch: watch.clone(), ..Manner::default() });
    let submitting = std::thread::spawn(move || reporting::submit(&desk, &partner, submission));
    while watch.progress().stage == Stage::Reading {
        std::thread::yield_now();
    }
    submitting
}
