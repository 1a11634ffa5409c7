//! What the grid counts, asked of the consolidation in ordinary questions: exact, for disclosure control to see.

use std::collections::BTreeMap;

use super::grid::{Level, Line, Table};
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::question::{Dimension, Filter, Unit};
use crate::consolidation::vocabulary::Cell;
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
    /// The answer to a question; uncut where no dimension is named.
    fn ask(&self, filter: Filter, group_by: &[Dimension]) -> Outcome<Answer>;
}

/// Counts everything that a grid asks for.
pub fn count(counter: &impl Counter, grid: &'static [Table]) -> Outcome<Counted> {
    let mut asked = Asked { counter, answers: BTreeMap::new() };
    let places = places(counter)?;
    let mut tables = Vec::new();
    for table in grid {
        tables.push(counted(table, &places, &mut asked)?);
    }
    Ok(Counted { places, tables })
}

/// Answers by what they are cut along: tables share them.
struct Asked<'a, C> {
    counter: &'a C,
    answers: BTreeMap<Vec<Dimension>, Answer>,
}

impl<C: Counter> Asked<'_, C> {
    fn answer(&mut self, group_by: Vec<Dimension>) -> Outcome<&Answer> {
        if !self.answers.contains_key(&group_by) {
            let answer = self.counter.ask(Filter::default(), &group_by)?;
            self.answers.insert(group_by.clone(), answer);
        }
        Ok(&self.answers[&group_by])
    }
}

fn places(counter: &impl Counter) -> Outcome<Vec<Place>> {
    let mut places = vec![Place { level: Level::Nation, code: String::new(), name: String::new(), region: None }];
    let mut projects = Vec::new();
    for region in keys(&counter.ask(Filter::default(), &[Dimension::Region])?) {
        let filter = Filter { regions: vec![region.key.clone()], ..Filter::default() };
        for project in keys(&counter.ask(filter, &[Dimension::Project])?) {
            let (code, region) = (project.key, Some(region.key.clone()));
            projects.push(Place { level: Level::Project, code, name: project.label_fr, region });
        }
        places.push(Place { level: Level::Region, code: region.key, name: region.label_fr, region: None });
    }
    places.extend(projects);
    Ok(places)
}

/// The groups along an answer's last axis.
fn keys(answer: &Answer) -> Vec<Group> {
    let keys = answer.table.axes.last().map(|axis| axis.keys.as_slice()).unwrap_or_default();
    let group = |key: &crate::consolidation::rollup::axes::Key| Group {
        key: key.code.clone(),
        label_en: key.label_en.clone(),
        label_fr: key.label_fr.clone(),
    };
    keys.iter().map(group).collect()
}

fn counted(table: &'static Table, places: &[Place], asked: &mut Asked<'_, impl Counter>) -> Outcome<CountedTable> {
    let groups = match table.dimension {
        Some(dimension) => keys(asked.answer(vec![dimension])?),
        None => Vec::new(),
    };
    let indicators = asked.answer(Vec::new())?.indicators.clone();
    let mut rows = Vec::new();
    for level in Level::ALL {
        let at: Vec<Dimension> = level.dimension().into_iter().collect();
        let whole = cells_by_place(level, asked.answer(at.clone())?, 1);
        let cut = match table.dimension {
            Some(dimension) => {
                let answer = asked.answer(at.iter().copied().chain([dimension]).collect())?;
                cells_by_place(level, answer, groups.len())
            }
            None => BTreeMap::new(),
        };
        for (place, _) in places.iter().enumerate().filter(|(_, place)| place.level == level) {
            let code = &places[place].code;
            for cell in whole.get(code).into_iter().flatten() {
                rows.push(CountedRow { place, group: None, counts: counts(table, cell, &indicators)? });
            }
            for (group, cell) in cut.get(code).into_iter().flatten().enumerate() {
                rows.push(CountedRow { place, group: Some(group), counts: counts(table, cell, &indicators)? });
            }
        }
    }
    Ok(CountedTable { table, groups, rows })
}

/// The cells of each place of a level, its groups in order.
fn cells_by_place(level: Level, answer: &Answer, groups: usize) -> BTreeMap<String, Vec<Cell>> {
    if level == Level::Nation {
        let whole = std::slice::from_ref(&answer.total);
        let cells = if answer.table.axes.is_empty() { whole } else { answer.table.cells.as_slice() };
        return BTreeMap::from([(String::new(), cells.to_vec())]);
    }
    let places = answer.table.axes[0].keys.iter().map(|key| key.code.clone());
    places.zip(answer.table.cells.chunks(groups.max(1)).map(<[Cell]>::to_vec)).collect()
}

fn counts(table: &Table, cell: &Cell, indicators: &[Defined]) -> Outcome<Vec<Count>> {
    let of = |line: &Line, unit| line.value(cell, unit, indicators).filter(|value| *value >= 0);
    let count = |line: &Line| Some(Count { value: of(line, table.unit)?, people: of(line, Unit::Person)? });
    let counts: Option<Vec<Count>> = Line::ALL.iter().map(count).collect();
    counts.ok_or_else(|| Failure::fault("a figure of the grid is not a count"))
}
