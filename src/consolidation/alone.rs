//! The figures of one project by itself, as if given participations or a given version were in force. The shared image
//! is not touched: a small one is made for the question, and the same roll-up counts it.

use super::answer::{Cell, Figure};
use super::image::{ApprovedVersion, Delta, Image, NO_EXIT, ReadRow, Row, day_number};
use super::indicator::{INDICATORS, Indicator};
use super::outcome::{DefinitionVersion, OutcomeKey};
use super::question::{Filter, Unit, Window};
use super::rollup::Rollup;
use super::store;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::identity::Identity;
use crate::reporting::operations::{self as reporting, Checked, Submission};
use crate::reporting::record::Person;
use crate::reporting::statement::Participation;
use crate::reporting::version::Digest;
use crate::storage::journal::Position;

/// A figure of a project under one version and under another.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    /// Under the first version.
    pub before: Figure,
    /// Under the second version.
    pub after: Figure,
}

impl Effect {
    /// The indicator.
    pub fn indicator(&self) -> &'static Indicator {
        self.before.indicator
    }

    /// How much it changes: the difference of counts or cents, or for rates the difference of the tenths of a percent
    /// that people read.
    pub fn change(&self) -> Option<i64> {
        if self.indicator().denominator.is_some() {
            return Some(self.after.per_mille()? - self.before.per_mille()?);
        }
        Some(self.after.numerator? - self.before.numerator?)
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
    let figures = |rows| figures_of(desk, &programme, &project, rows);
    Ok((assessment, effects(&figures(before)?, &figures(after)?)))
}

/// The figures of a project, today and since the programme's first day, as if it had just these rows.
fn figures_of(desk: &Desk, programme: &Programme, project: &Project, rows: Vec<ReadRow>) -> Outcome<Cell> {
    let image = image_of(programme, project, vec![stand_in(1, Position(1))], rows);
    cell(desk, &image, programme, Position(1))
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
    let before = cell(desk, &image, &programme, at(from))?;
    let after = cell(desk, &image, &programme, at(to))?;
    Ok(effects(&before, &after))
}

fn effects(before: &Cell, after: &Cell) -> Vec<Effect> {
    let counted = INDICATORS.iter().filter(|indicator| !indicator.numerator.is_of_projects());
    let effect = |indicator: &'static Indicator, unit| Effect {
        before: before.figure(indicator, unit),
        after: after.figure(indicator, unit),
    };
    counted.flat_map(|indicator| [Unit::Person, Unit::Participation].map(|unit| effect(indicator, unit))).collect()
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

fn cell(desk: &Desk, image: &Image, programme: &Programme, position: Position) -> Outcome<Cell> {
    let today = desk.clock.now().day_in(&programme.details.time_zone);
    let window = Window { from: programme.details.first_on, to: today.max(programme.details.first_on) };
    Rollup::new(image, programme, position, DefinitionVersion::default()).cell(window, &Filter::default())
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
