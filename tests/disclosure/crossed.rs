//! Crossed tables: places cut by two or three dimensions at once, with every margin, one of them delicate. The public, and
//! every partner with its own figures, must find no hidden count; where a margin is forgotten, somebody does.

use std::collections::{BTreeMap, BTreeSet};

use faisceau::consolidation::closing::cells::{Exact, cells};
use faisceau::consolidation::closing::counts::{Count, Counted, CountedRow, CountedTable, Group, Place};
use faisceau::consolidation::closing::grid::{Level, Line};
use faisceau::consolidation::closing::links::{join, protect};
use faisceau::consolidation::closing::tables::{GRID, Table, tables_of};
use faisceau::consolidation::disclosure::suppress_small_cells_only;
use faisceau::consolidation::question::{Dimension, Unit};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::attacker::Knowledge;

const LINES: &[Line] = &[Line::Supported, Line::Exits, Line::Present];
const CROSSED: &[Dimension] = &[Dimension::Sex, Dimension::AgeBand, Dimension::ProtectionStatus];
const NAMES: [&str; 3] = ["SEX", "AGE_BAND", "PROTECTION_STATUS"];

const fn table(code: &'static str, levels: &'static [Level], dimensions: &'static [Dimension]) -> Table {
    Table { code, name_en: code, name_fr: code, levels, dimensions, lines: LINES, unit: Unit::Person }
}
static WHOLE: Table = table("PERSONS", &Level::ALL, &[]);
static BY_SEX: Table = table("PERSONS_BY_SEX", &[Level::Nation, Level::Region], CROSSED.split_at(1).0);
static BY_TWO: Table = table("PERSONS_BY_TWO", &[Level::Nation, Level::Region], CROSSED.split_at(2).0);
static BY_THREE: Table = table("PERSONS_BY_THREE", &[Level::Nation], CROSSED);

/// How many groups each dimension has, and for each project how many left and are present in each of their crossings.
#[derive(Clone, Debug)]
struct Universe {
    sizes: Vec<usize>,
    projects: Vec<Vec<[i64; 2]>>,
}

/// Wholes and their parts, by name.
type Sums = Vec<(String, Vec<String>)>;

/// A part of a place: one group of each dimension that is named.
type Part = Vec<Option<usize>>;

const PROJECTS_OF_REGION: usize = 2;

impl Universe {
    fn region(project: usize) -> String {
        format!("R{}", project / PROJECTS_OF_REGION)
    }

    fn places(&self) -> Vec<Place> {
        let place = |level, code: String, region| Place { level, name: code.clone(), code, region };
        let regions: BTreeSet<String> = (0..self.projects.len()).map(Self::region).collect();
        let projects =
            (0..self.projects.len()).map(|of| place(Level::Project, format!("P{of}"), Some(Self::region(of))));
        std::iter::once(place(Level::Nation, String::new(), None))
            .chain(regions.into_iter().map(|code| place(Level::Region, code, None)))
            .chain(projects)
            .collect()
    }

    /// Every part along the first dimensions.
    fn parts(&self, dimensions: usize) -> Vec<Part> {
        let mut parts: Vec<Part> = vec![Vec::new()];
        for size in &self.sizes[..dimensions] {
            let groups = || std::iter::once(None).chain((0..*size).map(Some));
            let with = |part: &Part, group| part.iter().copied().chain([group]).collect();
            parts = parts.iter().flat_map(|part| groups().map(|group| with(part, group)).collect::<Vec<_>>()).collect();
        }
        parts
    }

    fn value(&self, place: &Place, part: &[Option<usize>], line: Line) -> i64 {
        let is_within = |project: &usize| match place.level {
            Level::Nation => true,
            Level::Region => place.code == Self::region(*project),
            Level::Project => place.code == format!("P{project}"),
        };
        let is_in_part = |crossing: usize| {
            let mut rest = crossing;
            let mut groups: Vec<usize> = self.sizes.iter().rev().map(|size| (rest % size, rest /= size).0).collect();
            groups.reverse();
            part.iter().zip(groups).all(|(wanted, group)| wanted.is_none_or(|wanted| wanted == group))
        };
        let people =
            (0..self.projects.len()).filter(is_within).flat_map(|project| self.projects[project].iter().enumerate());
        people.filter(|(crossing, _)| is_in_part(*crossing)).fold(0, |sum, (_, [left, present])| match line {
            Line::Supported => sum + left + present,
            Line::Exits => sum + left,
            Line::Present => sum + present,
            _ => sum,
        })
    }

