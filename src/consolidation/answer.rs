//! An answer: figures that carry their two parts, the position they stand at, and their coverage.

use jiff::civil::Date;

use super::coverage::Coverage;
use super::image::ApprovedVersion;
use super::indicator::Indicator;
use super::outcome::{DefinitionVersion, OutcomeClass};
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
    pub definition: DefinitionVersion,
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
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// The indicator.
    pub indicator: &'static Indicator,
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

    /// The figure of an indicator.
    pub fn figure(&self, indicator: &'static Indicator, unit: Unit) -> Figure {
        Figure {
            indicator,
            unit,
            numerator: self.measure(&indicator.numerator, unit),
            denominator: indicator.denominator.as_ref().and_then(|measure| self.measure(measure, unit)),
        }
    }
}

impl Answer {
    /// How much the groups sum to above the total, because they share people; nothing for rates and uncut answers.
    pub fn overlap(&self, indicator: &'static Indicator, unit: Unit) -> Option<i64> {
        if indicator.denominator.is_some() || self.group_by.is_none() {
            return None;
        }
        let total = self.total.measure(&indicator.numerator, unit)?;
        let sum: Option<i64> = self.groups.iter().map(|group| group.cell.measure(&indicator.numerator, unit)).sum();
        sum.map(|sum| sum - total)
    }
}

impl Figure {
    /// Tenths of a percent, rounded half up; nothing for counts, money, and rates over nothing.
    pub fn per_mille(&self) -> Option<i64> {
        per_mille(self.numerator?, self.denominator?)
    }

    /// What people read: a count, an amount, or a percentage with one decimal.
    pub fn display(&self, language: Language) -> String {
        let not_applicable = if language == Language::Fr { "sans objet" } else { "not applicable" };
        let Some(numerator) = self.numerator else { return not_applicable.to_owned() };
        if self.indicator.denominator.is_some() {
            let Some(per_mille) = self.per_mille() else { return not_applicable.to_owned() };
            let point = if language == Language::Fr { ',' } else { '.' };
            return format!("{}{point}{} %", per_mille / 10, per_mille % 10);
        }
        if self.indicator.numerator.is_money() {
            let point = if language == Language::Fr { ',' } else { '.' };
            return format!("{}{point}{:02} EUR", grouped(numerator / 100), numerator % 100);
        }
        grouped(numerator)
    }
}

/// Tenths of a percent, rounded half up: the one place where a rate is rounded. Nothing over nothing.
pub fn per_mille(numerator: i64, denominator: i64) -> Option<i64> {
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
    if denominator == 0 {
        return None;
    }
    i64::try_from((numerator * 2000 + denominator) / (denominator * 2)).ok()
}

/// A whole number in groups of three, with narrow spaces that do not break.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) && digit != '-' {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}
