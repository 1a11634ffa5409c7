//! What the grid counts, asked of the consolidation in ordinary questions: exact, for disclosure control to see.

use std::collections::BTreeMap;

use super::grid::{Level, Line};
use super::tables::Table;
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::question::{Dimension, Filter, MOST_GROUPINGS, Unit};
use crate::consolidation::vocabulary::{Cell, Codes};
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

/// A value of a dimension that a table is cut by.
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

/// A row: everything counted of a place, or of a part of it.
#[derive(Clone, Debug)]
pub struct CountedRow {
    /// The number of its place.
    pub place: usize,
    /// The number of its group along each of the table's dimensions; all groups together where absent.
    pub groups: Vec<Option<usize>>,
    /// One count for each of [`Line::ALL`].
    pub counts: Vec<Count>,
}

/// A table of the grid, counted.
#[derive(Clone, Debug)]
pub struct CountedTable {
    /// Which one.
    pub table: &'static Table,
    /// The groups of each of its dimensions, in order.
    pub groups: Vec<Vec<Group>>,
    /// Its rows: every place published and every project, each whole and cut.
    pub rows: Vec<CountedRow>,
}

impl CountedTable {
    /// Where a row lies, dimension by dimension: those along which it is one group.
    pub fn groups_of<'t>(&'t self, row: &'t CountedRow) -> impl Iterator<Item = (Dimension, &'t Group)> {
        let along = self.table.dimensions.iter().zip(&self.groups).zip(&row.groups);
        along.filter_map(|((dimension, groups), group)| Some((*dimension, &groups[(*group)?])))
    }
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

    /// The cells of every place of a level, cut along dimensions, in order of their groups. An answer is cut along three
    /// dimensions at most: beyond, it is asked for once for each group of the last one.
    fn cells(&mut self, level: Level, dimensions: &[Dimension]) -> Outcome<BTreeMap<String, Vec<Cell>>> {
        let by: Vec<Dimension> = level.dimension().into_iter().chain(dimensions.iter().copied()).collect();
        let (Some((last, rest)), true) = (by.split_last(), by.len() > MOST_GROUPINGS) else {
            return Ok(cells_by_place(level, self.answer(by)?));
        };
        let attribute = last.attribute().ok_or_else(|| Failure::fault("a table of the grid is cut too often"))?;
        let mut parts = Vec::new();
        for code in attribute.codes() {
            let filter = Filter { codes: Codes::of(attribute, [*code]).into_iter().collect(), ..Filter::default() };
            parts.push(cells_by_place(level, &self.counter.ask(filter, rest)?));
        }
        let woven = |place: &String| {
            let count = parts[0][place].len();
            let cells = (0..count).flat_map(|number| parts.iter().map(move |part| &part[place][number]));
            (place.clone(), cells.cloned().collect())
        };
        Ok(parts.first().map(|first| first.keys().map(woven).collect()).unwrap_or_default())
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
    let mut groups = Vec::new();
    for dimension in table.dimensions {
        groups.push(keys(asked.answer(vec![*dimension])?));
    }
    let sizes: Vec<usize> = groups.iter().map(Vec::len).collect();
    let indicators = asked.answer(Vec::new())?.indicators.clone();
    let mut rows = Vec::new();
    let counted = |level: &Level| *level == Level::Project || table.levels.contains(level);
    for level in Level::ALL.into_iter().filter(counted) {
        let mut cuts = Vec::new();
        for chosen in cuts_of(table.dimensions.len()) {
            let along: Vec<Dimension> = chosen.iter().map(|place| table.dimensions[*place]).collect();
            cuts.push((groups_along(&chosen, &sizes), asked.cells(level, &along)?));
        }
        for (place, about) in places.iter().enumerate().filter(|(_, place)| place.level == level) {
            for (groups, cells) in &cuts {
                for (groups, cell) in groups.iter().zip(cells.get(&about.code).into_iter().flatten()) {
                    let counts = counts(table, cell, &indicators)?;
                    rows.push(CountedRow { place, groups: groups.clone(), counts });
                }
            }
        }
    }
    Ok(CountedTable { table, groups, rows })
}

/// Along which of some dimensions rows are cut: along none, along each, along any two, along all.
fn cuts_of(dimensions: usize) -> Vec<Vec<usize>> {
    let chosen = |bits: usize| (0..dimensions).filter(|place| bits >> place & 1 == 1).collect();
    let mut cuts: Vec<Vec<usize>> = (0..1 << dimensions).map(chosen).collect();
    cuts.sort_by_key(Vec::len);
    cuts
}

/// The groups of every row that is cut along chosen dimensions, the last of which changes first.
fn groups_along(chosen: &[usize], sizes: &[usize]) -> Vec<Vec<Option<usize>>> {
    let mut rows = vec![vec![None; sizes.len()]];
    for place in chosen {
        let with = |row: Vec<Option<usize>>, group| {
            let mut row = row;
            row[*place] = Some(group);
            row
        };
        rows = rows.into_iter().flat_map(|row| (0..sizes[*place]).map(move |group| with(row.clone(), group))).collect();
    }
    rows
}

/// The cells of each place of a level, its groups in order.
fn cells_by_place(level: Level, answer: &Answer) -> BTreeMap<String, Vec<Cell>> {
    if level == Level::Nation {
        let whole = std::slice::from_ref(&answer.total);
        let cells = if answer.table.axes.is_empty() { whole } else { answer.table.cells.as_slice() };
        return BTreeMap::from([(String::new(), cells.to_vec())]);
    }
    let keys = &answer.table.axes[0].keys;
    let groups = answer.table.cells.len() / keys.len().max(1);
    let cells = answer.table.cells.chunks(groups.max(1)).map(<[Cell]>::to_vec);
    keys.iter().map(|key| key.code.clone()).zip(cells).collect()
}

fn counts(table: &Table, cell: &Cell, indicators: &[Defined]) -> Outcome<Vec<Count>> {
    let of = |line: &Line, unit| line.value(cell, unit, indicators).filter(|value| *value >= 0);
    let count = |line: &Line| {
        let people = of(line, Unit::Person)?;
        let value = if table.unit == Unit::Person { people } else { of(line, table.unit)? };
        Some(Count { value, people })
    };
    let counts: Option<Vec<Count>> = Line::ALL.iter().map(count).collect();
    counts.ok_or_else(|| Failure::fault("a figure of the grid is not a count"))
}
