//! The attacker: knows which relations hold between cells, sees some cells, and works out what the others can be.
//!
//! It shares no code with the product. Elimination in exact fractions finds what follows exactly; a linear program
//! bounds the rest.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

/// What everybody knows, over cells by name.
#[derive(Default)]
pub struct Knowledge {
    /// Cells seen.
    pub seen: BTreeMap<String, i64>,
    /// Sums of cells times whole numbers that are a constant.
    pub equalities: Vec<(Vec<(String, i64)>, i64)>,
    /// Sums of cells times whole numbers that are nothing or more.
    pub inequalities: Vec<Vec<(String, i64)>>,
    /// Cells that may be below zero.
    pub signed: Vec<String>,
}

/// What was worked out about a cell: it lies between these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Bounds {
    /// How many whole numbers beyond one it can be.
    pub fn width(&self) -> f64 {
        (self.high + 1e-6).floor() - (self.low - 1e-6).ceil()
    }
}

impl Knowledge {
    /// The cells not seen that follow exactly, by elimination in fractions.
    pub fn solved(&self) -> BTreeMap<String, i128> {
        // One row per pivot cell: pivot + rest = constant.
        let mut pivots: Vec<(String, BTreeMap<String, Fraction>, Fraction)> = Vec::new();
        for (terms, constant) in &self.equalities {
            let (mut row, constant) = self.reduced(terms, *constant);
            let mut constant = Fraction::of(constant);
            for (pivot, rest, value) in &pivots {
                if let Some(factor) = row.get(pivot).copied() {
                    subtract(&mut row, rest, factor);
                    constant = constant.minus(factor.times(*value));
                }
            }
            let Some((pivot, factor)) = row.iter().next().map(|(cell, factor)| (cell.clone(), *factor)) else {
                continue;
            };
            for entry in row.values_mut() {
                *entry = entry.over(factor);
            }
            constant = constant.over(factor);
            for (_, rest, value) in &mut pivots {
                if let Some(factor) = rest.get(&pivot).copied() {
                    subtract(rest, &row, factor);
                    *value = value.minus(factor.times(constant));
                }
            }
            pivots.push((pivot, row, constant));
        }
        let alone = pivots.into_iter().filter(|(_, row, _)| row.len() == 1);
        alone.map(|(pivot, _, value)| (pivot, value.whole())).collect()
    }

    fn reduced(&self, terms: &[(String, i64)], constant: i64) -> (BTreeMap<String, Fraction>, i64) {
        let mut row = BTreeMap::new();
        let mut constant = constant;
        for (cell, factor) in terms {
            match self.seen.get(cell) {
                Some(value) => constant -= factor * value,
                None => {
                    let sum = row.get(cell).copied().unwrap_or(Fraction::of(0)).plus(Fraction::of(*factor));
                    row.insert(cell.clone(), sum);
                }
            }
        }
        row.retain(|_, factor| !factor.is_zero());
        (row, constant)
    }

    /// The unseen cells that hang together with a cell, through any relation.
    fn together(&self) -> BTreeMap<String, usize> {
        let mut group: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = 0;
        let rows = self.equalities.iter().map(|(terms, _)| terms).chain(&self.inequalities);
        for terms in rows {
            let unseen: Vec<&String> =
                terms.iter().map(|(cell, _)| cell).filter(|cell| !self.seen.contains_key(*cell)).collect();
            let groups: Vec<usize> = unseen.iter().filter_map(|cell| group.get(*cell).copied()).collect();
            let into = groups.first().copied().unwrap_or_else(|| {
                next += 1;
                next
            });
            for other in groups.iter().filter(|other| **other != into) {
                group.values_mut().filter(|group| *group == other).for_each(|group| *group = into);
            }
            for cell in unseen {
                group.insert(cell.clone(), into);
            }
        }
        group
    }

