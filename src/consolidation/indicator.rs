//! An indicator: code, names, what is divided by what. No rate exists without its two parts.
//!
//! Indicators are data of a definition version; which there are is not told here.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::definitions::DefinitionSet;
use super::question::Unit;
use super::vocabulary::Measure;
use crate::directory::money::Cents;
use crate::refusal::Language;
use crate::serde_as_code;
use crate::text::{Name, ShortCode, Text};

/// What an indicator says, up to 1 000 characters.
pub type Sentence = Text<1000>;

/// A defined figure. Its fields stand in the order in which they are digested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Indicator {
    /// Stable code.
    pub code: ShortCode,
    /// Its version: another one whenever it means something else, by its own words or by the table of outcomes.
    pub version: u32,
    /// Name in English.
    pub name_en: Name,
    /// Name in French.
    pub name_fr: Name,
    /// What it says, in English.
    pub text_en: Sentence,
    /// What it says, in French.
    pub text_fr: Sentence,
    /// Where the definition comes from.
    pub source: Name,
    /// In what it is told.
    pub unit: IndicatorUnit,
    /// What is counted or added up: one measure, or several that count nothing twice.
    pub numerator: Vec<Measure>,
    /// What it is divided by; empty if it is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub denominator: Vec<Measure>,
}

/// In what a figure is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorUnit {
    /// A number of participations, persons, projects or organisations.
    Count,
    /// Hours.
    Hours,
    /// An amount in EUR.
    Eur,
    /// A part of a whole.
    Percent,
    /// Amount over count.
    EurEach,
    /// Hours over count.
    HoursEach,
}

serde_as_code!(IndicatorUnit);

impl IndicatorUnit {
    /// Every unit.
    pub const ALL: [Self; 6] = [Self::Count, Self::Hours, Self::Eur, Self::Percent, Self::EurEach, Self::HoursEach];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::Hours => "HOURS",
            Self::Eur => "EUR",
            Self::Percent => "PERCENT",
            Self::EurEach => "EUR_EACH",
            Self::HoursEach => "HOURS_EACH",
        }
    }

    /// A rounded value as decimal text: amounts with two decimals, quotients of counts and hours with one.
    pub fn decimal(self, value: i64) -> String {
        match self {
            Self::Count | Self::Hours => value.to_string(),
            Self::Eur | Self::EurEach => Cents(value).to_string(),
            Self::Percent | Self::HoursEach => {
                let (sign, size) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
                format!("{sign}{}.{}", size / 10, size % 10)
            }
        }
    }

    /// The unit of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code)
    }
}

/// What a measure comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Things counted.
    Count,
    /// Hours.
    Hours,
    /// Cents.
    Money,
}

impl Kind {
    /// The kind of a measure.
    pub fn of(measure: &Measure) -> Self {
        match measure {
            Measure::SupportHours { .. } => Self::Hours,
            measure if measure.is_money() => Self::Money,
            _ => Self::Count,
        }
    }
}

impl Indicator {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        if language == Language::Fr { self.name_fr.as_str() } else { self.name_en.as_str() }
    }

    /// What it says, in a language.
    pub fn text(&self, language: Language) -> &str {
        if language == Language::Fr { self.text_fr.as_str() } else { self.text_en.as_str() }
    }

    /// Whether it divides, and so has a denominator.
    pub fn is_rate(&self) -> bool {
        !self.denominator.is_empty()
    }

    /// The units by which it is told; what is the same by person and by participation is told once.
    pub fn units(&self) -> &'static [Unit] {
        if self.measures().any(Measure::is_by_unit) { &[Unit::Person, Unit::Participation] } else { &[Unit::Person] }
    }

    /// A numerator, or a difference of numerators, as exact decimal text: a count, hours, or an amount in EUR.
    pub fn exact(&self, numerator: i64) -> String {
        exact(numerator, &self.numerator)
    }

    /// A denominator, or a difference of denominators, as exact decimal text.
    pub fn exact_denominator(&self, denominator: i64) -> String {
        exact(denominator, &self.denominator)
    }

    /// Every measure that it is made of.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.numerator.iter().chain(&self.denominator)
    }
}

fn exact(part: i64, measures: &[Measure]) -> String {
    if measures.first().is_some_and(Measure::is_money) { Cents(part).to_string() } else { part.to_string() }
}

/// An indicator of a definition version.
#[derive(Clone, PartialEq, Eq)]
pub struct Defined {
    /// The definition version.
    pub set: Arc<DefinitionSet>,
    place: usize,
}

impl Defined {
    /// The indicator of a code in a definition version.
    pub fn find(set: &Arc<DefinitionSet>, code: &str) -> Option<Self> {
        let place = set.content.indicators.iter().position(|indicator| indicator.code.as_str() == code)?;
        Some(Self { set: Arc::clone(set), place })
    }

    /// Every indicator of a definition version, in the order in which people read them.
    pub fn all(set: &Arc<DefinitionSet>) -> impl Iterator<Item = Self> {
        (0..set.content.indicators.len()).map(|place| Self { set: Arc::clone(set), place })
    }
}

impl std::ops::Deref for Defined {
    type Target = Indicator;

    fn deref(&self) -> &Indicator {
        &self.set.content.indicators[self.place]
    }
}

impl fmt::Debug for Defined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.code, self.set.code)
    }
}
