//! An answer: figures that carry their two parts, the position they stand at, and their coverage.

use std::sync::Arc;

use jiff::civil::Date;

use super::coverage::Coverage;
use super::definitions::DefinitionSet;
use super::image::ApprovedVersion;
use super::indicator::{Defined, IndicatorUnit};
use super::outcome::OutcomeClass;
use super::question::{Dimension, Unit, Window};
use super::vocabulary::{Attribute, Condition, Count, Event, Measure};
use crate::directory::project::Project;
use crate::refusal::Language;
use crate::storage::journal::Position;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The position that the figures stand at.
    pub position: Position,
    /// The day that served for `to` and for due dates.
    pub day: Date,
    /// The window.
    pub window: Window,
    /// The definitions.
    pub definition: Arc<DefinitionSet>,
    /// Everything selected, as one cell.
    pub total: Cell,
    /// The dimension of the groups, if the answer is cut.
    pub group_by: Option<Dimension>,
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// Which expected projects the figures rest on.
    pub coverage: Coverage,
}

/// One group of a cut answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its code: a region, a project, a sex, a quarter.
    pub key: String,
    /// Its label in English.
    pub label_en: String,
    /// Its label in French.
    pub label_fr: String,
    /// Its figures.
    pub cell: Cell,
}

/// Everything counted of one selection.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    /// Counted by participation.
    pub participations: Counts,
    /// Counted by person.
    pub persons: Counts,
    /// Projects and their money; nothing where the selection is not on projects only.
    pub projects: Option<ProjectSums>,
}

/// Counts of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Counts {
    /// Supported in the window.
    pub supported: i64,
    /// Entered in the window.
    pub entries: i64,
    /// Left in the window.
    pub exits: i64,
    /// Present at the window's end.
    pub present: i64,
    /// Exits by class, in the order of [`OutcomeClass::ALL`].
    pub exits_by_class: [i64; 7],
}

/// Projects and their money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ProjectSums {
    /// How many.
    pub count: i64,
    /// Their grants, in cents.
    pub grant_cents: i64,
    /// Their eligible cost, in cents.
    pub eligible_cost_cents: i64,
}

/// A figure of an indicator: its parts, and nothing else; what people read is derived.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The indicator.
    pub indicator: Defined,
    /// The unit counted.
    pub unit: Unit,
    /// Numerator, or the value itself; nothing where it is not applicable.
    pub numerator: Option<i64>,
    /// Denominator, for rates.
    pub denominator: Option<i64>,
}

/// The share of one report version in a figure.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The project.
    pub project: Project,
    /// The version in force; nothing for money without any version.
    pub version: Option<ApprovedVersion>,
    /// The figure of this project alone. Persons in several projects are counted in each.
    pub figure: Figure,
}

impl Counts {
    fn measure(&self, count: &Count) -> Option<i64> {
        match (count.event, count.conditions.as_slice()) {
            (Event::Supported, []) => Some(self.supported),
            (Event::Entries, []) => Some(self.entries),
            (Event::Exits, []) => Some(self.exits),
            (Event::Present, []) => Some(self.present),
            (Event::Exits, [Condition::In(codes)]) if codes.attribute() == Attribute::OutcomeClass => {
                let among = |class: &&OutcomeClass| codes.holds(**class as usize);
                Some(OutcomeClass::ALL.iter().filter(among).map(|class| self.exits_by_class[*class as usize]).sum())
            }
            _ => None,
        }
    }
}

impl ProjectSums {
    fn measure(&self, measure: &Measure) -> Option<i64> {
        match measure {
            Measure::Projects => Some(self.count),
            Measure::Grants => Some(self.grant_cents),
            Measure::EligibleCost => Some(self.eligible_cost_cents),
            _ => None,
        }
    }
}

impl Cell {
    /// The value of a measure, unless it is not applicable to this selection.
    pub fn measure(&self, measure: &Measure, unit: Unit) -> Option<i64> {
        let Measure::Count(count) = measure else {
            return self.projects.and_then(|sums| sums.measure(measure));
        };
        match unit {
            Unit::Participation => self.participations.measure(count),
            Unit::Person => self.persons.measure(count),
        }
    }

