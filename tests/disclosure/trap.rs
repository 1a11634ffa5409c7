//! A known trap: two hidden cells or more in every row and column, and yet one of them follows exactly.

use faisceau::consolidation::disclosure::table::{Cell, Relation, Showing, System};
use faisceau::consolidation::disclosure::{first_exposed, suppress, suppress_small_cells_only};

use crate::attacker::Knowledge;

const ROWS: [[i64; 4]; 4] = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]];
const HIDDEN: [(usize, usize); 9] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3), (3, 1), (3, 3)];

fn name(row: usize, column: usize) -> String {
    let part = |place: usize, names: &[&str]| names.get(place).map_or("all".to_owned(), |name| (*name).to_owned());
    format!("{}/{}", part(row, &["w", "x", "y", "z"]), part(column, &["a", "b", "c", "d"]))
}

fn value(row: usize, column: usize) -> i64 {
    let rows: Vec<&[i64; 4]> = if row < 4 { vec![&ROWS[row]] } else { ROWS.iter().collect() };
    rows.iter().map(|cells| if column < 4 { cells[column] } else { cells.iter().sum() }).sum()
}

fn system() -> System {
    let place = |row: usize, column: usize| row * 5 + column;
    let cells = (0..25).map(|number| {
        let (row, column) = (number / 5, number % 5);
        let weight = match (row < 4, column < 4) {
            (true, true) => 10,
            (false, false) => 1000,
            _ => 100,
        };
        Cell {
            value: value(row, column),
            floor: 0,
            threshold: 5,
            weight,
            showing: Showing::Offered,
            sensitive: HIDDEN.contains(&(row, column)),
            party: None,
            open_to: std::collections::BTreeSet::new(),
            left_open: std::collections::BTreeMap::new(),
            signed: false,
        }
    });
    let rows = (0..5).map(|row| Relation::sum(place(row, 4), (0..4).map(|column| place(row, column))));
    let columns = (0..5).map(|column| Relation::sum(place(4, column), (0..4).map(|row| place(row, column))));
    System::new(cells.collect(), rows.chain(columns).collect())
}

/// What is seen of the table under a mask.
fn knowledge(hidden: &[bool]) -> Knowledge {
    let mut knowledge = Knowledge::default();
    for line in 0..5 {
        let row = (0..5).map(|column| (name(line, column), if column < 4 { 1 } else { -1 })).collect();
        let column = (0..5).map(|row| (name(row, line), if row < 4 { 1 } else { -1 })).collect();
        knowledge.equalities.extend([(row, 0), (column, 0)]);
    }
    let shown = (0..25).filter(|number| !hidden[*number]);
    knowledge.seen = shown.map(|number| (name(number / 5, number % 5), value(number / 5, number % 5))).collect();
    knowledge
}

#[test]
fn two_hidden_cells_in_every_line_are_not_enough() {
    assert_eq!(value(4, 4), 3943);
    let mask = suppress_small_cells_only(&system());
    for line in 0..4 {
        let hidden = |cells: &mut dyn Iterator<Item = usize>| cells.filter(|cell| mask.hidden[*cell]).count();
        assert!(hidden(&mut (0..4).map(|column| line * 5 + column)) >= 2);
        assert!(hidden(&mut (0..4).map(|row| row * 5 + line)) >= 2);
    }
    let solved = knowledge(&mask.hidden).solved();
    assert_eq!(solved, [("w/b".to_owned(), 47)].into());
    assert!(first_exposed(&system(), &mask).is_some());
}

#[test]
fn the_trap_is_closed() {
    let system = system();
    let mask = suppress(&system).unwrap();
    assert_eq!(first_exposed(&system, &mask), None);
    let knowledge = knowledge(&mask.hidden);
    assert_eq!(knowledge.solved(), [].into());
    let hidden: Vec<String> =
        (0..25).filter(|number| mask.hidden[*number]).map(|number| name(number / 5, number % 5)).collect();
    assert_eq!(knowledge.narrow(&hidden, 5.0), None);
    assert!(hidden.len() <= 12, "{hidden:?} is more than is needed");
    assert!(
        mask.hidden.iter().enumerate().all(|(number, hidden)| !hidden || number % 5 < 4 && number < 20),
        "{hidden:?}"
    );
}
