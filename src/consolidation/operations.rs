//! What can be asked: an answer, the report versions behind a figure, and a project's figures under any of its versions.
//!
//! Before it answers, the image asks for the journal's last position and applies what it misses.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::civil::Date;

pub use super::alone::{Effect, check_with_effects, effects_between};
use super::answer::{Answer, Contribution};
use super::coverage::coverage;
use super::image::Image;
use super::indicator::Indicator;
use super::question::{AsOf, Filter, Question, Unit, Window};
use super::rollup::{Rollup, is_selected};
use super::store;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::geography;
use crate::directory::programme::Programme;
use crate::directory::store as directory;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::{self, Position};

/// The consolidation layer of one node: its image, shared by every question.
#[derive(Default)]
pub struct Consolidation {
    image: RwLock<Image>,
}

/// A question resolved: the point and the window that it is about.
struct Resolved {
    position: Position,
    day: Date,
    window: Window,
}

impl Consolidation {
    /// An image that knows nothing yet; the first question, or [`Self::catch_up`], fills it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Brings the image to the journal's last position, and answers that position.
    pub fn catch_up(&self, desk: &Desk, scope: &Scope) -> Outcome<Position> {
        self.caught_up(desk, scope).map(|(_, position)| position)
    }

    /// Answers a question. Exact figures over many projects need a role that may see them; a partner asks about
    /// projects of its own.
    pub fn answer(&self, desk: &Desk, scope: &Scope, question: &Question) -> Outcome<Answer> {
        authorise(desk, scope, question)?;
        let (image, head) = self.caught_up(desk, scope)?;
        let (programme, resolved) = resolve(desk, &image, head, question)?;
        let rollup = Rollup::new(&image, programme, resolved.position, question.definition);
        let groups = match question.group_by {
            Some(dimension) => rollup.groups(dimension, resolved.window, &question.filter)?,
            None => Vec::new(),
        };
        let Resolved { position, day, window } = resolved;
        Ok(Answer {
            position,
            day,
            window,
            definition: question.definition,
            total: rollup.cell(window, &question.filter)?,
            group_by: question.group_by,
            groups,
            coverage: coverage(&image, programme, &question.filter, position, window.to, day),
        })
    }

    /// The report versions in force behind a figure, each with the figure of its project alone, by project code.
    pub fn contributions(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        indicator: &'static Indicator,
        unit: Unit,
    ) -> Outcome<Vec<Contribution>> {
        authorise(desk, scope, question)?;
        let (image, head) = self.caught_up(desk, scope)?;
        let (programme, resolved) = resolve(desk, &image, head, question)?;
        let rollup = Rollup::new(&image, programme, resolved.position, question.definition);
        let mut contributions = image
            .projects_of(programme, resolved.position)
            .filter(|(_, project)| is_selected(project, &question.filter))
            .map(|(project_image, project)| {
                let alone = Filter { projects: vec![project.id.clone()], ..question.filter.clone() };
                let cell = rollup.cell(resolved.window, &alone)?;
                let version = project_image.in_force(resolved.position).copied();
                Ok(Contribution { project: project.clone(), version, figure: cell.figure(indicator, unit) })
            })
            .collect::<Outcome<Vec<_>>>()?;
        contributions.sort_by(|a, b| a.project.details.code.cmp(&b.project.details.code));
        Ok(contributions)
    }

    /// The image, at least as far as the journal's last position when asked.
    fn caught_up(&self, desk: &Desk, scope: &Scope) -> Outcome<(RwLockReadGuard<'_, Image>, Position)> {
        let (head, _) = desk.store.read(journal::head)?;
        let image = self.image.read().unwrap_or_else(PoisonError::into_inner);
        if image.position >= head {
            return Ok((image, head));
        }
        drop(image);
        {
            let mut image = self.image.write().unwrap_or_else(PoisonError::into_inner);
            if image.position < head {
                let delta = desk.store.read(|connection| store::read_delta(connection, scope, &image))?;
                image.apply(delta);
            }
        }
        Ok((self.image.read().unwrap_or_else(PoisonError::into_inner), head))
    }
}

/// Exact figures over many projects are for staff; a partner's question names projects, each its own.
fn authorise(desk: &Desk, scope: &Scope, question: &Question) -> Outcome<()> {
    for code in &question.filter.regions {
        if geography::region(code).is_none() {
            return Err(Refusal::new(Code::CodeUnknown).at("filter.regions").with("list", "regions").into());
        }
    }
    if !scope.may(Permission::ReadNationalFigures) && question.filter.projects.is_empty() {
        return Err(Code::Forbidden.into());
    }
    scope.require(Permission::ReadProjectFigures)?;
    if question.filter.projects.is_empty() {
        return Ok(());
    }
    desk.store.read(|connection| {
        for project in &question.filter.projects {
            if directory::find_project(connection, scope, project)?.is_none() {
                return Err(Refusal::new(Code::NotFound).at("filter.projects").into());
            }
        }
        Ok(())
    })
}

/// Finds the position, the day and the window that a question means.
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
        AsOf::Instant(instant) if instant > now => return Err(ahead().into()),
        AsOf::Instant(instant) => {
            let position = desk.store.read(|connection| journal::position_at(connection, instant))?;
            (position.min(head), instant.day_in(zone))
        }
        AsOf::Position(position, _) if position > head || position < Position(0) => return Err(ahead().into()),
        AsOf::Position(position, Some(day)) => (position, day),
        AsOf::Position(position, None) => {
            let committed = desk.store.read(|connection| journal::instant_of(connection, position))?;
            (position, committed.day_in(zone))
        }
    };
    let programme = image.programme(question.programme.as_str(), position).ok_or_else(not_found)?;
    let window = Window { from: question.from.unwrap_or(programme.details.first_on), to: question.to.unwrap_or(day) };
    if window.to < window.from {
        return Err(Refusal::new(Code::WindowInvalid).at("window").into());
    }
    Ok((programme, Resolved { position, day, window }))
}
