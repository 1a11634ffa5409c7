//! The attacker: knows which relations hold between cells, sees some cells, and works out what the others can be.
//!
//! It shares no code with the product. Elimination in exact fractions finds what follows exactly; a linear program
//! bounds the rest.

use std::collections::{BTreeMap, BTreeSet};

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
    /// What single cells are at least and at most.
    pub limits: BTreeMap<String, Bounds>,
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

/// How often many cells are pulled at once before each is looked at alone.
const ROUNDS: usize = 12;

/// Far above any count: without it a program that is not bounded would show no values.
const MOST: f64 = 1e6;

/// Equalities solved as far as they go: each row is a pivot cell and others, and no pivot stands in another row.
#[derive(Clone, Default)]
pub struct Elimination {
    numbers: BTreeMap<String, usize>,
    rows: BTreeMap<usize, (BTreeMap<usize, Fraction>, Fraction)>,
}

impl Elimination {
    /// Takes in that a sum of cells times whole numbers is a constant.
    pub fn add(&mut self, terms: &[(String, i64)], constant: i64) {
        let mut row: BTreeMap<usize, Fraction> = BTreeMap::new();
        for (cell, factor) in terms {
            let next = self.numbers.len();
            let number = *self.numbers.entry(cell.clone()).or_insert(next);
            add_to(&mut row, number, Fraction::of(*factor));
        }
        let mut constant = Fraction::of(constant);
        let pivots: Vec<usize> = row.keys().copied().filter(|cell| self.rows.contains_key(cell)).collect();
        for pivot in pivots {
            let (rest, value) = &self.rows[&pivot];
            let factor = row[&pivot];
            subtract(&mut row, rest, factor);
            constant = constant.minus(factor.times(*value));
        }
        let Some((pivot, factor)) = row.iter().next().map(|(cell, factor)| (*cell, *factor)) else { return };
        row.values_mut().for_each(|entry| *entry = entry.over(factor));
        constant = constant.over(factor);
        for (rest, value) in self.rows.values_mut() {
            if let Some(factor) = rest.get(&pivot).copied() {
                subtract(rest, &row, factor);
                *value = value.minus(factor.times(constant));
            }
        }
        self.rows.insert(pivot, (row, constant));
    }

    /// The cells that follow exactly.
    pub fn solved(&self) -> BTreeMap<String, i128> {
        let alone = |number: &usize| self.rows.get(number).filter(|(row, _)| row.len() == 1);
        let known = self.numbers.iter().filter_map(|(name, number)| Some((name, alone(number)?)));
        known.map(|(name, (_, value))| (name.clone(), value.whole())).collect()
    }
}

impl Knowledge {
    /// What follows from the equalities and the cells seen. Rare cells are solved for first, so that rows stay short.
    pub fn eliminated(&self) -> Elimination {
        let mut elimination = Elimination::default();
        let mut rows: Vec<(Vec<(String, i64)>, i64)> = self.unseen().collect();
        let mut often: BTreeMap<&String, usize> = BTreeMap::new();
        for (cell, _) in rows.iter().flat_map(|(terms, _)| terms) {
            *often.entry(cell).or_default() += 1;
        }
        let mut cells: Vec<&String> = often.keys().copied().collect();
        cells.sort_by_key(|cell| often[cell]);
        elimination.numbers = cells.into_iter().cloned().zip(0..).collect();
        rows.sort_by_key(|(terms, _)| terms.len());
        for (terms, constant) in rows {
            elimination.add(&terms, constant);
        }
        elimination
    }

    /// The equalities without the cells seen.
    fn unseen(&self) -> impl Iterator<Item = (Vec<(String, i64)>, i64)> {
        self.equalities.iter().map(|(terms, constant)| {
            let seen = |cell: &String| self.seen.get(cell);
            let unseen = terms.iter().filter(|(cell, _)| seen(cell).is_none()).cloned().collect();
            let sum: i64 = terms.iter().filter_map(|(cell, factor)| Some(factor * seen(cell)?)).sum();
            (unseen, constant - sum)
        })
    }

    /// The cells not seen that follow exactly, by elimination in fractions.
    pub fn solved(&self) -> BTreeMap<String, i128> {
        self.eliminated().solved()
    }

