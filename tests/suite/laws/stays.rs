//! Small stays from which statements are made.

use faisceau::directory::period::Quarter;
use faisceau::reporting::codes::*;
use faisceau::reporting::identity::{Identity, StageOne};
use faisceau::reporting::statement::{Answer, DepartmentCode, Exit, FollowUp, Participation, Support};
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;

use super::history::day_of;

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
    /// Which values everything else has.
    pub traits: [u8; 4],
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

const AGES: [i16; 14] = [16, 17, 18, 19, 24, 25, 29, 30, 39, 40, 54, 55, 60, 71];
const DEPARTMENTS: [&str; 5] = ["69", "13", "75", "2A", "976"];

impl Stay {
    /// Any stay that begins in 2023. Days are few, so that entries, exits and windows often meet on one.
    pub fn any() -> impl Strategy<Value = Self> {
        let length = prop::option::weighted(0.8, (0..5_u16).prop_map(|months| months * 30));
        let sex = prop::sample::select(Sex::ALL);
        let outcome = prop::sample::select(&OUTCOMES[..]);
        (0..4_u8, 0..9_u16, length, sex, outcome, any::<[u8; 4]>()).prop_map(
            |(person, months, length, sex, outcome, traits)| Self {
                person,
                entry: months * 30,
                length,
                sex,
                outcome,
                traits,
            },
        )
    }

    fn entry_on(&self) -> Date {
        day_of(self.entry)
    }

    fn exit_on(&self) -> Option<Date> {
        self.length.map(|length| day_of(self.entry + length))
    }

    /// Whoever it is: the same text for the same person.
    pub fn who(&self, project: usize, reference: &str) -> String {
        if self.person == 0 { format!("{project}/{reference}") } else { format!("person {}", self.person) }
    }

    /// The classes of its outcome under the two definitions, best first from 0.
    pub fn classes(&self) -> [usize; 2] {
        match self.outcome {
            Outcome::Permanent => [0, 0],
            Outcome::ExactlySixMonths => [0, 1],
            Outcome::ThreeMonths => [1, 1],
            Outcome::Certifying => [2, 2],
            Outcome::LanguageCourse => [3, 3],
            Outcome::Seeking => [4, 4],
            Outcome::Unknown => [5, 5],
            Outcome::Health => [6, 6],
        }
    }

    /// One of some values, by a trait and a salt.
    fn pick<T: Copy>(&self, salt: u8, values: &[T]) -> T {
        let mixed = self.traits.iter().fold(u32::from(salt) + 1, |mixed, one| mixed * 31 + u32::from(*one));
        values[(mixed >> 2) as usize % values.len()]
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
            french: self.pick(1, FrenchLevel::ALL),
            housing: self.pick(2, Housing::ALL),
            financial_autonomy: self.pick(3, Flag::ALL),
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

    /// Hours of some kinds in the quarters of the stay, up to the period.
    fn supports(&self, period: Quarter) -> Vec<Support> {
        let first = Quarter::of(self.entry_on());
        let last = self.exit_on().map_or(period, Quarter::of).min(period);
        let quarters = first.through(last).enumerate();
        let kinds = |(place, quarter)| {
            let salt = u8::try_from(place).unwrap() * 8;
            let kinds = SupportKind::ALL.iter().enumerate();
            kinds
                .filter(move |(kind, _)| self.pick(salt + 10 + u8::try_from(*kind).unwrap(), &[true, false, false]))
                .map(move |(kind, of)| Support { kind: *of, quarter, hours: u32::try_from(kind + place).unwrap() + 1 })
        };
        let mut supports: Vec<Support> = quarters.flat_map(kinds).collect();
        supports.sort();
        supports
    }

    fn follow_up(&self, period: Quarter) -> Option<FollowUp> {
        let observed_on = self.exit_on()?.checked_add(180.days()).unwrap();
        let situation = self.pick(4, FollowUpSituation::ALL);
        (observed_on <= period.last_day() && self.pick(5, &[true, true, false]))
            .then_some(FollowUp { observed_on, situation })
    }

    fn participation(&self, reference: &str, period: Quarter) -> Participation {
        let stage_one = StageOne::parse(&format!("{:064x}", self.person)).unwrap();
        let born = self.entry_on().year() - self.pick(6, &AGES);
        let department = DepartmentCode::parse(self.pick(7, &DEPARTMENTS)).unwrap();
        let statuses = [ProtectionStatus::Refugee, ProtectionStatus::Stateless, ProtectionStatus::Refused];
        Participation {
            reference: reference.parse().unwrap(),
            person: if self.person == 0 { Identity::None } else { Identity::Known(stage_one) },
            entry_on: self.entry_on(),
            sex: self.sex,
            birth_year: self.pick(8, &[Some(born), Some(born), None]).map_or(Answer::Unknown, Answer::Known),
            protection_status: self.pick(9, &statuses),
            french_at_entry: self.pick(90, FrenchLevel::ALL),
            education: self.pick(91, EducationLevel::ALL),
            labour_status: self.pick(92, LabourStatus::ALL),
            residence_department: match self.pick(93, &[0, 1, 2, 3, 4]) {
                0 => Answer::NotCollected,
                1 => Answer::Refused,
                _ => Answer::Known(department),
            },
            priority_district: self.pick(94, Flag::ALL),
            rural_area: self.pick(95, Flag::ALL),
            disability: self.pick(96, Flag::ALL),
            housing_at_entry: self.pick(97, Housing::ALL),
            supports: self.supports(period),
            exit: self.exit(),
            follow_up: self.follow_up(period),
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
    let participations = kept.iter().map(|(reference, stay)| stay.participation(reference, period)).collect();
    (kept, participations)
}