    /// Between what each of some unseen cells lies; a cell with `enough` room is not looked at further.
    pub fn bounds(&self, cells: &[String]) -> BTreeMap<String, Bounds> {
        let group = self.together();
        let mut bounds = BTreeMap::new();
        for cell in cells {
            let Some(own) = group.get(cell) else {
                bounds.insert(cell.clone(), Bounds { low: 0.0, high: f64::INFINITY });
                continue;
            };
            let low = self.extreme(&group, *own, cell, OptimizationDirection::Minimize).unwrap_or(f64::NEG_INFINITY);
            let high = self.extreme(&group, *own, cell, OptimizationDirection::Maximize).unwrap_or(f64::INFINITY);
            bounds.insert(cell.clone(), Bounds { low, high });
        }
        bounds
    }

    /// The least or greatest value of a cell; nothing if there is none.
    fn extreme(
        &self,
        group: &BTreeMap<String, usize>,
        own: usize,
        cell: &str,
        direction: OptimizationDirection,
    ) -> Option<f64> {
        let mut problem = Problem::new(direction);
        let variables: BTreeMap<&str, Variable> = group
            .iter()
            .filter(|(_, number)| **number == own)
            .map(|(name, _)| {
                let low = if self.signed.contains(name) { f64::NEG_INFINITY } else { 0.0 };
                let wanted = if name == cell { 1.0 } else { 0.0 };
                (name.as_str(), problem.add_var(wanted, (low, f64::INFINITY)))
            })
            .collect();
        let row = |terms: &[(String, i64)]| {
            let mut row: BTreeMap<&str, i64> = BTreeMap::new();
            let mut seen = 0;
            for (name, factor) in terms {
                match self.seen.get(name) {
                    Some(value) => seen += factor * value,
                    None => *row.entry(name).or_default() += factor,
                }
            }
            let known: Option<Vec<(Variable, f64)>> =
                row.into_iter().map(|(name, factor)| Some((*variables.get(name)?, factor as f64))).collect();
            known.filter(|row| !row.is_empty()).map(|row| (row, seen))
        };
        for (terms, constant) in &self.equalities {
            if let Some((row, seen)) = row(terms) {
                problem.add_constraint(row, ComparisonOp::Eq, (constant - seen) as f64);
            }
        }
        for terms in &self.inequalities {
            if let Some((row, seen)) = row(terms) {
                problem.add_constraint(row, ComparisonOp::Ge, -seen as f64);
            }
        }
        match problem.solve() {
            Ok(outcome) => {
                Some(outcome.into_solution().expect("no time limit was set").var_value(*variables.get(cell)?))
            }
            Err(microlp::Error::Unbounded) => None,
            Err(error) => panic!("the attacker's knowledge contradicts itself: {error}"),
        }
    }
}

fn subtract(row: &mut BTreeMap<String, Fraction>, other: &BTreeMap<String, Fraction>, factor: Fraction) {
    for (cell, entry) in other {
        let value = row.get(cell).copied().unwrap_or(Fraction::of(0)).minus(factor.times(*entry));
        if value.is_zero() {
            row.remove(cell);
        } else {
            row.insert(cell.clone(), value);
        }
    }
}

/// An exact fraction; its parts overflow loudly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fraction(i128, i128);

impl Fraction {
    fn of(number: i64) -> Self {
        Self(number.into(), 1)
    }

    fn new(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs(), under.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let common = a.max(1) * under.signum();
        Self(over / common, under / common)
    }

    fn plus(self, other: Self) -> Self {
        Self::new(self.0.checked_mul(other.1).unwrap() + other.0.checked_mul(self.1).unwrap(), self.1 * other.1)
    }

    fn minus(self, other: Self) -> Self {
        self.plus(Self(-other.0, other.1))
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.0.checked_mul(other.0).unwrap(), self.1.checked_mul(other.1).unwrap())
    }

    fn over(self, other: Self) -> Self {
        self.times(Self::new(other.1, other.0))
    }

    fn is_zero(self) -> bool {
        self.0 == 0
    }

    fn whole(self) -> i128 {
        assert_eq!(self.0 % self.1, 0, "people come in whole numbers");
        self.0 / self.1
    }
}