    fn tables(&self) -> Vec<&'static Table> {
        if self.sizes.len() == 2 { vec![&WHOLE, &BY_SEX, &BY_TWO] } else { vec![&WHOLE, &BY_SEX, &BY_THREE] }
    }

    fn counted(&self) -> Counted {
        let places = self.places();
        let group =
            |number: usize| Group { key: format!("g{number}"), label_en: String::new(), label_fr: String::new() };
        let counted = |table: &'static Table| {
            let parts = self.parts(table.dimensions.len());
            let rows = places.iter().enumerate().flat_map(|(number, place)| {
                parts.iter().map(move |part| {
                    let value = |line: &Line| self.value(place, part, *line);
                    let counts = Line::ALL.iter().map(|line| Count { value: value(line), people: value(line) });
                    CountedRow { place: number, groups: part.clone(), counts: counts.collect() }
                })
            });
            let groups = self.sizes[..table.dimensions.len()].iter().map(|size| (0..*size).map(group).collect());
            CountedTable { table, groups: groups.collect(), rows: rows.collect() }
        };
        let tables = self.tables().into_iter().map(counted).collect();
        Counted { tables, places }
    }

    /// The attacker's name of a count, which is the product's key.
    fn name(place: &Place, part: &[Option<usize>], line: Line) -> String {
        let groups = part.iter().zip(NAMES).filter_map(|(group, name)| Some(format!("{name}=g{}", (*group)?)));
        let groups = groups.collect::<Vec<_>>().join(",");
        format!("{}:{}|{groups}|{}|PERSON", place.level.code(), place.code, line.code())
    }

    /// Every count there is, of projects too, and everything that adds up.
    fn everything(&self) -> (BTreeMap<String, i64>, Sums) {
        let (mut truth, mut sums) = (BTreeMap::new(), Vec::new());
        let places = self.places();
        for place in &places {
            let is_inside = |other: &&Place| match place.level {
                Level::Nation => other.level == Level::Region,
                Level::Region => other.region.as_ref() == Some(&place.code),
                Level::Project => false,
            };
            for part in self.parts(self.sizes.len()) {
                for line in LINES {
                    let whole = Self::name(place, &part, *line);
                    truth.insert(whole.clone(), self.value(place, &part, *line));
                    let inside = places.iter().filter(is_inside);
                    sums.push((
                        whole.clone(),
                        inside.map(|inside| Self::name(inside, &part, *line)).collect::<Vec<_>>(),
                    ));
                    for (along, size) in self.sizes.iter().enumerate().filter(|(along, _)| part[*along].is_none()) {
                        let with = |group: usize| {
                            let mut part = part.clone();
                            part[along] = Some(group);
                            Self::name(place, &part, *line)
                        };
                        sums.push((whole.clone(), (0..*size).map(with).collect()));
                    }
                    if *line == Line::Supported {
                        let parts = [Line::Exits, Line::Present].map(|line| Self::name(place, &part, line));
                        sums.push((whole, parts.to_vec()));
                    }
                }
            }
        }
        sums.retain(|(_, parts)| !parts.is_empty());
        (truth, sums)
    }

    /// A hidden count that somebody finds within its threshold.
    fn found(&self, exact: &Exact, partner: Option<usize>) -> Option<String> {
        let (truth, sums) = self.everything();
        let own = partner.map(|project| format!("PROJECT:P{project}|"));
        let mut knowledge = Knowledge::default();
        let shown = exact.cells.iter().filter(|cell| cell.offered && !cell.hidden).map(|cell| cell.key.clone());
        let of_partner = truth.keys().filter(|name| own.as_ref().is_some_and(|own| name.starts_with(own)));
        knowledge.seen = shown.chain(of_partner.cloned()).map(|name| (name.clone(), truth[&name])).collect();
        for (whole, parts) in &sums {
            let terms = parts.iter().map(|part| (part.clone(), 1)).chain([(whole.clone(), -1)]);
            knowledge.equalities.push((terms.collect(), 0));
        }
        let is_own = |name: &String| {
            let Some(own) = &own else { return false };
            let (_, rest) = name.split_once('|').unwrap();
            name.starts_with(own) || truth[name] == truth[&format!("{own}{rest}")]
        };
        let hidden = exact.cells.iter().filter(|cell| cell.offered && cell.hidden).map(|cell| cell.key.clone());
        let (delicate, plain): (Vec<String>, Vec<String>) = hidden
            .filter(|name| !is_own(name) && !knowledge.seen.contains_key(name))
            .partition(|name| name.contains(NAMES[2]));
        let solved = knowledge.solved();
        if let Some(name) = plain.iter().chain(&delicate).find(|name| solved.contains_key(*name)) {
            return Some(format!("{name} is {}", solved[name]));
        }
        let found = knowledge.narrow(&plain, 5.0).or_else(|| knowledge.narrow(&delicate, 11.0));
        found.map(|(name, bounds)| format!("{name} lies in {bounds:?}"))
    }

    fn parties(&self) -> impl Iterator<Item = Option<usize>> {
        std::iter::once(None).chain((0..self.projects.len()).map(Some))
    }
}

