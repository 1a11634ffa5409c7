//! What can be asked: an answer, the report versions behind a figure, and a project's figures under any of its versions.
//!
//! Before it answers, the image asks for the journal's last position and applies what it misses.

use std::sync::{Arc, RwLockReadGuard};

use jiff::civil::Date;

pub use super::alone::{Effect, check_with_effects, effects_between};
use super::answer::{Answer, Contribution, measures_of};
use super::coverage::coverage;
use super::definitions::{self, DefinitionSet};
use super::image::Image;
use super::indicator::Defined;
use super::node::Node;
use super::question::{AsOf, Dimension, Question, Series, Unit, Window};
use super::rollup::cohorts::Cohort;
use super::rollup::sharing::Pair;
use super::rollup::{Rollup, Table};
use super::self_check::Publishing;
use super::vocabulary::{Attribute, Cell, Codes, Condition, Event, Measure, Measures};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::geography;
use crate::directory::programme::Programme;
use crate::directory::store as directory;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::{self, Position};

/// The consolidation layer of one node: its image, shared by every question, and whether anything is published.
#[derive(Default)]
pub struct Consolidation {
    pub(super) node: Node,
    pub(super) publishing: Publishing,
}

/// What was measured of a selection, at one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The position.
    pub position: Position,
    /// The day.
    pub day: Date,
    /// The window.
    pub window: Window,
    /// Everything selected.
    pub total: Cell,
    /// The groups, if it is cut.
    pub table: Table,
}

/// A question resolved: the point and the window that it is about.
pub(super) struct Resolved {
    pub position: Position,
    pub day: Date,
    pub window: Window,
    pub definition: Arc<DefinitionSet>,
}

impl Consolidation {
    /// An image that knows nothing yet; the first question, or [`Self::catch_up`], fills it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the image to the journal's last position, and answers that position.
    pub fn catch_up(&self, desk: &Desk, scope: &Scope) -> Outcome<Position> {
        self.node.caught_up(desk, scope).map(|(_, position)| position)
    }

    /// Answers a question. Exact figures over many projects need a role that may see them; a partner asks about
    /// projects of its own.
    pub fn answer(&self, desk: &Desk, scope: &Scope, question: &Question) -> Outcome<Answer> {
        self.resolved(desk, scope, question, |image, programme, resolved| {
            answer_from(image, programme, question, resolved)
        })
    }

    /// The report versions in force behind a figure, each with the figure of its project alone, by project code.
    pub fn contributions(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        indicator: &str,
        unit: Unit,
    ) -> Outcome<Vec<Contribution>> {
        self.resolved(desk, scope, question, |image, programme, resolved| {
            let indicator = find_indicator(&resolved.definition, indicator)?;
            let measures = measures_of([&*indicator]);
            let rollup = Rollup::new(image, programme, resolved.position, &resolved.definition, measures);
            let by_project = [Dimension::Project];
            let table = rollup.table(&by_project, resolved.window, Series::Flow, &question.filter)?;
            let contribution = |(selected, cell): (super::rollup::Selected<'_>, Cell)| Contribution {
                project: Arc::clone(selected.project),
                version: selected.version.copied(),
                redacted: is_redacted(image, &selected),
                figure: cell.figure(&indicator, unit),
            };
            Ok(rollup.selected(&question.filter).into_iter().zip(table.cells).map(contribution).collect())
        })
    }

    /// Whoever entered in each quarter of the window, and how many had left some months later.
    pub fn cohorts(&self, desk: &Desk, scope: &Scope, question: &Question) -> Outcome<Vec<Cohort>> {
        self.resolved(desk, scope, question, |image, programme, resolved| {
            let rollup = Rollup::new(
                image,
                programme,
                resolved.position,
                &resolved.definition,
                Measures::of(std::iter::empty()),
            );
            Ok(rollup.cohorts(resolved.window, &question.filter))
        })
    }

    /// How many of the participations supported have no identity, and how many are supported.
    pub fn unlinked(&self, desk: &Desk, scope: &Scope, question: &Question) -> Outcome<[i64; 2]> {
        let unlinked = Codes::of(Attribute::Identity, ["UNLINKED"]).map(Condition::In);
        let asked = [Measure::count(Event::Supported, unlinked), Measure::count(Event::Supported, [])];
        let measured = self.measure(desk, scope, question, Measures::of(asked.iter().cloned()))?;
        Ok(asked.map(|measure| measured.total.value(&measure, Unit::Participation).unwrap_or(0)))
    }

