//! The grid's counts as linked cells: which are small, what follows from what, and who knows which anyway.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::counts::{Count, Counted, CountedRow, CountedTable, Place};
use super::grid::{AT_MOST, Level, Line, SPLITS, Table, dimension_code, unit_code};
use crate::consolidation::disclosure::table::Relation;
use crate::consolidation::question::Unit;

/// The threshold where a dimension tells something delicate of people, unless the programme's own is higher.
pub const DELICATE_THRESHOLD: i64 = 11;

/// How unwillingly a proof relies on the number of people whom parts share.
const RELUCTANCE: u32 = 500;

/// A count of a closing, as it is kept for the closings after it; never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactCell {
    /// What it counts: place, group, line, unit. The same in every closing.
    pub key: String,
    /// The true value.
    pub value: i64,
    /// What the partner of a project knows it is at least, where projects are not published.
    pub floor: i64,
    /// How wide what can be worked out about it must stay.
    pub threshold: i64,
    /// How much is lost when it is hidden.
    pub weight: u32,
    /// Whether it has a place in a published table.
    pub offered: bool,
    /// Whether nobody may learn it.
    pub sensitive: bool,
    /// Whether it is suppressed.
    pub hidden: bool,
    /// The project whose own count it is: its partner knows it.
    pub party: Option<String>,
    /// The project whose people it counts, and no others: its partner may learn it.
    pub open_to: Option<String>,
    /// What each project counts of it, where that is anything; absent where it is not counted by project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<BTreeMap<String, i64>>,
}

/// The cells of a closing and what links them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exact {
    /// The cells.
    pub cells: Vec<ExactCell>,
    /// What links them, by their numbers.
    pub relations: Vec<Relation>,
}

/// What a cell counts, in words that stay the same from closing to closing.
pub fn key(place: &Place, table: &CountedTable, group: Option<usize>, line: Line) -> String {
    let group = match (table.table.dimension, group) {
        (Some(dimension), Some(group)) => format!("{}={}", dimension_code(dimension), table.groups[group].key),
        _ => String::new(),
    };
    count_key(place.level.code(), &place.code, &group, line.code(), unit_code(table.table.unit))
}

/// The same of codes.
pub fn count_key(level: &str, place: &str, group: &str, line: &str, unit: &str) -> String {
    format!("{level}:{place}|{group}|{line}|{unit}")
}

/// The cells of everything counted.
pub fn cells(counted: &Counted, threshold: i64) -> Exact {
    let mut builder = Builder { counted, threshold, exact: Exact::default(), numbers: BTreeMap::new() };
    for table in &counted.tables {
        builder.add_cells(table);
    }
    for table in &counted.tables {
        builder.link_places(table);
        builder.link_groups(table);
        builder.link_lines(table);
    }
    builder.link_units();
    let mut exact = builder.exact;
    // Tables share the rows of whole places, and what links these.
    let mut linked = HashSet::new();
    exact.relations.retain(|relation| linked.insert(relation.clone()));
    exact
}

struct Builder<'a> {
    counted: &'a Counted,
    threshold: i64,
    exact: Exact,
    numbers: BTreeMap<String, usize>,
}

/// The lines that a table has cells of: those published, and the other parts of what they share out.
fn lines_of(table: &Table) -> BTreeSet<Line> {
    let published: BTreeSet<Line> = table.lines.iter().copied().collect();
    let split = |split: &&super::grid::Split| {
        published.contains(&split.whole) && split.parts.iter().any(|part| published.contains(part))
    };
    let parts = SPLITS.iter().filter(split).flat_map(|split| split.parts).copied();
    published.iter().copied().chain(parts).collect()
}