fn universes() -> impl Strategy<Value = Universe> {
    let count = prop_oneof![3 => Just(0_i64), 2 => 1..5_i64, 3 => 5..30_i64, 2 => 30..90_i64].boxed();
    let sizes =
        prop_oneof![(2..4_usize, 2..4_usize).prop_map(|(a, b)| vec![a, b]), Just(vec![2, 2, 2]), Just(vec![2, 3, 2])];
    (sizes, 1..5_usize).prop_flat_map(move |(sizes, projects)| {
        let crossing = (count.clone(), count.clone()).prop_map(|(left, present)| [left, present]);
        let project = prop::collection::vec(crossing, sizes.iter().product::<usize>());
        prop::collection::vec(project, projects).prop_map(move |projects| Universe { sizes: sizes.clone(), projects })
    })
}

proptest! {
    #![proptest_config(Config { cases: 8, failure_persistence: None, ..Config::default() })]

    #[test]
    fn nobody_finds_a_hidden_count_of_crossed_tables(universe in universes()) {
        let mut exact = cells(&universe.counted(), 5);
        prop_assert!(protect(&mut exact, &[]).is_ok(), "everything is offered");
        for partner in universe.parties() {
            prop_assert_eq!(universe.found(&exact, partner), None, "to {:?}", partner);
        }
    }
}

/// Four projects in two regions, three people of one of them in one crossing of three dimensions.
fn three_dimensions() -> Universe {
    let project = |of: i64| (0..8).map(|crossing| [20 + 7 * of + crossing, 30 + 5 * crossing]).collect::<Vec<_>>();
    let mut projects: Vec<Vec<[i64; 2]>> = (0..4).map(project).collect();
    for project in &mut projects {
        project[3] = [0, 0];
    }
    projects[1][3] = [2, 1];
    Universe { sizes: vec![2, 2, 2], projects }
}

#[test]
fn crossed_tables_are_protected_and_not_by_hiding_small_counts_alone() {
    let universe = three_dimensions();
    let mut exact = cells(&universe.counted(), 5);
    let small = suppress_small_cells_only(&join(&mut exact.clone(), &[]));
    let mut naive = exact.clone();
    for (cell, hidden) in naive.cells.iter_mut().zip(&small.hidden) {
        cell.hidden = *hidden;
    }
    let found = universe.found(&naive, None).unwrap_or_default();
    assert!(found.ends_with(" is 3"), "the margins give the three people away: {found:?}");
    protect(&mut exact, &[]).expect("everything is offered");
    for partner in universe.parties() {
        assert_eq!(universe.found(&exact, partner), None, "{partner:?}");
    }
    let shown = exact.cells.iter().filter(|cell| cell.offered && !cell.hidden).count();
    let offered = exact.cells.iter().filter(|cell| cell.offered).count();
    assert!(shown * 3 > offered, "{shown} of {offered} are left");
}

#[test]
fn where_a_margin_is_forgotten_the_attacker_finds_what_it_gives_away() {
    let universe = three_dimensions();
    for dimension in NAMES {
        let mut exact = cells(&universe.counted(), 5);
        let keys: Vec<String> = exact.cells.iter().map(|cell| cell.key.clone()).collect();
        let groups = |number: usize| keys[number].split('|').nth(1).unwrap().matches('=').count();
        // The relations that say how the crossings of all three add up along one dimension.
        exact.relations.retain(|relation| {
            let [(whole, -1), (part, 1), ..] = relation.terms[..] else { return true };
            !(groups(whole) == 2 && groups(part) == 3 && !keys[whole].contains(dimension))
        });
        protect(&mut exact, &[]).expect("fewer relations are easier to keep");
        assert!(universe.found(&exact, None).is_some(), "without the sums over {dimension}");
    }
}

#[test]
fn dimensions_stand_in_one_order_so_that_a_count_has_one_name_in_all_tables() {
    for grid in ["1", "2", GRID] {
        for table in tables_of(grid).unwrap() {
            assert!(table.dimensions.is_sorted() && table.dimensions.len() <= 3, "{} of grid {grid}", table.code);
        }
    }
    assert!(tables_of("4").is_none());
}
