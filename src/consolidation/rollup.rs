//! The roll-up: what is measured of a selection in a window, exactly, by participation and by person.
//!
//! A group is the same question filtered to its value, and all groups come out of one scan. People are judged only on
//! the participations selected: nearly everybody has one and counts as it does; the shared are resolved one by one.
//! Pure functions of the image.

pub mod axes;
pub mod cohorts;
mod counted;
mod hours;
mod plan;
mod projects;
mod scan;
mod shared;
pub mod sharing;
mod tables;

use std::collections::HashMap;
use std::sync::Arc;

use self::axes::{Axes, Axis};
use self::plan::Plan;
use self::projects::ProjectSums;
use super::definitions::DefinitionSet;
use super::image::{ApprovedVersion, Image, ProjectImage};
use super::question::{Dimension, Filter, Series, Window};
use super::vocabulary::{Cell, Measure, Measures};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::Outcome;
use crate::storage::journal::Position;

/// From how many shared persons on they are worth a thread of their own.
const WORTH_A_THREAD: usize = 5_000;

/// What a roll-up is about: fixed for one answer.
pub struct Rollup<'a> {
    /// What is known.
    pub image: &'a Image,
    /// Of which programme.
    pub programme: &'a Programme,
    /// At which position.
    pub position: Position,
    /// Under which definitions.
    pub definition: &'a DefinitionSet,
    /// What is measured.
    pub measures: Arc<Measures>,
}

/// A project selected, and what of it is in force.
pub struct Selected<'a> {
    /// What the image holds of it.
    pub image: &'a ProjectImage,
    /// What it is.
    pub project: &'a Arc<Project>,
    /// The version in force.
    pub version: Option<&'a ApprovedVersion>,
}

/// Cells along axes: one per combination of their groups, the last axis fastest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The axes.
    pub axes: Vec<Axis>,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// Whether a project is selected by the filters on projects.
pub fn is_selected(project: &Project, filter: &Filter) -> bool {
    fn among<T>(list: &[T], test: impl Fn(&T) -> bool) -> bool {
        list.is_empty() || list.iter().any(test)
    }
    let details = &project.details;
    // A sandbox's project counts only where it is named.
    (!project.sandbox || !filter.projects.is_empty())
        && among(&filter.projects, |id| *id == project.id)
        && among(&filter.regions, |code| *code == details.region().code)
        && among(&filter.departments, |code| *code == details.department.code)
        && among(&filter.organisations, |id| *id == details.lead)
        && among(&filter.calls, |code| *code == details.call.as_str())
        && among(&filter.sectors, |sector| *sector == details.sector.as_str())
}

impl<'a> Rollup<'a> {
    /// A roll-up of what is known of a programme at a position, under a definition version.
    pub fn new(
        image: &'a Image,
        programme: &'a Programme,
        position: Position,
        definition: &'a DefinitionSet,
        measures: Arc<Measures>,
    ) -> Self {
        Self { image, programme, position, definition, measures }
    }

    /// The cell of a selection in a window.
    pub fn cell(&self, window: Window, filter: &Filter) -> Outcome<Cell> {
        let table = self.table(&[], window, Series::Flow, filter)?;
        Ok(table.cells.into_iter().next().expect("a table without axes has one cell"))
    }

    /// The groups of an answer; none if it is not cut.
    pub fn groups(&self, dimensions: &[Dimension], window: Window, series: Series, filter: &Filter) -> Outcome<Table> {
        if dimensions.is_empty() { Ok(Table::default()) } else { self.table(dimensions, window, series, filter) }
    }

    /// The cells of every combination of groups of some dimensions.
    pub fn table(&self, dimensions: &[Dimension], window: Window, series: Series, filter: &Filter) -> Outcome<Table> {
        let selected = self.selected(filter);
        let axes = Axes::of(self, dimensions, window, series, filter, &selected)?;
        let plan = Plan::of(&self.measures, self.definition, filter, &axes);
        let shared_count = self.image.shared_count();
        let adjust = || shared::adjust(&plan, &self.definition.table, &axes, &selected, shared_count);
        let (counted, adjusted) = if shared_count < WORTH_A_THREAD {
            (scan::scan(&plan, &axes, &selected), adjust())
        } else {
            std::thread::scope(|scope| {
                let adjusted = scope.spawn(adjust);
                let counted = scan::scan(&plan, &axes, &selected);
                (counted, adjusted.join().expect("what separates the units does not panic"))
            })
        };
        let hours = hours::add_up(&self.measures, &plan, &axes, filter, &selected);
        let of_projects = filter.is_on_projects_only() && dimensions.iter().all(|one| one.is_of_projects());
        let sums = if of_projects { ProjectSums::of(self, &axes, &selected)? } else { ProjectSums::not_applicable() };
        let cell = |place: usize| {
            let value = |(measure_place, measure): (usize, &Measure)| match measure {
                Measure::Count(_) => {
                    let counted = counted.value(&plan, place, measure_place);
                    [Some(counted), Some(counted + adjusted.value(place, measure_place))]
                }
                Measure::SupportHours { .. } => [Some(hours.value(place, measure_place)); 2],
                measure => [sums.value(place, measure); 2],
            };
            let values = self.measures.list().iter().enumerate().map(value).collect();
            Cell { measures: Arc::clone(&self.measures), values }
        };
        let cells = (0..axes.cell_count()).map(cell).collect();
        Ok(Table { axes: axes.into_axes(), cells })
    }

    /// The projects selected, by code: the order in which participations of different projects were recorded.
    pub fn selected(&self, filter: &Filter) -> Vec<Selected<'a>> {
        let known = self.image.projects_of(self.programme, self.position);
        let mut selected: Vec<Selected<'a>> = known
            .filter(|(_, project)| is_selected(project, filter))
            .map(|(image, project)| Selected { image, project, version: image.in_force(self.position) })
            .collect();
        selected.sort_by(|a, b| a.project.details.code.cmp(&b.project.details.code));
        selected
    }
}

/// The places of some keys, in order and each once.
fn places_of<K: Ord + std::hash::Hash + Clone>(keys: impl Iterator<Item = K>) -> (Vec<K>, HashMap<K, usize>) {
    let mut list: Vec<K> = keys.collect();
    list.sort_unstable();
    list.dedup();
    let places = list.iter().cloned().enumerate().map(|(place, key)| (key, place)).collect();
    (list, places)
}
