//! Outcome classes: a total table from (situation, contract or training kind, duration) to a class.
//!
//! The image keeps the key, a small number; which class it falls into is decided by the definition version asked for.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::refusal::Language;
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::reporting::statement::Exit;
use crate::serde_as_code;

/// The classes, best first: on the same day, the better one is a person's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum OutcomeClass {
    /// Permanent, or bounded and long enough, or public service, or own business.
    SustainableEmployment,
    /// Any other employment.
    TransitionEmployment,
    /// Training that leads to a title or certificate.
    QualifyingTraining,
    /// Any other training.
    OtherTraining,
    /// Seeking, inactive, dropped out, moved, excluded.
    Other,
    /// Nobody knows.
    Unknown,
    /// Health, maternity, death: an exit, but in no denominator.
    Neutralised,
}

serde_as_code!(OutcomeClass);

impl OutcomeClass {
    /// Every class, best first.
    pub const ALL: [Self; 7] = [
        Self::SustainableEmployment,
        Self::TransitionEmployment,
        Self::QualifyingTraining,
        Self::OtherTraining,
        Self::Other,
        Self::Unknown,
        Self::Neutralised,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        self.names()[0]
    }

    /// The class of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }

    /// What people read, in a language.
    pub fn label(self, language: Language) -> &'static str {
        self.names()[if language == Language::Fr { 2 } else { 1 }]
    }

    fn names(self) -> [&'static str; 3] {
        match self {
            Self::SustainableEmployment => ["SUSTAINABLE_EMPLOYMENT", "Sustainable employment", "Emploi durable"],
            Self::TransitionEmployment => ["TRANSITION_EMPLOYMENT", "Transition employment", "Emploi de transition"],
            Self::QualifyingTraining => ["QUALIFYING_TRAINING", "Qualifying training", "Formation qualifiante"],
            Self::OtherTraining => ["OTHER_TRAINING", "Other training", "Autre formation"],
            Self::Other => ["OTHER", "Other", "Autre"],
            Self::Unknown => ["UNKNOWN", "Unknown", "Inconnue"],
            Self::Neutralised => ["NEUTRALISED", "Neutralised", "Neutralisée"],
        }
    }
}

/// The longest threshold that a definition may set, in months.
pub const MOST_MONTHS: u16 = 60;

/// How many durations a contract can have: unknown, or a number of whole months, exactly or with days beyond.
const DURATIONS: u16 = 1 + 2 * (MOST_MONTHS + 1);

/// How long a contract lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duration {
    /// A day lacks.
    Unknown,
    /// Whole months, and whether there are days beyond them.
    Months { whole: u16, beyond: bool },
}

impl Duration {
    fn index(self) -> u16 {
        match self {
            Self::Unknown => 0,
            Self::Months { whole, beyond } => 1 + 2 * whole + u16::from(beyond),
        }
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        let months = (0..=MOST_MONTHS).flat_map(|whole| [false, true].map(|beyond| Self::Months { whole, beyond }));
        std::iter::once(Self::Unknown).chain(months)
    }

    /// A contract lasts `n` months when its end plus a day is not before its start plus `n` months; a day that the month
    /// lacks becomes its last.
    fn of(from: Option<Date>, to: Option<Date>) -> Self {
        Self::between(from, to).unwrap_or(Self::Unknown)
    }

    fn between(from: Option<Date>, to: Option<Date>) -> Option<Self> {
        let (from, ends) = (from?, to?.checked_add(1.day()).ok()?);
        let apart = 12 * (i32::from(ends.year()) - i32::from(from.year())) + i32::from(ends.month() - from.month());
        let after = |months: i32| from.checked_add(Span::new().try_months(months).ok()?).ok();
        let whole = if after(apart)? <= ends { apart } else { apart - 1 };
        if whole < 0 {
            return Some(Self::Months { whole: 0, beyond: false });
        }
        let beyond = after(whole)? < ends || whole > i32::from(MOST_MONTHS);
        Some(Self::Months { whole: u16::try_from(whole).map_or(MOST_MONTHS, |whole| whole.min(MOST_MONTHS)), beyond })
    }
}

