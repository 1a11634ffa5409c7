//! Other worlds: tables that differ from the true one, and that nobody who reads what is published can tell from it.
//!
//! A cell is protected when there is such a world in which it differs by its threshold or more. Everything here is exact
//! integer arithmetic: whatever found a world, it counts only if it holds here.

use std::collections::{BTreeMap, BTreeSet};

use super::search::Mask;
use super::table::{Cell, CellNo, Party, Sense, Showing, System};

/// By how much cells differ from the true table; those that do not are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World(pub BTreeMap<CellNo, i64>);

impl World {
    /// The relations known to somebody, or to the public, that do not hold in this world.
    pub fn broken(&self, system: &System, view: Option<Party>) -> BTreeSet<usize> {
        let binds = |number: &usize| system.relations[*number].binds(view);
        self.touched(system).into_iter().filter(|number| binds(number) && !self.keeps(system, *number)).collect()
    }

    fn touched(&self, system: &System) -> BTreeSet<usize> {
        self.0.keys().flat_map(|cell| system.relations_of(*cell)).copied().collect()
    }

    fn keeps(&self, system: &System, number: usize) -> bool {
        let relation = &system.relations[number];
        let shift: i64 = relation.terms.iter().map(|(cell, factor)| factor * self.shift(*cell)).sum();
        match relation.sense {
            Sense::Constant => shift == 0,
            Sense::AtLeastZero => {
                shift + relation.terms.iter().map(|(cell, factor)| factor * system.cells[*cell].value).sum::<i64>() >= 0
            }
        }
    }

    /// By how much a cell differs.
    pub fn shift(&self, cell: CellNo) -> i64 {
        self.0.get(&cell).copied().unwrap_or(0)
    }

    /// Whether every cell that differs is one that a mask keeps from the public, with a value that it could have.
    pub fn is_hidden_by(&self, system: &System, hidden: &[bool]) -> bool {
        self.0.iter().all(|(number, shift)| {
            let cell = &system.cells[*number];
            let unseen = match cell.showing {
                Showing::Offered => hidden[*number],
                Showing::Known => false,
                Showing::Never => true,
            };
            unseen && cell.allows(*shift)
        })
    }

    /// Who can tell this world from the true one, because cells that they know differ, or a relation that they know of.
    pub fn parties(&self, system: &System) -> BTreeSet<Party> {
        let own = self.0.keys().filter_map(|cell| system.cells[*cell].party);
        let private = self.touched(system).into_iter().filter_map(|number| {
            let party = system.relations[number].known_to?;
            (!self.keeps(system, number)).then_some(party)
        });
        own.chain(private).collect()
    }

    /// Whether a cell differs by as much as somebody, or the public, must think possible.
    pub fn protects(&self, system: &System, cell: CellNo, view: Option<Party>) -> bool {
        self.shift(cell).abs() >= system.cells[cell].width(view)
    }
}

/// From whom a cell is not protected yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exposure {
    /// From anybody.
    Public,
    /// From these parties only; from nobody if empty.
    Parties(BTreeSet<Party>),
}

impl Exposure {
    /// What is left when one more world is known in which the cell differs. Whose cell it is knows it anyway.
    pub(super) fn after(self, cell: &Cell, shift: i64, tellers: &BTreeSet<Party>) -> Self {
        let is_exposed = |party: &Party| cell.party != Some(*party) && !cell.open_to.contains(party);
        match self {
            Self::Public if shift.abs() < cell.threshold => Self::Public,
            Self::Public => Self::Parties(tellers.iter().copied().filter(is_exposed).collect()),
            Self::Parties(mut parties) => {
                parties.retain(|party| tellers.contains(party) || shift.abs() < cell.width(Some(*party)));
                Self::Parties(parties)
            }
        }
    }

    pub(super) fn is_nobody(&self) -> bool {
        matches!(self, Self::Parties(parties) if parties.is_empty())
    }
}

/// Whether a cell must not be worked out under a mask.
pub(super) fn must_be_protected(system: &System, hidden: &[bool], cell: CellNo) -> bool {
    match system.cells[cell].showing {
        Showing::Offered => hidden[cell],
        Showing::Known => false,
        Showing::Never => system.cells[cell].sensitive,
    }
}

/// The first cell that a mask does not protect from everybody, judged by its worlds alone.
pub fn first_exposed(system: &System, mask: &Mask) -> Option<CellNo> {
    let mut exposures = vec![Exposure::Public; system.cells.len()];
    for world in &mask.worlds {
        if !world.is_hidden_by(system, &mask.hidden) || !world.broken(system, None).is_empty() {
            continue;
        }
        let tellers = world.parties(system);
        for (cell, shift) in &world.0 {
            let before = std::mem::replace(&mut exposures[*cell], Exposure::Public);
            exposures[*cell] = before.after(&system.cells[*cell], *shift, &tellers);
        }
    }
    (0..system.cells.len()).find(|cell| must_be_protected(system, &mask.hidden, *cell) && !exposures[*cell].is_nobody())
}
