//! Linked tables as disclosure control sees them: cells that hold counts, and linear relations between them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A cell's place in its system.
pub type CellNo = usize;

/// Somebody who knows some cells anyway: a partner, its own figures.
pub type Party = u32;

/// Whether a cell is for everybody to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Showing {
    /// It is to be published, unless it must be hidden.
    Offered,
    /// Everybody knows it: it was published before, or cannot be kept from anybody.
    Known,
    /// It is never published, but may follow from what is.
    Never,
}

/// A count.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its true value.
    pub value: i64,
    /// What it is at least, as somebody knows who sees a part of it.
    pub floor: i64,
    /// How wide what can be worked out about it must stay.
    pub threshold: i64,
    /// How much is lost when it is hidden; of what is never shown, how unwillingly a proof relies on it.
    pub weight: u32,
    /// Whether it is for everybody to see.
    pub showing: Showing,
    /// Whether nobody may learn it: hidden if it is offered, protected in any case.
    pub sensitive: bool,
    /// Whose own it is: this party knows it, and no world that it cannot tell from the true one may change it.
    pub party: Option<Party>,
    /// Who may learn it, because what they would learn of it is theirs.
    pub open_to: BTreeSet<Party>,
    /// How far from its value it can be as far as a party knows without anything published, where that is less than the
    /// threshold: what it knows anyway cannot be kept from it.
    pub left_open: BTreeMap<Party, i64>,
    /// Whether it may be below zero, as differences are.
    pub signed: bool,
}

impl Cell {
    /// Whether it could differ so much.
    pub fn allows(&self, shift: i64) -> bool {
        self.signed || self.value + shift >= self.floor
    }

    /// By how much it must differ in a world that protects it from a party, or from the public.
    pub fn width(&self, view: Option<Party>) -> i64 {
        view.and_then(|party| self.left_open.get(&party).copied()).unwrap_or(self.threshold)
    }
}

/// What the sum of a relation's terms is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sense {
    /// The same as in the true table; in most relations nothing.
    Constant,
    /// Nothing or more.
    AtLeastZero,
}

/// Something that is known of cells: a whole number times each, added up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Relation {
    /// Cells and their factors.
    pub terms: Vec<(CellNo, i64)>,
    /// What the sum is.
    pub sense: Sense,
    /// Who alone knows it; everybody if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_to: Option<Party>,
}

impl Relation {
    /// A whole and its parts.
    pub fn sum(whole: CellNo, parts: impl IntoIterator<Item = CellNo>) -> Self {
        let terms = std::iter::once((whole, -1)).chain(parts.into_iter().map(|part| (part, 1))).collect();
        Self { terms, sense: Sense::Constant, known_to: None }
    }

    /// Two cells that one party knows to differ by as much as they do.
    pub fn apart(one: CellNo, other: CellNo, known_to: Party) -> Self {
        Self { terms: vec![(one, 1), (other, -1)], sense: Sense::Constant, known_to: Some(known_to) }
    }

    /// A cell that is never above another.
    pub fn at_most(smaller: CellNo, larger: CellNo) -> Self {
        Self { terms: vec![(larger, 1), (smaller, -1)], sense: Sense::AtLeastZero, known_to: None }
    }

    /// Whether it holds for somebody: for the public if nobody is named.
    pub fn binds(&self, view: Option<Party>) -> bool {
        self.known_to.is_none() || self.known_to == view
    }
}

/// Tables that are published together, with everything that links them.
#[derive(Debug, Default)]
pub struct System {
    /// Every cell.
    pub cells: Vec<Cell>,
    /// Every relation.
    pub relations: Vec<Relation>,
    touching: Vec<Vec<usize>>,
}

impl System {
    /// A system of cells and relations.
    pub fn new(cells: Vec<Cell>, relations: Vec<Relation>) -> Self {
        let mut touching = vec![Vec::new(); cells.len()];
        for (number, relation) in relations.iter().enumerate() {
            for (cell, _) in &relation.terms {
                touching[*cell].push(number);
            }
        }
        Self { cells, relations, touching }
    }

    /// The numbers of the relations that a cell is part of.
    pub fn relations_of(&self, cell: CellNo) -> &[usize] {
        &self.touching[cell]
    }
}
