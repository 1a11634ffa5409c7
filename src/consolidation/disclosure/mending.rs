//! Another world by mending: a cell differs, which breaks relations; one other cell mends each, and may break more.
//!
//! Drafts are taken up cheapest first, so what is hidden already is used before anything shown is hidden. No world that
//! needs two cells to mend one relation is found so: `solver` is there for these.

use std::collections::BTreeMap;

use super::table::{CellNo, Party, Sense, Showing, System};
use super::world::World;

/// How eagerly drafts are taken up that are nearly whole, against cheap ones, and how many before the search is given up:
/// the cheapest world if it is found soon, another one otherwise.
const MOODS: [Mood; 4] = [
    Mood { greed: 1, patience: 150 },
    Mood { greed: 2, patience: 250 },
    Mood { greed: 4, patience: 400 },
    Mood { greed: 16, patience: 600 },
];

/// How many cells of a world may differ.
const MOST_CELLS: usize = 40;

/// How much the others may differ, as a multiple of the threshold.
const MOST_THRESHOLDS: i64 = 8;

/// What a hidden cell costs: worlds do not wander.
const COST_OF_HIDDEN: u64 = 10;

/// What a unit of weight of a shown cell costs.
const COST_OF_WEIGHT: u64 = 10_000;

/// How much dearer a cell at zero is: it can only grow, and hiding it tells more than it hides.
const COST_OF_ZERO: u64 = 20;

/// What is looked for: a world in which a cell differs by as much as somebody must think possible.
pub(super) struct Sought<'a> {
    /// Everything.
    pub system: &'a System,
    /// What is hidden so far.
    pub hidden: &'a [bool],
    /// The cell.
    pub cell: CellNo,
    /// Whose own cells stay as they are.
    pub known_to: Option<Party>,
}

struct Mood {
    greed: u64,
    patience: usize,
}

/// Cells that differ, and the relations that do not hold yet.
#[derive(Clone)]
struct Draft {
    differs: Vec<(CellNo, i64)>,
    open: Vec<Open>,
    cost: u64,
}

/// A relation that does not hold.
#[derive(Clone, Copy)]
struct Open {
    relation: usize,
    /// By how much its sum is off.
    off: i64,
    /// What the cheapest cell that could mend it costs.
    least: u64,
    /// How many cells could mend it.
    ways: usize,
}

/// A cheap world that is looked for, if mending one relation after the other finds one.
pub(super) fn mend(sought: &Sought<'_>) -> Option<World> {
    let width = sought.width();
    let nothing = Draft { differs: Vec::new(), open: Vec::new(), cost: 0 };
    let first = [width, -width].into_iter().filter_map(|shift| sought.with(&nothing, sought.cell, shift));
    let first: Vec<Draft> = first.collect();
    MOODS.iter().find_map(|mood| mend_in(sought, &first, mood))
}

/// The same for a party, beginning with a world that protects the cell from others: without the cells that it knows.
pub(super) fn mend_for_party(sought: &Sought<'_>, world: &World) -> Option<World> {
    let is_unknown = |cell: &CellNo| sought.system.cells[*cell].party != sought.known_to;
    let kept =
        World(world.0.iter().filter(|(cell, _)| is_unknown(cell)).map(|(cell, shift)| (*cell, *shift)).collect());
    let first = [sought.draft(&kept)?];
    MOODS.iter().find_map(|mood| mend_in(sought, &first, mood))
}

fn mend_in(sought: &Sought<'_>, first: &[Draft], mood: &Mood) -> Option<World> {
    let mut drafts: BTreeMap<(u64, usize), Draft> = BTreeMap::new();
    let mut serial = 0;
    for draft in first {
        drafts.insert((draft.estimate(mood.greed), serial), draft.clone());
        serial += 1;
    }
    for _ in 0..mood.patience {
        let (_, draft) = drafts.pop_first()?;
        // The relation that leaves the fewest ways goes first.
        let hardest = draft.open.iter().min_by_key(|open| (open.ways, std::cmp::Reverse(open.least)));
        let Some(hardest) = hardest.copied() else { return Some(World(draft.differs.into_iter().collect())) };
        for (cell, factor) in &sought.system.relations[hardest.relation].terms {
            let exactly = sought.amount(&draft, *cell, *factor, hardest.off);
            for amount in exactly.into_iter().chain(sought.more(&draft, *cell, *factor, hardest)) {
                if let Some(next) = sought.with(&draft, *cell, amount) {
                    drafts.insert((next.estimate(mood.greed), serial), next);
                    serial += 1;
                }
            }
        }
    }
    None
}

impl Draft {
    /// What the world that comes of it may cost, twice: a cell mends two relations, as a rule.
    fn estimate(&self, greed: u64) -> u64 {
        self.cost * 2 + self.open.iter().map(|open| open.least).sum::<u64>() * greed
    }

