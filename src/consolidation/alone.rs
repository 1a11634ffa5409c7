//! The figures of one project by itself, as if given participations or a given version were in force. The shared image
//! is not touched: a small one is made for the question, and the same roll-up counts it.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::answer::{Figure, measures_of};
use super::definitions::store::list_definitions;
use super::definitions::{self, DefinitionSet};
use super::image::persons::PersonKey;
use super::image::segment::Begun;
use super::image::{ApprovedVersion, Delta, Image, RecordDelta};
use super::indicator::Defined;
use super::question::{Filter, Window};
use super::rollup::Rollup;
use super::store;
use super::vocabulary::{Cell, Measure};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::identity::Identity;
use crate::reporting::operations::{self as reporting, Checked, Submission};
use crate::reporting::record::Person;
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
    let known = |person: &Person| person.as_ref().map(|person| key_of(person.0.as_bytes()));
    let before = head.participations().map(|p| Begun::of(p, 1, None, known(&p.person))).collect();
    // A person not yet linked is whoever has the same pseudonym.
    let sent = |identity: &Identity| match identity {
        Identity::Linked(person) => Some(key_of(person.0.as_bytes())),
        Identity::Known(stage_one) => Some(key_of(&desk.keys.seal(stage_one.as_bytes()))),
        Identity::None | Identity::Placeholder | Identity::Malformed => None,
    };
    let after = statement.participations.iter().map(|p| Begun::of(p, 1, None, sent(&p.person))).collect();
    let definition = standing(desk, &programme)?;
    let figures = |begun| {
        let records = RecordDelta { project: project.id.clone(), newest: 1, begun, ended: Vec::new() };
        let image = image_of(&programme, &project, vec![stand_in(1, Position(1))], records);
        cell(desk, &image, &programme, &definition, Position(1))
    };
    Ok((assessment, effects(&definition, &figures(before)?, &figures(after)?)))
}

/// A key that two participations of one question share if their person is known by the same.
fn key_of(known_by: &[u8]) -> PersonKey {
    let digest: [u8; 32] = Sha256::digest(known_by).into();
    std::array::from_fn(|place| digest[place])
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
    let records = desk.read(scope, |connection| store::read_records(connection, &project.id, 0, higher))?;
    let mut versions = vec![stand_in(lower, Position(1))];
    versions.extend((higher > lower).then(|| stand_in(higher, Position(2))));
    let image = image_of(&programme, project, versions, records);
    let at = |number: u32| if number == lower { Position(1) } else { Position(2) };
    let definition = standing(desk, &programme)?;
    let before = cell(desk, &image, &programme, &definition, at(from))?;
    let after = cell(desk, &image, &programme, &definition, at(to))?;
    Ok(effects(&definition, &before, &after))
}

/// What is counted of people: money does not depend on what a report states of them.
fn effects(definition: &Arc<DefinitionSet>, before: &Cell, after: &Cell) -> Vec<Effect> {
    let mut effects = Vec::new();
    for indicator in counted(definition) {
        for unit in indicator.units() {
            let (before, after) = (before.figure(&indicator, *unit), after.figure(&indicator, *unit));
            effects.push(Effect { before, after });
        }
    }
    effects
}

/// The indicators that participations change.
fn counted(definition: &Arc<DefinitionSet>) -> impl Iterator<Item = Defined> {
    Defined::all(definition).filter(|indicator| !indicator.measures().any(Measure::is_of_projects))
}

/// The definitions that stand for a programme now.
fn standing(desk: &Desk, programme: &Programme) -> Outcome<Arc<DefinitionSet>> {
    let added = desk.store_for_figures().read(|connection| list_definitions(connection, &programme.id))?;
    let known = definitions::known(&added, &programme.id, Position(i64::MAX), None);
    known.ok_or_else(|| Failure::fault("no definition version stands"))
}

fn programme_of(desk: &Desk, scope: &Scope, project: &Project) -> Outcome<Programme> {
    scope.require(Permission::ReadProjectFigures)?;
    let found = directory::find_programme_of(desk, scope, &project.id)?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?)
}

/// An image of one project and of nothing else.
fn image_of(programme: &Programme, project: &Project, versions: Vec<ApprovedVersion>, records: RecordDelta) -> Image {
    let mut image = Image::default();
    image.apply(Delta {
        position: Position(2),
        programmes: vec![(Position(1), programme.clone())],
        definitions: Vec::new(),
        // Nothing else is in it, so nothing has to be kept apart.
        revisions: vec![(Position(1), Project { sandbox: false, ..project.clone() })],
        versions: versions.into_iter().map(|version| (project.id.clone(), version)).collect(),
        records: vec![records],
        ..Delta::default()
    });
    image
}

/// A version of a number as if it had been approved at a position; the roll-up asks for nothing else of it.
fn stand_in(number: u32, approved: Position) -> ApprovedVersion {
    let period = crate::directory::period::Quarter::of(jiff::civil::date(2000, 1, 1));
    ApprovedVersion {
        number,
        period,
        digest: Digest([0; 32]),
        late: false,
        aggregate_only: false,
        spending_cents: None,
        approved,
        annulled: None,
    }
}

fn cell(
    desk: &Desk,
    image: &Image,
    programme: &Programme,
    definition: &Arc<DefinitionSet>,
    position: Position,
) -> Outcome<Cell> {
    let today = desk.clock.now().day_in(&programme.details.time_zone);
    let window = Window { from: programme.details.first_on, to: today.max(programme.details.first_on) };
    let measures = measures_of(counted(definition).collect::<Vec<_>>().iter().map(|indicator| &**indicator));
    Rollup::new(image, programme, position, definition, measures).cell(window, &Filter::default())
}
