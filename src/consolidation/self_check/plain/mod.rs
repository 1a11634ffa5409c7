//! Figures a second time, by the plainest route: whole versions as they are stored, people one after the other, days as
//! days. It knows neither image nor roll-up; what it shares with them is data: the vocabulary and the table of outcomes.

mod ledger;
mod stay;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use self::ledger::Ledger;
use self::stay::Stay;
use super::store;
use crate::access::chain::Checked;
use crate::access::{Desk, Scope};
use crate::consolidation::answer::Answer;
use crate::consolidation::definitions::DefinitionSet;
use crate::consolidation::indicator::IndicatorUnit;
use crate::consolidation::question::{Dimension, Question, Unit, Window};
use crate::consolidation::rollup::axes::Axis;
use crate::consolidation::vocabulary::{Attribute, Event, Measure};
use crate::directory::period::Quarter;
use crate::directory::project::Project;
use crate::directory::store::{self as directory, stored};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::storage::journal::Position;
use crate::text::ShortCode;

/// Everything of a programme's versions in force at a position, under a definition version.
pub struct Plain {
    programme: ShortCode,
    position: Position,
    definition: std::sync::Arc<DefinitionSet>,
    projects: Vec<(Project, String)>,
    ledger: Ledger,
    /// In the order of their recording.
    stays: Vec<Stay>,
    /// What is measured, and for each stay, whether it meets the conditions of each.
    measures: Vec<Measure>,
    met: Vec<bool>,
}

/// Who lies in a cell, when, and of which kind its hours are; which projects, if it holds whole ones.
struct Members {
    stays: Vec<usize>,
    projects: Option<Vec<usize>>,
    window: Window,
    kind: Option<usize>,
}

impl Plain {
    /// Whether it is what an answer's figures are counted from.
    pub fn serves(&self, question: &Question, answer: &Answer) -> bool {
        self.programme == question.programme
            && self.position == answer.position
            && self.definition.digest == answer.definition.digest
            && self.measures == answer.total.measures.list()
    }

    /// Reads every participation that an answer is about, version by version.
    pub fn read(desk: &Desk, scope: &Scope, question: &Question, answer: &Answer) -> Outcome<Self> {
        let position = answer.position;
        let (projects, in_force, ledger) = desk.store_for_figures().read(|connection| {
            let programmes = directory::list_programme_revisions_after(connection, scope, Position(0))?;
            let of_code = programmes.into_iter().map(|revision| revision.programme);
            let programme = of_code.rev().find(|programme| programme.details.code == question.programme);
            let organisations = directory::list_organisation_revisions_after(connection, Position(0))?;
            let mut projects: BTreeMap<ProjectId, Project> = BTreeMap::new();
            for revision in directory::list_revisions_after(connection, Position(0))? {
                let project = revision.project;
                let counts = programme.as_ref().is_some_and(|one| one.id == project.programme) && !project.sandbox;
                if revision.position <= position && counts {
                    projects.insert(project.id.clone(), project);
                }
            }
            let siret = |project: &Project| {
                let lead = &project.details.lead;
                let known = organisations.iter().rfind(|(since, id, _)| *since <= position && id == lead);
                known.map_or_else(|| lead.to_string(), |(.., details)| details.siret.to_string())
            };
            let mut projects: Vec<(Project, String)> =
                projects.into_values().map(|project| (project.clone(), siret(&project))).collect();
            projects.sort_by(|(a, _), (b, _)| a.details.code.cmp(&b.details.code));
            Ok((projects, store::list_in_force(connection, position)?, Ledger::read(connection, position)?))
        })?;
        let in_force: BTreeMap<ProjectId, i64> = in_force.into_iter().collect();
        let (mut stays, mut persons) = (Vec::new(), BTreeMap::new());
        for (place, (project, _)) in projects.iter().enumerate() {
            let Some(version) = in_force.get(&project.id) else { continue };
            for row in
                desk.store_for_figures().read(|connection| store::list_stays(connection, &project.id, *version))?
            {
                let who = row.person_id.clone().unwrap_or_else(|| format!("{}/{}", project.id, row.reference));
                let next = persons.len();
                let person = *persons.entry(who).or_insert(next);
                stays.push(Stay::of(&row, (place, person), &answer.definition.table)?);
            }
        }
        let measures = answer.total.measures.list().to_vec();
        let met = stays.iter().flat_map(|stay| measures.iter().map(|measure| meets(stay, measure))).collect();
        let (programme, definition) = (question.programme.clone(), answer.definition.clone());
        Ok(Self { programme, position, definition, projects, ledger, stays, measures, met })
    }

