//! Two images compared bit for bit, as far as both go: every revision, every version, every column of every version's
//! participations. Persons are numbered as each image met them, so their numbers need to agree one to one only.

use std::collections::HashMap;

use super::Checked;
use crate::consolidation::image::{ApprovedVersion, Image, ProjectImage, Row};
use crate::storage::journal::Position;

/// A comparison of an image made from scratch with one that lived.
pub struct Comparison<'a> {
    fresh: &'a Image,
    up_to: Position,
    to_running: HashMap<u32, u32>,
    to_fresh: HashMap<u32, u32>,
    /// What was compared, and what differs.
    pub checked: Checked,
}

impl<'a> Comparison<'a> {
    /// A comparison up to a position that both images have reached.
    pub fn of(fresh: &'a Image, up_to: Position) -> Self {
        let (to_running, to_fresh) = (HashMap::new(), HashMap::new());
        Self { fresh, up_to, to_running, to_fresh, checked: Checked::default() }
    }

    /// Compares the states of programmes.
    pub fn programmes(&mut self, running: &Image) {
        self.checked.count();
        let known = running.programmes.iter().filter(|(since, _)| *since <= self.up_to);
        let expected = self.fresh.programmes.iter().filter(|(since, _)| *since <= self.up_to);
        if !known.eq(expected) {
            self.checked.note("programmes: another state in the image than in the tables".to_owned());
        }
    }

    /// Compares a project by its place in the image made from scratch.
    pub fn project(&mut self, place: usize, running: &Image) {
        let fresh = &self.fresh.projects[place];
        let id = &fresh.id;
        let Some(running) = running.projects.iter().find(|project| project.id == *id) else {
            self.checked.note(format!("project {id}: missing in the image"));
            return;
        };
        self.checked.count();
        let up_to = self.up_to;
        let known = running.revisions.iter().filter(|(since, _)| *since <= up_to);
        if !known.eq(fresh.revisions.iter().filter(|(since, _)| *since <= up_to)) {
            self.checked.note(format!("project {id}: another revision in the image than in the tables"));
        }
        let (known, expected) = (versions(running, up_to), versions(fresh, up_to));
        if known != expected {
            self.checked.note(format!("project {id}: other versions in the image than in the tables"));
            return;
        }
        for version in expected {
            self.checked.count();
            let (mut known, mut expected) = (running.rows_of(version.number), fresh.rows_of(version.number));
            loop {
                let differ = match (known.next(), expected.next()) {
                    (None, None) => break,
                    (Some(known), Some(expected)) => !self.same(known, expected),
                    _ => true,
                };
                if differ {
                    let number = version.number;
                    self.checked.note(format!("project {id}: version {number} differs between image and tables"));
                    break;
                }
            }
        }
    }

    /// Looks for projects that the tables do not have.
    pub fn surplus(&mut self, running: &Image) {
        let known = running.projects.iter().filter(|project| project.at(self.up_to).is_some()).count();
        if known > self.fresh.projects.len() {
            self.checked.note(format!("{} projects too many in the image", known - self.fresh.projects.len()));
        }
    }

    fn same(&mut self, known: &Row, expected: &Row) -> bool {
        // Which versions hold it is compared by what they hold: an end is known only once the next version is.
        let columns = |row: &Row| (row.entry, row.exit, row.first, row.outcome, row.sex);
        let known_as = *self.to_running.entry(expected.person).or_insert(known.person);
        let expected_as = *self.to_fresh.entry(known.person).or_insert(expected.person);
        columns(known) == columns(expected) && known_as == known.person && expected_as == expected.person
    }
}

/// The versions of a project as they stood at a position.
fn versions(project: &ProjectImage, up_to: Position) -> Vec<ApprovedVersion> {
    let approved = project.versions.iter().filter(|version| version.approved <= up_to);
    approved
        .map(|version| ApprovedVersion { annulled: version.annulled.filter(|at| *at <= up_to), ..*version })
        .collect()
}
