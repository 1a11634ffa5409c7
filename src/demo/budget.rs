//! Who gets how much: costs follow the size of projects, rates differ, and the totals are exact.

use super::batir;
use super::chance::Chance;
use super::programme::{ELIGIBLE_COST, GRANTS};
use crate::directory::money::Cents;

const EURO: i64 = 100;

/// The money of one agreement.
pub(super) struct Budget {
    /// Eligible cost.
    pub(super) eligible_cost: Cents,
    /// Grant.
    pub(super) grant: Cents,
}

/// Shares the totals between projects of these sizes; the project of the source case has its own amounts.
pub(super) fn share(sizes: &[usize], chance: &mut Chance) -> Vec<Budget> {
    let others = || (0..sizes.len()).filter(|project| *project != batir::PROJECT);
    let costs = {
        // A fixed part per project makes small ones dearer per person.
        let weights =
            others().map(|project| (sizes[project] as i64 + 40) * i64::from(chance.between(80, 120))).collect();
        in_proportion(weights, ELIGIBLE_COST.0 - batir::ELIGIBLE_COST.0)
    };
    let grants = {
        let weights = costs.iter().map(|cost| cost / EURO * i64::from(chance.between(43, 58))).collect();
        in_proportion(weights, GRANTS.0 - batir::GRANT.0)
    };
    let budget = |(cost, grant)| Budget { eligible_cost: Cents(cost), grant: Cents(grant) };
    let mut budgets: Vec<_> = costs.into_iter().zip(grants).map(budget).collect();
    budgets.insert(batir::PROJECT, Budget { eligible_cost: batir::ELIGIBLE_COST, grant: batir::GRANT });
    budgets
}

/// Splits a total by weight into whole hundreds of euros; the greatest share takes what rounding leaves.
fn in_proportion(weights: Vec<i64>, total: i64) -> Vec<i64> {
    let unit = 100 * EURO;
    let sum: i64 = weights.iter().sum();
    let part = |weight: i64| (i128::from(total) * i128::from(weight) / i128::from(sum)) as i64 / unit * unit;
    let mut parts: Vec<_> = weights.into_iter().map(part).collect();
    let left = total - parts.iter().sum::<i64>();
    if let Some(greatest) = parts.iter_mut().max() {
        *greatest += left;
    }
    parts
}
