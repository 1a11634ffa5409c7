//! What can be asked about a figure: why it is what it is, and what changed it between two positions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::changes::{Cause, Change, MOST_POSITIONS, Point, Version, WhatChanged};
use super::{Explained, Explanation, sentences};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::consolidation::answer::{Contribution, Figure};
use crate::consolidation::definitions::{self, DefinitionSet};
use crate::consolidation::image::{ApprovedVersion, Image, ProjectImage};
use crate::consolidation::indicator::Defined;
use crate::consolidation::operations::{Consolidation, Resolved};
use crate::consolidation::question::{AsOf, Question, Unit, Window};
use crate::consolidation::rollup::Rollup;
use crate::consolidation::vocabulary::Measures;
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::operations as reporting;
use crate::storage::journal::{self, PastEntry, Position};

impl Consolidation {
    /// Explains a figure: its sentence, the report versions behind it with what was justified and waived in them, its
    /// coverage.
    pub fn explain(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        indicator: &str,
        unit: Unit,
    ) -> Outcome<Explanation> {
        let scope = &scope.require(Permission::ReadReports)?;
        let question =
            Question { group_by: Vec::new(), indicators: Some([indicator.to_owned()].into()), ..question.clone() };
        let answer = self.answer(desk, scope, &question)?;
        let (position, day, window) = (answer.position, answer.day, answer.window);
        // The answer's own point, whatever is committed meanwhile.
        let question = Question { as_of: AsOf::Position(position, Some(day)), ..question };
        let contributions = self.contributions(desk, scope, &question, indicator, unit)?;
        let unknown = || Refusal::new(Code::CodeUnknown).at("indicator").with("list", "indicators");
        let indicator = Defined::find(&answer.definition, indicator).ok_or_else(unknown)?;
        let figure = answer.total.figure(&indicator, unit);
        let sentences = self.resolved(desk, scope, &question, |image, programme, _| {
            Ok(sentences(&figure, image, programme, position, window, &question.filter))
        })?;
        let explained = contributions.into_iter().map(|contribution| explained(desk, scope, contribution));
        Ok(Explanation {
            position,
            day,
            window,
            sentences,
            figure,
            contributions: explained.collect::<Outcome<_>>()?,
            coverage: answer.coverage,
        })
    }

    /// What changed a figure since an earlier point: each fact committed after it with the figure before and after, up to
    /// the point of the question. The differences sum exactly.
    pub fn what_changed(
        &self,
        desk: &Desk,
        scope: &Scope,
        question: &Question,
        since: AsOf,
        (indicator, unit): (&str, Unit),
    ) -> Outcome<WhatChanged> {
        let earlier = Question { as_of: since, ..question.clone() };
        let start = self.resolved(desk, scope, &earlier, |image, programme, resolved| {
            let counting = Counting { image, programme, question, indicator, unit };
            let figure = counting.figure(resolved.position, resolved.window)?;
            Ok(Point { position: resolved.position, day: resolved.day, window: resolved.window, figure })
        })?;
        self.resolved(desk, scope, question, |image, programme, resolved| {
            let Resolved { position, day, window, .. } = resolved;
            if position < start.position {
                return Err(Refusal::new(Code::AsOfInvalid).at("from").with("last", position).into());
            }
            if position.0 - start.position.0 > MOST_POSITIONS {
                return Err(Refusal::new(Code::ChangesTooMany).at("from").with("limit", MOST_POSITIONS).into());
            }
            let entries = desk
                .store_for_figures()
                .read(|connection| journal::list_positioned(connection, start.position, position))?;
            let counting = Counting { image, programme, question, indicator, unit };
            let (figure, changes) = counting.walk(&start, window, &entries)?;
            Ok(WhatChanged { from: start.clone(), to: Point { position, day, window, figure }, changes })
        })
    }
}

fn explained(desk: &Desk, scope: &Scope, contribution: Contribution) -> Outcome<Explained> {
    let number = contribution.version.map(|version| version.number);
    let report = match number {
        Some(number) => reporting::find_version(desk, scope, &contribution.project, number)?,
        None => None,
    };
    let counts = match &report {
        Some(report) => reporting::count_findings(desk, scope, report)?,
        None => Vec::new(),
    };
    let stands = counts.into_iter().filter(|count| count.justified_count + count.waived_count > 0);
    Ok(Explained { contribution, report, standing: stands.collect() })
}