    /// The sum of measures that count nothing twice; nothing where one is not applicable.
    pub fn sum(&self, measures: &[Measure], unit: Unit) -> Option<i64> {
        let values = measures.iter().map(|measure| self.measure(measure, unit));
        values.reduce(|sum, value| sum?.checked_add(value?)).flatten()
    }

    /// The figure of an indicator.
    pub fn figure(&self, indicator: &Defined, unit: Unit) -> Figure {
        Figure {
            unit,
            numerator: self.sum(&indicator.numerator, unit),
            denominator: self.sum(&indicator.denominator, unit),
            indicator: indicator.clone(),
        }
    }
}

impl Answer {
    /// How much the groups sum to above the total, because they share people; nothing for rates and uncut answers.
    pub fn overlap(&self, indicator: &Defined, unit: Unit) -> Option<i64> {
        if indicator.is_rate() || self.group_by.is_none() {
            return None;
        }
        let total = self.total.sum(&indicator.numerator, unit)?;
        let sum: Option<i64> = self.groups.iter().map(|group| group.cell.sum(&indicator.numerator, unit)).sum();
        sum.map(|sum| sum - total)
    }
}

impl Figure {
    /// Tenths of a percent, rounded half up; nothing for what is told in another unit, and for rates over nothing.
    pub fn per_mille(&self) -> Option<i64> {
        let percent = self.indicator.unit == IndicatorUnit::Percent;
        percent.then(|| per_mille(self.numerator?, self.denominator?)).flatten()
    }

    /// The value rounded half up as people read it, in the smallest unit told: a count, whole hours, cents, tenths of a
    /// percent, cents each, tenths of an hour each. Nothing where it cannot be told.
    pub fn rounded(&self) -> Option<i64> {
        match self.indicator.unit {
            IndicatorUnit::Count | IndicatorUnit::Hours | IndicatorUnit::Eur => self.numerator,
            IndicatorUnit::Percent => self.per_mille(),
            IndicatorUnit::EurEach => divided(self.numerator?, self.denominator?, 1),
            IndicatorUnit::HoursEach => divided(self.numerator?, self.denominator?, 10),
        }
    }

    /// The numerator, exact, as decimal text: a count, hours, or an amount in EUR.
    pub fn numerator_text(&self) -> Option<String> {
        self.numerator.map(|numerator| self.indicator.exact(numerator))
    }

    /// The denominator, exact, as decimal text; only quotients have one.
    pub fn denominator_text(&self) -> Option<String> {
        self.denominator.map(|denominator| self.indicator.exact_denominator(denominator))
    }

    /// The value as decimal text, without its unit.
    pub fn value_text(&self) -> Option<String> {
        self.rounded().map(|value| self.indicator.unit.decimal(value))
    }

    /// What people read: a count, an amount, or a percentage with one decimal.
    pub fn display(&self, language: Language) -> String {
        let not_applicable = if language == Language::Fr { "sans objet" } else { "not applicable" };
        let Some(value) = self.rounded() else { return not_applicable.to_owned() };
        let point = if language == Language::Fr { ',' } else { '.' };
        let sign = if value < 0 { "-" } else { "" };
        let decimal = |unit: u64, digits: usize| {
            let size = value.unsigned_abs();
            format!("{sign}{}{point}{:0digits$}", grouped(size / unit), size % unit)
        };
        match self.indicator.unit {
            IndicatorUnit::Count => format!("{sign}{}", grouped(value.unsigned_abs())),
            IndicatorUnit::Hours => format!("{sign}{} h", grouped(value.unsigned_abs())),
            IndicatorUnit::Percent => format!("{} %", decimal(10, 1)),
            IndicatorUnit::HoursEach => format!("{} h", decimal(10, 1)),
            IndicatorUnit::Eur | IndicatorUnit::EurEach => format!("{} EUR", decimal(100, 2)),
        }
    }
}

/// Tenths of a percent, rounded half up. Nothing over nothing.
pub fn per_mille(numerator: i64, denominator: i64) -> Option<i64> {
    divided(numerator, denominator, 1000)
}

/// So many times a quotient, rounded half up: the one place where figures are rounded. Nothing over nothing.
fn divided(numerator: i64, denominator: i64, times: i128) -> Option<i64> {
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
    if denominator == 0 {
        return None;
    }
    i64::try_from((numerator * 2 * times + denominator).div_euclid(denominator * 2)).ok()
}

/// A whole number in groups of three, with narrow spaces that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
