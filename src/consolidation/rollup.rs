//! The roll-up: one scan of the participations in force, counting stays and distinct persons at once.
//!
//! A group is the same question filtered to its value; a quarter cuts the window. Nothing here reads a database.

use super::answer::{Cell, Counts, Group, ProjectSums};
use super::image::{Day, Image, ProjectImage, Row, day_number};
use super::outcome::{DefinitionVersion, OutcomeClass, OutcomeTable};
use super::question::{Dimension, Filter, Window};
use crate::directory::geography;
use crate::directory::money::Cents;
use crate::directory::period::Quarter;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::{Failure, Language, Outcome};
use crate::reporting::codes::Sex;
use crate::storage::journal::Position;

/// What a roll-up is about: fixed for one answer.
pub struct Rollup<'a> {
    /// What is known.
    pub image: &'a Image,
    /// Of which programme.
    pub programme: &'a Programme,
    /// At which position.
    pub position: Position,
    /// Under which table of outcome classes.
    pub classes: OutcomeTable,
}

/// Whether a project is selected by the filters on projects.
pub fn is_selected(project: &Project, filter: &Filter) -> bool {
    (filter.projects.is_empty() || filter.projects.contains(&project.id))
        && (filter.regions.is_empty() || filter.regions.iter().any(|code| code == project.details.region().code))
}

impl<'a> Rollup<'a> {
    /// A roll-up of what is known of a programme at a position, under a definition version.
    pub fn new(image: &'a Image, programme: &'a Programme, position: Position, definition: DefinitionVersion) -> Self {
        Self { image, programme, position, classes: OutcomeTable::of(definition) }
    }
}

impl Rollup<'_> {
    /// The cell of a selection in a window.
    pub fn cell(&self, window: Window, filter: &Filter) -> Outcome<Cell> {
        let mut tally = Tally::new(self.image.person_count(), window);
        let mut sums = ProjectSums::default();
        for (image, project) in self.selected(filter) {
            self.count(image, filter, &mut tally);
            if project.details.agreement_meets(window.from, window.to) {
                sums = add_project(sums, project)?;
            }
        }
        let projects = filter.is_on_projects_only().then_some(sums);
        Ok(Cell { participations: tally.participations, persons: tally.persons(), projects })
    }

    /// The cells of every group of a dimension, in the order of their keys.
    pub fn groups(&self, dimension: Dimension, window: Window, filter: &Filter) -> Outcome<Vec<Group>> {
        self.cuts(dimension, window, filter)
            .into_iter()
            .map(|cut| {
                let cell = match cut.window {
                    Some(window) => self.cell(window, &cut.filter)?,
                    None => Cell::default(),
                };
                Ok(Group { key: cut.key, label_en: cut.label_en, label_fr: cut.label_fr, cell })
            })
            .collect()
    }

    fn selected(&self, filter: &Filter) -> impl Iterator<Item = (&ProjectImage, &Project)> {
        self.image.projects_of(self.programme, self.position).filter(|(_, project)| is_selected(project, filter))
    }

    fn count(&self, image: &ProjectImage, filter: &Filter, tally: &mut Tally) {
        let Some(version) = image.in_force(self.position) else { return };
        for row in image.rows_of(version.number) {
            if filter.sexes.is_empty() || filter.sexes.contains(&row.sex) {
                tally.add(row, self.classes.class(row.outcome));
            }
        }
    }

    fn cuts(&self, dimension: Dimension, window: Window, filter: &Filter) -> Vec<Cut> {
        match dimension {
            Dimension::Region => self.region_cuts(window, filter),
            Dimension::Project => self.project_cuts(window, filter),
            Dimension::Sex => sex_cuts(window, filter),
            Dimension::Quarter => quarter_cuts(window, filter),
        }
    }

    fn region_cuts(&self, window: Window, filter: &Filter) -> Vec<Cut> {
        let mut codes: Vec<&str> = self.selected(filter).map(|(_, project)| project.details.region().code).collect();
        codes.sort_unstable();
        codes.dedup();
        let cut = |code: &str| {
            let name = geography::region(code).map_or("", |region| region.name);
            let filter = Filter { regions: vec![code.to_owned()], ..filter.clone() };
            Cut::new(code, name, name, Some(window), filter)
        };
        codes.into_iter().map(cut).collect()
    }

    fn project_cuts(&self, window: Window, filter: &Filter) -> Vec<Cut> {
        let mut projects: Vec<&Project> = self.selected(filter).map(|(_, project)| project).collect();
        projects.sort_by_key(|project| project.details.code.as_str());
        let cut = |project: &Project| {
            let title = project.details.title.as_str();
            let filter = Filter { projects: vec![project.id.clone()], ..filter.clone() };
            Cut::new(project.details.code.as_str(), title, title, Some(window), filter)
        };
        projects.into_iter().map(cut).collect()
    }
}