    /// Compares an answer with what is counted here; notes each figure that differs.
    pub fn compare(&self, answer: &Answer, checked: &mut Checked) -> Outcome<()> {
        let everybody = Members {
            stays: (0..self.stays.len()).collect(),
            projects: Some((0..self.projects.len()).collect()),
            window: answer.window,
            kind: None,
        };
        let mut cells = vec![("total".to_owned(), &answer.total, everybody)];
        for (place, members) in self.cells(&answer.table.axes, answer.window)?.into_iter().enumerate() {
            let keys: Vec<&str> = answer.table.keys(place).into_iter().map(|key| key.code.as_str()).collect();
            cells.push((keys.join(" "), &answer.table.cells[place], members));
        }
        for (key, cell, members) in cells {
            let counted = self.count(&members)?;
            let mut note = |what: &dyn std::fmt::Debug, unit: Unit, told: Option<i64>, counted: Option<i64>| {
                checked.count();
                if told != counted {
                    let (programme, position) = (&self.programme, self.position);
                    let [told, counted] =
                        [told, counted].map(|value| value.map_or("nothing".to_owned(), |value| value.to_string()));
                    checked.note(format!(
                        "programme {programme}, {key}, {what:?} by {unit:?} at position {position}: {told} by the image, {counted} by the rows"
                    ));
                }
            };
            for (place, unit) in [Unit::Participation, Unit::Person].into_iter().enumerate() {
                for (measure, counted) in self.measures.iter().zip(&counted) {
                    note(measure, unit, cell.value(measure, unit), counted[place]);
                }
                for indicator in &answer.indicators {
                    let figure = cell.figure(indicator, unit);
                    let sum = |parts: &[Measure]| self.sum(parts, &counted, place);
                    let parts = [sum(&indicator.numerator), sum(&indicator.denominator)];
                    note(&indicator.code, unit, figure.numerator, parts[0]);
                    note(&indicator.code, unit, figure.denominator, parts[1]);
                    note(&indicator.code, unit, figure.rounded(), told(indicator.unit, parts));
                }
            }
        }
        Ok(())
    }

    /// The sum of the measures that are a part of an indicator; nothing if one of them has no value.
    fn sum(&self, parts: &[Measure], counted: &[[Option<i64>; 2]], place: usize) -> Option<i64> {
        if parts.is_empty() {
            return None;
        }
        let value = |part| counted[self.measures.iter().position(|measure| measure == part)?][place];
        parts.iter().map(value).sum()
    }