    /// The unseen cells that hang together with a cell, through any relation.
    fn together(&self) -> BTreeMap<&str, usize> {
        fn root(parents: &mut [usize], mut of: usize) -> usize {
            while parents[of] != of {
                parents[of] = parents[parents[of]];
                of = parents[of];
            }
            of
        }
        let (mut numbers, mut parents) = (BTreeMap::<&str, usize>::new(), Vec::new());
        for terms in self.equalities.iter().map(|(terms, _)| terms).chain(&self.inequalities) {
            let mut first = None;
            for (cell, _) in terms.iter().filter(|(cell, _)| !self.seen.contains_key(cell)) {
                let number = *numbers.entry(cell).or_insert_with(|| {
                    parents.push(parents.len());
                    parents.len() - 1
                });
                let (own, first) = (root(&mut parents, number), *first.get_or_insert(number));
                parents[own] = root(&mut parents, first);
            }
        }
        numbers.into_iter().map(|(cell, number)| (cell, root(&mut parents, number))).collect()
    }

    /// The same with fewer cells: what follows at once is seen, cells that are equal have one name, and what is said of single
    /// cells are limits. Gives the names of those that have another one now.
    fn reduced(&self) -> (Self, BTreeMap<String, String>) {
        let mut reduced = Self { seen: self.seen.clone(), signed: self.signed.clone(), ..Self::default() };
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let mut open: Vec<(Vec<(String, i64)>, i64)> = self.equalities.clone();
        loop {
            let before = (reduced.seen.len(), names.len());
            for (terms, constant) in std::mem::take(&mut open) {
                let (row, seen) = reduced.row(&terms, &names);
                let constant = constant - seen;
                let row: Vec<(String, i64)> = row.into_iter().collect();
                match &row[..] {
                    [] => {}
                    [(cell, factor)] if constant % factor == 0 => {
                        reduced.seen.insert(cell.clone(), constant / factor);
                    }
                    [(one, factor), (other, against)]
                        if constant == 0 && factor + against == 0 && reduced.signed.is_empty() =>
                    {
                        names.insert(one.clone(), other.clone());
                    }
                    _ => open.push((row, constant)),
                }
            }
            if before == (reduced.seen.len(), names.len()) {
                break;
            }
        }
        let mut inequalities = BTreeSet::new();
        for terms in &self.inequalities {
            let (row, seen) = reduced.row(terms, &names);
            if let [(cell, factor)] = row.iter().collect::<Vec<_>>()[..] {
                let limit = -seen as f64 / *factor as f64;
                let limits = reduced.limits.entry(cell.clone()).or_insert(Bounds { low: 0.0, high: MOST });
                match *factor > 0 {
                    true => limits.low = limits.low.max(limit),
                    false => limits.high = limits.high.min(limit),
                }
            } else if !row.is_empty() {
                inequalities
                    .insert(terms.iter().map(|(cell, factor)| (name(cell, &names), *factor)).collect::<Vec<_>>());
            }
        }
        (reduced.equalities, reduced.inequalities) = (open, inequalities.into_iter().collect());
        (reduced, names)
    }

    /// What is not seen of a sum, under the names that cells have, and what is seen.
    fn row(&self, terms: &[(String, i64)], names: &BTreeMap<String, String>) -> (BTreeMap<String, i64>, i64) {
        let (mut row, mut seen) = (BTreeMap::new(), 0);
        for (cell, factor) in terms {
            let cell = name(cell, names);
            match self.seen.get(&cell) {
                Some(value) => seen += factor * value,
                None => *row.entry(cell).or_default() += factor,
            }
        }
        row.retain(|_, factor| *factor != 0);
        (row, seen)
    }

    /// The first of some unseen cells that lies between bounds less than a width apart.
    pub fn narrow(&self, cells: &[String], width: f64) -> Option<(String, Bounds)> {
        let (reduced, names) = self.reduced();
        let cells: Vec<String> = cells.iter().map(|cell| name(cell, &names)).collect();
        let seen = cells.iter().find_map(|cell| Some((cell.clone(), *reduced.seen.get(cell)? as f64)));
        match seen {
            Some((cell, value)) => Some((cell, Bounds { low: value, high: value })),
            None => reduced.narrow_of(&cells, width),
        }
    }

