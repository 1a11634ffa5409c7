//! Small stays from which statements are made.

use faisceau::directory::period::Quarter;
use faisceau::reporting::codes::*;
use faisceau::reporting::identity::{Identity, StageOne};
use faisceau::reporting::statement::{Answer, Exit, Participation};
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;

use super::history::day_of;
use super::model::PlainStay;

/// Somebody's stay: person 0 has no identity; the others may be in several projects.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    pub person: u8,
    /// Day of entry, counted from the programme's first day.
    pub entry: u16,
    /// Days from entry to exit.
    pub length: Option<u16>,
    pub sex: Sex,
    pub outcome: Outcome,
}

/// What an exit leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    Permanent,
    ExactlySixMonths,
    ThreeMonths,
    Certifying,
    LanguageCourse,
    Seeking,
    Unknown,
    Health,
}

const OUTCOMES: [Outcome; 8] = [
    Outcome::Permanent,
    Outcome::ExactlySixMonths,
    Outcome::ThreeMonths,
    Outcome::Certifying,
    Outcome::LanguageCourse,
    Outcome::Seeking,
    Outcome::Unknown,
    Outcome::Health,
];

impl Stay {
    /// Any stay that begins in 2023. Days are few, so that entries, exits and windows often meet on one.
    pub fn any() -> impl Strategy<Value = Self> {
        let length = prop::option::weighted(0.8, (0..5_u16).prop_map(|months| months * 30));
        let sex = prop::sample::select(Sex::ALL);
        let outcome = prop::sample::select(&OUTCOMES[..]);
        (0..4_u8, 0..9_u16, length, sex, outcome).prop_map(|(person, months, length, sex, outcome)| Self {
            person,
            entry: months * 30,
            length,
            sex,
            outcome,
        })
    }

    fn entry_on(&self) -> Date {
        day_of(self.entry)
    }

    fn exit_on(&self) -> Option<Date> {
        self.length.map(|length| day_of(self.entry + length))
    }

    /// The stay as the model reads it. The classes are those of the two definitions, best first from 0.
    pub fn plain(&self, project: usize, reference: &str) -> PlainStay {
        let who = if self.person == 0 { format!("{project}/{reference}") } else { format!("person {}", self.person) };
        let classes = match self.outcome {
            Outcome::Permanent => [0, 0],
            Outcome::ExactlySixMonths => [0, 1],
            Outcome::ThreeMonths => [1, 1],
            Outcome::Certifying => [2, 2],
            Outcome::LanguageCourse => [3, 3],
            Outcome::Seeking => [4, 4],
            Outcome::Unknown => [5, 5],
            Outcome::Health => [6, 6],
        };
        PlainStay { who, entry: self.entry_on(), exit: self.exit_on(), sex: self.sex, classes }
    }

    fn exit(&self) -> Option<Exit> {
        use ExitSituation::{Employment, Training};
        let on = self.exit_on()?;
        let plain = |situation| Exit {
            on,
            situation,
            contract: None,
            contract_from: None,
            contract_to: None,
            training: None,
            french: FrenchLevel::Unknown,
            housing: Housing::Unknown,
            financial_autonomy: Flag::Unknown,
        };
        let contract = |kind, to: Option<Date>| Exit {
            contract: Some(kind),
            contract_from: Some(on),
            contract_to: to,
            ..plain(Employment)
        };
        let training = |kind| Exit { training: Some(kind), ..plain(Training) };
        // Long enough is told by the first day after the contract.
        let after = |months: i32| on.checked_add(months.months()).unwrap().yesterday().unwrap();
        Some(match self.outcome {
            Outcome::Permanent => contract(ContractKind::Permanent, None),
            Outcome::ExactlySixMonths => contract(ContractKind::FixedTerm, Some(after(6))),
            Outcome::ThreeMonths => contract(ContractKind::Temporary, Some(after(3))),
            Outcome::Certifying => training(TrainingKind::Certifying),
            Outcome::LanguageCourse => training(TrainingKind::Language),
            Outcome::Seeking => plain(ExitSituation::Seeking),
            Outcome::Unknown => plain(ExitSituation::Unknown),
            Outcome::Health => plain(ExitSituation::Health),
        })
    }

    fn participation(&self, reference: &str) -> Participation {
        let stage_one = StageOne::parse(&format!("{:064x}", self.person)).unwrap();
        Participation {
            reference: reference.parse().unwrap(),
            person: if self.person == 0 { Identity::None } else { Identity::Known(stage_one) },
            entry_on: self.entry_on(),
            sex: self.sex,
            birth_year: Answer::Unknown,
            protection_status: ProtectionStatus::Refugee,
            french_at_entry: FrenchLevel::A1,
            education: EducationLevel::Unknown,
            labour_status: LabourStatus::Unemployed,
            residence_department: Answer::NotCollected,
            priority_district: Flag::No,
            rural_area: Flag::Refused,
            disability: Flag::NotCollected,
            housing_at_entry: Housing::Unknown,
            supports: Vec::new(),
            exit: self.exit(),
            follow_up: None,
        }
    }
}

/// The statement for a period: of some stays, those that can be stated then, told as far as they are known then.
pub fn statement_of(
    stays: Vec<(String, Stay)>,
    from: Date,
    to: Date,
    period: Quarter,
) -> (Vec<(String, Stay)>, Vec<Participation>) {
    let last = period.last_day();
    let mut kept: Vec<(String, Stay)> = Vec::new();
    for (reference, mut stay) in stays {
        if stay.entry_on() < from || stay.entry_on() > to.min(last) {
            continue;
        }
        if stay.exit_on().is_some_and(|exit| exit > last || (exit - to).get_days() > 90) {
            stay.length = None;
        }
        let apart = |other: &Stay| {
            other.person != stay.person
                || stay.person == 0
                || other.exit_on().is_some_and(|exit| exit <= stay.entry_on())
                || stay.exit_on().is_some_and(|exit| exit <= other.entry_on())
        };
        if kept.iter().all(|(_, other)| apart(other)) {
            kept.push((reference, stay));
        }
    }
    let participations = kept.iter().map(|(reference, stay)| stay.participation(reference)).collect();
    (kept, participations)
}
