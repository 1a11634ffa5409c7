//! The rows of a counted table, to be found by place and groups. It knows nothing of what is counted.

use std::collections::BTreeMap;

use super::counts::{CountedRow, CountedTable, Place};
use super::grid::Level;

/// The rows of a table, to be found.
pub(super) struct Rows<'a> {
    /// The table.
    pub table: &'a CountedTable,
    /// Those of places that are published.
    pub published: Vec<&'a CountedRow>,
    /// Every row, by the number of its place and its groups.
    pub at: BTreeMap<(usize, &'a [Option<usize>]), &'a CountedRow>,
    /// Those of projects, by their groups.
    pub of_projects: BTreeMap<&'a [Option<usize>], Vec<&'a CountedRow>>,
}

impl<'a> Rows<'a> {
    /// Those of a table over some places.
    pub fn of(table: &'a CountedTable, places: &[Place]) -> Self {
        let is_published = |row: &&CountedRow| table.table.levels.contains(&places[row.place].level);
        let published = table.rows.iter().filter(is_published).collect();
        let at = table.rows.iter().map(|row| ((row.place, &*row.groups), row)).collect();
        let mut of_projects: BTreeMap<&[Option<usize>], Vec<&CountedRow>> = BTreeMap::new();
        for row in table.rows.iter().filter(|row| places[row.place].level == Level::Project) {
            of_projects.entry(&row.groups).or_default().push(row);
        }
        Self { table, published, at, of_projects }
    }

    /// The parts of a row along a dimension that it is not cut by.
    pub fn parts(&self, row: &CountedRow, dimension: usize) -> Vec<&'a CountedRow> {
        let with = |group: usize| {
            let mut groups = row.groups.clone();
            groups[dimension] = Some(group);
            groups
        };
        let groups = 0..self.table.groups[dimension].len();
        groups.filter_map(|group| self.at.get(&(row.place, &*with(group))).copied()).collect()
    }
}