    fn narrow_of(&self, cells: &[String], width: f64) -> Option<(String, Bounds)> {
        let group = self.together();
        // Every solution shows values that each cell can have: few need a program of their own.
        let mut shown: BTreeMap<&str, Bounds> = BTreeMap::new();
        self.spread(&group, cells, width, &mut shown);
        for cell in cells {
            let Some(own) = group.get(cell.as_str()) else { continue };
            for wish in [1.0, -1.0] {
                if is_narrow(&shown, cell, width) {
                    note(&mut shown, self.extreme(&group, *own, &BTreeMap::from([(cell.as_str(), wish)])));
                }
            }
            if is_narrow(&shown, cell, width) {
                return Some((cell.clone(), shown[cell.as_str()]));
            }
        }
        None
    }

    /// Pulls many cells at once, some up and some down: most show at once that they can be far apart.
    fn spread<'k>(
        &self,
        group: &BTreeMap<&'k str, usize>,
        cells: &[String],
        width: f64,
        shown: &mut BTreeMap<&'k str, Bounds>,
    ) {
        let groups: BTreeSet<usize> = cells.iter().filter_map(|cell| group.get(cell.as_str()).copied()).collect();
        let mut chance: u64 = 7;
        for own in groups {
            for _ in 0..ROUNDS {
                let is_of_group = |cell: &&String| group.get(cell.as_str()) == Some(&own);
                let open: Vec<&String> =
                    cells.iter().filter(is_of_group).filter(|cell| is_narrow(shown, cell, width)).collect();
                if open.is_empty() {
                    break;
                }
                let wishes = open.into_iter().map(|cell| {
                    chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (cell.as_str(), if chance >> 63 == 0 { 1.0 } else { -1.0 })
                });
                note(shown, self.extreme(group, own, &wishes.collect()));
            }
        }
    }

    /// The values of cells and of those together with them where the sum of some, by their wishes, is least.
    fn extreme<'k>(
        &self,
        group: &BTreeMap<&'k str, usize>,
        own: usize,
        wishes: &BTreeMap<&str, f64>,
    ) -> Vec<(&'k str, f64)> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: BTreeMap<&'k str, Variable> = group
            .iter()
            .filter(|(_, number)| **number == own)
            .map(|(name, _)| {
                let low = if self.signed.iter().any(|signed| signed == name) { -MOST } else { 0.0 };
                let limits = self.limits.get(*name).copied().unwrap_or(Bounds { low, high: MOST });
                let wanted = wishes.get(name).copied().unwrap_or(0.0);
                (*name, problem.add_var(wanted, (limits.low, limits.high)))
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
                let solution = outcome.into_solution().expect("no time limit was set");
                variables.iter().map(|(name, variable)| (*name, solution.var_value(*variable))).collect()
            }
            Err(error) => panic!("the attacker's knowledge contradicts itself: {error}"),
        }
    }
}

/// The name that a cell has.
fn name(cell: &str, names: &BTreeMap<String, String>) -> String {
    let mut name = cell;
    while let Some(other) = names.get(name) {
        name = other;
    }
    name.to_owned()
}

fn is_narrow(shown: &BTreeMap<&str, Bounds>, cell: &str, width: f64) -> bool {
    shown.get(cell).is_none_or(|bounds| bounds.width() < width)
}

fn note<'k>(shown: &mut BTreeMap<&'k str, Bounds>, values: Vec<(&'k str, f64)>) {
    for (cell, value) in values {
        let bounds = shown.entry(cell).or_insert(Bounds { low: value, high: value });
        *bounds = Bounds { low: bounds.low.min(value), high: bounds.high.max(value) };
    }
}

fn add_to(row: &mut BTreeMap<usize, Fraction>, cell: usize, more: Fraction) {
    let sum = row.get(&cell).copied().unwrap_or(Fraction::of(0)).plus(more);
    if sum.is_zero() {
        row.remove(&cell);
    } else {
        row.insert(cell, sum);
    }
}

fn subtract(row: &mut BTreeMap<usize, Fraction>, other: &BTreeMap<usize, Fraction>, factor: Fraction) {
    for (cell, entry) in other {
        add_to(row, *cell, Fraction::of(0).minus(factor.times(*entry)));
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