    /// Measures anything of a selection, whole and in groups, without any indicator.
    pub fn measure(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        measures: Arc<Measures>,
    ) -> Outcome<Measured> {
        self.resolved(desk, scope, question, |image, programme, resolved| {
            let Resolved { position, day, window, definition } = resolved;
            let rollup = Rollup::new(image, programme, position, &definition, measures);
            let total = rollup.cell(window, &question.filter)?;
            let table = rollup.groups(&question.group_by, window, question.series, &question.filter)?;
            Ok(Measured { position, day, window, total, table })
        })
    }

    /// Which groups of projects share people. For staff: whether a person is known elsewhere is not shown to partners.
    pub fn sharing(&self, desk: &Desk, scope: &Scope, question: &Question, by: Dimension) -> Outcome<Vec<Pair>> {
        let scope = &scope.require(Permission::ReadNationalFigures)?;
        self.resolved(desk, scope, question, |image, programme, resolved| {
            let rollup = Rollup::new(
                image,
                programme,
                resolved.position,
                &resolved.definition,
                Measures::of(std::iter::empty()),
            );
            rollup.sharing(by, resolved.window, &question.filter)
        })
    }

    /// Does something with the image at the point that an authorised question means.
    pub(super) fn resolved<T>(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        work: impl FnOnce(&Image, &Programme, Resolved) -> Outcome<T>,
    ) -> Outcome<T> {
        authorise(desk, scope, question)?;
        let (image, head) = self.caught_up(desk, scope)?;
        let (programme, resolved) = resolve(desk, &image, head, question)?;
        let of_all = question.filter.projects.is_empty();
        let needed = if of_all { Permission::ReadNationalFigures } else { Permission::ReadProjectFigures };
        scope.require(needed)?.reaches_programme(&programme.id)?;
        desk.count_look(scope, programme.id.as_str())?;
        check_filter(&image, programme, resolved.position, question)?;
        work(&image, programme, resolved)
    }

    /// The image, at least as far as the journal's last position when asked; refuses while nothing is published.
    fn caught_up(&self, desk: &Desk, scope: &Scope) -> Outcome<(RwLockReadGuard<'_, Image>, Position)> {
        self.publishing.require()?;
        self.node.caught_up(desk, scope)
    }
}

/// The answer that an image gives, whoever asks.
pub(super) fn answer_at(desk: &Desk, image: &Image, head: Position, question: &Question) -> Outcome<Answer> {
    let (programme, resolved) = resolve(desk, image, head, question)?;
    answer_from(image, programme, question, resolved)
}

fn answer_from(image: &Image, programme: &Programme, question: &Question, resolved: Resolved) -> Outcome<Answer> {
    let Resolved { position, day, window, definition } = resolved;
    let indicators = asked_for(question, &definition)?;
    let measures = measures_of(indicators.iter().map(|indicator| &**indicator));
    let (filter, series) = (&question.filter, question.series);
    let rollup = Rollup::new(image, programme, position, &definition, measures);
    let selected = rollup.selected(filter);
    Ok(Answer {
        position,
        day,
        window,
        indicators,
        total: rollup.cell(window, filter)?,
        redacted: selected.iter().any(|selected| is_redacted(image, selected)),
        sandbox: selected.iter().any(|selected| selected.project.sandbox),
        series,
        table: rollup.groups(&question.group_by, window, series, filter)?,
        coverage: coverage(image, programme, filter, position, window.to, day),
        definition,
    })
}

/// Whether a selected project's version in force has lost records by law.
fn is_redacted(image: &Image, selected: &super::rollup::Selected<'_>) -> bool {
    selected.version.is_some_and(|version| image.erasures.touched(&selected.project.id, version.number))
}

