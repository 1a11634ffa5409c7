//! Which groups of projects share people: persons supported in two groups, pair by pair.

use std::collections::{BTreeMap, BTreeSet};

use super::Rollup;
use super::axes::{Axes, Key};
use super::plan::Plan;
use crate::consolidation::question::{Dimension, Filter, Series, Window};
use crate::refusal::{Code, Outcome, Refusal};

/// Two groups and the persons supported in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The first group.
    pub one: Key,
    /// The second, later in order.
    pub other: Key,
    /// How many persons were supported in both.
    pub persons: i64,
}

impl Rollup<'_> {
    /// The pairs of groups that share people supported in a window, by their keys; pairs that share nobody are left out.
    pub fn sharing(&self, dimension: Dimension, window: Window, filter: &Filter) -> Outcome<Vec<Pair>> {
        if dimension.is_of_time() || !dimension.is_of_projects() {
            return Err(Refusal::new(Code::GroupingInvalid).at("by").with("limit", 1).into());
        }
        let selected = self.selected(filter);
        let axes = Axes::of(self, &[dimension], window, Series::Flow, filter, &selected)?;
        let plan = Plan::selecting(filter, &self.definition.table);
        let mut groups: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (selected, group) in selected.iter().zip(&axes.of_projects) {
            let Some(version) = selected.version else { continue };
            let shared = selected.image.segment.shared(version.number).filter(|row| plan.selects(&row.bytes));
            for row in shared.filter(|row| axes.cuts_met(row.entry, row.exit).next().is_some()) {
                groups.entry(row.person).or_default().insert(*group);
            }
        }
        let mut pairs: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for of_person in groups.values() {
            for one in of_person {
                for other in of_person.range(one + 1..) {
                    *pairs.entry((*one, *other)).or_default() += 1;
                }
            }
        }
        let axis = axes.into_axes().remove(0);
        let key = |place: u32| axis.keys[place as usize].clone();
        Ok(pairs
            .into_iter()
            .map(|((one, other), persons)| Pair { one: key(one), other: key(other), persons })
            .collect())
    }
}
