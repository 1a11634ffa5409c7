//! The search for the cheapest other world in which a cell differs, as a linear program.
//!
//! The solver computes in floating point, so its word is a proposal only: `world` judges it in whole numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

use super::table::{CellNo, Party, Sense, Showing, System};
use super::world::World;

/// What a hidden cell costs, against a shown one: little, but not nothing, so that worlds do not wander.
const COST_OF_HIDDEN: f64 = 0.001;

/// How often relations that a proposal broke are added before it is given up.
const ROUNDS: usize = 12;

/// By what a solution in fractions is multiplied: a world need not be the smallest.
const SCALES: [i64; 5] = [1, 2, 3, 4, 6];

/// What is looked for.
pub(super) struct Wanted<'a> {
    /// Everything.
    pub system: &'a System,
    /// What is hidden so far.
    pub hidden: &'a [bool],
    /// The cell that must differ.
    pub cell: CellNo,
    /// By how much.
    pub shift: i64,
    /// Who must not be able to tell: the public, or a party.
    pub known_to: Option<Party>,
    /// The cells that may differ.
    pub free: &'a BTreeSet<CellNo>,
    /// Whether whole numbers may be searched for by branching, which takes long.
    pub branches: bool,
}

/// The cheapest world found.
pub(super) fn cheapest_world(wanted: &Wanted<'_>) -> Option<World> {
    let mut inequalities = tight(wanted);
    for _ in 0..ROUNDS {
        let whole = || if wanted.branches { propose(wanted, &inequalities, true) } else { None };
        let world = propose(wanted, &inequalities, false).or_else(whole)?;
        let broken = world.broken(wanted.system, wanted.known_to);
        if broken.is_empty() {
            return Some(world);
        }
        let before = inequalities.len();
        inequalities.extend(broken);
        if inequalities.len() == before {
            return None;
        }
    }
    None
}

/// The inequalities that a difference as large as the wanted one could break: most of those that a proposal without them
/// would. The others are added once one does.
fn tight(wanted: &Wanted<'_>) -> BTreeSet<usize> {
    let system = wanted.system;
    let touched = wanted.free.iter().flat_map(|cell| system.relations_of(*cell)).copied();
    let is_tight = |number: &usize| {
        let relation = &system.relations[*number];
        let slack: i64 = relation.terms.iter().map(|(cell, factor)| factor * system.cells[*cell].value).sum();
        relation.sense == Sense::AtLeastZero && slack < wanted.shift.abs()
    };
    touched.filter(is_tight).collect()
}

struct Variables {
    up: Variable,
    down: Option<Variable>,
}

/// The solver's proposal, unless it has none or one that is not in whole numbers.
fn propose(wanted: &Wanted<'_>, inequalities: &BTreeSet<usize>, whole: bool) -> Option<World> {
    let Wanted { system, cell, shift, free, .. } = *wanted;
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let largest = shift.abs() * 8;
    let mut variables: BTreeMap<CellNo, Variables> = BTreeMap::new();
    for number in free.iter().filter(|number| **number != cell) {
        let about = &system.cells[*number];
        let shown = about.showing == Showing::Offered && !wanted.hidden[*number];
        // What is at zero and shown stays so while anything else serves.
        let dear = if about.value == 0 { 1000.0 } else { 1.0 };
        let cost = match about.showing {
            _ if shown => f64::from(about.weight) * dear,
            Showing::Never => f64::from(about.weight) + COST_OF_HIDDEN,
            _ => COST_OF_HIDDEN,
        };
        let most_down = if about.signed { largest } else { (about.value - about.floor).clamp(0, largest) };
        let mut variable = |most: i64| {
            if whole {
                problem.add_integer_var(cost, (0, i32::try_from(most).unwrap_or(i32::MAX)))
            } else {
                problem.add_var(cost, (0.0, as_float(most)))
            }
        };
        let up = variable(largest);
        let down = (most_down > 0).then(|| variable(most_down));
        variables.insert(*number, Variables { up, down });
    }
    let equalities = free.iter().flat_map(|number| system.relations_of(*number)).copied().collect::<BTreeSet<_>>();
    let is_equality = |number: &&usize| {
        let relation = &system.relations[**number];
        relation.sense == Sense::Constant && relation.binds(wanted.known_to)
    };
    for number in equalities.iter().filter(is_equality) {
        match row_of(wanted, &variables, *number) {
            (Some(row), constant) => problem.add_constraint(row, ComparisonOp::Eq, -as_float(constant)),
            (None, 0) => {}
            (None, _) => return None,
        }
    }
    for number in inequalities.iter().filter(|number| system.relations[**number].sense == Sense::AtLeastZero) {
        let terms = &system.relations[*number].terms;
        let slack: i64 = terms.iter().map(|(cell, factor)| factor * system.cells[*cell].value).sum();
        match row_of(wanted, &variables, *number) {
            (Some(row), constant) => problem.add_constraint(row, ComparisonOp::Ge, -as_float(constant + slack)),
            (None, constant) if constant + slack >= 0 => {}
            (None, _) => return None,
        }
    }
    problem.set_time_limit(Duration::from_secs(if whole { 2 } else { 10 }));
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let value = |Variables { up, down }: &Variables| {
        solution.var_value(*up) - down.as_ref().map_or(0.0, |down| solution.var_value(*down))
    };
    let values: Vec<(CellNo, f64)> = variables.iter().map(|(number, variables)| (*number, value(variables))).collect();
    SCALES.iter().find_map(|scale| scaled(wanted, &values, *scale))
}

/// A solution times a whole number, if that makes every part whole and nothing is below zero.
fn scaled(wanted: &Wanted<'_>, values: &[(CellNo, f64)], scale: i64) -> Option<World> {
    let mut world = World(BTreeMap::from([(wanted.cell, wanted.shift * scale)]));
    for (number, value) in values {
        let value = value * as_float(scale);
        if (value - value.round()).abs() > 1e-5 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "bounded by eight thresholds, scaled")]
        let rounded = value.round() as i64;
        if rounded != 0 {
            world.0.insert(*number, rounded);
        }
    }
    let is_possible = |(number, shift): (&CellNo, &i64)| wanted.system.cells[*number].allows(*shift);
    world.0.iter().all(is_possible).then_some(world)
}

/// A relation over the variables, if it has any, and what the wanted difference adds to it.
fn row_of(wanted: &Wanted<'_>, variables: &BTreeMap<CellNo, Variables>, number: usize) -> (Option<LinearExpr>, i64) {
    let mut row = LinearExpr::empty();
    let (mut any, mut constant) = (false, 0);
    for (member, factor) in &wanted.system.relations[number].terms {
        if *member == wanted.cell {
            constant += factor * wanted.shift;
        } else if let Some(Variables { up, down }) = variables.get(member) {
            any = true;
            row.add(*up, as_float(*factor));
            if let Some(down) = down {
                row.add(*down, -as_float(*factor));
            }
        }
    }
    (any.then_some(row), constant)
}

#[expect(clippy::cast_precision_loss, reason = "counts of people; what is lost is found by the exact check")]
fn as_float(number: i64) -> f64 {
    number as f64
}
