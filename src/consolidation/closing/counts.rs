//! What the grid counts, asked of the consolidation in ordinary questions: exact, for disclosure control to see.

use std::collections::BTreeMap;

use super::grid::{Level, Line, TABLES, Table};
use crate::consolidation::answer::{Answer, Cell};
use crate::consolidation::question::{Dimension, Filter, Unit};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};

/// A place that is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its level.
    pub level: Level,
    /// Its code; empty for the nation.
    pub code: String,
    /// Its name.
    pub name: String,
    /// For a project, the code of its region.
    pub region: Option<String>,
}

/// A value of the dimension that a table is cut by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its code.
    pub key: String,
    /// Its name in English.
    pub label_en: String,
    /// Its name in French.
    pub label_fr: String,
}

/// A count, and of how many persons it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The count.
    pub value: i64,
    /// Of how many persons.
    pub people: i64,
}

/// A row: everything counted of a group of a place.
#[derive(Clone, Debug)]
pub struct CountedRow {
    /// The number of its place.
    pub place: usize,
    /// The number of its group; the whole place if absent.
    pub group: Option<usize>,
    /// One count for each of [`Line::ALL`].
    pub counts: Vec<Count>,
}

/// A table of the grid, counted.
#[derive(Clone, Debug)]
pub struct CountedTable {
    /// Which one.
    pub table: &'static Table,
    /// Its groups, in order.
    pub groups: Vec<Group>,
    /// Its rows: every place, whole and cut, whether published or not.
    pub rows: Vec<CountedRow>,
}

/// Every table, counted, over the same places.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The places: the nation, regions, projects.
    pub places: Vec<Place>,
    /// The tables, in the order of the grid.
    pub tables: Vec<CountedTable>,
}

/// Who answers: exact figures of a selection, cut or not, all at one position.
pub trait Counter {
    /// The answer to a question.
    fn ask(&self, filter: Filter, group_by: Option<Dimension>) -> Outcome<Answer>;
    /// The identifier of the project of a code.
    fn project(&self, code: &str) -> Outcome<ProjectId>;
}

/// Counts everything that the grid asks for.
pub fn count(counter: &impl Counter) -> Outcome<Counted> {
    let (places, filters) = places(counter)?;
    let mut cut: BTreeMap<&'static str, Vec<Answer>> = BTreeMap::new();
    let mut tables = Vec::new();
    for table in TABLES {
        let name = table.dimension.map_or("", super::grid::dimension_code);
        if !cut.contains_key(name) {
            let answers = filters.iter().map(|filter| counter.ask(filter.clone(), table.dimension));
            cut.insert(name, answers.collect::<Outcome<_>>()?);
        }
        tables.push(counted(table, &cut[name])?);
    }
    Ok(Counted { places, tables })
}

fn places(counter: &impl Counter) -> Outcome<(Vec<Place>, Vec<Filter>)> {
    let mut places = vec![Place { level: Level::Nation, code: String::new(), name: String::new(), region: None }];
    let mut filters = vec![Filter::default()];
    let mut projects = Vec::new();
    for region in counter.ask(Filter::default(), Some(Dimension::Region))?.groups {
        let filter = Filter { regions: vec![region.key.clone()], ..Filter::default() };
        for project in counter.ask(filter.clone(), Some(Dimension::Project))?.groups {
            let own = Filter { projects: vec![counter.project(&project.key)?], ..Filter::default() };
            let (code, region) = (project.key, Some(region.key.clone()));
            projects.push((Place { level: Level::Project, code, name: project.label_fr, region }, own));
        }
        places.push(Place { level: Level::Region, code: region.key, name: region.label_fr, region: None });
        filters.push(filter);
    }
    for (place, filter) in projects {
        places.push(place);
        filters.push(filter);
    }
    Ok((places, filters))
}

fn counted(table: &'static Table, answers: &[Answer]) -> Outcome<CountedTable> {
    let broken = || Failure::fault("a figure of the grid is not a count");
    let counts = |cell: &Cell| -> Option<Vec<Count>> {
        let count =
            |line: &Line| Some(Count { value: line.value(cell, table.unit)?, people: line.value(cell, Unit::Person)? });
        Line::ALL.iter().map(count).collect()
    };
    let groups: Vec<Group> = answers.first().map_or_else(Vec::new, |nation| {
        let group = |group: &crate::consolidation::answer::Group| Group {
            key: group.key.clone(),
            label_en: group.label_en.clone(),
            label_fr: group.label_fr.clone(),
        };
        nation.groups.iter().map(group).collect()
    });
    let mut rows = Vec::new();
    for (place, answer) in answers.iter().enumerate() {
        rows.push(CountedRow { place, group: None, counts: counts(&answer.total).ok_or_else(broken)? });
        for cut in &answer.groups {
            let group = groups.iter().position(|group| group.key == cut.key).ok_or_else(broken)?;
            rows.push(CountedRow { place, group: Some(group), counts: counts(&cut.cell).ok_or_else(broken)? });
        }
    }
    Ok(CountedTable { table, groups, rows })
}