impl Builder<'_> {
    fn place(&self, row: &CountedRow) -> &Place {
        &self.counted.places[row.place]
    }

    fn published<'t>(&self, table: &'t CountedTable) -> Vec<&'t CountedRow> {
        let is_published = |row: &&CountedRow| table.table.levels.contains(&self.place(row).level);
        table.rows.iter().filter(is_published).collect()
    }

    fn threshold_of(&self, table: &CountedTable, row: &CountedRow) -> i64 {
        let delicate = table.table.delicate && row.group.is_some();
        if delicate { self.threshold.max(DELICATE_THRESHOLD) } else { self.threshold }
    }

    /// The same count of every project of a row's place.
    fn of_projects<'t>(&'t self, table: &'t CountedTable, row: &'t CountedRow) -> impl Iterator<Item = &'t CountedRow> {
        let place = self.place(row);
        table.rows.iter().filter(move |other| {
            let about = self.place(other);
            let within = place.level == Level::Nation || about.region.as_ref() == Some(&place.code);
            about.level == Level::Project && within && other.group == row.group
        })
    }

    fn add_cells(&mut self, table: &CountedTable) {
        let lines = lines_of(table.table);
        for row in self.published(table) {
            let threshold = self.threshold_of(table, row);
            let is_small = |people: i64| (1..threshold).contains(&people);
            for line in &lines {
                let count = row.counts[*line as usize];
                let place = self.place(row);
                let projects: Vec<(&Place, Count)> = match place.level {
                    Level::Project => vec![(place, count)],
                    _ => {
                        self.of_projects(table, row).map(|own| (self.place(own), own.counts[*line as usize])).collect()
                    }
                };
                let mut counted = projects.iter().filter(|(_, own)| own.value > 0);
                let all_of_one = counted.next().filter(|(_, own)| own.value == count.value && counted.next().is_none());
                let offered = table.table.lines.contains(line);
                let only = projects.first().filter(|_| projects.len() == 1);
                // Where projects are not published, a partner can still subtract its own people.
                let has_projects = table.table.levels.contains(&Level::Project)
                    || row.group.is_none() && table.table.unit == Unit::Person;
                let is_subtracted = !has_projects && projects.len() > 1;
                let is_read_by_subtraction =
                    is_subtracted && projects.iter().any(|(_, own)| is_small(count.people - own.people));
                let floor = projects.iter().map(|(_, own)| own.value).filter(|_| is_subtracted).max().unwrap_or(0);
                let own = projects.iter().filter(|(_, own)| own.value != 0);
                let cell = ExactCell {
                    key: key(place, table, row.group, *line),
                    value: count.value,
                    floor: floor.min(count.value),
                    threshold,
                    weight: if offered { weight(place.level, row.group.is_some(), count.value) } else { 0 },
                    offered,
                    sensitive: is_small(count.people) || is_read_by_subtraction,
                    hidden: false,
                    party: only.map(|(place, _)| place.code.clone()),
                    open_to: all_of_one.map(|(place, _)| place.code.clone()),
                    own: Some(own.map(|(place, own)| (place.code.clone(), own.value)).collect()),
                };
                self.add(cell);
            }
        }
    }

    fn add(&mut self, cell: ExactCell) -> usize {
        if let Some(number) = self.numbers.get(&cell.key) {
            let known = &mut self.exact.cells[*number];
            known.offered |= cell.offered;
            known.weight = known.weight.max(cell.weight);
            known.sensitive |= cell.sensitive;
            return *number;
        }
        self.numbers.insert(cell.key.clone(), self.exact.cells.len());
        self.exact.cells.push(cell);
        self.exact.cells.len() - 1
    }

    fn number(&self, table: &CountedTable, row: &CountedRow, line: Line) -> Option<usize> {
        self.numbers.get(&key(self.place(row), table, row.group, line)).copied()
    }

    /// A whole and its parts. Where they share people, what they sum to above it is a cell of its own: never published,
    /// and sensitive where it is itself a small number of people.
    fn share_out(&mut self, whole: usize, parts: &[usize], by: &str) {
        let cells = &self.exact.cells;
        let excess = parts.iter().map(|part| cells[*part].value).sum::<i64>() - cells[whole].value;
        let mut relation = Relation::sum(whole, parts.iter().copied());
        let about = &cells[whole];
        if excess != 0 {
            let sensitive = (1..about.threshold).contains(&excess.abs());
            let cell = ExactCell {
                key: format!("{}~{by}", about.key),
                value: excess.abs(),
                floor: 0,
                threshold: about.threshold,
                // Others may guess it from other figures: better not to rely on it.
                weight: if sensitive { 0 } else { RELUCTANCE },
                offered: false,
                sensitive,
                hidden: false,
                party: None,
                open_to: None,
                own: None,
            };
            let number = self.add(cell);
            relation.terms.push((number, -excess.signum()));
        }
        self.exact.relations.push(relation);
        // Without people shared, no part can be above the whole anyway.
        if excess > 0 {
            self.exact.relations.extend(parts.iter().map(|part| Relation::at_most(*part, whole)));
        }
    }

    /// Projects in their region, regions in the nation.
    fn link_places(&mut self, table: &CountedTable) {
        let rows = self.published(table);
        for row in &rows {
            let place = self.place(row).clone();
            let parts: Vec<&CountedRow> = rows
                .iter()
                .copied()
                .filter(|part| {
                    let about = self.place(part);
                    let inside = match place.level {
                        Level::Nation => about.level == Level::Region,
                        Level::Region => about.level == Level::Project && about.region.as_ref() == Some(&place.code),
                        Level::Project => false,
                    };
                    inside && part.group == row.group
                })
                .collect();
            for line in lines_of(table.table) {
                let numbers: Option<Vec<usize>> = parts.iter().map(|part| self.number(table, part, line)).collect();
                let numbers = numbers.filter(|numbers| !numbers.is_empty());
                if let (Some(whole), Some(parts)) = (self.number(table, row, line), numbers) {
                    self.share_out(whole, &parts, "PLACES");
                }
            }
        }
    }

    /// The groups of a place.
    fn link_groups(&mut self, table: &CountedTable) {
        let Some(dimension) = table.table.dimension else { return };
        for row in self.published(table).into_iter().filter(|row| row.group.is_none()) {
            for line in lines_of(table.table) {
                let groups = table.rows.iter().filter(|group| group.place == row.place && group.group.is_some());
                let parts: Option<Vec<usize>> = groups.map(|group| self.number(table, group, line)).collect();
                let (Some(whole), Some(parts)) = (self.number(table, row, line), parts) else { continue };
                self.share_out(whole, &parts, dimension_code(dimension));
                if table.table.delicate {
                    self.keep_groups_back(whole, &parts);
                }
            }
        }
    }

    /// How the lines of a row share out.
    fn link_lines(&mut self, table: &CountedTable) {
        for row in self.published(table) {
            for split in SPLITS {
                let parts: Option<Vec<usize>> = split.parts.iter().map(|part| self.number(table, row, *part)).collect();
                let (Some(whole), Some(parts)) = (self.number(table, row, split.whole), parts) else { continue };
                self.share_out(whole, &parts, "LINES");
                if split.reveals_groups {
                    self.keep_groups_back(whole, &parts);
                }
            }
            for (smaller, larger) in AT_MOST {
                if let (Some(smaller), Some(larger)) =
                    (self.number(table, row, *smaller), self.number(table, row, *larger))
                {
                    self.exact.relations.push(Relation::at_most(smaller, larger));
                }
            }
        }
    }

    /// Everybody in one group: to know the group is to know it of each. The zeros beside it would tell the same.
    fn keep_groups_back(&mut self, whole: usize, parts: &[usize]) {
        let all = self.exact.cells[whole].value;
        let full = parts.iter().any(|part| self.exact.cells[*part].value == all);
        let empty = parts.iter().filter(|part| self.exact.cells[**part].value == 0).count();
        if all > 0 && full && empty + 1 == parts.len() {
            for part in parts {
                self.exact.cells[*part].sensitive = true;
            }
        }
    }

    /// Persons, and the participations that they have.
    fn link_units(&mut self) {
        let pairs: Vec<(usize, usize)> = self
            .numbers
            .iter()
            .filter_map(|(key, number)| {
                let persons = self.numbers.get(&format!("{}|PERSON", key.strip_suffix("|PARTICIPATION")?))?;
                Some((*number, *persons))
            })
            .collect();
        for (participations, persons) in pairs {
            self.share_out(participations, &[persons], "UNITS");
        }
    }
}

/// The wider the place and the larger the count, the more is lost with it.
fn weight(level: Level, is_group: bool, value: i64) -> u32 {
    let level = match level {
        Level::Nation => 400,
        Level::Region => 40,
        Level::Project => 4,
    };
    level * if is_group { 1 } else { 3 } * (64 - value.unsigned_abs().leading_zeros() + 1)
}
