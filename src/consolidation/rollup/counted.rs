//! The counters of a scan, and what is read from them.

use super::axes::{Axes, Stay};
use super::plan::{Block, HAPPENINGS, Plan};
use super::tables::FAR;

/// How many counters a block may have at most to be counted in [`BANKS`]: they stay near.
const FEW_COUNTERS: usize = 4096;

/// Neighbouring rows raise counters of different banks: raising the same one twice in a row would wait for memory.
const BANKS: usize = 4;

/// The counters of every block, cell by cell.
pub struct Counted {
    /// In the order of the plan's blocks.
    pub blocks: Vec<Counters>,
}

/// The counters of one block in one bank or several, the last of each for what is not selected.
pub struct Counters {
    banks: [Vec<u32>; BANKS],
    far: u32,
}

impl Counters {
    fn of(block: &Block, axes: &Axes) -> Self {
        let far = axes.cell_count() * block.width() as usize;
        let size = |bank| if bank == 0 || far <= FEW_COUNTERS { far + 1 } else { 0 };
        let far = u32::try_from(far).ok().filter(|far| *far < FAR).expect("fewer counters than that");
        Self { banks: std::array::from_fn(|bank| vec![0; size(bank)]), far }
    }

    /// Raises the counters at some places.
    pub fn raise(&mut self, places: &mut [u32]) {
        for place in places.iter_mut() {
            *place = (*place).min(self.far);
        }
        let len = self.far as usize + 1;
        let [first, rest @ ..] = &mut self.banks;
        let first = &mut first[..len];
        let [second, third, fourth] = rest;
        if second.is_empty() {
            places.iter().for_each(|place| first[*place as usize] += 1);
            return;
        }
        let (second, third, fourth) = (&mut second[..len], &mut third[..len], &mut fourth[..len]);
        let (quads, odd) = places.as_chunks::<BANKS>();
        for [a, b, c, d] in quads {
            first[*a as usize] += 1;
            second[*b as usize] += 1;
            third[*c as usize] += 1;
            fourth[*d as usize] += 1;
        }
        odd.iter().for_each(|place| first[*place as usize] += 1);
    }

    /// Raises the counter at a place.
    pub fn raise_one(&mut self, place: u32) {
        self.banks[0][place as usize] += 1;
    }
}

impl Counted {
    /// All counters at nought.
    pub fn nothing(plan: &Plan, axes: &Axes) -> Self {
        Self { blocks: plan.parts.blocks.iter().map(|block| Counters::of(block, axes)).collect() }
    }

    /// The value of a count by participation in a cell.
    pub fn value(&self, plan: &Plan, cell: usize, measure: usize) -> i64 {
        let Some((block, place)) = plan.parts.place(measure) else { return 0 };
        let width = plan.parts.blocks[block].width() as usize;
        let counters = &self.blocks[block].banks[0][cell * width..(cell + 1) * width];
        plan.parts.blocks[block].counts[place].iter().map(|counter| i64::from(counters[*counter as usize])).sum()
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            for (bank, other) in block.banks.iter_mut().zip(&other.banks) {
                bank.iter_mut().zip(other).for_each(|(counter, other)| *counter += other);
            }
        }
    }

    /// Once everything is counted: banks are added up, and where there are several windows, beginnings and ends of stays
    /// become what happens in each.
    pub fn finish(mut self, plan: &Plan, axes: &Axes) -> Self {
        for (counters, block) in self.blocks.iter_mut().zip(&plan.parts.blocks) {
            let [first, others @ ..] = &mut counters.banks;
            for bank in others {
                first.iter_mut().zip(bank).for_each(|(counter, other)| *counter += *other);
            }
            if let [one, two, ..] = axes.windows.as_slice() {
                let (step, windows) = ((two.adds - one.adds) as usize, axes.windows.len());
                for cell in (0..axes.cell_count()).filter(|cell| cell / step % windows == 0) {
                    let width = block.width() as usize;
                    for class in 0..block.size {
                        let place = |window: usize| (cell + window * step) * width + class * HAPPENINGS;
                        Stay::settle((0..windows).map(place), first, axes.cumulative);
                    }
                }
            }
        }
        self
    }
}
