//! The self-check: everything that is published is computed again from the tables and compared, bit for bit. On a
//! difference nothing is published any more, until a check finds none.
//!
//! A check only reads; what it finds wrong is somebody's to mend.

mod compare;
mod plain;
mod publishing;
mod store;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant as Stopwatch};

use compare::Comparison;
use plain::Plain;
pub use publishing::{Publishing, SelfChecked};

use super::definitions::built_in;
use super::image::Image;
use super::node::Node;
use super::operations::{Consolidation, answer_at};
use super::question::{AsOf, Dimension, Question};
use crate::access::chain::Checked;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::refusal::{Failure, Outcome};
use crate::reporting::operations as reporting;
use crate::storage::journal::Position;

/// How often a comparison is made before a difference is believed: records erased by law between reading and comparing
/// are gone on one side only, and not any more the next time.
const ATTEMPTS: u32 = 3;

/// What is checked on a node that serves, in order; each from scratch.
const CHECKS: [(&str, Check); 4] =
    [("image", check_image), ("answers", check_answers), ("figures", check_figures), ("versions", check_versions)];

type Check = fn(&Consolidation, &Desk, &Scope, &Pace) -> Outcome<Checked>;

/// How a check shares the machine with those who ask: it rests after each piece of work.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    rest: u32,
}

impl Pace {
    /// Rests three times as long as it worked.
    pub fn in_the_background() -> Self {
        Self { rest: 3 }
    }

    /// Never rests.
    pub fn at_once() -> Self {
        Self::default()
    }

    fn rest_after(self, began: Stopwatch) {
        std::thread::sleep((began.elapsed() * self.rest).min(Duration::from_secs(1)));
    }
}

impl Consolidation {
    /// Checks this node against the tables, and the tables against their digests; then publishes, or not.
    pub fn check_itself(&self, desk: &Desk, scope: &Scope, pace: &Pace) -> Outcome<SelfChecked> {
        scope.require_everywhere(Permission::ReadNationalFigures)?;
        let position = self.node.caught_up(desk, scope)?.1;
        let mut parts = Vec::new();
        for (name, check) in CHECKS {
            // What is spoilt may be so wrong that nothing can be computed from it.
            let made = catch_unwind(AssertUnwindSafe(|| check(self, desk, scope, pace)));
            parts.push((name, read_or_noted(made.unwrap_or_else(|_| Err(Failure::fault("the check panicked"))))?));
        }
        let checked = SelfChecked { at: desk.clock.now(), position, parts };
        self.publishing.heed(desk, checked.clone())?;
        Ok(checked)
    }

    /// What a node that starts heeds: if the last check anywhere found a difference, nothing is published before one here
    /// finds none. Says whether anything is published.
    pub fn heed_the_last_check(&self, desk: &Desk) -> Outcome<bool> {
        self.publishing.heed_the_last(desk)
    }

    /// Refuses while nothing is published, for whatever is published without the image.
    pub fn publishing(&self) -> Outcome<()> {
        Ok(self.publishing.require()?)
    }

    /// What the last self-check of this node found, if there was one.
    pub fn last_self_check(&self) -> Option<SelfChecked> {
        self.publishing.last()
    }

    /// For tests: changes one cell of a column of the image, as a fault of memory would, or changes it back; says whether
    /// there is such a cell.
    #[doc(hidden)]
    pub fn spoil_a_cell(&self, column: usize) -> bool {
        self.node.spoil(column)
    }
}

/// Checks the figures of the tables by two routes, without any node: what can be done from outside.
pub fn verify_figures(desk: &Desk, scope: &Scope) -> Outcome<Checked> {
    scope.require_everywhere(Permission::ReadNationalFigures)?;
    read_or_noted(check_figures(&Consolidation::new(), desk, scope, &Pace::at_once()))
}

/// What cannot be read at all is a finding; a database that is away is none.
pub fn read_or_noted(checked: Outcome<Checked>) -> Outcome<Checked> {
    match checked {
        Err(Failure::Fault(fault)) if !fault.retry => {
            let mut checked = Checked::default();
            checked.note(fault.what);
            Ok(checked)
        }
        checked => checked,
    }
}