    /// Who lies in each cell of some axes, the last axis fastest; nobody's cells if there are none.
    fn cells(&self, axes: &[Axis], window: Window) -> Outcome<Vec<Members>> {
        if axes.is_empty() {
            return Ok(Vec::new());
        }
        let of_projects = axes.iter().all(|axis| axis.dimension.is_of_projects());
        let projects = of_projects.then(Vec::new);
        let mut cells = vec![Members { stays: Vec::new(), projects, window, kind: None }];
        for axis in axes {
            let mut finer = Vec::with_capacity(cells.len() * axis.keys.len());
            for cell in &cells {
                for key in &axis.keys {
                    let (window, kind) = (part_of(axis.dimension, &key.code, cell.window)?, cell.kind);
                    let of_support = axis.dimension == Dimension::SupportKind;
                    let kind = if of_support { place_of(Attribute::SupportKind, &key.code) } else { kind };
                    finer.push(Members { stays: Vec::new(), projects: cell.projects.clone(), window, kind });
                }
            }
            cells = finer;
        }
        for (place, stay) in self.stays.iter().enumerate() {
            for cell in lies_in(axes, |axis| self.places(stay, axis)) {
                let cell = &mut cells[cell];
                if is_supported(stay, cell.window) || !stay.hours.is_empty() {
                    cell.stays.push(place);
                }
            }
        }
        for project in (0..self.projects.len()).filter(|_| of_projects) {
            for cell in lies_in(axes, |axis| self.places_of_project(project, axis)) {
                cells[cell].projects.get_or_insert_default().push(project);
            }
        }
        Ok(cells)
    }

    /// In which groups of an axis a stay lies.
    fn places(&self, stay: &Stay, axis: &Axis) -> Vec<usize> {
        let keyed = |code: &str| axis.keys.iter().position(|key| key.code == code);
        if let Some(attribute) = axis.dimension.attribute() {
            let held = stay.codes(attribute);
            let codes = attribute.codes().iter().enumerate().filter(|(place, _)| held >> place & 1 == 1);
            return codes.filter_map(|(_, code)| keyed(code)).collect();
        }
        self.places_of_project(stay.project, axis)
    }

    /// In which groups of an axis a project lies; in every one of an axis of time.
    fn places_of_project(&self, project: usize, axis: &Axis) -> Vec<usize> {
        let keyed = |code: &str| axis.keys.iter().position(|key| key.code == code);
        if axis.dimension.is_of_time() {
            return (0..axis.keys.len()).collect();
        }
        let (project, siret) = &self.projects[project];
        let details = &project.details;
        keyed(match axis.dimension {
            Dimension::Region => details.region().code,
            Dimension::Department => details.department.code,
            Dimension::Organisation => siret,
            Dimension::Call => details.call.as_str(),
            Dimension::Sector => details.sector.as_str(),
            _ => details.code.as_str(),
        })
        .into_iter()
        .collect()
    }

    /// Every measure among some: by participation and by person. Nothing for those of projects where there are parts of
    /// projects.
    fn count(&self, members: &Members) -> Outcome<Vec<[Option<i64>; 2]>> {
        let window = members.window;
        let mut by_person: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for place in members.stays.iter().filter(|place| is_supported(&self.stays[**place], window)) {
            by_person.entry(self.stays[*place].person).or_default().push(*place);
        }
        let mut counts: Vec<[Option<i64>; 2]> = Vec::with_capacity(self.measures.len());
        for (measure_place, measure) in self.measures.iter().enumerate() {
            let met = |place: &usize| self.met[place * self.measures.len() + measure_place];
            counts.push(match measure {
                Measure::Count(count) => by_person
                    .values()
                    .fold([0; 2], |sum, stays| {
                        let happens = |place: &&usize| happens(&self.stays[**place], count.event, window);
                        let stays_met = stays.iter().filter(happens).filter(|place| met(place)).count();
                        let person = match count.event {
                            Event::Exits => self.outcome(stays, window).is_some_and(|last| met(&last)),
                            Event::FirstEntries => {
                                let entered = stays.iter().filter(happens);
                                entered.min_by_key(|place| (self.stays[**place].entry, **place)).is_some_and(met)
                            }
                            Event::Supported | Event::Entries | Event::Present => stays_met > 0,
                        };
                        [sum[0] + i64::try_from(stays_met).unwrap_or(i64::MAX), sum[1] + i64::from(person)]
                    })
                    .map(Some),
                Measure::SupportHours { kind } => {
                    let taken = |of: usize| {
                        kind.is_none_or(|kind| kind as usize == of) && members.kind.is_none_or(|kind| kind == of)
                    };
                    let received = members.stays.iter().flat_map(|place| &self.stays[*place].hours);
                    let counted = received.filter(|(of, on, _)| taken(*of) && window.from <= *on && *on <= window.to);
                    [Some(counted.map(|(.., hours)| hours).sum()); 2]
                }
                measure => match &members.projects {
                    Some(projects) => {
                        let projects: Vec<&ProjectId> =
                            projects.iter().map(|place| &self.projects[*place].0.id).collect();
                        [self.ledger.sum(&projects, window, measure)?; 2]
                    }
                    None => [None; 2],
                },
            });
        }
        Ok(counts)
    }

