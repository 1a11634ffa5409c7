//! What a partner knows before anything is published: that two projects share no more people than its own has. It cannot be
//! kept from it, and everything else is.

use std::collections::{BTreeMap, BTreeSet};

use faisceau::consolidation::closing::cells::cells;
use faisceau::consolidation::closing::counts::{Count, Counted, CountedRow, CountedTable, Place};
use faisceau::consolidation::closing::grid::{Level, Line};
use faisceau::consolidation::closing::links::protect;
use faisceau::consolidation::closing::tables::Table;
use faisceau::consolidation::disclosure::table::{Cell, Party, Relation, Showing, System};
use faisceau::consolidation::disclosure::{Mask, Unprotectable, World, first_exposed, suppress};
use faisceau::consolidation::question::Unit;

const SHARED: usize = 3;

/// A place of two projects, the first with two people, of whom one is of the other project too.
fn place(left_open: impl Fn(Party) -> Option<i64>) -> System {
    let cell = |value: i64, party: Option<Party>| Cell {
        value,
        floor: 0,
        threshold: 5,
        weight: 10,
        showing: Showing::Offered,
        sensitive: value < 5,
        party,
        open_to: BTreeSet::new(),
        left_open: BTreeMap::new(),
        signed: false,
    };
    let known = [1, 2].into_iter().filter_map(|party| Some((party, left_open(party)?)));
    let shared = Cell { showing: Showing::Never, weight: 0, left_open: known.collect(), ..cell(1, None) };
    let cells = vec![cell(41, None), cell(2, Some(1)), cell(40, Some(2)), shared];
    let mut sum = Relation::sum(0, [1, 2]);
    sum.terms.push((SHARED, -1));
    System::new(cells, vec![sum, Relation::at_most(1, 0), Relation::at_most(2, 0)])
}

#[test]
fn what_a_partner_knows_anyway_cannot_be_kept_from_it() {
    let refused = suppress(&place(|_| None)).unwrap_err();
    assert_eq!(refused, Unprotectable(SHARED), "that it is two at most no closing keeps from the first");
    let system = place(|party| (party == 1).then_some(1));
    let mask = suppress(&system).unwrap();
    assert_eq!(first_exposed(&system, &mask), None);
    // It is still not told which of the numbers that it thought possible is the one.
    let to_first = mask.worlds.iter().filter(|world| !world.parties(&system).contains(&1));
    assert!(to_first.into_iter().any(|world| world.shift(SHARED) != 0), "{:?}", mask.worlds);
    let others = mask.worlds.iter().filter(|world| !world.parties(&system).contains(&2));
    assert!(others.into_iter().any(|world| world.shift(SHARED) >= 5), "of the second it is asked in full");
}

#[test]
fn a_world_protects_only_what_differs_by_as_much_as_is_asked() {
    let mut system = place(|party| (party == 1).then_some(1));
    let protects = |system: &System, worlds: &[&[(usize, i64)]]| {
        let worlds = worlds.iter().map(|world| World(world.iter().copied().collect())).collect();
        first_exposed(system, &Mask { hidden: vec![true; 4], worlds }).is_none()
    };
    // Everything by five, to anybody; and to each partner that which is not its own.
    let all: [&[(usize, i64)]; 4] =
        [&[(0, 5), (1, 5)], &[(0, 5), (2, 5)], &[(1, 5), (SHARED, 5)], &[(0, -1), (SHARED, 1)]];
    assert!(protects(&system, &all));
    assert!(!protects(&system, &all[..3]), "to the first partner the number shared does not differ");
    let less: [&[(usize, i64)]; 4] = [all[0], all[1], &[(1, 4), (SHARED, 4)], all[3]];
    assert!(!protects(&system, &less), "four is less than the threshold");
    system.cells[SHARED].left_open.insert(1, 2);
    assert!(!protects(&system, &all), "one is less than what the partner thinks possible");
}

#[test]
fn two_projects_share_no_more_than_either_has() {
    static WHOLE: Table = Table {
        code: "PERSONS",
        name_en: "",
        name_fr: "",
        levels: &Level::ALL,
        dimensions: &[],
        lines: &[Line::Supported],
        unit: Unit::Person,
    };
    let place = |level, code: &str| Place {
        level,
        code: code.to_owned(),
        name: String::new(),
        region: (level == Level::Project).then(|| "R".to_owned()),
    };
    let places = vec![
        place(Level::Nation, ""),
        place(Level::Region, "R"),
        place(Level::Project, "A"),
        place(Level::Project, "B"),
    ];
    let row = |(place, people): (usize, i64)| {
        let value = |line: &Line| if *line == Line::Supported { people } else { 0 };
        let counts = Line::ALL.iter().map(|line| Count { value: value(line), people: value(line) }).collect();
        CountedRow { place, groups: Vec::new(), counts }
    };
    let rows = [41, 41, 2, 40].into_iter().enumerate().map(row).collect();
    let counted = Counted { places, tables: vec![CountedTable { table: &WHOLE, groups: Vec::new(), rows }] };
    let mut exact = cells(&counted, 5);
    let shared = exact.cells.iter().find(|cell| cell.key.ends_with("~PLACES")).expect("they share somebody");
    assert_eq!((shared.value, &shared.left_open), (1, &BTreeMap::from([("A".to_owned(), 1)])));
    assert!(protect(&mut exact, &[]).is_ok());
    for cell in &mut exact.cells {
        cell.left_open.clear();
    }
    assert!(protect(&mut exact, &[]).is_err(), "more is asked than any closing can keep");
}
