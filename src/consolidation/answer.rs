//! An answer: figures that carry their two parts, the position they stand at, and their coverage.

use std::sync::Arc;

use jiff::civil::Date;

use super::coverage::Coverage;
use super::image::ApprovedVersion;
use super::indicator::Indicator;
use super::outcome::DefinitionVersion;
use super::question::{Series, Unit, Window};
use super::rollup::Table;
use super::rollup::axes::Key;
use super::vocabulary::{Cell, Measures};
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
    /// The indicators asked for, in the order asked.
    pub indicators: Vec<&'static Indicator>,
    /// Everything selected, as one cell.
    pub total: Cell,
    /// What quarters and years are told of, if they cut the answer.
    pub series: Series,
    /// The groups along their axes; no axis if the answer is not cut.
    pub table: Table,
    /// Which expected projects the figures rest on.
    pub coverage: Coverage,
}

/// What some indicators measure, each measure once.
pub fn measures_of<'a>(indicators: impl IntoIterator<Item = &'a Indicator>) -> Arc<Measures> {
    let parts = |indicator: &'a Indicator| std::iter::once(&indicator.numerator).chain(&indicator.denominator);
    Measures::of(indicators.into_iter().flat_map(parts).cloned())
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

impl Cell {
    /// The figure of an indicator.
    pub fn figure(&self, indicator: &'static Indicator, unit: Unit) -> Figure {
        Figure {
            indicator,
            unit,
            numerator: self.value(&indicator.numerator, unit),
            denominator: indicator.denominator.as_ref().and_then(|measure| self.value(measure, unit)),
        }
    }
}

impl Answer {
    /// How much the groups sum to above the total, because they share people; nothing for rates, for uncut answers and
    /// for what accumulates.
    pub fn overlap(&self, indicator: &'static Indicator, unit: Unit) -> Option<i64> {
        if indicator.denominator.is_some() || self.table.axes.is_empty() || self.series == Series::Cumulative {
            return None;
        }
        let total = self.total.value(&indicator.numerator, unit)?;
        let sum: Option<i64> = self.table.cells.iter().map(|cell| cell.value(&indicator.numerator, unit)).sum();
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
        match (self.numerator, &self.indicator.denominator, self.denominator, self.per_mille()) {
            (None, ..) | (Some(_), Some(_), None, _) => FigureStatus::NotApplicable,
            (Some(_), Some(_), Some(_), None) => FigureStatus::NoDenominator,
            _ => FigureStatus::Exact,
        }
    }

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

/// Tenths of a percent as a percentage with a point and one decimal.
pub fn per_mille_text(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
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
