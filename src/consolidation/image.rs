//! The image: what answers read, held in memory, with the positions between which each fact holds.
//!
//! It remembers every position, so an answer at an earlier one is the same question with a smaller number. It is a
//! cache of the tables: everything in it can be read again from them, and a test does so.

use std::collections::HashMap;

use jiff::civil::{Date, date};

use super::outcome::OutcomeKey;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::id::ProjectId;
use crate::reporting::codes::Sex;
use crate::reporting::version::Digest;
use crate::storage::journal::Position;

/// Days since 1970-01-01.
pub type Day = i32;

/// The exit of someone who has not left: after every day.
pub const NO_EXIT: Day = Day::MAX;

/// A date as days since 1970-01-01.
pub fn day_number(day: Date) -> Day {
    (day - date(1970, 1, 1)).get_days()
}

/// Everything that answers read, up to a position.
#[derive(Default)]
pub struct Image {
    /// The position up to which it is complete.
    pub position: Position,
    /// What each programme is from each position on, in order.
    pub programmes: Vec<(Position, Programme)>,
    /// Projects, in the order in which they were registered.
    pub projects: Vec<ProjectImage>,
    project_places: HashMap<ProjectId, usize>,
    person_numbers: HashMap<String, u32>,
}

/// What the image holds of a project.
pub struct ProjectImage {
    /// Its identifier.
    pub id: ProjectId,
    /// What it is from each position on, in order.
    pub revisions: Vec<(Position, Project)>,
    /// Its approved versions, by number.
    pub versions: Vec<ApprovedVersion>,
    /// Its participations, as intervals of versions.
    pub rows: Vec<Row>,
}

/// An approved version and the positions between which it can be in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApprovedVersion {
    /// Its number.
    pub number: u32,
    /// The period that it is about.
    pub period: Quarter,
    /// Its digest.
    pub digest: Digest,
    /// Whether it came late.
    pub late: bool,
    /// The position of its approval.
    pub approved: Position,
    /// The position of its annulment.
    pub annulled: Option<Position>,
}

/// A participation, as far as figures need it: part of versions `first` to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The person's number in this image.
    pub person: u32,
    /// First day.
    pub entry: Day,
    /// Last day, or [`NO_EXIT`].
    pub exit: Day,
    /// The first version that holds it.
    pub first: u32,
    /// The first version that does not hold it any more; `u32::MAX` if every later one does.
    pub end: u32,
    /// What the exit led to.
    pub outcome: OutcomeKey,
    /// Sex.
    pub sex: Sex,
}

/// A row as it was read: its person not yet numbered.
pub struct ReadRow {
    /// The person, or project and reference where there is none.
    pub person: String,
    /// The row, with person number 0.
    pub row: Row,
}

/// What happened between two positions, read whole before any of it is applied.
#[derive(Default)]
pub struct Delta {
    /// The position that the image will have.
    pub position: Position,
    /// New states of programmes, in order.
    pub programmes: Vec<(Position, Programme)>,
    /// New projects and revisions, in order.
    pub revisions: Vec<(Position, Project)>,
    /// Versions approved or annulled, as they now stand, by project.
    pub versions: Vec<(ProjectId, ApprovedVersion)>,
    /// Every row of the projects whose newest approved version is new.
    pub rows: Vec<(ProjectId, Vec<ReadRow>)>,
}

impl Image {
    /// Applies what was read; cannot fail, so the image is never half caught up.
    pub fn apply(&mut self, delta: Delta) {
        self.programmes.extend(delta.programmes);
        for (position, project) in delta.revisions {
            self.project_mut(&project.id.clone()).revisions.push((position, project));
        }
        for (project, version) in delta.versions {
            let versions = &mut self.project_mut(&project).versions;
            match versions.binary_search_by_key(&version.number, |known| known.number) {
                Ok(place) => versions[place] = version,
                Err(place) => versions.insert(place, version),
            }
        }
        for (project, read) in delta.rows {
            let rows = read.into_iter().map(|read| Row { person: self.number_of(read.person), ..read.row }).collect();
            self.project_mut(&project).rows = rows;
        }
        self.position = delta.position;
    }

    fn project_mut(&mut self, id: &ProjectId) -> &mut ProjectImage {
        let place = *self.project_places.entry(id.clone()).or_insert_with(|| {
            self.projects.push(ProjectImage {
                id: id.clone(),
                revisions: Vec::new(),
                versions: Vec::new(),
                rows: Vec::new(),
            });
            self.projects.len() - 1
        });
        &mut self.projects[place]
    }

    fn number_of(&mut self, person: String) -> u32 {
        let next = u32::try_from(self.person_numbers.len()).expect("fewer than four thousand million persons");
        *self.person_numbers.entry(person).or_insert(next)
    }

    /// How many persons are numbered.
    pub fn person_count(&self) -> usize {
        self.person_numbers.len()
    }

    /// The number of a project's newest approved version that is loaded; 0 if none.
    pub fn newest_loaded(&self, project: &ProjectId) -> u32 {
        let place = self.project_places.get(project);
        place.and_then(|place| self.projects[*place].versions.last()).map_or(0, |version| version.number)
    }

    /// The programme of a code, as known at a position.
    pub fn programme(&self, code: &str, position: Position) -> Option<&Programme> {
        self.programmes.iter().rfind(|(since, p)| *since <= position && p.code() == code).map(|(_, p)| p)
    }

    /// The projects of a programme, as they stand at a position.
    pub fn projects_of<'a>(
        &'a self,
        programme: &'a Programme,
        position: Position,
    ) -> impl Iterator<Item = (&'a ProjectImage, &'a Project)> {
        self.projects.iter().filter_map(move |image| {
            image.at(position).filter(|project| project.programme == programme.id).map(|project| (image, project))
        })
    }
}

impl ProjectImage {
    /// The project as it stands at a position.
    pub fn at(&self, position: Position) -> Option<&Project> {
        self.revisions.iter().rfind(|(since, _)| *since <= position).map(|(_, project)| project)
    }

    /// The version in force at a position: the highest-numbered that is approved and not annulled.
    pub fn in_force(&self, position: Position) -> Option<&ApprovedVersion> {
        self.versions.iter().rfind(|version| {
            version.approved <= position && version.annulled.is_none_or(|annulled| annulled > position)
        })
    }

    /// The participations of a version.
    pub fn rows_of(&self, version: u32) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.first <= version && version < row.end)
    }
}

/// The last period that ends by a day and is due by another.
pub fn last_due_period(programme: &Programme, ends_by: Date, due_by: Date) -> Option<&ReportingPeriod> {
    programme.details.periods.iter().rfind(|period| period.last_on <= ends_by && period.due_on <= due_by)
}