/// The same question, filtered to one value of a dimension.
struct Cut {
    key: String,
    label_en: String,
    label_fr: String,
    window: Option<Window>,
    filter: Filter,
}

impl Cut {
    fn new(key: &str, label_en: &str, label_fr: &str, window: Option<Window>, filter: Filter) -> Self {
        Self { key: key.to_owned(), label_en: label_en.to_owned(), label_fr: label_fr.to_owned(), window, filter }
    }
}

fn sex_cuts(window: Window, filter: &Filter) -> Vec<Cut> {
    let selected = |sex: &&Sex| filter.sexes.is_empty() || filter.sexes.contains(*sex);
    let cut = |sex: &Sex| {
        let filter = Filter { sexes: vec![*sex], ..filter.clone() };
        Cut::new(sex.code(), sex.label(Language::En), sex.label(Language::Fr), Some(window), filter)
    };
    Sex::ALL.iter().filter(selected).map(cut).collect()
}

fn quarter_cuts(window: Window, filter: &Filter) -> Vec<Cut> {
    let cut = |quarter: Quarter| {
        let part = Window { from: window.from.max(quarter.first_day()), to: window.to.min(quarter.last_day()) };
        let key = quarter.to_string();
        Cut::new(&key, &key, &key, (part.from <= part.to).then_some(part), filter.clone())
    };
    Quarter::of(window.from).through(Quarter::of(window.to)).map(cut).collect()
}

fn add_project(sums: ProjectSums, project: &Project) -> Outcome<ProjectSums> {
    let too_large = || Failure::fault("the money of the selected projects does not fit into 64 bits");
    let add = |sum: i64, amount: Cents| Cents(sum).checked_add(amount).map(|sum| sum.0).ok_or_else(too_large);
    Ok(ProjectSums {
        count: sums.count + 1,
        grant_cents: add(sums.grant_cents, project.details.grant)?,
        eligible_cost_cents: add(sums.eligible_cost_cents, project.details.eligible_cost)?,
    })
}

/// What is known of one person while scanning.
#[derive(Clone, Copy)]
struct Seen {
    supported: bool,
    entered: bool,
    present: bool,
    last_exit: Day,
    class: OutcomeClass,
}

const UNSEEN: Seen =
    Seen { supported: false, entered: false, present: false, last_exit: Day::MIN, class: OutcomeClass::Neutralised };

/// The running counts of one scan.
struct Tally {
    from: Day,
    to: Day,
    participations: Counts,
    seen: Vec<Seen>,
}

impl Tally {
    fn new(person_count: usize, window: Window) -> Self {
        Self {
            from: day_number(window.from),
            to: day_number(window.to),
            participations: Counts::default(),
            seen: vec![UNSEEN; person_count],
        }
    }

    /// Counts a participation, and what it says of its person.
    fn add(&mut self, row: &Row, class: OutcomeClass) {
        let supported = row.entry <= self.to && row.exit >= self.from;
        if !supported {
            return;
        }
        let counts = &mut self.participations;
        let person = &mut self.seen[row.person as usize];
        counts.supported += 1;
        person.supported = true;
        if row.entry >= self.from {
            counts.entries += 1;
            person.entered = true;
        }
        if row.exit > self.to {
            counts.present += 1;
            person.present = true;
        } else {
            counts.exits += 1;
            counts.exits_by_class[class as usize] += 1;
            // The last exit decides; on the same day, the better class.
            let later = row.exit > person.last_exit || (row.exit == person.last_exit && class < person.class);
            if later {
                (person.last_exit, person.class) = (row.exit, class);
            }
        }
    }

    /// The same by person: leaving are those supported and no longer present anywhere.
    fn persons(&self) -> Counts {
        let mut counts = Counts::default();
        for person in self.seen.iter().filter(|person| person.supported) {
            counts.supported += 1;
            counts.entries += i64::from(person.entered);
            if person.present {
                counts.present += 1;
            } else {
                counts.exits += 1;
                counts.exits_by_class[person.class as usize] += 1;
            }
        }
        counts
    }
}
