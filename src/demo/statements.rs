//! What a report says: the project's records as they were known on the last day of its quarter.

use super::play::Moment;
use super::sections::sections;
use super::{PlannedReport, Story};
use crate::directory::period::Quarter;
use crate::reporting::codes::{ContractKind, ExitSituation};
use crate::reporting::identity::{Identity, ProgrammeKey};
use crate::reporting::statement::{Participation, Statement};

/// The statements of a story, with everyone's pseudonym made once.
pub struct Statements<'a> {
    story: &'a Story,
    identities: Vec<Identity>,
}

impl<'a> Statements<'a> {
    pub(super) fn of(story: &'a Story, key: &ProgrammeKey) -> Self {
        Self { story, identities: story.people.iter().map(|person| person.identity(key)).collect() }
    }

    /// What the report says when it is submitted, for the first time or again.
    pub(super) fn at(&self, report: &PlannedReport, moment: Moment) -> Statement {
        if moment == Moment::Submitted && report.returned_first() { self.flawed(report) } else { self.complete(report) }
    }

    /// All that the project knew at the end of the report's quarter: what is approved in the end.
    pub fn complete(&self, report: &PlannedReport) -> Statement {
        let known = self.story.projects[report.project].participations.iter();
        let participations: Vec<Participation> = known
            .take_while(|one| one.entry_on <= report.period.last_day())
            .map(|one| as_known(one, report.period).with_person(self.identities[one.person].clone()))
            .collect();
        self.with_sections(report, participations)
    }

    fn with_sections(&self, report: &PlannedReport, participations: Vec<Participation>) -> Statement {
        let sections = sections(&self.story.projects[report.project], report.period, &participations);
        Statement { participations, sections }
    }

    /// The first version of a report that is sent back: every other exit of the quarter is missing, and the contracts
    /// of the rest are not yet known.
    pub fn flawed(&self, report: &PlannedReport) -> Statement {
        let mut statement = self.complete(report);
        let leaving = statement.participations.iter_mut().filter(|one| left_in(one, report.period));
        for (place, participation) in leaving.enumerate() {
            if place % 2 == 0 {
                participation.exit = None;
            } else if let Some(exit) = &mut participation.exit
                && exit.situation == ExitSituation::Employment
            {
                exit.contract = Some(ContractKind::Unknown);
                exit.contract_from = None;
                exit.contract_to = None;
            }
        }
        self.with_sections(report, statement.participations)
    }
}

fn left_in<P>(participation: &Participation<P>, period: Quarter) -> bool {
    participation.exit_on().is_some_and(|on| Quarter::of(on) == period)
}

/// A record without what came after the quarter.
fn as_known(record: &Participation<usize>, period: Quarter) -> Participation<usize> {
    let mut known = record.clone();
    known.supports.retain(|support| support.quarter <= period);
    known.exit = known.exit.filter(|exit| exit.on <= period.last_day());
    known.follow_up = known.follow_up.filter(|follow_up| follow_up.observed_on <= period.last_day());
    known
}
