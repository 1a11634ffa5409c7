//! An answer: figures that carry their two parts, the position they stand at, and their coverage.

use std::sync::Arc;

use jiff::civil::Date;

use super::coverage::Coverage;
use super::definitions::DefinitionSet;
use super::image::ApprovedVersion;
use super::indicator::{Defined, Indicator, IndicatorUnit};
use super::question::{Series, Unit, Window};
use super::rollup::Table;
use super::rollup::axes::Key;
use super::vocabulary::{Cell, Measure, Measures};
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
    /// The indicators asked for, in the order asked.
    pub indicators: Vec<Defined>,
    /// Everything selected, as one cell.
    pub total: Cell,
    /// What quarters and years are told of, if they cut the answer.
    pub series: Series,
    /// The groups along their axes; no axis if the answer is not cut.
    pub table: Table,
    /// Which expected projects the figures rest on.
    pub coverage: Coverage,
    /// Whether a version behind the figures has lost records by law: they were computed without those.
    pub redacted: bool,
    /// Whether it is about projects of a sandbox, which no other answer counts.
    pub sandbox: bool,
}

/// What some indicators measure, each measure once.
pub fn measures_of<'a>(indicators: impl IntoIterator<Item = &'a Indicator>) -> Arc<Measures> {
    Measures::of(indicators.into_iter().flat_map(Indicator::measures).cloned())
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
    pub project: Arc<Project>,
    /// The version in force; nothing for money without any version.
    pub version: Option<ApprovedVersion>,
    /// Whether that version has lost records by law.
    pub redacted: bool,
    /// The figure of this project alone. Persons in several projects are counted in each.
    pub figure: Figure,
}

impl Cell {
    /// The sum of measures that count nothing twice; nothing where one is not applicable.
    pub fn sum(&self, measures: &[Measure], unit: Unit) -> Option<i64> {
        let values = measures.iter().map(|measure| self.value(measure, unit));
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
    /// How much the groups sum to above the total, because they share people; nothing for rates, for uncut answers and
    /// for what accumulates.
    pub fn overlap(&self, indicator: &Defined, unit: Unit) -> Option<i64> {
        if indicator.is_rate() || self.table.axes.is_empty() || self.series == Series::Cumulative {
            return None;
        }
        let total = self.total.sum(&indicator.numerator, unit)?;
        let sum: Option<i64> = self.table.cells.iter().map(|cell| cell.sum(&indicator.numerator, unit)).sum();
        sum.map(|sum| sum - total)
    }
}

impl Table {
    /// The places of the groups that a cell lies in, one of each axis.
    pub fn places(&self, cell: usize) -> impl Iterator<Item = usize> {
        let mut weight = self.cells.len();
        self.axes.iter().map(move |axis| {
            weight /= axis.keys.len();
            cell / weight % axis.keys.len()
        })
    }

    /// The groups that a cell lies in, one of each axis.
    pub fn keys(&self, cell: usize) -> Vec<&Key> {
        self.axes.iter().zip(self.places(cell)).map(|(axis, place)| &axis.keys[place]).collect()
    }
}

/// Whether a figure could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureStatus {
    /// Exact.
    Exact,
    /// A rate over nothing: it has no value.
    NoDenominator,
    /// Not applicable to this selection, or nothing is stated of it.
    NotApplicable,
}

impl Figure {
    /// Whether it could be told.
    pub fn status(&self) -> FigureStatus {
        match (self.numerator, self.indicator.is_rate(), self.denominator) {
            (None, ..) | (_, true, None) => FigureStatus::NotApplicable,
            (_, true, Some(0)) => FigureStatus::NoDenominator,
            _ => FigureStatus::Exact,
        }
    }

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
