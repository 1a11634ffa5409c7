//! *Bâtir*, led by *Les clés de l'Atelier*: the project of the source case, planned to the person.

use jiff::civil::date;

use super::calendar::{days_between, plus_days, working_day};
use super::chance::Chance;
use super::exits::Contracts;
use super::projects::{PlannedProject, partners_of};
use super::stays::{Outcome, Stay};
use crate::directory::money::Cents;
use crate::directory::project::ConsortiumRole::{Housing, Social, Training};
use crate::reporting::codes::ContractKind::*;
use crate::reporting::codes::SupportKind;

/// Its place among the winners, and its lead's among the organisations.
pub(super) const PROJECT: usize = 0;

pub(super) const ELIGIBLE_COST: Cents = Cents(122_727_273);
pub(super) const GRANT: Cents = Cents(67_500_000);

/// What its people leave to, and how many.
const OUTCOMES: [(Outcome, usize); 5] = [
    (Outcome::Sustainable, 20),
    (Outcome::Transition, 54),
    (Outcome::Qualifying, 52),
    (Outcome::Other, 32),
    (Outcome::Neutralised, 2),
];

/// No contract lasts exactly six months, so that "at least" and "more than" agree here.
pub(super) const CONTRACTS: Contracts = Contracts {
    lasting: &[(Permanent, 50), (FixedTerm, 40), (Temporary, 10)],
    passing: &[(FixedTerm, 55), (Temporary, 25), (Insertion, 12), (Subsidised, 8)],
    exactly_six_months: false,
};

/// Its agreement, completed from the source case.
pub(super) fn agreed(planned: PlannedProject) -> PlannedProject {
    let partners = partners_of(planned.department.region).into_iter();
    PlannedProject {
        members: partners.filter(|(_, role)| matches!(role, Training | Social | Housing)).collect(),
        agreement_from: date(2019, 4, 1),
        agreement_to: date(2023, 12, 31),
        target: planned.size as u32,
        offers: vec![
            SupportKind::TechnicalTraining,
            SupportKind::IntensiveFrench,
            SupportKind::ManualAndCultural,
            SupportKind::TransverseModules,
            SupportKind::SocialFollowUp,
            SupportKind::Housing,
        ],
        ..planned
    }
}

/// The stays of its people, one each, numbered from zero; the last leave before the agreement ends.
pub(super) fn stays(project: &PlannedProject) -> Vec<Stay> {
    let mut chance = Chance::about("Bâtir");
    let mut outcomes: Vec<Outcome> =
        OUTCOMES.iter().flat_map(|(outcome, count)| std::iter::repeat_n(*outcome, *count)).collect();
    chance.shuffle(&mut outcomes);
    let last_entry = days_between(project.agreement_from, date(2023, 5, 31));
    let stay = |(person, outcome)| {
        let offset = if person < 4 { chance.between(3, 20) } else { chance.between(10, last_entry) };
        let entry_on = working_day(plus_days(project.agreement_from, offset));
        let exit_on = plus_days(entry_on, chance.between(110, 205));
        Stay { person, project: PROJECT, number: 0, entry_on, left: Some((exit_on, outcome)) }
    };
    outcomes.into_iter().enumerate().map(stay).collect()
}
