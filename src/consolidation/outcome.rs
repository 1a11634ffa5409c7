//! Outcome classes: a total table from (situation, contract or training kind, duration) to a class.
//!
//! The image keeps the key, one byte; which class it falls into is decided by the definition version asked for.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::refusal::Language;
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::reporting::statement::Exit;

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

/// How long a contract lasts against the threshold of six months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Duration {
    Unknown,
    Under,
    Exactly,
    Over,
}

const DURATIONS: [Duration; 4] = [Duration::Unknown, Duration::Under, Duration::Exactly, Duration::Over];

/// What an exit led to, as one byte; 0 is no exit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct OutcomeKey(u8);

const EMPLOYMENTS: u8 = 1;
const TRAININGS: u8 = EMPLOYMENTS + (ContractKind::ALL.len() * DURATIONS.len()) as u8;
const SITUATIONS: u8 = TRAININGS + TrainingKind::ALL.len() as u8;
const KEYS: usize = SITUATIONS as usize + ExitSituation::ALL.len();

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
                let kind = contract.unwrap_or(ContractKind::Unknown) as u8;
                Self(EMPLOYMENTS + kind * DURATIONS.len() as u8 + duration(from, to) as u8)
            }
            ExitSituation::Training => Self(TRAININGS + training.unwrap_or(TrainingKind::Unknown) as u8),
            situation => Self(SITUATIONS + situation as u8),
        }
    }

    /// The place of this key in an [`OutcomeTable`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A contract lasts at least six months when its end plus a day is not before its start plus six months; a day that
/// the month lacks becomes its last.
fn duration(from: Option<Date>, to: Option<Date>) -> Duration {
    let six_months: Span = 6.months();
    let compared = from.zip(to).and_then(|(from, to)| {
        let ends = to.checked_add(1.day()).ok()?;
        Some(ends.cmp(&from.checked_add(six_months).ok()?))
    });
    match compared {
        None => Duration::Unknown,
        Some(std::cmp::Ordering::Less) => Duration::Under,
        Some(std::cmp::Ordering::Equal) => Duration::Exactly,
        Some(std::cmp::Ordering::Greater) => Duration::Over,
    }
}

/// A version of the definitions by which exits are classed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DefinitionVersion {
    /// Sustainable from six months on ("at least"); alternance counts as employment by its duration.
    #[default]
    V1,
    /// The same, but sustainable only beyond six months ("more than"), as the IAE counts.
    V1MoreThanSixMonths,
}

impl DefinitionVersion {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V1MoreThanSixMonths => "V1_MORE_THAN_SIX_MONTHS",
        }
    }

    fn is_long(self, duration: Duration) -> bool {
        match self {
            Self::V1 => matches!(duration, Duration::Exactly | Duration::Over),
            Self::V1MoreThanSixMonths => duration == Duration::Over,
        }
    }
}

/// The total table of a definition version: every key has its class.
pub struct OutcomeTable([OutcomeClass; KEYS]);

impl OutcomeTable {
    /// The table of a definition version.
    pub fn of(definition: DefinitionVersion) -> Self {
        let mut classes = [OutcomeClass::Unknown; KEYS];
        for (kind_place, kind) in ContractKind::ALL.iter().enumerate() {
            for (place, duration) in DURATIONS.iter().enumerate() {
                let index = usize::from(EMPLOYMENTS) + kind_place * DURATIONS.len() + place;
                classes[index] = employment_class(definition, *kind, *duration);
            }
        }
        for (place, kind) in TrainingKind::ALL.iter().enumerate() {
            classes[usize::from(TRAININGS) + place] = training_class(*kind);
        }
        for (place, situation) in ExitSituation::ALL.iter().enumerate() {
            classes[usize::from(SITUATIONS) + place] = situation_class(*situation);
        }
        Self(classes)
    }

    /// The class of a key.
    pub fn class(&self, key: OutcomeKey) -> OutcomeClass {
        self.0[key.index()]
    }
}

fn employment_class(definition: DefinitionVersion, kind: ContractKind, duration: Duration) -> OutcomeClass {
    let sustainable = match kind {
        ContractKind::Permanent | ContractKind::PublicService | ContractKind::BusinessCreation => true,
        ContractKind::FixedTerm
        | ContractKind::Temporary
        | ContractKind::Apprenticeship
        | ContractKind::Professionalisation => definition.is_long(duration),
        ContractKind::Subsidised | ContractKind::Insertion | ContractKind::Unknown => false,
    };
    if sustainable { OutcomeClass::SustainableEmployment } else { OutcomeClass::TransitionEmployment }
}

fn training_class(kind: TrainingKind) -> OutcomeClass {
    match kind {
        TrainingKind::Certifying => OutcomeClass::QualifyingTraining,
        TrainingKind::Preparatory | TrainingKind::Language | TrainingKind::Studies | TrainingKind::Unknown => {
            OutcomeClass::OtherTraining
        }
    }
}

fn situation_class(situation: ExitSituation) -> OutcomeClass {
    match situation {
        ExitSituation::Seeking
        | ExitSituation::Inactive
        | ExitSituation::DroppedOut
        | ExitSituation::Moved
        | ExitSituation::Excluded => OutcomeClass::Other,
        ExitSituation::Health | ExitSituation::Maternity | ExitSituation::Death => OutcomeClass::Neutralised,
        ExitSituation::Unknown | ExitSituation::Employment | ExitSituation::Training => OutcomeClass::Unknown,
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
