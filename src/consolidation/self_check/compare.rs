//! Two images compared bit for bit, as far as both go: every fact of the directory, every version, every column of every
//! version's participations. Persons are numbered as each image met them, so what is compared is who bears a number.

use std::collections::HashMap;

use crate::access::chain::Checked;
use crate::consolidation::image::persons::{ANONYMOUS, Bearers};
use crate::consolidation::image::{ApprovedVersion, Image, PaidFact, ProjectImage};
use crate::id::PaymentId;
use crate::storage::journal::Position;

/// A comparison of an image made from scratch with one that lived.
pub struct Comparison<'a> {
    fresh: &'a Image,
    bearers: Bearers,
    up_to: Position,
    /// What was compared, and what differs.
    pub checked: Checked,
}

impl<'a> Comparison<'a> {
    /// A comparison up to a position that both images have reached.
    pub fn of(fresh: &'a Image, up_to: Position) -> Self {
        Self { fresh, bearers: fresh.persons().bearers(), up_to, checked: Checked::default() }
    }

    fn note(&mut self, same: bool, what: impl FnOnce() -> String) {
        self.checked.count();
        if !same {
            self.checked.note(format!("{}: the image says otherwise than the tables", what()));
        }
    }

    /// Compares programmes, definitions and organisations, and looks for projects that the tables do not have.
    pub fn directory(&mut self, running: &Image) {
        let (fresh, up_to) = (self.fresh, self.up_to);
        self.note(until(&running.programmes, up_to).eq(until(&fresh.programmes, up_to)), || "programmes".to_owned());
        let known = running.definitions.iter().filter(|set| set.position() <= up_to);
        let same = known.eq(fresh.definitions.iter().filter(|set| set.position() <= up_to));
        self.note(same, || "definitions".to_owned());
        let known = running.organisations();
        let mut same = true;
        for (id, expected) in fresh.organisations() {
            same &= known.get(id).is_some_and(|known| until(known, up_to).eq(until(expected, up_to)));
        }
        let count = |image: &Image| {
            let known = image.organisations().values();
            known.filter(|revisions| until(revisions, up_to).next().is_some()).count()
        };
        self.note(same && count(running) == count(fresh), || "organisations".to_owned());
        let count = |image: &Image| image.projects.iter().filter(|project| project.at(up_to).is_some()).count();
        self.note(count(running) == count(fresh), || "projects".to_owned());
    }

    /// Compares a project by its place in the image made from scratch.
    pub fn project(&mut self, place: usize, running: &Image) {
        let (whole, up_to) = (self.fresh, self.up_to);
        let fresh = &whole.projects[place];
        let id = &fresh.id;
        let Some(project) = running.project(id) else {
            return self.note(false, || format!("project {id}"));
        };
        let same = until(&project.revisions, up_to).eq(until(&fresh.revisions, up_to));
        self.note(same, || format!("project {id}, as it is registered"));
        self.note(payments(project, up_to) == payments(fresh, up_to), || format!("project {id}, payments"));
        let (known, expected) = (versions(project, up_to), versions(fresh, up_to));
        let same = known == expected;
        self.note(same, || format!("project {id}, versions"));
        for version in &expected {
            let touched = |image: &Image| image.erasures.touched(id, version.number);
            let number = version.number;
            self.note(touched(running) == touched(whole), || format!("project {id}, erasures of version {number}"));
        }
        if let Some(newest) = expected.last() {
            let same = self.same_participations(project, fresh, newest.number, running);
            self.note(same, || format!("project {id}, participations of versions up to {}", newest.number));
        }
    }

    /// Whether two images hold the same participations in every version up to one.
    fn same_participations(&self, known: &ProjectImage, expected: &ProjectImage, newest: u32, running: &Image) -> bool {
        let (known, expected) = (&known.segment, &expected.segment);
        let (rows, expected_rows) = (known.held_until(newest), expected.held_until(newest));
        known.lists_the_shared()
            && known.starts_until(newest) == expected.starts_until(newest)
            && rows.len() == expected_rows.len()
            && rows.into_iter().zip(expected_rows).all(
                |((row, supports, end), (expected, expected_supports, until))| {
                    (row.ordinal, row.entry, row.exit, row.bytes, supports, end)
                        == (expected.ordinal, expected.entry, expected.exit, expected.bytes, expected_supports, until)
                        && self.same_person(row.person, expected.person, running)
                },
            )
    }

    fn same_person(&self, known: u32, expected: u32, running: &Image) -> bool {
        match self.bearers.of(expected) {
            Some(key) => running.persons().find(key) == Some(known),
            None => known == ANONYMOUS && expected == ANONYMOUS,
        }
    }
}

/// What holds from positions up to one.
fn until<T>(facts: &[(Position, T)], up_to: Position) -> impl Iterator<Item = &(Position, T)> {
    facts.iter().filter(move |(since, _)| *since <= up_to)
}

/// The versions of a project as they stood at a position.
fn versions(project: &ProjectImage, up_to: Position) -> Vec<ApprovedVersion> {
    let approved = project.versions.iter().filter(|version| version.approved <= up_to);
    approved
        .map(|version| ApprovedVersion { annulled: version.annulled.filter(|at| *at <= up_to), ..*version })
        .collect()
}

/// The payments of a project as they stood at a position.
fn payments(project: &ProjectImage, up_to: Position) -> HashMap<PaymentId, PaidFact> {
    let recorded = project.payments.iter().filter(|payment| payment.recorded <= up_to);
    recorded
        .map(|payment| {
            let cancelled = payment.cancelled.filter(|at| *at <= up_to);
            (payment.id.clone(), PaidFact { cancelled, ..payment.clone() })
        })
        .collect()
}
