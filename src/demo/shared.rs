//! People who enter two projects, planned backwards from their last day.

use jiff::civil::Date;

use super::calendar::{plus_days, working_day};
use super::chance::Chance;
use super::projects::PlannedProject;
use super::stays::{Outcome, Stay, employment, training};

/// How the two stays of a person relate.
#[derive(Clone, Copy)]
enum Path {
    /// Left the first, present in the second.
    WentOn,
    /// Present in both.
    InBoth,
    /// Left the first to something else, the second to employment or training.
    Recovered,
    /// Left the first to employment or training, the second to something else.
    Relapsed,
    /// Left both on one day, only one of them to employment or training.
    LeftTogether,
    /// Left both to the same.
    LeftAlike,
}

/// How many people take which path.
const PATHS: [(Path, usize); 6] = [
    (Path::WentOn, 165),
    (Path::InBoth, 30),
    (Path::Recovered, 67),
    (Path::Relapsed, 67),
    (Path::LeftTogether, 6),
    (Path::LeftAlike, 355),
];

/// Two stays for each of them, in order of entry; takes their places from those that are free.
pub(super) fn stays(projects: &[PlannedProject], places: &mut Vec<usize>, first_person: usize) -> Vec<Stay> {
    let mut chance = Chance::about("shared people");
    let paths = PATHS.iter().flat_map(|(path, count)| std::iter::repeat_n(*path, *count));
    let mut stays = Vec::new();
    for (person, path) in (first_person..).zip(paths) {
        let pair = two_places(projects, places, &mut chance);
        let mut both = two_stays(projects, pair, path, &mut chance).map(|(project, entry_on, left)| Stay {
            person,
            project,
            number: 0,
            entry_on,
            left,
        });
        both.sort_by_key(|stay| stay.entry_on);
        stays.extend(both);
    }
    stays
}

/// What becomes of a person with these stays: nothing while one is open, else the last exit (same day: the better).
pub(super) fn outcome_of(stays: &[Stay]) -> Option<Outcome> {
    let exits: Option<Vec<(Date, Outcome)>> = stays.iter().map(|stay| stay.left).collect();
    exits?.into_iter().max_by_key(|(exit_on, outcome)| (*exit_on, outcome.is_positive())).map(|(_, outcome)| outcome)
}

/// Places in two projects, of one region if a few tries find them.
fn two_places(projects: &[PlannedProject], places: &mut Vec<usize>, chance: &mut Chance) -> [usize; 2] {
    let first = places.pop().expect("there are more places than shared people");
    let region = |project: usize| projects[project].department.region;
    let mut tries = 0;
    loop {
        let place = chance.below(places.len());
        let second = places[place];
        let near = region(second) == region(first) || tries >= 60;
        if second != first && near {
            places.swap_remove(place);
            return [first, second];
        }
        tries += 1;
    }
}

type PlannedStay = (usize, Date, Option<(Date, Outcome)>);

fn two_stays(
    projects: &[PlannedProject],
    [first, second]: [usize; 2],
    path: Path,
    chance: &mut Chance,
) -> [PlannedStay; 2] {
    let last_days = [first, second].map(|project| projects[project].last_day());
    let both_report = last_days[0].min(last_days[1]);
    let positive = if chance.percent(58) { employment(chance) } else { training(chance) };
    let alike = if chance.percent(60) { positive } else { Outcome::Other };
    let (first_outcome, second_outcome) = match path {
        Path::Recovered => (Outcome::Other, positive),
        Path::Relapsed => (positive, Outcome::Other),
        Path::LeftTogether if chance.percent(50) => (Outcome::Other, positive),
        Path::LeftTogether => (positive, Outcome::Other),
        Path::WentOn | Path::InBoth | Path::LeftAlike => (alike, alike),
    };
    let mut before = |day: Date, shortest, longest| plus_days(day, -chance.between(shortest, longest));
    match path {
        Path::InBoth => [first, second].map(|project| (project, working_day(before(both_report, 20, 320)), None)),
        Path::LeftTogether => {
            let exit_on = before(both_report, 0, 400);
            [(first, first_outcome), (second, second_outcome)]
                .map(|(project, outcome)| (project, working_day(before(exit_on, 90, 300)), Some((exit_on, outcome))))
        }
        Path::WentOn | Path::Recovered | Path::Relapsed | Path::LeftAlike => {
            let exit_on = before(last_days[1], 0, 420);
            let (second_entry, left) = match path {
                Path::WentOn => (before(last_days[1], 20, 330), None),
                _ => (before(exit_on, 90, 240), Some((exit_on, second_outcome))),
            };
            let first_exit = before(second_entry, 5, 90).min(last_days[0]);
            let first_entry = working_day(before(first_exit, 90, 240));
            [(first, first_entry, Some((first_exit, first_outcome))), (second, working_day(second_entry), left)]
        }
    }
}
