//! Who stays where, from when to when, and what they leave to: the plan behind every record.
//!
//! People in two projects come from [`super::shared`], everybody else from here; the counts they are steered to stand
//! at the top, once.

use std::cmp::Reverse;

use jiff::civil::{Date, date};

use super::batir;
use super::calendar::{days_between, plus_days, working_day};
use super::chance::Chance;
use super::projects::PlannedProject;
use super::shared;

/// People, each counted once however many projects they enter.
const PEOPLE: usize = 23_000;
/// People still in a project on the last day.
const PRESENT: usize = 5_000;
/// People whose last exit was to employment.
const EMPLOYED: usize = 5_900;
/// People whose last exit was to training of any kind.
const IN_TRAINING: usize = 4_040;
/// People whose last exit is removed from denominators.
const NEUTRALISED: usize = 250;
/// Days of the shortest stay.
const SHORTEST: i32 = 14;

/// What a person leaves to, as the plan steers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Sustainable,
    Transition,
    Qualifying,
    OtherTraining,
    Other,
    Unknown,
    Neutralised,
}

impl Outcome {
    fn is_employment(self) -> bool {
        matches!(self, Self::Sustainable | Self::Transition)
    }

    fn is_training(self) -> bool {
        matches!(self, Self::Qualifying | Self::OtherTraining)
    }

    /// Employment or training.
    pub(super) fn is_positive(self) -> bool {
        self.is_employment() || self.is_training()
    }
}

/// One person's stay in one project.
pub(super) struct Stay {
    /// Place in the story's list of people.
    pub(super) person: usize,
    /// Place in the story's list of projects.
    pub(super) project: usize,
    /// The project's own file number, from one, in order of entry.
    pub(super) number: usize,
    /// First day.
    pub(super) entry_on: Date,
    /// Last day and outcome, or nothing for who is still there.
    pub(super) left: Option<(Date, Outcome)>,
}

/// Every stay; people are numbered in the order in which their first stay comes.
pub(super) fn plan(projects: &[PlannedProject]) -> Vec<Stay> {
    let mut stays = batir::stays(&projects[batir::PROJECT]);
    let mut places = free_places(projects);
    stays.extend(shared::stays(projects, &mut places, stays.len()));
    let counted = Tally::of_people(&stays);
    stays.extend(single_stays(projects, &places, counted));
    lose_sight_of_some(&mut stays);
    number_by_entry(&mut stays);
    stays
}

/// One place per participation outside the project of the source case, in any order.
fn free_places(projects: &[PlannedProject]) -> Vec<usize> {
    let others = projects.iter().enumerate().filter(|(place, _)| *place != batir::PROJECT);
    let mut places: Vec<usize> = others.flat_map(|(place, project)| std::iter::repeat_n(place, project.size)).collect();
    Chance::about("places").shuffle(&mut places);
    places
}

/// What has been dealt to people so far, by the stay that decides: the open one, else the last.
#[derive(Default)]
struct Tally {
    people: usize,
    present: usize,
    employed: usize,
    in_training: usize,
    neutralised: usize,
}

impl Tally {
    fn of_people(stays: &[Stay]) -> Self {
        let mut tally = Self::default();
        for person in stays.chunk_by(|one, next| one.person == next.person) {
            let outcome = shared::outcome_of(person);
            tally.people += 1;
            tally.present += usize::from(outcome.is_none());
            tally.employed += usize::from(outcome.is_some_and(Outcome::is_employment));
            tally.in_training += usize::from(outcome.is_some_and(Outcome::is_training));
            tally.neutralised += usize::from(outcome == Some(Outcome::Neutralised));
        }
        tally
    }
}

/// The people of one project only: those who would leave last are present, the others leave to what is left to deal.
fn single_stays(projects: &[PlannedProject], places: &[usize], counted: Tally) -> Vec<Stay> {
    let mut chance = Chance::about("single stays");
    let mut entered = vec![0; projects.len()];
    let mut stays = Vec::with_capacity(places.len());
    for (person, project) in (counted.people..PEOPLE).zip(places.iter().copied()) {
        entered[project] += 1;
        let entry_on = entry(&projects[project], entered[project] <= 3, &mut chance);
        let exit_on = plus_days(entry_on, length(&mut chance));
        stays.push(Stay { person, project, number: 0, entry_on, left: Some((exit_on, Outcome::Other)) });
    }
    let last_day = |stay: &Stay| projects[stay.project].last_day();
    let mut by_exit: Vec<usize> = (0..stays.len()).collect();
    by_exit.sort_by_key(|place| {
        let stay = &stays[*place];
        Reverse(stay.left.map(|(exit_on, _)| days_between(last_day(stay), exit_on)))
    });
    let (present, leaving) = by_exit.split_at(PRESENT - counted.present);
    for place in present {
        stays[*place].left = None;
    }
    let outcomes = deal_outcomes(projects, &stays, leaving.to_vec(), counted);
    for (place, outcome) in outcomes {
        let last_day = last_day(&stays[place]);
        let brought_forward = plus_days(last_day, -chance.between(0, 25));
        let stay = &mut stays[place];
        let in_time = brought_forward.max(plus_days(stay.entry_on, SHORTEST)).min(last_day);
        stay.left = stay.left.map(|(exit_on, _)| (if exit_on > last_day { in_time } else { exit_on }, outcome));
    }
    stays
}

