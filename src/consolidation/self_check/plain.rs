//! Figures a second time, by the plainest route: whole versions as they are stored, people in sets, days as days. It
//! knows neither image nor roll-up; what it shares with them is the table of outcome classes, which is data.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Checked;
use super::store::{self, StayRow};
use crate::access::{Desk, Scope};
use crate::consolidation::answer::{Answer, Cell};
use crate::consolidation::indicator::find_indicator;
use crate::consolidation::outcome::{OutcomeClass, OutcomeKey, OutcomeTable};
use crate::consolidation::question::{Dimension, Question, Unit, Window};
use crate::directory::project::Project;
use crate::directory::store::{self as directory, stored};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::codes::{ContractKind, ExitSituation, TrainingKind};
use crate::storage::journal::Position;

use OutcomeClass::{Neutralised, OtherTraining, QualifyingTraining, SustainableEmployment, TransitionEmployment};

/// What is counted a second time: an indicator and the classes of exits that it counts.
const EXITS: [(&str, &[OutcomeClass]); 6] = [
    ("EXITS", &OutcomeClass::ALL),
    ("NEUTRALISED_EXITS", &[Neutralised]),
    ("POSITIVE_EXITS", &[SustainableEmployment, TransitionEmployment, QualifyingTraining, OtherTraining]),
    ("EMPLOYMENT_EXITS", &[SustainableEmployment, TransitionEmployment]),
    ("SUSTAINABLE_EXITS", &[SustainableEmployment]),
    ("TRAINING_EXITS", &[QualifyingTraining, OtherTraining]),
];

struct Stay {
    project: String,
    region: &'static str,
    sex: String,
    person: String,
    entry: Date,
    exit: Option<(Date, OutcomeClass)>,
}

/// Compares an answer with figures counted from the rows; notes each figure that differs.
pub fn compare(desk: &Desk, scope: &Scope, answer: &Answer, question: &Question, checked: &mut Checked) -> Outcome<()> {
    let stays = read(desk, scope, answer, question)?;
    let all: Vec<&Stay> = stays.iter().collect();
    let mut cells: Vec<(String, &Cell, Vec<&Stay>, Option<Window>)> =
        vec![("total".to_owned(), &answer.total, all.clone(), Some(answer.window))];
    for group in &answer.groups {
        let of = |key: fn(&Stay) -> &str| all.iter().copied().filter(|stay| key(stay) == group.key).collect();
        let (selected, window) = match answer.group_by {
            Some(Dimension::Region) => (of(|stay| stay.region), Some(answer.window)),
            Some(Dimension::Project) => (of(|stay| &stay.project), Some(answer.window)),
            Some(Dimension::Sex) => (of(|stay| &stay.sex), Some(answer.window)),
            _ => (all.clone(), quarter_in(&group.key, answer.window)?),
        };
        cells.push((group.key.clone(), &group.cell, selected, window));
    }
    for (key, cell, stays, window) in cells {
        for (unit, figures) in
            [(Unit::Participation, by_stay(&stays, window)), (Unit::Person, by_person(&stays, window))]
        {
            for (code, count) in figures {
                checked.count();
                let told = find_indicator(code).and_then(|indicator| cell.figure(indicator, unit).numerator);
                if told != Some(count) {
                    let programme = &question.programme;
                    let told = told.map_or("nothing".to_owned(), |told| told.to_string());
                    checked.note(format!(
                        "programme {programme}, {key}, {code} by {unit:?} at position {}: {told} by the image, {count} by the rows",
                        answer.position
                    ));
                }
            }
        }
    }
    Ok(())
}

fn quarter_in(key: &str, window: Window) -> Outcome<Option<Window>> {
    let quarter: crate::directory::period::Quarter = stored(key)?;
    let part = Window { from: window.from.max(quarter.first_day()), to: window.to.min(quarter.last_day()) };
    Ok((part.from <= part.to).then_some(part))
}

type Figures = BTreeMap<&'static str, i64>;

fn figures_of<T: Ord>(
    stays: &[&Stay],
    window: Option<Window>,
    who: impl Fn(usize, &Stay) -> T,
    left: &BTreeMap<T, OutcomeClass>,
) -> Figures {
    let distinct = |meets: &dyn Fn(&Stay, Window) -> bool| {
        let met = stays.iter().enumerate().filter(|(_, stay)| window.is_some_and(|window| meets(stay, window)));
        i64::try_from(met.map(|(place, stay)| who(place, stay)).collect::<BTreeSet<T>>().len()).unwrap_or(i64::MAX)
    };
    let exits = |classes: &[OutcomeClass]| {
        i64::try_from(left.values().filter(|class| classes.contains(class)).count()).unwrap_or(i64::MAX)
    };
    let present =
        |stay: &Stay, window: Window| stay.entry <= window.to && stay.exit.is_none_or(|(on, _)| on > window.to);
    let mut figures = Figures::from([
        ("SUPPORTED", distinct(&|s, w| s.entry <= w.to && s.exit.is_none_or(|(on, _)| on >= w.from))),
        ("ENTRIES", distinct(&|s, w| w.from <= s.entry && s.entry <= w.to)),
        ("PRESENT", distinct(&present)),
    ]);
    figures.extend(EXITS.map(|(code, classes)| (code, exits(classes))));
    figures
}

