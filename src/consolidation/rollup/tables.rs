//! What each value of each code byte adds to the place of a participation's counter: filter, groups and classes in one.

use super::axes::{Axes, NOWHERE};
use super::plan::{Block, HAPPENINGS, Plan};
use crate::consolidation::image::coding::SUPPORTS;

/// Added to the place of what is not selected: beyond every counter, however often it is added.
pub const FAR: u32 = 1 << 26;

/// What each value of a byte adds.
type Adds = Box<[u32; 256]>;

/// One table per byte that anything depends on.
pub struct Tables {
    /// Of the bytes by which participations are left out.
    pub narrowing: Vec<(usize, Adds)>,
    /// Of the others.
    pub others: Vec<(usize, Adds)>,
}

impl Tables {
    /// For each block the tables of each of its passes: one, or one for every kind of support that is a group.
    pub fn of(plan: &Plan, axes: &Axes) -> Vec<Vec<Self>> {
        plan.parts.blocks.iter().map(|block| Self::of_block(plan, axes, block)).collect()
    }

    fn of_block(plan: &Plan, axes: &Axes, block: &Block) -> Vec<Self> {
        let group = |adds: u32| if adds == NOWHERE { FAR } else { adds * block.width() };
        let mut draft = Draft::default();
        for (byte, set) in &plan.filter {
            draft.add(*byte, |value| if set.holds(value) { 0 } else { FAR });
        }
        for (byte, adds) in &axes.of_bytes {
            draft.add(*byte, |value| group(adds[usize::from(value)]));
        }
        for (byte, adds) in &block.digits {
            draft.add(*byte, |value| u32::from(adds[usize::from(value)]) * HAPPENINGS as u32);
        }
        let Some(kinds) = &axes.of_supports else { return vec![draft.finish()] };
        let grouped = kinds.iter().enumerate().filter(|(_, adds)| **adds != NOWHERE);
        let of_kind = |(kind, adds): (usize, &u32)| {
            let mut draft = draft.clone();
            draft.add(SUPPORTS, |received| if received >> kind & 1 == 1 { group(*adds) } else { FAR });
            draft.finish()
        };
        grouped.map(of_kind).collect()
    }
}

#[derive(Clone, Default)]
struct Draft(Vec<(usize, Adds)>);

impl Draft {
    fn add(&mut self, byte: usize, adds: impl Fn(u8) -> u32) {
        let known = self.0.iter().position(|(known, _)| *known == byte);
        let place = known.unwrap_or_else(|| {
            self.0.push((byte, Box::new([0; 256])));
            self.0.len() - 1
        });
        for (value, sum) in (0..=u8::MAX).zip(self.0[place].1.iter_mut()) {
            *sum += adds(value);
        }
    }

    fn finish(self) -> Tables {
        let is_narrowing = |(_, adds): &(usize, Adds)| adds.iter().any(|adds| *adds >= FAR);
        let (narrowing, others) = self.0.into_iter().partition(is_narrowing);
        Tables { narrowing, others }
    }
}
