//! The cells near a cell, along relations: a search for another world begins with a few and looks further if it must.

use std::collections::{BTreeSet, VecDeque};

use super::table::{CellNo, Party, Showing, System};

/// How far a search looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// How many cells at most.
    pub cells: usize,
    /// How many cells of one relation that are shown so far.
    pub shown_of_relation: usize,
}

/// From near to everywhere.
pub(super) const REACHES: [Reach; 2] =
    [Reach { cells: 900, shown_of_relation: 16 }, Reach { cells: usize::MAX, shown_of_relation: usize::MAX }];

/// The cells that may differ in another world in which a cell differs, while a party knows its own.
pub(super) fn nearby(
    system: &System,
    hidden: &[bool],
    start: CellNo,
    known_to: Option<Party>,
    reach: Reach,
) -> BTreeSet<CellNo> {
    let is_free = |cell: &CellNo| {
        let about = &system.cells[*cell];
        about.showing != Showing::Known && (known_to.is_none() || about.party != known_to)
    };
    let mut found = BTreeSet::from([start]);
    let mut queue = VecDeque::from([start]);
    let mut seen = BTreeSet::new();
    while let Some(cell) = queue.pop_front() {
        for number in system.relations_of(cell) {
            if !system.relations[*number].binds(known_to) || !seen.insert(*number) {
                continue;
            }
            let mut members: Vec<CellNo> =
                system.relations[*number].terms.iter().map(|(cell, _)| *cell).filter(is_free).collect();
            let is_shown = |cell: &CellNo| system.cells[*cell].showing == Showing::Offered && !hidden[*cell];
            // Cells at zero last: they can only grow, and hiding them tells more than it hides.
            members.sort_by_key(|cell| {
                (is_shown(cell), system.cells[*cell].value == 0, system.cells[*cell].weight, *cell)
            });
            let mut shown = 0;
            for member in members {
                shown += usize::from(is_shown(&member));
                // The whole, weighing most, is wanted besides the lightest parts.
                if shown > reach.shown_of_relation && !is_whole(system, *number, member) {
                    continue;
                }
                if found.len() < reach.cells && found.insert(member) {
                    queue.push_back(member);
                }
            }
        }
    }
    found
}

fn is_whole(system: &System, number: usize, cell: CellNo) -> bool {
    system.relations[number].terms.iter().any(|(member, factor)| *member == cell && *factor < 0)
}
