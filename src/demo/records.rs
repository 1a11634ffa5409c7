//! From a stay to the record that the project keeps of it.

use super::batir;
use super::calendar::{days_between, plus_days};
use super::chance::Chance;
use super::exits::{self, NATIONAL};
use super::people::Person;
use super::projects::PlannedProject;
use super::stays::{Outcome, Stay};
use super::text;
use crate::directory::period::Quarter;
use crate::reporting::codes::*;
use crate::reporting::statement::{Answer, DepartmentCode, FollowUp, Participation, Support};
use jiff::civil::Date;

/// The record of a stay, as it stands at the end of the story.
pub(super) fn record(
    stay: &Stay,
    person: &mut Person,
    project: &PlannedProject,
    chance: &mut Chance,
) -> Participation<usize> {
    let contracts = if stay.project == batir::PROJECT { &batir::CONTRACTS } else { &NATIONAL };
    let french_at_entry = person.french;
    let exit = stay
        .left
        .map(|(on, outcome)| exits::exit(on, outcome, days_between(stay.entry_on, on), person, contracts, chance));
    let initial = &project.code.as_str()[..1];
    Participation {
        reference: text(&format!("{initial}-{:04}", stay.number)),
        person: stay.person,
        entry_on: stay.entry_on,
        sex: person.sex,
        birth_year: person.birth_year.clone(),
        protection_status: person.protection_status,
        french_at_entry,
        education: person.education,
        labour_status: labour_status(chance),
        residence_department: residence(project, chance),
        priority_district: flag(38, chance),
        rural_area: flag(11, chance),
        disability: flag(4, chance),
        housing_at_entry: housing(chance),
        supports: supports(stay, project, chance),
        exit,
        follow_up: follow_up(stay, project.last_day(), chance),
    }
}

fn labour_status(chance: &mut Chance) -> LabourStatus {
    use LabourStatus::*;
    chance.weighted(&[
        (Employed, 6),
        (Unemployed, 46),
        (LongTermUnemployed, 27),
        (InEducation, 5),
        (Inactive, 11),
        (Unknown, 2),
        (NotCollected, 3),
    ])
}

fn residence(project: &PlannedProject, chance: &mut Chance) -> Answer<DepartmentCode> {
    let department = match chance.below(100) {
        0 => return Answer::Refused,
        1 => return Answer::Unknown,
        2..=4 => return Answer::NotCollected,
        5..=18 => chance.pick(&project.neighbours),
        _ => project.department,
    };
    DepartmentCode::parse(department.code).map_or(Answer::Unknown, Answer::Known)
}

fn flag(yes: usize, chance: &mut Chance) -> Flag {
    chance.weighted(&[
        (Flag::Yes, yes),
        (Flag::No, 92 - yes),
        (Flag::Unknown, 2),
        (Flag::Refused, 1),
        (Flag::NotCollected, 5),
    ])
}

fn housing(chance: &mut Chance) -> Housing {
    use Housing::*;
    chance.weighted(&[(Stable, 24), (Accommodated, 43), (HostedByOthers, 20), (Emergency, 9), (NotCollected, 4)])
}

/// Up to three kinds of what the project offers (Bâtir: most of it), by the days present in each quarter.
fn supports(stay: &Stay, project: &PlannedProject, chance: &mut Chance) -> Vec<Support> {
    let kinds = if stay.project == batir::PROJECT {
        chance.between(3, 5)
    } else {
        chance.weighted(&[(0, 12), (1, 46), (2, 32), (3, 10)])
    };
    let mut offered = project.offers.clone();
    chance.shuffle(&mut offered);
    let last = stay.left.map_or(project.last_day(), |(on, _)| on);
    let mut supports = Vec::with_capacity(kinds as usize * 5);
    for kind in offered.into_iter().take(kinds as usize) {
        let weekly = weekly_hours(kind, chance);
        for quarter in Quarter::of(stay.entry_on).through(Quarter::of(last)) {
            let from = quarter.first_day().max(stay.entry_on);
            let hours = (days_between(from, quarter.last_day().min(last)) + 1) * weekly / 7;
            if hours > 0 {
                supports.push(Support { kind, quarter, hours: hours as u32 });
            }
        }
    }
    supports.sort();
    supports
}

fn weekly_hours(kind: SupportKind, chance: &mut Chance) -> i32 {
    let (least, most) = match kind {
        SupportKind::TechnicalTraining => (6, 21),
        SupportKind::IntensiveFrench => (4, 14),
        SupportKind::Childcare => (3, 10),
        SupportKind::ManualAndCultural | SupportKind::TransverseModules => (1, 4),
        SupportKind::SocialFollowUp | SupportKind::Housing | SupportKind::Health => (1, 2),
    };
    chance.between(least, most)
}

/// About half of those who left are asked again after six months, if that day comes in time to be reported.
fn follow_up(stay: &Stay, last_day: Date, chance: &mut Chance) -> Option<FollowUp> {
    use FollowUpSituation::*;
    let (exit_on, outcome) = stay.left?;
    let observed_on = plus_days(exit_on, chance.between(150, 210));
    let asked = !matches!(outcome, Outcome::Neutralised | Outcome::Unknown) && chance.percent(52);
    if !asked || observed_on > last_day {
        return None;
    }
    let situation = match outcome {
        Outcome::Sustainable => chance.weighted(&[(Employed, 86), (Seeking, 7), (Unreachable, 7)]),
        Outcome::Transition => chance.weighted(&[(Employed, 58), (Training, 9), (Seeking, 22), (Unreachable, 11)]),
        Outcome::Qualifying | Outcome::OtherTraining => {
            chance.weighted(&[(Employed, 30), (Training, 45), (Seeking, 15), (Unreachable, 10)])
        }
        _ => chance.weighted(&[(Employed, 16), (Training, 9), (Seeking, 36), (Inactive, 12), (Unreachable, 27)]),
    };
    Some(FollowUp { observed_on, situation })
}
