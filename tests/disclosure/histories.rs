//! Random closings one after the other: projects in regions in the nation, cut by sex down to regions, in which one or two
//! projects report anew. The public learns no hidden figure, and a partner none but what its own change alone made.

use std::collections::{BTreeMap, BTreeSet};

use faisceau::consolidation::closing::cells::{Exact, cells};
use faisceau::consolidation::closing::counts::{Count, Counted, CountedRow, CountedTable, Group, Place};
use faisceau::consolidation::closing::grid::{Level, Line};
use faisceau::consolidation::closing::links::{join, protect};
use faisceau::consolidation::closing::tables::Table;
use faisceau::consolidation::question::{Dimension, Unit};
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::attacker::Knowledge;

const LINES: &[Line] = &[Line::Supported, Line::Exits, Line::Present];
const SEXES: [&str; 2] = ["F", "M"];

const fn table(code: &'static str, levels: &'static [Level], dimensions: &'static [Dimension]) -> Table {
    Table { code, name_en: code, name_fr: code, levels, dimensions, lines: LINES, unit: Unit::Person }
}
static WHOLE: Table = table("PERSONS", &Level::ALL, &[]);
static BY_SEX: Table = table("PERSONS_BY_SEX", &[Level::Nation, Level::Region], &[Dimension::Sex]);

/// Those who left and those present of each sex, by project; projects are numbered through, three to a region at most.
type People = Vec<[[i64; 2]; 2]>;

/// A project's report: by how much each count differs.
type Report = (usize, [[i64; 2]; 2]);

const PROJECTS_OF_REGION: usize = 3;

fn region(project: usize) -> String {
    format!("R{}", project / PROJECTS_OF_REGION)
}

fn places(projects: usize) -> Vec<Place> {
    let place = |level, code: String, region| Place { level, name: code.clone(), code, region };
    let regions: BTreeSet<String> = (0..projects).map(region).collect();
    std::iter::once(place(Level::Nation, String::new(), None))
        .chain(regions.into_iter().map(|code| place(Level::Region, code, None)))
        .chain((0..projects).map(|project| place(Level::Project, format!("P{project}"), Some(region(project)))))
        .collect()
}

/// What a line counts in a place, of one sex or of all.
fn value(people: &People, place: &Place, sex: Option<usize>, line: Line) -> i64 {
    let within = |project: &usize| match place.level {
        Level::Nation => true,
        Level::Region => place.code == region(*project),
        Level::Project => place.code == format!("P{project}"),
    };
    let counts = (0..people.len()).filter(within).flat_map(|project| people[project].iter().enumerate());
    let counts = counts.filter(|(of, _)| sex.is_none_or(|sex| sex == *of));
    counts.fold(0, |sum, (_, [left, present])| match line {
        Line::Supported => sum + left + present,
        Line::Exits => sum + left,
        Line::Present => sum + present,
        _ => 0,
    })
}

fn counted(people: &People) -> Counted {
    let places = places(people.len());
    let row = |number: usize, place: &Place, groups: &[Option<usize>]| {
        let value = |line: &Line| value(people, place, groups.first().copied().flatten(), *line);
        let counts = Line::ALL.iter().map(|line| Count { value: value(line), people: value(line) }).collect();
        CountedRow { place: number, groups: groups.to_vec(), counts }
    };
    let rows = |groups: &[&[Option<usize>]]| {
        let rows = places
            .iter()
            .enumerate()
            .flat_map(|(number, place)| groups.iter().map(move |groups| (number, place, *groups)));
        rows.map(|(number, place, groups)| row(number, place, groups)).collect()
    };
    let groups = SEXES.map(|sex| Group { key: sex.to_owned(), label_en: sex.to_owned(), label_fr: sex.to_owned() });
    let tables = vec![
        CountedTable { table: &WHOLE, groups: Vec::new(), rows: rows(&[&[]]) },
        CountedTable { table: &BY_SEX, groups: vec![groups.to_vec()], rows: rows(&[&[None], &[Some(0)], &[Some(1)]]) },
    ];
    Counted { places, tables }
}

/// A closing as the attacker sees it: every count there is, of projects by sex too, by name.
struct Seen {
    truth: BTreeMap<String, i64>,
    shown: BTreeSet<String>,
    hidden: BTreeSet<String>,
    sums: Vec<(String, Vec<String>)>,
}

fn key(place: &Place, sex: Option<usize>, line: Line) -> String {
    let sex = sex.map(|sex| format!("SEX={}", SEXES[sex])).unwrap_or_default();
    format!("{}:{}|{sex}|{}|PERSON", place.level.code(), place.code, line.code())
}