/// The image of this node against one that reads everything again.
fn check_image(running: &Consolidation, desk: &Desk, scope: &Scope, pace: &Pace) -> Outcome<Checked> {
    let mut checked = Checked::default();
    for _ in 0..ATTEMPTS {
        let fresh = Node::default();
        let (fresh, position) = fresh.caught_up(desk, scope)?;
        running.catch_up(desk, scope)?;
        let mut comparison = Comparison::of(&fresh, position);
        comparison.directory(&running.node.image());
        for place in 0..fresh.projects.len() {
            let began = Stopwatch::now();
            // One project at a time, so that nobody waits for more than that.
            comparison.project(place, &running.node.image());
            pace.rest_after(began);
        }
        checked = comparison.checked;
        if checked.holds() {
            break;
        }
    }
    Ok(checked)
}

/// A set of answers of this node against those of one that reads everything again.
fn check_answers(running: &Consolidation, desk: &Desk, scope: &Scope, pace: &Pace) -> Outcome<Checked> {
    let mut checked = Checked::default();
    for _ in 0..ATTEMPTS {
        checked = Checked::default();
        let fresh = Node::default();
        let (fresh, position) = fresh.caught_up(desk, scope)?;
        running.catch_up(desk, scope)?;
        for question in questions(&fresh, desk, position) {
            let began = Stopwatch::now();
            let answers = [
                answer_at(desk, &fresh, position, &question)?,
                answer_at(desk, &running.node.image(), position, &question)?,
            ];
            checked.count();
            if answers[0] != answers[1] {
                let (programme, cut) = (&question.programme, &question.group_by);
                checked.note(format!("programme {programme} by {cut:?} at position {position}: another answer"));
            }
            pace.rest_after(began);
        }
        if checked.holds() {
            break;
        }
    }
    Ok(checked)
}

/// The answers of an image made from scratch against figures counted from the rows by plain sets.
fn check_figures(_: &Consolidation, desk: &Desk, scope: &Scope, pace: &Pace) -> Outcome<Checked> {
    let mut checked = Checked::default();
    for _ in 0..ATTEMPTS {
        checked = Checked::default();
        let fresh = Node::default();
        let (fresh, position) = fresh.caught_up(desk, scope)?;
        let mut read: Option<Plain> = None;
        for question in questions(&fresh, desk, position) {
            let began = Stopwatch::now();
            let answer = answer_at(desk, &fresh, position, &question)?;
            let plain = match read.take().filter(|plain| plain.serves(&question, &answer)) {
                Some(plain) => plain,
                None => Plain::read(desk, scope, &question, &answer)?,
            };
            plain.compare(&answer, &mut checked)?;
            read = Some(plain);
            pace.rest_after(began);
        }
        if checked.holds() {
            break;
        }
    }
    Ok(checked)
}

fn check_versions(_: &Consolidation, desk: &Desk, scope: &Scope, _: &Pace) -> Outcome<Checked> {
    reporting::verify_versions(desk, scope)
}

/// What is asked of both: everything of every programme, cut in each way, and whole under every definition.
fn questions(image: &Image, desk: &Desk, position: Position) -> Vec<Question> {
    let mut codes: Vec<_> = image.programmes.iter().map(|(_, programme)| programme.details.code.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut questions = Vec::new();
    for code in codes {
        let Some(programme) = image.programme(code.as_str(), position) else { continue };
        let today = desk.clock.now().day_in(&programme.details.time_zone);
        let whole = Question {
            as_of: AsOf::Position(position, Some(today.max(programme.details.first_on))),
            ..Question::of(code)
        };
        questions.push(whole.clone());
        let cut = |group_by: &[Dimension]| Question { group_by: group_by.to_vec(), ..whole.clone() };
        questions.extend(Dimension::ALL.iter().map(|dimension| cut(&[*dimension])));
        questions.push(cut(&[Dimension::Region, Dimension::Sex, Dimension::Year]));
        let added = image.definitions.iter().filter(|set| {
            set.position() <= position && set.addition.as_ref().is_some_and(|added| added.programme == programme.id)
        });
        for set in built_in::all().iter().chain(added) {
            questions.push(Question { definition: Some(set.code.clone()), ..whole.clone() });
        }
    }
    questions
}
