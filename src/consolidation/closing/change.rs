//! What became of a count between two closings: by how much it differs, and by whose reports.

use std::collections::BTreeMap;

use super::cells::ExactCell;

/// A difference between two counts of the same, in two closings.
#[derive(Debug)]
pub struct Change<'a> {
    by: i64,
    /// By how much each project's own count differs, where it does.
    of_projects: BTreeMap<&'a str, i64>,
}

impl<'a> Change<'a> {
    /// From one closing to another.
    pub fn between(before: &'a ExactCell, now: &'a ExactCell) -> Self {
        let mut of_projects: BTreeMap<&str, i64> = BTreeMap::new();
        if let (Some(before), Some(now)) = (&before.own, &now.own) {
            for (project, count) in now {
                *of_projects.entry(project).or_default() += count;
            }
            for (project, count) in before {
                *of_projects.entry(project).or_default() -= count;
            }
        }
        of_projects.retain(|_, by| *by != 0);
        Self { by: now.value - before.value, of_projects }
    }

    /// Whether it tells of a few people: to anybody, or to the partner of a project who takes its own change away.
    pub fn tells_of_few(&self, threshold: i64) -> bool {
        let is_few = |people: i64| (1..threshold).contains(&people.abs());
        is_few(self.by) || self.of_projects.values().any(|own| is_few(self.by - own))
    }

    /// The project whose report alone made the difference, all of it: what its partner learns by it is its own.
    pub fn made_by(&self) -> Option<&'a str> {
        let mut projects = self.of_projects.iter();
        let (project, own) = projects.next()?;
        (projects.next().is_none() && *own == self.by).then_some(*project)
    }

    /// The projects whose own counts differ.
    pub fn projects(&self) -> impl Iterator<Item = &'a str> {
        self.of_projects.keys().copied()
    }
}