/// One figure, at any position.
struct Counting<'a> {
    image: &'a Image,
    programme: &'a Programme,
    question: &'a Question,
    indicator: &'a str,
    unit: Unit,
}

impl Counting<'_> {
    fn definition(&self, position: Position) -> Outcome<Arc<DefinitionSet>> {
        let code = self.question.definition.as_ref();
        let known = definitions::known(&self.image.definitions, &self.programme.id, position, code);
        let unknown = || Refusal::new(Code::CodeUnknown).at("definition").with("list", "definitions");
        Ok(known.ok_or_else(unknown)?)
    }

    fn figure(&self, position: Position, window: Window) -> Outcome<Figure> {
        let definition = self.definition(position)?;
        let unknown = || Refusal::new(Code::CodeUnknown).at("indicator").with("list", "indicators");
        let indicator = Defined::find(&definition, self.indicator).ok_or_else(unknown)?;
        let measures = Measures::of(indicator.measures().cloned());
        let rollup = Rollup::new(self.image, self.programme, position, &definition, measures);
        Ok(rollup.cell(window, &self.question.filter)?.figure(&indicator, self.unit))
    }

    /// Walks from a point along entries; gives the last figure and everything that changed it.
    fn walk(&self, start: &Point, window: Window, entries: &[PastEntry]) -> Outcome<(Figure, Vec<Change>)> {
        let mut changes = Vec::new();
        let mut figure = start.figure.clone();
        if start.window != window {
            let after = self.figure(start.position, window)?;
            let at = entries.first().map_or(crate::clock::Instant(0), |entry| entry.at);
            self.note(&mut changes, (start.position, at), Cause::Window, None, &mut figure, after);
        }
        let versions = self.versions();
        for entry in entries {
            let after = self.figure(entry.position, window)?;
            let cause = self.cause(&versions, entry);
            self.note(&mut changes, (entry.position, entry.at), cause, Some(entry.kind.clone()), &mut figure, after);
        }
        Ok((figure, changes))
    }

    /// Keeps a step if it changed the figure, or what it is read by.
    fn note(
        &self,
        changes: &mut Vec<Change>,
        (position, at): (Position, crate::clock::Instant),
        cause: Cause,
        event: Option<String>,
        figure: &mut Figure,
        after: Figure,
    ) {
        let same = (figure.numerator, figure.denominator) == (after.numerator, after.denominator);
        if !same || figure.indicator.version != after.indicator.version {
            changes.push(Change { position, at, cause, event, before: figure.clone(), after: after.clone() });
        }
        *figure = after;
    }

    /// Which version was approved or annulled at which position.
    fn versions(&self) -> BTreeMap<Position, (&ProjectImage, &ApprovedVersion)> {
        let mut versions = BTreeMap::new();
        for project in &self.image.projects {
            for version in &project.versions {
                versions.insert(version.approved, (project, version));
                versions.extend(version.annulled.map(|annulled| (annulled, (project, version))));
            }
        }
        versions
    }

    fn cause(&self, versions: &BTreeMap<Position, (&ProjectImage, &ApprovedVersion)>, entry: &PastEntry) -> Cause {
        let position = entry.position;
        let added = |set: &&Arc<DefinitionSet>| set.position() == position;
        if let Some(set) = self.image.definitions.iter().find(added) {
            return Cause::Definition { code: set.code.to_string(), digest: set.digest };
        }
        let stands = |image: &ProjectImage| image.at(position).map(|project| Project::clone(project));
        match versions.get(&position) {
            Some((image, version)) => match stands(image) {
                Some(project) => {
                    let of = Version { project, number: version.number, digest: version.digest };
                    if version.approved == position { Cause::Approval(of) } else { Cause::Annulment(of) }
                }
                None => Cause::Directory(None),
            },
            None => {
                let image = self.image.projects.iter().find(|image| image.id.as_str() == entry.subject);
                Cause::Directory(image.and_then(stands))
            }
        }
    }
}