fn seen(people: &People, exact: &Exact) -> Seen {
    let offered = |hidden: bool| {
        let cells = exact.cells.iter().filter(move |cell| cell.offered && cell.hidden == hidden);
        cells.map(|cell| cell.key.clone()).collect()
    };
    let mut seen = Seen { truth: BTreeMap::new(), shown: offered(false), hidden: offered(true), sums: Vec::new() };
    let places = places(people.len());
    for place in &places {
        let inside = |other: &&Place| match place.level {
            Level::Nation => other.level == Level::Region,
            Level::Region => other.region.as_ref() == Some(&place.code),
            Level::Project => false,
        };
        let parts: Vec<&Place> = places.iter().filter(inside).collect();
        for line in LINES {
            for sex in [None, Some(0), Some(1)] {
                let whole = key(place, sex, *line);
                seen.truth.insert(whole.clone(), value(people, place, sex, *line));
                seen.sums.push((whole.clone(), parts.iter().map(|part| key(part, sex, *line)).collect()));
                if sex.is_none() {
                    seen.sums.push((whole.clone(), [0, 1].map(|sex| key(place, Some(sex), *line)).to_vec()));
                }
                if *line == Line::Supported {
                    seen.sums.push((whole, [Line::Exits, Line::Present].map(|part| key(place, sex, part)).to_vec()));
                }
            }
        }
    }
    seen.sums.retain(|(_, parts)| !parts.is_empty());
    seen
}

impl Seen {
    /// What did not change has one name: whoever attacks is told that it did not.
    fn label(&self, cell: &str) -> String {
        if self.shown.contains(cell) {
            return format!("{cell} #{} shown", self.truth[cell]);
        }
        let (_, rest) = cell.split_once('|').unwrap();
        let own = self.truth.iter().filter(|(own, _)| own.starts_with("PROJECT") && own.ends_with(&format!("|{rest}")));
        format!("{cell} #{} of {:?}", self.truth[cell], own.map(|(_, value)| value).collect::<Vec<_>>())
    }

    /// Whether only one project's own count differs from an earlier closing, and makes all of the difference.
    fn is_made_by(&self, before: &Self, project: usize, projects: usize, cell: &str) -> bool {
        let (_, rest) = cell.split_once('|').unwrap();
        let change = |of: usize| {
            let own = format!("PROJECT:P{of}|{rest}");
            self.truth[&own] - before.truth[&own]
        };
        let within = |of: &usize| !cell.starts_with("REGION") || cell.starts_with(&format!("REGION:{}|", region(*of)));
        let by = self.truth[cell] - before.truth[cell];
        by != 0 && (0..projects).filter(within).all(|of| if of == project { change(of) == by } else { change(of) == 0 })
    }
}

/// A hidden figure of any closing that the public or a partner finds within its threshold.
fn found(closings: &[Seen], partner: Option<usize>, projects: usize) -> Option<String> {
    let mut knowledge = Knowledge::default();
    let mut targets = BTreeSet::new();
    for (place, seen) in closings.iter().enumerate() {
        let own = partner.map(|project| format!("PROJECT:P{project}|"));
        for (cell, value) in &seen.truth {
            if seen.shown.contains(cell) || own.as_ref().is_some_and(|own| cell.starts_with(own)) {
                knowledge.seen.insert(seen.label(cell), *value);
            }
        }
        for (whole, parts) in &seen.sums {
            let terms = parts.iter().map(|part| (seen.label(part), 1)).chain([(seen.label(whole), -1)]);
            knowledge.equalities.push((terms.collect(), 0));
        }
        let is_open = |cell: &String| {
            let Some(project) = partner else { return false };
            let (_, rest) = cell.split_once('|').unwrap();
            let published = closings[..place].iter().filter(|before| before.shown.contains(cell));
            seen.truth[cell] == seen.truth[&format!("PROJECT:P{project}|{rest}")]
                || published.into_iter().any(|before| seen.is_made_by(before, project, projects, cell))
        };
        targets.extend(seen.hidden.iter().filter(|cell| !is_open(cell)).map(|cell| seen.label(cell)));
    }
    let targets: Vec<String> = targets.into_iter().filter(|cell| !knowledge.seen.contains_key(cell)).collect();
    let solved = knowledge.solved();
    if let Some(name) = targets.iter().find(|name| solved.contains_key(*name)) {
        return Some(format!("{name} is {}", solved[name]));
    }
    knowledge.narrow(&targets, 5.0).map(|(name, bounds)| format!("{name} lies in {bounds:?}"))
}

