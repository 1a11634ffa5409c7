//! When reports arrive: one per project and quarter, most in time, some late, a few sent back once.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::batir;
use super::calendar::{office_hour, plus_days, working_day};
use super::chance::Chance;
use super::programme;
use super::projects::PlannedProject;
use crate::clock::Instant;
use crate::directory::period::Quarter;

/// A report needs this many exits in its quarter for a first version to be wrong about some.
const EXITS_TO_GET_WRONG: usize = 6;

/// A report and what becomes of it. All its moments come before the project's next report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedReport {
    /// The project, a place in the story's list.
    pub project: usize,
    /// The quarter that it is about.
    pub period: Quarter,
    /// When it is first submitted.
    pub submitted_at: Instant,
    /// What happens if the officer sends it back.
    pub returned: Option<PlannedReturn>,
    /// When the complete version is approved.
    pub approved_at: Instant,
}

/// A first version sent back, and its correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedReturn {
    /// When the officer sends it back.
    pub returned_at: Instant,
    /// When the complete version is submitted.
    pub resubmitted_at: Instant,
}

impl PlannedReport {
    /// Whether the first submission is flawed and sent back.
    pub fn returned_first(&self) -> bool {
        self.returned.is_some()
    }
}

/// Every report, in the order of first submission.
pub(super) fn schedule(projects: &[PlannedProject]) -> Vec<PlannedReport> {
    let mut chance = Chance::about("reports");
    let zone = programme::time_zone();
    let mut reports = Vec::new();
    for (place, project) in projects.iter().enumerate() {
        for period in project.first_period().through(project.last_period) {
            let punctual = place == batir::PROJECT && period == project.last_period;
            let turn = match chance.below(1000) {
                0..=39 if !punctual => Turn::Late,
                40..=79 if !punctual && exits_in(project, period) >= EXITS_TO_GET_WRONG => Turn::Returned,
                _ => Turn::Plain,
            };
            reports.push(report(place, period, turn, &zone, &mut chance));
        }
    }
    reports.sort_by_key(|report| (report.submitted_at, report.project));
    reports
}

enum Turn {
    Plain,
    Late,
    Returned,
}

fn exits_in(project: &PlannedProject, period: Quarter) -> usize {
    project.participations.iter().filter(|one| one.exit_on().is_some_and(|on| Quarter::of(on) == period)).count()
}

fn report(project: usize, period: Quarter, turn: Turn, zone: &TimeZone, chance: &mut Chance) -> PlannedReport {
    let after = |day: Date, days: i32| working_day(plus_days(day, days));
    let submitted_on = match turn {
        Turn::Plain => after(period.last_day(), chance.between(5, 26)),
        Turn::Late => after(programme::due_on(period), chance.between(1, 18)),
        Turn::Returned => after(period.last_day(), chance.between(5, 11)),
    };
    let submitted_at = office_hour(submitted_on, zone, chance);
    let mut complete_on = submitted_on;
    let returned = matches!(turn, Turn::Returned).then(|| {
        let returned_on = after(submitted_on, chance.between(1, 5));
        complete_on = after(returned_on, chance.between(1, 5));
        PlannedReturn {
            returned_at: office_hour(returned_on, zone, chance),
            resubmitted_at: office_hour(complete_on, zone, chance),
        }
    });
    let approved_at = office_hour(after(complete_on, chance.between(1, 12)), zone, chance);
    PlannedReport { project, period, submitted_at, returned, approved_at }
}