    fn shift(&self, cell: CellNo) -> Option<i64> {
        self.differs.iter().find(|(known, _)| *known == cell).map(|(_, shift)| *shift)
    }
}

impl Sought<'_> {
    /// By how much the cell must differ.
    fn width(&self) -> i64 {
        self.system.cells[self.cell].width(self.known_to)
    }

    fn cost(&self, cell: CellNo) -> u64 {
        let about = &self.system.cells[cell];
        let weight = u64::from(about.weight) * COST_OF_WEIGHT;
        match about.showing {
            Showing::Offered if self.hidden[cell] => COST_OF_HIDDEN,
            Showing::Offered if about.value == 0 => COST_OF_HIDDEN + weight * COST_OF_ZERO,
            _ => COST_OF_HIDDEN + weight,
        }
    }

    /// By how much a cell would have to differ to mend a relation that is off, if it can.
    fn amount(&self, draft: &Draft, cell: CellNo, factor: i64, off: i64) -> Option<i64> {
        let about = &self.system.cells[cell];
        let is_free = about.showing != Showing::Known && (self.known_to.is_none() || about.party != self.known_to);
        if !is_free || off % factor != 0 {
            return None;
        }
        let amount = -off / factor;
        let in_bounds = amount.abs() <= self.width() * MOST_THRESHOLDS;
        (in_bounds && about.allows(amount) && draft.shift(cell).is_none()).then_some(amount)
    }

    /// A larger difference that mends an inequality too: where everything else differs by the threshold, it fits.
    fn more(&self, draft: &Draft, cell: CellNo, factor: i64, open: Open) -> Option<i64> {
        let width = self.width();
        let is_larger = self.system.relations[open.relation].sense == Sense::AtLeastZero && -open.off < width;
        if is_larger { self.amount(draft, cell, factor, -width) } else { None }
    }

    /// A draft in which one more cell differs; nothing if that leads nowhere.
    fn with(&self, draft: &Draft, cell: CellNo, shift: i64) -> Option<Draft> {
        if draft.differs.len() >= MOST_CELLS || !self.system.cells[cell].allows(shift) {
            return None;
        }
        let mut next = draft.clone();
        next.differs.push((cell, shift));
        next.cost += if cell == self.cell { 0 } else { self.cost(cell) };
        let binding = |number: &&usize| self.system.relations[**number].binds(self.known_to);
        for number in self.system.relations_of(cell).iter().filter(binding) {
            next.open.retain(|open| open.relation != *number);
            let off = self.off(draft, &next, *number, (cell, shift));
            if off != 0 {
                let open = self.open(&next, *number, off)?;
                next.open.push(open);
            }
        }
        Some(next)
    }

    /// A relation that is off, if any cell can mend it.
    fn open(&self, draft: &Draft, number: usize, off: i64) -> Option<Open> {
        let terms = &self.system.relations[number].terms;
        let mends = terms.iter().filter(|(other, factor)| self.amount(draft, *other, *factor, off).is_some());
        let (ways, least) =
            mends.fold((0, u64::MAX), |(ways, least), (other, _)| (ways + 1, least.min(self.cost(*other))));
        (ways > 0).then_some(Open { relation: number, off, least, ways })
    }

    /// A draft of a world as far as it goes; nothing if that leads nowhere.
    fn draft(&self, world: &World) -> Option<Draft> {
        let differs = world.0.iter().map(|(cell, shift)| (*cell, *shift)).collect();
        let mut draft = Draft { differs, open: Vec::new(), cost: 0 };
        for number in world.broken(self.system, self.known_to) {
            let relation = &self.system.relations[number];
            let sum = |value: &dyn Fn(CellNo) -> i64| -> i64 {
                relation.terms.iter().map(|(member, factor)| factor * value(*member)).sum()
            };
            let off = match relation.sense {
                Sense::Constant => sum(&|member| world.shift(member)),
                Sense::AtLeastZero => sum(&|member| self.system.cells[member].value + world.shift(member)),
            };
            let open = self.open(&draft, number, off)?;
            draft.open.push(open);
        }
        Some(draft)
    }

    /// By how much a relation is off once one more cell differs.
    fn off(&self, before: &Draft, now: &Draft, number: usize, (cell, shift): (CellNo, i64)) -> i64 {
        let relation = &self.system.relations[number];
        match relation.sense {
            Sense::Constant => {
                let before = before.open.iter().find(|open| open.relation == number).map_or(0, |open| open.off);
                let factors = relation.terms.iter().filter(|(member, _)| *member == cell);
                before + factors.map(|(_, factor)| factor * shift).sum::<i64>()
            }
            Sense::AtLeastZero => {
                let value = |member: CellNo| self.system.cells[member].value + now.shift(member).unwrap_or(0);
                relation.terms.iter().map(|(member, factor)| factor * value(*member)).sum::<i64>().min(0)
            }
        }
    }
}
