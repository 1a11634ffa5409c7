//! Outcome classes: a total table from (situation, contract or training kind, duration) to a class.
//!
//! The image keeps the key, one byte; which class it falls into is decided by the definition version asked for.

use std::cmp::Ordering;

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

/// The thresholds of duration that a definition may set, in months. A key of one byte has room for ten.
pub const THRESHOLDS: [u8; 10] = [1, 2, 3, 4, 5, 6, 9, 12, 18, 24];

/// How long a contract lasts: 0 is unknown; then between two thresholds and exactly on one, in turn, 1 being below the
/// first threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duration(u8);

const DURATIONS: u8 = 2 + 2 * THRESHOLDS.len() as u8;

impl Duration {
    const UNKNOWN: Self = Self(0);

    /// Every duration.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..DURATIONS).map(Self)
    }

    /// A contract lasts `n` months when its end plus a day is not before its start plus `n` months; a day that the month
    /// lacks becomes its last.
    fn of(from: Option<Date>, to: Option<Date>) -> Self {
        Self::between(from, to).unwrap_or(Self::UNKNOWN)
    }

    fn between(from: Option<Date>, to: Option<Date>) -> Option<Self> {
        let (from, ends) = (from?, to?.checked_add(1.day()).ok()?);
        let mut duration = Self(1);
        for (place, months) in (0_u8..).zip(THRESHOLDS) {
            match from.checked_add(Span::new().months(months)).ok()?.cmp(&ends) {
                Ordering::Less => duration = Self(3 + 2 * place),
                Ordering::Equal => duration = Self(2 + 2 * place),
                Ordering::Greater => break,
            }
        }
        Some(duration)
    }

    /// Whether it reaches the threshold of a place, or lies beyond it; an unknown one does neither.
    pub(super) fn passes(self, place: u8, beyond: bool) -> bool {
        self.0 >= 2 + 2 * place + u8::from(beyond)
    }
}

/// What an exit led to, as one byte; 0 is no exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct OutcomeKey(u8);

const EMPLOYMENTS: u8 = 1;
const TRAININGS: u8 = EMPLOYMENTS + ContractKind::ALL.len() as u8 * DURATIONS;
const SITUATIONS: u8 = TRAININGS + TrainingKind::ALL.len() as u8;
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
        Self(TRAININGS + kind as u8)
    }

    pub(super) fn of_situation(situation: ExitSituation) -> Self {
        Self(SITUATIONS + situation as u8)
    }

    pub(super) fn of_employment(kind: ContractKind, duration: Duration) -> Self {
        Self(EMPLOYMENTS + kind as u8 * DURATIONS + duration.0)
    }

    /// The key as a byte.
    pub fn byte(self) -> u8 {
        self.0
    }

    /// The key of a byte: nothing for 0, which is no exit, and beyond the last key.
    pub fn of_byte(byte: u8) -> Option<Self> {
        (byte != 0 && usize::from(byte) < KEYS).then_some(Self(byte))
    }

    /// The situation, if this is an exit.
    pub fn situation(self) -> Option<ExitSituation> {
        match self.0 {
            0 => None,
            byte if byte < TRAININGS => Some(ExitSituation::Employment),
            byte if byte < SITUATIONS => Some(ExitSituation::Training),
            byte => ExitSituation::ALL.get(usize::from(byte - SITUATIONS)).copied(),
        }
    }

    /// The contract, of an exit to employment.
    pub fn contract(self) -> Option<ContractKind> {
        let place = self.0.checked_sub(EMPLOYMENTS).filter(|_| self.0 < TRAININGS)?;
        ContractKind::ALL.get(usize::from(place / DURATIONS)).copied()
    }

    /// The training, of an exit to training.
    pub fn training(self) -> Option<TrainingKind> {
        let place = self.0.checked_sub(TRAININGS).filter(|_| self.0 < SITUATIONS)?;
        TrainingKind::ALL.get(usize::from(place)).copied()
    }

    /// The place of this key in a table of outcomes.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consolidation::definitions::built_in;
    use crate::consolidation::definitions::outcomes::OutcomeTable;
    use jiff::civil::date;

    fn table(version: &str) -> &'static OutcomeTable {
        &built_in::all().iter().find(|set| set.code.as_str() == version).unwrap().table
    }

    fn fixed_term(from: Date, to: Date, version: &str) -> OutcomeClass {
        let situation = ExitSituation::Employment;
        let key = OutcomeKey::of_parts(situation, Some(ContractKind::FixedTerm), Some(from), Some(to), None);
        table(version).class(key)
    }

    #[test]
    fn six_months_are_counted_in_days_of_the_calendar() {
        use OutcomeClass::{SustainableEmployment, TransitionEmployment};
        let cases = [
            (date(2021, 3, 1), date(2021, 8, 31), SustainableEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2021, 8, 30), TransitionEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2021, 9, 1), SustainableEmployment, SustainableEmployment),
            // 31 August plus six months is the last of February.
            (date(2021, 8, 31), date(2022, 2, 27), SustainableEmployment, TransitionEmployment),
            (date(2023, 8, 31), date(2024, 2, 28), SustainableEmployment, TransitionEmployment),
            (date(2023, 8, 31), date(2024, 2, 27), TransitionEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2021, 2, 1), TransitionEmployment, TransitionEmployment),
            (date(2021, 3, 1), date(2090, 2, 1), SustainableEmployment, SustainableEmployment),
        ];
        for (from, to, at_least, more_than) in cases {
            assert_eq!(fixed_term(from, to, "V1"), at_least, "{from} to {to}, at least");
            assert_eq!(fixed_term(from, to, "V1_MORE_THAN_SIX_MONTHS"), more_than, "{from} to {to}, more than");
        }
    }

    #[test]
    fn a_duration_passes_each_threshold_as_the_calendar_says() {
        let from = date(2020, 1, 31);
        for to in (0..900).map(|days| date(2020, 1, 30).checked_add(Span::new().days(days)).unwrap()) {
            let (ends, duration) = (to.tomorrow().unwrap(), Duration::of(Some(from), Some(to)));
            for (place, months) in (0_u8..).zip(THRESHOLDS) {
                let reached = from.checked_add(Span::new().months(months)).unwrap();
                assert_eq!(duration.passes(place, false), reached <= ends, "{to}, at least {months} months");
                assert_eq!(duration.passes(place, true), reached < ends, "{to}, more than {months} months");
            }
        }
    }

    #[test]
    fn every_situation_has_a_class_and_neutralised_ones_are_three() {
        let class = |situation| table("V1").class(OutcomeKey::of_parts(situation, None, None, None, None));
        let neutralised = ExitSituation::ALL.iter().filter(|s| class(**s) == OutcomeClass::Neutralised).count();
        assert_eq!(neutralised, 3);
        assert_eq!(class(ExitSituation::Employment), OutcomeClass::TransitionEmployment, "duration unknown included");
        assert_eq!(class(ExitSituation::Training), OutcomeClass::OtherTraining);
        assert_eq!(class(ExitSituation::Unknown), OutcomeClass::Unknown);
    }
}
