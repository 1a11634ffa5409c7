//! The grid's counts as linked cells: which are small, what follows from what, and who knows which anyway.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use super::counts::{Count, Counted, CountedRow, CountedTable, Place};
use super::grid::{AT_MOST, Level, Line, SPLITS, dimension_code, is_delicate, unit_code};
use super::rows::Rows;
use super::tables::Table;
use crate::consolidation::disclosure::table::Relation;

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
    /// By how much the partner of a project can be wrong about it without any closing, where that is less than the threshold.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_open: BTreeMap<String, i64>,
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

/// What a cell counts, in words that stay the same from closing to closing, whatever the table.
pub fn key(place: &Place, table: &CountedTable, row: &CountedRow, line: Line) -> String {
    let groups = table.groups_of(row).map(|(dimension, group)| (dimension_code(dimension), group.key.as_str()));
    count_key(place.level.code(), &place.code, &named(groups), line.code(), unit_code(table.table.unit))
}

/// The same of codes.
pub fn count_key(level: &str, place: &str, groups: &str, line: &str, unit: &str) -> String {
    format!("{level}:{place}|{groups}|{line}|{unit}")
}

/// Groups in one word, such as `SEX=F,AGE_BAND=FROM_18_TO_24`.
pub fn named<'a>(groups: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    groups.into_iter().map(|(dimension, group)| format!("{dimension}={group}")).collect::<Vec<_>>().join(",")
}