/// Deals exactly what is left of each outcome; some projects do better than others.
fn deal_outcomes(
    projects: &[PlannedProject],
    stays: &[Stay],
    mut leaving: Vec<usize>,
    counted: Tally,
) -> Vec<(usize, Outcome)> {
    let mut chance = Chance::about("outcomes");
    let mut ranked = |places: &mut [usize], spread: i32| {
        let edge: Vec<i32> = projects.iter().map(|_| chance.between(-spread, spread)).collect();
        places.sort_by_cached_key(|place| chance.between(0, 1000) + edge[stays[*place].project]);
    };
    ranked(&mut leaving, 0);
    let (neutralised, rest) = leaving.split_at_mut(NEUTRALISED - counted.neutralised);
    ranked(rest, 170);
    let employed = EMPLOYED - counted.employed;
    let in_training = IN_TRAINING - counted.in_training;
    let (positive, other) = rest.split_at_mut(employed + in_training);
    ranked(positive, 120);
    let (employed, in_training) = positive.split_at(employed);
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(stays.len());
    outcomes.extend(neutralised.iter().map(|place| (*place, Outcome::Neutralised)));
    outcomes.extend(other.iter().map(|place| (*place, Outcome::Other)));
    outcomes.extend(employed.iter().map(|place| (*place, employment(&mut chance))));
    outcomes.extend(in_training.iter().map(|place| (*place, training(&mut chance))));
    outcomes
}

/// Employment, a third of it sustainable.
pub(super) fn employment(chance: &mut Chance) -> Outcome {
    chance.weighted(&[(Outcome::Sustainable, 1), (Outcome::Transition, 2)])
}

/// Training, most of it certifying.
pub(super) fn training(chance: &mut Chance) -> Outcome {
    chance.weighted(&[(Outcome::Qualifying, 7), (Outcome::OtherTraining, 3)])
}

/// A first day: more and more with time, hardly any during the first lockdown. Every project starts with a few early.
fn entry(project: &PlannedProject, early: bool, chance: &mut Chance) -> Date {
    if early {
        return working_day(plus_days(project.agreement_from, chance.between(2, 20)));
    }
    let span = days_between(project.agreement_from, project.last_day()) - SHORTEST;
    let draws = [chance.between(0, span), chance.between(0, span)];
    let offset = if chance.percent(42) { draws[0].max(draws[1]) } else { draws[0] };
    let day = plus_days(project.agreement_from, offset);
    let lockdown = date(2020, 3, 17)..=date(2020, 5, 10);
    working_day(if lockdown.contains(&day) && chance.percent(85) { plus_days(day, 75) } else { day })
}

/// Days from entry to exit: a few months to more than a year; a few people leave soon.
fn length(chance: &mut Chance) -> i32 {
    if chance.percent(5) {
        return chance.between(SHORTEST, 90);
    }
    120 + chance.between(0, 150) + chance.between(0, 155)
}

/// Leaves about one other exit in ten without news, never more than one in fourteen of a project's exits so far, so
/// that no report ever shows many.
fn lose_sight_of_some(stays: &mut [Stay]) {
    let mut chance = Chance::about("lost from sight");
    let mut by_exit: Vec<&mut Stay> = stays.iter_mut().filter(|stay| stay.left.is_some()).collect();
    by_exit.sort_by_key(|stay| (stay.project, stay.left.map(|(exit_on, _)| exit_on)));
    for project in by_exit.chunk_by_mut(|one, next| one.project == next.project) {
        let mut unknown = 0;
        for (before, stay) in project.iter_mut().enumerate() {
            let Some((_, outcome)) = &mut stay.left else { continue };
            if *outcome == Outcome::Other && (unknown + 1) * 14 <= before && chance.percent(10) {
                *outcome = Outcome::Unknown;
                unknown += 1;
            }
        }
    }
}

fn number_by_entry(stays: &mut [Stay]) {
    let mut by_entry: Vec<&mut Stay> = stays.iter_mut().collect();
    by_entry.sort_by_key(|stay| (stay.project, stay.entry_on, stay.person));
    for project in by_entry.chunk_by_mut(|one, next| one.project == next.project) {
        for (stay, number) in project.iter_mut().zip(1..) {
            stay.number = number;
        }
    }
}