/// Exact figures over many projects are for staff; a partner's question names projects, each its own.
fn authorise(desk: &Desk, scope: &Scope, question: &Question) -> Outcome<()> {
    let filter = &question.filter;
    let unknown = |path, list| Err(Refusal::new(Code::CodeUnknown).at(path).with("list", list).into());
    if filter.regions.iter().any(|code| geography::region(code).is_none()) {
        return unknown("filter.regions", "regions");
    }
    if filter.departments.iter().any(|code| geography::department(code).is_none()) {
        return unknown("filter.departments", "departments");
    }
    if !scope.may(Permission::ReadNationalFigures) && question.filter.projects.is_empty() {
        return Err(Code::Forbidden.into());
    }
    let scope = &scope.require(Permission::ReadProjectFigures)?;
    if question.filter.projects.is_empty() {
        return Ok(());
    }
    desk.read(scope, |connection| {
        for project in &question.filter.projects {
            if directory::find_project(connection, scope, project)?.is_none() {
                return Err(Refusal::new(Code::NotFound).at("filter.projects").into());
            }
        }
        Ok(())
    })
}

/// Refuses calls and organisations that are not known at the position: a slip would silently select nothing.
fn check_filter(image: &Image, programme: &Programme, position: Position, question: &Question) -> Result<(), Refusal> {
    let calls = &programme.details.calls;
    if question.filter.calls.iter().any(|code| !calls.iter().any(|call| call.code.as_str() == code)) {
        return Err(Refusal::new(Code::CodeUnknown).at("filter.calls").with("list", "calls"));
    }
    if question.filter.organisations.iter().any(|id| image.organisation(id, position).is_none()) {
        return Err(Refusal::new(Code::NotFound).at("filter.organisations"));
    }
    let named = question.filter.projects.iter().filter_map(|id| image.project(id)?.at(position));
    let sandboxes: Vec<bool> = named.map(|project| project.sandbox).collect();
    if sandboxes.contains(&true) && sandboxes.contains(&false) {
        return Err(Refusal::new(Code::SandboxMixed).at("filter.projects"));
    }
    Ok(())
}

/// The indicators that a question asks for, under a definition version.
fn asked_for(question: &Question, definition: &Arc<DefinitionSet>) -> Result<Vec<Defined>, Refusal> {
    let unknown = || Refusal::new(Code::CodeUnknown).at("indicators").with("list", "indicators");
    match &question.indicators {
        Some(codes) => codes.iter().map(|code| Defined::find(definition, code).ok_or_else(unknown)).collect(),
        None => Ok(Defined::all(definition).collect()),
    }
}

/// The indicator of a code, under a definition version.
fn find_indicator(definition: &Arc<DefinitionSet>, code: &str) -> Result<Defined, Refusal> {
    let unknown = || Refusal::new(Code::CodeUnknown).at("indicator").with("list", "indicators");
    Defined::find(definition, code).ok_or_else(unknown)
}

/// Finds the position, the definitions, the day and the window that a question means.
fn resolve<'a>(
    desk: &Desk,
    image: &'a Image,
    head: Position,
    question: &Question,
) -> Outcome<(&'a Programme, Resolved)> {
    let not_found = || Refusal::new(Code::NotFound).at("programme");
    let known = image.programme(question.programme.as_str(), head).ok_or_else(not_found)?;
    let zone = &known.details.time_zone;
    let now = desk.clock.now();
    let ahead = || Refusal::new(Code::AsOfInvalid).at("asOf").with("last", head);
    let (position, day) = match question.as_of {
        AsOf::Now => (head, now.day_in(zone)),
        AsOf::Seen(position) => (position.min(head), now.day_in(zone)),
        AsOf::Instant(instant) if instant > now => return Err(ahead().into()),
        AsOf::Instant(instant) => {
            let position = desk.store_for_figures().read(|connection| journal::position_at(connection, instant))?;
            (position.min(head), instant.day_in(zone))
        }
        AsOf::Position(position, _) if position > head || position < Position(0) => return Err(ahead().into()),
        AsOf::Position(position, Some(day)) => (position, day),
        AsOf::Position(position, None) => {
            let committed = desk.store_for_figures().read(|connection| journal::instant_of(connection, position))?;
            (position, committed.day_in(zone))
        }
    };
    let programme = image.programme(question.programme.as_str(), position).ok_or_else(not_found)?;
    let window = Window { from: question.from.unwrap_or(programme.details.first_on), to: question.to.unwrap_or(day) };
    if window.to < window.from {
        return Err(Refusal::new(Code::WindowInvalid).at("window").into());
    }
    let definition = definitions::known(&image.definitions, &programme.id, position, question.definition.as_ref());
    let unknown = || Refusal::new(Code::CodeUnknown).at("definition").with("list", "definitions");
    let definition = definition.ok_or_else(unknown)?;
    Ok((programme, Resolved { position, day, window, definition }))
}
