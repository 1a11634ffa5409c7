//! The figures of one project by itself, as if given participations or a given version were in force. The shared image
//! is not touched: a small one is made for the question, and the same roll-up counts it.

use std::sync::Arc;

use super::answer::{Cell, Figure};
use super::definitions::store::list_definitions;
use super::definitions::{self, DefinitionSet};
use super::image::{ApprovedVersion, Delta, Image, NO_EXIT, ReadRow, Row, day_number};
use super::indicator::Defined;
use super::outcome::OutcomeKey;
use super::question::{Filter, Window};
use super::rollup::Rollup;
use super::store;
use super::vocabulary::Measure;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::identity::Identity;
use crate::reporting::operations::{self as reporting, Checked, Submission};
use crate::reporting::record::Person;
use crate::reporting::statement::Participation;
use crate::reporting::version::Digest;
use crate::storage::journal::Position;

/// A figure of a project under one version and under another.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Under the first version.
    pub before: Figure,
    /// Under the second version.
    pub after: Figure,
}

impl Effect {
    /// The indicator.
    pub fn indicator(&self) -> &Defined {
        &self.before.indicator
    }

    /// How much it changes: the difference of what people read.
    pub fn change(&self) -> Option<i64> {
        Some(self.after.rounded()? - self.before.rounded()?)
    }
}

/// Says what would come of a submission, what it would make of the project's own figures included, and stores nothing.
pub fn check_with_effects(
    desk: &Desk,
    scope: &Scope,
    submission: Submission,
) -> Outcome<(reporting::Assessment, Vec<Effect>)> {
    let Checked { assessment, project, head, statement } = reporting::check(desk, scope, submission)?;
    let programme = programme_of(desk, scope, &project)?;
    let known = |person: &Person| person.as_ref().map(|person| person.0.clone());
    let before = head.participations().map(|p| read_row(&project, p, known(&p.person))).collect();
    // A person not yet linked is whoever has the same pseudonym.
    let sent = |identity: &Identity| match identity {
        Identity::Linked(person) => Some(person.0.clone()),
        Identity::Known(stage_one) => Some(data_encoding::HEXLOWER.encode(&desk.keys.seal(stage_one.as_bytes()))),
        Identity::None | Identity::Placeholder | Identity::Malformed => None,
    };
    let after = statement.participations.iter().map(|p| read_row(&project, p, sent(&p.person))).collect();
    let definition = standing(desk, &programme)?;
    let figures = |rows| {
        let image = image_of(&programme, &project, vec![stand_in(1, Position(1))], rows);
        cell(desk, &image, &programme, &definition, Position(1))
    };
    Ok((assessment, effects(&definition, &figures(before)?, &figures(after)?)))
}

/// What a difference of versions does to the project's own figures: each indicator by person and by participation, as if
/// the one and the other version were in force.
pub fn effects_between(desk: &Desk, scope: &Scope, project: &Project, from: u32, to: u32) -> Outcome<Vec<Effect>> {
    let programme = programme_of(desk, scope, project)?;
    for (number, path) in [(from, "from"), (to, "to")] {
        if reporting::find_version(desk, scope, project, number)?.is_none() {
            return Err(Refusal::new(Code::NotFound).at(path).into());
        }
    }
    // Rows say which versions hold them, and the highest number approved is in force: so the image shows the lower
    // version at position 1 and the higher one at position 2.
    let (lower, higher) = (from.min(to), from.max(to));
    let rows = desk.store.read(|connection| store::read_rows(connection, &project.id, higher))?;
    let mut versions = vec![stand_in(lower, Position(1))];
    versions.extend((higher > lower).then(|| stand_in(higher, Position(2))));
    let image = image_of(&programme, project, versions, rows);
    let at = |number: u32| if number == lower { Position(1) } else { Position(2) };
    let definition = standing(desk, &programme)?;
    let before = cell(desk, &image, &programme, &definition, at(from))?;
    let after = cell(desk, &image, &programme, &definition, at(to))?;
    Ok(effects(&definition, &before, &after))
}

/// What is counted of people: money does not depend on what a report states of them.
fn effects(definition: &Arc<DefinitionSet>, before: &Cell, after: &Cell) -> Vec<Effect> {
    let mut effects = Vec::new();
    for indicator in Defined::all(definition).filter(|indicator| !indicator.measures().any(Measure::is_of_projects)) {
        for unit in indicator.units() {
            let (before, after) = (before.figure(&indicator, *unit), after.figure(&indicator, *unit));
            effects.push(Effect { before, after });
        }
    }
    effects
}

/// The definitions that stand for a programme now.
fn standing(desk: &Desk, programme: &Programme) -> Outcome<Arc<DefinitionSet>> {
    let added = desk.store.read(|connection| list_definitions(connection, &programme.id))?;
    let known = definitions::known(&added, &programme.id, Position(i64::MAX), None);
    known.ok_or_else(|| Failure::fault("no definition version stands"))
}

fn programme_of(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Programme> {
    scope.require(Permission::ReadProjectFigures)?;
    let found = directory::find_programme_of(desk, scope, &project.id)?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?)
}

/// An image of one project and of nothing else.
fn image_of(programme: &Programme, project: &Project, versions: Vec<ApprovedVersion>, rows: Vec<ReadRow>) -> Image {
    let mut image = Image::default();
    image.apply(Delta {
        position: Position(2),
        programmes: vec![(Position(1), programme.clone())],
        definitions: Vec::new(),
        revisions: vec![(Position(1), project.clone())],
        versions: versions.into_iter().map(|version| (project.id.clone(), version)).collect(),
        rows: vec![(project.id.clone(), rows)],
    });
    image
}

/// A version of a number as if it had been approved at a position; the roll-up asks for nothing else of it.
fn stand_in(number: u32, approved: Position) -> ApprovedVersion {
    let period = crate::directory::period::Quarter::of(jiff::civil::date(2000, 1, 1));
    ApprovedVersion { number, period, digest: Digest([0; 32]), late: false, approved, annulled: None }
}

fn cell(
    desk: &Desk,
    image: &Image,
    programme: &Programme,
    definition: &DefinitionSet,
    position: Position,
) -> Outcome<Cell> {
    let today = desk.clock.now().day_in(&programme.details.time_zone);
    let window = Window { from: programme.details.first_on, to: today.max(programme.details.first_on) };
    Rollup::new(image, programme, position, &definition.table).cell(window, &Filter::default())
}

fn read_row<P>(project: &Project, participation: &Participation<P>, person: Option<String>) -> ReadRow {
    ReadRow {
        person: person.unwrap_or_else(|| format!("{}/{}", project.id, participation.reference)),
        row: Row {
            person: 0,
            entry: day_number(participation.entry_on),
            exit: participation.exit_on().map_or(NO_EXIT, day_number),
            first: 1,
            end: u32::MAX,
            outcome: participation.exit.as_ref().map_or_else(OutcomeKey::default, OutcomeKey::of),
            sex: participation.sex,
        },
    }
}