    /// The exit that decides what became of a person: the last, on one day the better, then the one recorded first.
    /// Nothing for whoever is still present somewhere.
    fn outcome(&self, stays: &[usize], window: Window) -> Option<usize> {
        let exit = |place: &usize| self.stays[*place].exit.filter(|(on, _)| *on <= window.to);
        if stays.iter().any(|place| exit(place).is_none()) {
            return None;
        }
        stays.iter().copied().min_by_key(|place| {
            let exit = exit(place);
            (std::cmp::Reverse(exit.map(|(on, _)| on)), exit.map(|(_, class)| class), *place)
        })
    }
}

/// The cells of some axes in which something lies that lies in some groups of each.
fn lies_in(axes: &[Axis], places: impl Fn(&Axis) -> Vec<usize>) -> Vec<usize> {
    let mut lies_in = vec![0];
    for axis in axes {
        let places = places(axis);
        let finer = lies_in.iter().flat_map(|cell| places.iter().map(move |place| cell * axis.keys.len() + place));
        lies_in = finer.collect();
    }
    lies_in
}

/// What people read of two parts: as it is, or divided and rounded half up.
fn told(unit: IndicatorUnit, [numerator, denominator]: [Option<i64>; 2]) -> Option<i64> {
    let times = match unit {
        IndicatorUnit::Count | IndicatorUnit::Hours | IndicatorUnit::Eur => return numerator,
        IndicatorUnit::Percent => 1000,
        IndicatorUnit::EurEach => 1,
        IndicatorUnit::HoursEach => 10,
    };
    let (numerator, denominator) = (i128::from(numerator?) * times, i128::from(denominator?));
    let (whole, rest) = (numerator.checked_div_euclid(denominator)?, numerator.checked_rem_euclid(denominator)?);
    i64::try_from(whole + i128::from(rest * 2 >= denominator)).ok()
}

fn meets(stay: &Stay, measure: &Measure) -> bool {
    match measure {
        Measure::Count(count) => count.conditions.iter().all(|condition| stay.meets(condition)),
        _ => false,
    }
}

fn is_supported(stay: &Stay, window: Window) -> bool {
    stay.entry <= window.to && stay.exit.is_none_or(|(on, _)| on >= window.from)
}

/// Whether something happens to a stay that is supported in a window.
fn happens(stay: &Stay, event: Event, window: Window) -> bool {
    let has_left = stay.exit.is_some_and(|(on, _)| on <= window.to);
    match event {
        Event::Supported => true,
        Event::Entries | Event::FirstEntries => stay.entry >= window.from,
        Event::Exits => has_left,
        Event::Present => !has_left,
    }
}

fn place_of(attribute: Attribute, code: &str) -> Option<usize> {
    attribute.codes().iter().position(|known| *known == code)
}

/// The part of a window that a group of a dimension of time is; the window for others.
fn part_of(dimension: Dimension, key: &str, window: Window) -> Outcome<Window> {
    let part = |first: Date, last: Date| Window { from: window.from.max(first), to: window.to.min(last) };
    match dimension {
        Dimension::Quarter => {
            let quarter: Quarter = stored(key)?;
            Ok(part(quarter.first_day(), quarter.last_day()))
        }
        Dimension::Year => {
            let year = key.parse().map_err(|_| Failure::fault("a group of years is no year"))?;
            Ok(part(date(year, 1, 1), date(year, 12, 31)))
        }
        _ => Ok(window),
    }
}
