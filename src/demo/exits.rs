//! What a record says of an exit: situation, contract or training, and what changed since the entry.

use jiff::civil::Date;

use super::calendar::{days_between, plus_days, plus_months};
use super::chance::Chance;
use super::people::Person;
use super::stays::Outcome;
use crate::directory::period::Quarter;
use crate::reporting::codes::*;
use crate::reporting::statement::Exit;

/// Which contracts a project's people find, with weights.
pub(super) struct Contracts {
    /// Sustainable ones.
    pub(super) lasting: &'static [(ContractKind, usize)],
    /// The others.
    pub(super) passing: &'static [(ContractKind, usize)],
    /// Whether a few last exactly six months, where "at least" and "more than" differ.
    pub(super) exactly_six_months: bool,
}

/// Contracts as they are found in most projects.
pub(super) const NATIONAL: Contracts = {
    use ContractKind::*;
    Contracts {
        lasting: &[
            (Permanent, 48),
            (FixedTerm, 34),
            (Temporary, 5),
            (PublicService, 3),
            (BusinessCreation, 5),
            (Apprenticeship, 3),
            (Professionalisation, 2),
        ],
        passing: &[(FixedTerm, 44), (Temporary, 22), (Insertion, 20), (Subsidised, 9), (Unknown, 5)],
        exactly_six_months: true,
    }
};

/// The exit of a person after a stay of so many days; the person's French may have grown.
pub(super) fn exit(
    on: Date,
    outcome: Outcome,
    stayed: i32,
    person: &mut Person,
    contracts: &Contracts,
    chance: &mut Chance,
) -> Exit {
    person.french = french_after(person.french, stayed, chance);
    let situation = situation(outcome, stayed, person.sex, chance);
    let contract = match outcome {
        Outcome::Sustainable => Some(lasting(on, contracts, chance)),
        Outcome::Transition => Some(passing(on, contracts, chance)),
        _ => None,
    };
    let (contract, contract_from, contract_to) =
        contract.map_or((None, None, None), |(kind, from, to)| (Some(kind), from, to));
    let training = match outcome {
        Outcome::Qualifying => Some(TrainingKind::Certifying),
        Outcome::OtherTraining => Some(other_training(chance)),
        _ => None,
    };
    let lost = outcome == Outcome::Unknown;
    Exit {
        on,
        situation,
        contract,
        contract_from,
        contract_to,
        training,
        french: if lost || chance.percent(5) { FrenchLevel::NotCollected } else { person.french },
        housing: if lost { Housing::Unknown } else { housing(outcome, chance) },
        financial_autonomy: if lost { Flag::Unknown } else { autonomy(outcome, chance) },
    }
}

fn situation(outcome: Outcome, stayed: i32, sex: Sex, chance: &mut Chance) -> ExitSituation {
    use ExitSituation::*;
    match outcome {
        Outcome::Sustainable | Outcome::Transition => Employment,
        Outcome::Qualifying | Outcome::OtherTraining => Training,
        Outcome::Other if stayed < 120 => chance.weighted(&[(DroppedOut, 70), (Moved, 20), (Excluded, 10)]),
        Outcome::Other => {
            chance.weighted(&[(Seeking, 58), (Inactive, 10), (DroppedOut, 18), (Moved, 10), (Excluded, 4)])
        }
        Outcome::Unknown => Unknown,
        Outcome::Neutralised if sex == Sex::Female => chance.weighted(&[(Maternity, 62), (Health, 37), (Death, 1)]),
        Outcome::Neutralised => chance.weighted(&[(Health, 98), (Death, 2)]),
    }
}

type Contract = (ContractKind, Option<Date>, Option<Date>);

fn lasting(exit_on: Date, contracts: &Contracts, chance: &mut Chance) -> Contract {
    let kind = chance.weighted(contracts.lasting);
    let from = start(exit_on, chance);
    let last = |from: Date, months: i32| plus_days(plus_months(from, months), -1);
    match kind {
        ContractKind::FixedTerm if contracts.exactly_six_months && chance.below(35) == 0 => {
            let from = turn_of_month(exit_on);
            (kind, Some(from), Some(last(from, 6)))
        }
        ContractKind::FixedTerm => (kind, Some(from), Some(last(from, chance.between(8, 12)))),
        ContractKind::Temporary => (kind, Some(from), Some(last(from, chance.between(8, 10)))),
        ContractKind::Apprenticeship => (kind, Some(from), Some(last(from, chance.pick(&[12, 18, 24])))),
        ContractKind::Professionalisation => (kind, Some(from), Some(last(from, chance.pick(&[9, 12])))),
        _ => (kind, Some(from), None),
    }
}

fn passing(exit_on: Date, contracts: &Contracts, chance: &mut Chance) -> Contract {
    let kind = chance.weighted(contracts.passing);
    let from = start(exit_on, chance);
    match kind {
        ContractKind::Unknown => (kind, None, None),
        ContractKind::Temporary => (kind, Some(from), Some(plus_days(from, chance.between(13, 100)))),
        ContractKind::FixedTerm => (kind, Some(from), Some(plus_days(from, chance.between(29, 150)))),
        _ => (kind, Some(from), Some(plus_days(plus_months(from, 4), -1))),
    }
}

/// A first day of work within three weeks of the exit, and in the same quarter, since nobody reports the future.
fn start(exit_on: Date, chance: &mut Chance) -> Date {
    plus_days(exit_on, chance.between(0, 20)).min(Quarter::of(exit_on).last_day())
}

/// The 31st of the exit's month where there is one, else the next first of a month in the quarter, else the exit's day.
fn turn_of_month(exit_on: Date) -> Date {
    let last = exit_on.last_of_month();
    let day = if last.day() == 31 && exit_on.day() % 2 == 1 { last } else { plus_days(last, 1) };
    let near = days_between(exit_on, day) <= 28 && day <= Quarter::of(exit_on).last_day();
    if near { day } else { exit_on }
}

fn other_training(chance: &mut Chance) -> TrainingKind {
    use TrainingKind::*;
    chance.weighted(&[(Preparatory, 45), (Language, 33), (Studies, 17), (Unknown, 5)])
}

fn french_after(before: FrenchLevel, stayed: i32, chance: &mut Chance) -> FrenchLevel {
    if !before.is_known() || stayed < 60 {
        return before;
    }
    let steps = chance.weighted(&[(0, 35), (1, 48), (2, 17)]);
    FrenchLevel::ALL[(before as usize + steps).min(FrenchLevel::C1 as usize).max(before as usize)]
}

fn housing(outcome: Outcome, chance: &mut Chance) -> Housing {
    use Housing::*;
    let stable = if outcome.is_positive() { 58 } else { 34 };
    chance.weighted(&[(Stable, stable), (Accommodated, 22), (HostedByOthers, 12), (Emergency, 4), (NotCollected, 4)])
}

fn autonomy(outcome: Outcome, chance: &mut Chance) -> Flag {
    let yes = if matches!(outcome, Outcome::Sustainable | Outcome::Transition) { 74 } else { 25 };
    chance.weighted(&[(Flag::Yes, yes), (Flag::No, 90 - yes), (Flag::NotCollected, 7), (Flag::Refused, 3)])
}
