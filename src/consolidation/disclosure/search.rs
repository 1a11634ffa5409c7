//! The search for a mask: what is sensitive is hidden, then more, until other worlds protect every hidden cell.

use std::collections::{BTreeSet, VecDeque};

use super::mending::{Sought, mend, mend_for_party};
use super::nearby::{REACHES, nearby};
use super::solver::{Wanted, cheapest_world};
use super::table::{CellNo, Party, Showing, System};
use super::world::{Exposure, World, first_exposed, must_be_protected};

/// How many worlds that protect a cell from others are tried before one is looked for anew.
const LIKE: usize = 3;

/// What is hidden, and the proof that this is enough.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    /// For each cell, whether it is hidden.
    pub hidden: Vec<bool>,
    /// Worlds that nobody can tell from the true one, such that each hidden cell differs in enough of them.
    pub worlds: Vec<World>,
}

/// A cell that follows from what is known already, whatever is hidden now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unprotectable(pub CellNo);

/// Hides what is sensitive, and what would reveal it.
pub fn suppress(system: &System) -> Result<Mask, Unprotectable> {
    let mut search = Search::new(system);
    while let Some(cell) = search.queue.pop_front() {
        while let Some(party) = search.exposed_to(cell) {
            let world = search.find_world(cell, party).ok_or(Unprotectable(cell))?;
            search.accept(world);
        }
    }
    match first_exposed(system, &search.mask) {
        Some(cell) => Err(Unprotectable(cell)),
        None => Ok(search.mask),
    }
}

/// Hides what is sensitive and nothing else: not enough, which the tests show.
pub fn suppress_small_cells_only(system: &System) -> Mask {
    Search::new(system).mask
}

struct Search<'a> {
    system: &'a System,
    mask: Mask,
    exposures: Vec<Exposure>,
    queue: VecDeque<CellNo>,
}

impl<'a> Search<'a> {
    fn new(system: &'a System) -> Self {
        let hidden = system.cells.iter().map(|cell| cell.sensitive && cell.showing == Showing::Offered).collect();
        let mask = Mask { hidden, worlds: Vec::new() };
        let mut queue: Vec<CellNo> =
            (0..system.cells.len()).filter(|cell| must_be_protected(system, &mask.hidden, *cell)).collect();
        // Light cells first: the worlds that protect them leave what weighs more alone.
        queue.sort_by_key(|cell| (system.cells[*cell].weight, *cell));
        Self { system, mask, exposures: vec![Exposure::Public; system.cells.len()], queue: queue.into() }
    }

    /// Against whom a cell still needs a world: against the public at first, then against single parties.
    #[expect(clippy::option_option, reason = "nobody; the public; one party")]
    fn exposed_to(&self, cell: CellNo) -> Option<Option<Party>> {
        match &self.exposures[cell] {
            Exposure::Public => Some(None),
            Exposure::Parties(parties) => parties.first().copied().map(Some),
        }
    }

    /// A world that shows a cell different, to the public or to a party: found by mending, for a party at first what it
    /// can tell of worlds known, or by a linear program that looks near at first and everywhere at last.
    fn find_world(&self, cell: CellNo, party: Option<Party>) -> Option<World> {
        let Self { system, mask: Mask { hidden, .. }, .. } = self;
        let holds = |world: &World| world.broken(system, party).is_empty();
        let sought = Sought { system, hidden, cell, known_to: party };
        let protecting = self.mask.worlds.iter().rev().filter(|world| world.protects(system, cell, party));
        let like = protecting.take(if party.is_some() { LIKE } else { 0 });
        let found = like.filter_map(|world| mend_for_party(&sought, world)).find(holds);
        if let Some(world) = found.or_else(|| mend(&sought).filter(holds)) {
            return Some(world);
        }
        let (about, width) = (&system.cells[cell], system.cells[cell].width(party));
        let mut before = 0;
        for reach in REACHES {
            let free = nearby(system, hidden, cell, party, reach);
            if free.len() == before {
                continue;
            }
            before = free.len();
            let branches = reach.cells == usize::MAX;
            let look =
                |shift| cheapest_world(&Wanted { system, hidden, cell, shift, known_to: party, free: &free, branches });
            let may_sink = about.allows(-width);
            let found = look(width).or_else(|| may_sink.then(|| look(-width)).flatten());
            if let Some(world) = found.filter(holds) {
                return Some(world);
            }
        }
        None
    }

    /// Hides what differs in a world, and notes what it protects.
    fn accept(&mut self, world: World) {
        let mut hidden_now: BTreeSet<CellNo> = BTreeSet::new();
        for cell in world.0.keys() {
            if self.system.cells[*cell].showing == Showing::Offered && !self.mask.hidden[*cell] {
                self.mask.hidden[*cell] = true;
                hidden_now.insert(*cell);
            }
        }
        let tellers = world.parties(self.system);
        for (cell, shift) in &world.0 {
            let before = std::mem::replace(&mut self.exposures[*cell], Exposure::Public);
            self.exposures[*cell] = before.after(&self.system.cells[*cell], *shift, &tellers);
        }
        self.queue.extend(hidden_now);
        self.mask.worlds.push(world);
    }
}
