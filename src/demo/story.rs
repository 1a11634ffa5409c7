//! The story as a whole, told in one go.

use super::chance::Chance;
use super::people::Person;
use super::projects::PlannedProject;
use super::reports::PlannedReport;
use super::statements::Statements;
use super::stays::Stay;
use super::{organisations, programme, projects, records, reports, stays};
use crate::directory::organisation::OrganisationDetails;
use crate::directory::programme::ProgrammeDetails;
use crate::reporting::identity::ProgrammeKey;

/// A fictional programme from its first agreement to its last report.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The programme.
    pub programme: ProgrammeDetails,
    /// The organisation that runs it.
    pub funder: OrganisationDetails,
    /// The leads, in the order of the projects, then their partners.
    pub organisations: Vec<OrganisationDetails>,
    /// The projects and all that happens in them.
    pub projects: Vec<PlannedProject>,
    /// The people whom projects meet.
    pub people: Vec<Person>,
    /// The reports, in the order of first submission.
    pub reports: Vec<PlannedReport>,
}

impl Story {
    /// Tells the story, always the same.
    pub fn tell() -> Self {
        let mut projects = projects::agree();
        let people = live(&mut projects);
        Self {
            programme: programme::details(),
            funder: organisations::funder(),
            organisations: organisations::register(),
            reports: reports::schedule(&projects),
            projects,
            people,
        }
    }

    /// The story in which only some projects report.
    #[must_use]
    pub fn only(mut self, codes: &[&str]) -> Self {
        let projects = &self.projects;
        self.reports.retain(|report| codes.contains(&projects[report.project].code.as_str()));
        self
    }

    /// What the projects state, under the programme's key.
    pub fn statements(&self, key: &ProgrammeKey) -> Statements<'_> {
        Statements::of(self, key)
    }
}

/// Fills the projects with records, and gives the people met on the way.
fn live(projects: &mut [PlannedProject]) -> Vec<Person> {
    let mut chance = Chance::about("people and records");
    let stays = stays::plan(projects);
    let mut people: Vec<Person> = Vec::new();
    for person in stays.chunk_by(|one, next| one.person == next.person) {
        let first: &Stay = &person[0];
        let met_twice = person.len() > 1;
        let mut met = Person::met(people.len(), met_twice, &projects[first.project], first.entry_on, &mut chance);
        for stay in person {
            let record = records::record(stay, &mut met, &projects[stay.project], &mut chance);
            projects[stay.project].participations.push(record);
        }
        people.push(met);
    }
    for project in projects {
        project.participations.sort_by(|one, other| one.reference.cmp(&other.reference));
    }
    people
}