fn histories() -> impl Strategy<Value = (People, Vec<Vec<Report>>)> {
    let count = prop_oneof![1 => Just(0_i64), 2 => 1..5_i64, 4 => 5..30_i64];
    let two = |count: BoxedStrategy<i64>| [[count.clone(), count.clone()], [count.clone(), count]];
    (2..7_usize).prop_flat_map(move |projects| {
        let people = prop::collection::vec(two(count.clone().boxed()), projects);
        let change = prop_oneof![3 => Just(0_i64), 4 => -2..4_i64, 1 => 5..9_i64].boxed();
        let reports = prop::collection::vec((0..projects, two(change)), 1..3);
        (people, prop::collection::vec(reports, 1..3))
    })
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn closings_one_after_the_other_tell_a_partner_no_more_than_its_own_change((mut people, reports) in histories()) {
        let (mut published, mut closings): (Vec<Exact>, Vec<Seen>) = (Vec::new(), Vec::new());
        for reports in std::iter::once(Vec::new()).chain(reports) {
            for (project, changes) in reports {
                for (sex, line) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    people[project][sex][line] = (people[project][sex][line] + changes[sex][line]).max(0);
                }
            }
            let mut exact = cells(&counted(&people), 5);
            if let Err(cell) = protect(&mut exact, &published) {
                // Refused rather than published: with so few projects, what a partner knows can leave no other world.
                prop_assert!(!published.is_empty(), "{} of the first closing", cell);
                break;
            }
            closings.push(seen(&people, &exact));
            published.push(exact);
            for partner in std::iter::once(None).chain((0..people.len()).map(Some)) {
                prop_assert_eq!(found(&closings, partner, people.len()), None, "to {:?}", partner);
            }
        }
    }
}

/// Two closings, between which two projects report three and four people more.
fn two_changes(forget: impl Fn(&mut Exact)) -> Vec<Seen> {
    let mut people: People = vec![[[20, 10], [20, 10]]; 4];
    let (mut published, mut closings): (Vec<Exact>, Vec<Seen>) = (Vec::new(), Vec::new());
    for (first, second) in [(0, 0), (3, 4)] {
        people[0][0][1] += first;
        people[1][0][1] += second;
        let mut exact = cells(&counted(&people), 5);
        forget(&mut exact);
        protect(&mut exact, &published).unwrap();
        closings.push(seen(&people, &exact));
        published.push(exact);
    }
    closings
}

#[test]
fn where_partners_are_forgotten_one_finds_what_another_changed() {
    let closings = two_changes(|exact| {
        for cell in &mut exact.cells {
            (cell.party, cell.open_to, cell.own) = (None, None, None);
        }
    });
    assert_eq!(found(&closings, None, 4), None, "the public finds nothing even so");
    assert!(found(&closings, Some(0), 4).is_some(), "the first takes its own change away");
    let closings = two_changes(|_| ());
    for partner in [None, Some(0), Some(1), Some(2)] {
        assert_eq!(found(&closings, partner, 4), None, "{partner:?}");
    }
}

#[test]
fn a_change_is_conceded_to_the_partner_whose_own_it_is_and_to_nobody_else() {
    let mut people: People = vec![[[20, 10], [20, 10]]; 4];
    let (mut published, mut closings): (Vec<Exact>, Vec<Seen>) = (Vec::new(), Vec::new());
    for more in [0, 3] {
        people[0][0][1] += more;
        let mut exact = cells(&counted(&people), 5);
        protect(&mut exact, &published).expect("what the first partner adds up is its own");
        closings.push(seen(&people, &exact));
        published.push(exact);
    }
    let change = "NATION:||SUPPORTED|PERSON";
    assert!(
        closings[0].shown.contains(change) && closings[1].hidden.contains(change),
        "three people more are kept back"
    );
    for partner in [None, Some(0), Some(1), Some(2), Some(3)] {
        assert_eq!(found(&closings, partner, 4), None, "{partner:?}");
    }
    // To whom it is open is said in no way that can be seen from outside: the proof says it.
    let mut second = published.remove(1);
    let system = join(&mut second, &published);
    let national = &system.cells[0];
    assert_eq!((national.value, national.open_to.len()), (243, 1));
    let first =
        system.cells.iter().find(|cell| cell.party.is_some() && cell.value == 63).expect("what the first one counts");
    assert_eq!(national.open_to.first(), first.party.as_ref());
}
