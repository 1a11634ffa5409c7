//! Coverage: on which of the projects expected to report a figure rests.

use std::sync::Arc;

use jiff::civil::Date;

use super::image::{Image, last_due_period};
use super::question::Filter;
use super::rollup::is_selected;
use crate::directory::period::Quarter;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::storage::journal::Position;

/// The projects expected, and how far each has an approved version in force.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Coverage {
    /// The last period that ended by the window's end and was due by the day; nothing before the first.
    pub period: Option<Quarter>,
    /// In force about that period or a later one.
    pub in_force: Vec<Arc<Project>>,
    /// In force about an earlier period.
    pub partial: Vec<Arc<Project>>,
    /// Nothing in force.
    pub missing: Vec<Arc<Project>>,
    /// How many of those in force or partial rest on a version that came late.
    pub late_count: usize,
    /// How many of those rest on a version that states totals and no participation: no figure counts its people.
    pub aggregate_only_count: usize,
}

impl Coverage {
    /// How many projects are expected.
    pub fn expected_count(&self) -> usize {
        self.in_force.len() + self.partial.len() + self.missing.len()
    }
}

/// The coverage of a selection; only filters on projects narrow it.
pub fn coverage(
    image: &Image,
    programme: &Programme,
    filter: &Filter,
    position: Position,
    to: Date,
    day: Date,
) -> Coverage {
    let Some(period) = last_due_period(programme, to, day) else { return Coverage::default() };
    let mut coverage = Coverage { period: Some(period.code), ..Coverage::default() };
    for (project_image, project) in image.projects_of(programme, position) {
        let expected = project.details.agreement_meets(period.first_on, period.last_on);
        if !expected || !is_selected(project, filter) {
            continue;
        }
        let version = project_image.in_force(position);
        coverage.late_count += usize::from(version.is_some_and(|version| version.late));
        coverage.aggregate_only_count += usize::from(version.is_some_and(|version| version.aggregate_only));
        match version {
            Some(version) if version.period >= period.code => coverage.in_force.push(Arc::clone(project)),
            Some(_) => coverage.partial.push(Arc::clone(project)),
            None => coverage.missing.push(Arc::clone(project)),
        }
    }
    coverage
}