/// What an exit led to, as a small number; 0 is no exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct OutcomeKey(u16);

const EMPLOYMENTS: u16 = 1;
const TRAININGS: u16 = EMPLOYMENTS + ContractKind::ALL.len() as u16 * DURATIONS;
const SITUATIONS: u16 = TRAININGS + TrainingKind::ALL.len() as u16;
pub(super) const KEYS: usize = SITUATIONS as usize + ExitSituation::ALL.len();

impl OutcomeKey {
    /// The key of an exit.
    pub fn of(exit: &Exit) -> Self {
        Self::of_parts(exit.situation, exit.contract, exit.contract_from, exit.contract_to, exit.training)
    }

    /// The key of an exit's parts.
    pub fn of_parts(
        situation: ExitSituation,
        contract: Option<ContractKind>,
        from: Option<Date>,
        to: Option<Date>,
        training: Option<TrainingKind>,
    ) -> Self {
        match situation {
            ExitSituation::Employment => {
                Self::of_employment(contract.unwrap_or(ContractKind::Unknown), Duration::of(from, to))
            }
            ExitSituation::Training => Self::of_training(training.unwrap_or(TrainingKind::Unknown)),
            situation => Self::of_situation(situation),
        }
    }

    pub(super) fn of_training(kind: TrainingKind) -> Self {
        Self(TRAININGS + kind as u16)
    }

    pub(super) fn of_situation(situation: ExitSituation) -> Self {
        Self(SITUATIONS + situation as u16)
    }

    pub(super) fn of_employment(kind: ContractKind, duration: Duration) -> Self {
        Self(EMPLOYMENTS + kind as u16 * DURATIONS + duration.index())
    }

    /// The place of this key in a table of outcomes.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fixed_term(from: Date, to: Date, definition: DefinitionVersion) -> OutcomeClass {
        let situation = ExitSituation::Employment;
        let key = OutcomeKey::of_parts(situation, Some(ContractKind::FixedTerm), Some(from), Some(to), None);
        OutcomeTable::of(definition).class(key)
    }

    #[test]
    fn six_months_are_counted_in_days_of_the_calendar() {
        use DefinitionVersion::{V1, V1MoreThanSixMonths};
        use OutcomeClass::{SustainableEmployment, TransitionEmployment};
        let cases = [
            (date(2021, 3, 1), date(2021, 8, 31), SustainableEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2021, 8, 30), TransitionEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2021, 9, 1), SustainableEmployment, SustainableEmployment),
            // 31 August plus six months is the last of February.
            (date(2021, 8, 31), date(2022, 2, 27), SustainableEmployment, TransitionEmployment),
            (date(2023, 8, 31), date(2024, 2, 28), SustainableEmployment, TransitionEmployment),
            (date(2023, 8, 31), date(2024, 2, 27), TransitionEmployment, TransitionEmployment),
        ];
        for (from, to, at_least, more_than) in cases {
            assert_eq!(fixed_term(from, to, V1), at_least, "{from} to {to}, at least");
            assert_eq!(fixed_term(from, to, V1MoreThanSixMonths), more_than, "{from} to {to}, more than");
        }
    }

    #[test]
    fn every_situation_has_a_class_and_neutralised_ones_are_three() {
        let table = OutcomeTable::of(DefinitionVersion::V1);
        let class = |situation| table.class(OutcomeKey::of_parts(situation, None, None, None, None));
        let neutralised = ExitSituation::ALL.iter().filter(|s| class(**s) == OutcomeClass::Neutralised).count();
        assert_eq!(neutralised, 3);
        assert_eq!(class(ExitSituation::Employment), OutcomeClass::TransitionEmployment, "duration unknown included");
        assert_eq!(class(ExitSituation::Training), OutcomeClass::OtherTraining);
        assert_eq!(class(ExitSituation::Unknown), OutcomeClass::Unknown);
    }
}