fn by_stay(stays: &[&Stay], window: Option<Window>) -> Figures {
    let mut left = BTreeMap::new();
    for (place, stay) in stays.iter().enumerate() {
        if let (Some(window), Some((on, class))) = (window, stay.exit)
            && window.from <= on
            && on <= window.to
        {
            left.insert(place, class);
        }
    }
    figures_of(stays, window, |place, _| place, &left)
}

fn by_person(stays: &[&Stay], window: Option<Window>) -> Figures {
    let mut left = BTreeMap::new();
    if let Some(window) = window {
        let mut last: BTreeMap<&str, (Date, OutcomeClass)> = BTreeMap::new();
        for stay in stays {
            if let Some((on, class)) = stay.exit.filter(|(on, _)| window.from <= *on && *on <= window.to) {
                let kept = last.entry(&stay.person).or_insert((on, class));
                // The last exit; on one day the better class, which comes first.
                if on > kept.0 || (on == kept.0 && class < kept.1) {
                    *kept = (on, class);
                }
            }
        }
        let is_present = |stay: &&&Stay| stay.entry <= window.to && stay.exit.is_none_or(|(on, _)| on > window.to);
        let present: BTreeSet<&str> = stays.iter().filter(is_present).map(|stay| stay.person.as_str()).collect();
        left.extend(
            last.into_iter().filter(|(who, _)| !present.contains(who)).map(|(who, (_, class))| (who.to_owned(), class)),
        );
    }
    figures_of(stays, window, |_, stay| stay.person.clone(), &left)
}

/// Every stay of the programme's versions in force.
fn read(desk: &Desk, scope: &Scope, answer: &Answer, question: &Question) -> Outcome<Vec<Stay>> {
    let classes = OutcomeTable::of(question.definition);
    let (projects, in_force) = desk.store.read(|connection| {
        let programmes = directory::list_programme_revisions_after(connection, scope, Position(0))?;
        let of_code = programmes.into_iter().map(|revision| revision.programme);
        let programme = of_code.rev().find(|programme| programme.details.code == question.programme);
        let mut projects: BTreeMap<ProjectId, Project> = BTreeMap::new();
        for revision in directory::list_revisions_after(connection, Position(0))? {
            if revision.position <= answer.position
                && programme.as_ref().is_some_and(|programme| programme.id == revision.project.programme)
            {
                projects.insert(revision.project.id.clone(), revision.project);
            }
        }
        Ok((projects, store::list_in_force(connection, answer.position)?))
    })?;
    let mut stays = Vec::new();
    for (id, version) in in_force {
        let Some(project) = projects.get(&id) else { continue };
        for row in desk.store.read(|connection| store::list_stays(connection, &id, version))? {
            stays.push(stay(project, row, &classes)?);
        }
    }
    Ok(stays)
}

fn stay(project: &Project, row: StayRow, classes: &OutcomeTable) -> Outcome<Stay> {
    let broken = || Failure::fault("a stored participation is out of form");
    let day = |text: &Option<String>| -> Outcome<Option<Date>> { text.as_deref().map(stored).transpose() };
    let exit = match (day(&row.exit_on)?, row.exit_situation.as_deref()) {
        (Some(on), Some(situation)) => {
            let key = OutcomeKey::of_parts(
                ExitSituation::of_code(situation).ok_or_else(broken)?,
                row.exit_contract.as_deref().and_then(ContractKind::of_code),
                day(&row.exit_contract_from)?,
                day(&row.exit_contract_to)?,
                row.exit_training.as_deref().and_then(TrainingKind::of_code),
            );
            Some((on, classes.class(key)))
        }
        (None, None) => None,
        _ => return Err(broken()),
    };
    Ok(Stay {
        project: project.details.code.to_string(),
        region: project.details.region().code,
        sex: row.sex,
        person: row.person_id.unwrap_or_else(|| format!("{}/{}", project.id, row.reference)),
        entry: stored(&row.entry_on)?,
        exit,
    })
}