/// The cells of everything counted.
pub fn cells(counted: &Counted, threshold: i64) -> Exact {
    let mut builder = Builder { counted, threshold, exact: Exact::default(), numbers: BTreeMap::new() };
    let tables: Vec<Rows<'_>> = counted.tables.iter().map(|table| Rows::of(table, &counted.places)).collect();
    for rows in &tables {
        builder.add_cells(rows);
    }
    for rows in &tables {
        builder.link_places(rows);
        builder.link_groups(rows);
        builder.link_lines(rows);
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

    fn threshold_of(&self, table: &CountedTable, row: &CountedRow) -> i64 {
        let delicate = table.groups_of(row).any(|(dimension, _)| is_delicate(dimension));
        if delicate { self.threshold.max(DELICATE_THRESHOLD) } else { self.threshold }
    }

    /// The same count of every project of a row's place.
    fn of_projects<'t>(&self, rows: &Rows<'t>, row: &CountedRow) -> Vec<&'t CountedRow> {
        let place = self.place(row);
        let is_within =
            |own: &&CountedRow| place.level == Level::Nation || self.place(own).region.as_ref() == Some(&place.code);
        rows.of_projects.get(&*row.groups).into_iter().flatten().copied().filter(is_within).collect()
    }

    /// Whether some table publishes the same of every project.
    fn has_projects(&self, table: &CountedTable, row: &CountedRow) -> bool {
        self.counted.tables.iter().map(|other| other.table).any(|other| {
            let is_cut = |(dimension, _)| other.dimensions.contains(&dimension);
            other.unit == table.table.unit && other.levels.contains(&Level::Project) && table.groups_of(row).all(is_cut)
        })
    }

    fn add_cells(&mut self, rows: &Rows<'_>) {
        let table = rows.table;
        let lines = lines_of(table.table);
        for row in &rows.published {
            let cut = row.groups.iter().flatten().count();
            let of_projects = self.of_projects(rows, row);
            // Where projects are not published, a partner can still subtract its own people.
            let has_projects = self.has_projects(table, row);
            let threshold = self.threshold_of(table, row);
            let is_small = |people: i64| (1..threshold).contains(&people);
            for line in &lines {
                let count = row.counts[*line as usize];
                let place = self.place(row);
                let projects: Vec<(&Place, Count)> = match place.level {
                    Level::Project => vec![(place, count)],
                    _ => of_projects.iter().map(|own| (self.place(own), own.counts[*line as usize])).collect(),
                };
                let mut counted = projects.iter().filter(|(_, own)| own.value > 0);
                let all_of_one = counted.next().filter(|(_, own)| own.value == count.value && counted.next().is_none());
                let offered = table.table.lines.contains(line);
                let only = projects.first().filter(|_| projects.len() == 1);
                let is_subtracted = !has_projects && projects.len() > 1;
                let is_read_by_subtraction =
                    is_subtracted && projects.iter().any(|(_, own)| is_small(count.people - own.people));
                let floor = projects.iter().map(|(_, own)| own.value).filter(|_| is_subtracted).max().unwrap_or(0);
                let own = projects.iter().filter(|(_, own)| own.value != 0);
                let cell = ExactCell {
                    key: key(place, table, row, *line),
                    value: count.value,
                    floor: floor.min(count.value),
                    threshold,
                    weight: if offered { weight(place.level, cut, count.value) } else { 0 },
                    offered,
                    sensitive: is_small(count.people) || is_read_by_subtraction,
                    hidden: false,
                    party: only.map(|(place, _)| place.code.clone()),
                    open_to: all_of_one.map(|(place, _)| place.code.clone()),
                    left_open: BTreeMap::new(),
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
        self.numbers.get(&key(self.place(row), table, row, line)).copied()
    }

    /// A whole and its parts. Where they share people, what they sum to above it is a cell of its own: never published,
    /// and sensitive where it is itself a small number of people.
    fn share_out(&mut self, whole: usize, parts: &[usize], by: &str, left_open: BTreeMap<String, i64>) {
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
                left_open,
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

    /// What two projects share is at most all that one of them has: its partner knows as much without any closing.
    fn left_open(
        &self,
        table: &CountedTable,
        whole: &CountedRow,
        parts: &[&CountedRow],
        line: Line,
    ) -> BTreeMap<String, i64> {
        let is_alone = |part: &&CountedRow| self.place(part).level == Level::Project;
        let ([one, other], true) = (parts, parts.iter().all(is_alone)) else { return BTreeMap::new() };
        let (place, threshold, lines) = (line as usize, self.threshold_of(table, whole), lines_of(table.table));
        let shared = one.counts[place].value + other.counts[place].value - whole.counts[place].value;
        let left = [one, other].into_iter().map(|own| {
            let most = shared_at_most(whole, [one, other], own, line, &lines);
            (self.place(own).code.clone(), shared.max(most - shared))
        });
        left.filter(|(_, left)| *left < threshold).collect()
    }

    /// Projects in their region, regions in the nation.
    fn link_places(&mut self, rows: &Rows<'_>) {
        let table = rows.table;
        for row in &rows.published {
            let place = self.place(row).clone();
            let is_inside = |about: &Place| match place.level {
                Level::Nation => about.level == Level::Region,
                Level::Region => about.level == Level::Project && about.region.as_ref() == Some(&place.code),
                Level::Project => false,
            };
            let inside = self.counted.places.iter().enumerate().filter(|(_, about)| is_inside(about));
            let parts: Vec<&CountedRow> =
                inside.filter_map(|(part, _)| rows.at.get(&(part, &*row.groups)).copied()).collect();
            for line in lines_of(table.table) {
                let numbers: Option<Vec<usize>> = parts.iter().map(|part| self.number(table, part, line)).collect();
                let numbers = numbers.filter(|numbers| !numbers.is_empty());
                if let (Some(whole), Some(numbers)) = (self.number(table, row, line), numbers) {
                    let left_open = self.left_open(table, row, &parts, line);
                    self.share_out(whole, &numbers, "PLACES", left_open);
                }
            }
        }
    }

    /// The groups of a place along each dimension, of the whole place and of every part of it that is cut by others.
    fn link_groups(&mut self, rows: &Rows<'_>) {
        let table = rows.table;
        for row in &rows.published {
            for (place, dimension) in table.table.dimensions.iter().enumerate() {
                if row.groups[place].is_some() {
                    continue;
                }
                let groups = rows.parts(row, place);
                for line in lines_of(table.table) {
                    let parts: Option<Vec<usize>> =
                        groups.iter().map(|group| self.number(table, group, line)).collect();
                    let (Some(whole), Some(parts)) = (self.number(table, row, line), parts) else { continue };
                    self.share_out(whole, &parts, dimension_code(*dimension), BTreeMap::new());
                    if is_delicate(*dimension) {
                        self.keep_groups_back(whole, &parts);
                    }
                }
            }
        }
    }

    /// How the lines of a row share out.
    fn link_lines(&mut self, rows: &Rows<'_>) {
        let table = rows.table;
        for row in &rows.published {
            for split in SPLITS {
                let parts: Option<Vec<usize>> = split.parts.iter().map(|part| self.number(table, row, *part)).collect();
                let (Some(whole), Some(parts)) = (self.number(table, row, split.whole), parts) else { continue };
                self.share_out(whole, &parts, "LINES", BTreeMap::new());
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
            self.share_out(participations, &[persons], "UNITS", BTreeMap::new());
        }
    }
}

/// How many people of a part another one can have too, as far as its own counts say: no more than it has, and no more than
/// in the parts of a line together; where they share nobody, that counts as known.
fn shared_at_most(
    whole: &CountedRow,
    parts: [&CountedRow; 2],
    own: &CountedRow,
    line: Line,
    lines: &BTreeSet<Line>,
) -> i64 {
    let count = |row: &CountedRow| row.counts[line as usize].value;
    if count(parts[0]) + count(parts[1]) == count(whole) {
        return 0;
    }
    let splits =
        SPLITS.iter().filter(|split| split.whole == line && split.parts.iter().all(|part| lines.contains(part)));
    let by_parts =
        splits.map(|split| split.parts.iter().map(|part| shared_at_most(whole, parts, own, *part, lines)).sum());
    by_parts.chain([count(own)]).min().unwrap_or_default()
}

/// The wider the place, the less it is cut and the larger the count, the more is lost with it.
fn weight(level: Level, cut: usize, value: i64) -> u32 {
    let level = match level {
        Level::Nation => 100,
        Level::Region => 10,
        Level::Project => 1,
    };
    let part = match cut {
        0 => 12,
        1 => 4,
        2 => 2,
        _ => 1,
    };
    level * part * (64 - value.unsigned_abs().leading_zeros() + 1)
}
