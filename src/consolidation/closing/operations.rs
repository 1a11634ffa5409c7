//! What can be done with closings: prepare, review, publish, cancel; list, find, read.

use jiff::civil::Date;
use serde_json::json;

use super::cells::{Exact, cells};
use super::content::{self, Content, ContentCoverage, ContentRevision, FORMAT};
use super::counts::{Counter, count};
use super::grid::Line;
use super::links::protect;
use super::store::{self, Kept};
use super::tables::{GRID, TABLES};
use super::{Closing, ClosingAction, ClosingState, Revision, Signature, Step};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::consolidation::answer::Answer;
use crate::consolidation::coverage::Coverage;
use crate::consolidation::operations::Consolidation;
use crate::consolidation::question::{AsOf, Dimension, Filter, Question};
use crate::directory::operations as directory;
use crate::id::{ClosingId, ProgrammeId};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry, Position};
use crate::text::{Name, Reason, ShortCode};

/// What is to be prepared.
#[derive(Clone, Debug)]
pub struct Preparation {
    /// The programme's code.
    pub programme: ShortCode,
    /// What people will call the closing.
    pub name: Name,
    /// The position of its figures; the newest if absent.
    pub position: Option<Position>,
    /// The last day counted; today, or the day of the position, if absent.
    pub day: Option<Date>,
    /// The closing that it corrects, and why.
    pub revises: Option<Revision>,
}

pub(super) struct Asking<'a> {
    pub desk: &'a Desk,
    pub scope: &'a Scope,
    pub consolidation: &'a Consolidation,
    pub question: Question,
}

impl Counter for Asking<'_> {
    fn ask(&self, filter: Filter, group_by: &[Dimension]) -> Outcome<Answer> {
        let question = Question { filter, group_by: group_by.to_vec(), ..self.question.clone() };
        self.consolidation.answer(self.desk, self.scope, &question)
    }
}

/// Computes a closing and suppresses what would reveal small counts, beside every closing published before.
pub fn prepare(
    desk: &Desk,
    scope: &Scope,
    consolidation: &Consolidation,
    preparation: &Preparation,
) -> Outcome<Closing> {
    let scope = &scope.require(Permission::PrepareClosing)?;
    if let Some(given) = desk.answer_given(scope)? {
        return Ok(given);
    }
    let programme = directory::find_programme(desk, scope, preparation.programme.as_str())?
        .ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?;
    scope.reaches_programme(&programme.id)?;
    let as_of = match (preparation.position, preparation.day) {
        (Some(position), day) => AsOf::Position(position, day),
        (None, Some(day)) => AsOf::Position(consolidation.catch_up(desk, scope)?, Some(day)),
        (None, None) => AsOf::Now,
    };
    let mut question = Question { as_of, ..question_of(preparation.programme.clone()) };
    let nation = consolidation.answer(desk, scope, &question)?;
    question.as_of = AsOf::Position(nation.position, Some(nation.day));
    let earlier = desk.store_for_figures().read(|connection| store::list_published_exact(connection, &programme.id))?;
    let published_before = i64::try_from(earlier.len()).unwrap_or(i64::MAX);
    let earlier: Vec<Exact> = earlier.into_iter().map(|(_, exact)| exact).collect();

    let counted = count(&Asking { desk, scope, consolidation, question }, TABLES)?;
    let threshold = i64::from(programme.details.disclosure_threshold);
    let mut exact = cells(&counted, threshold);
    protect(&mut exact, &earlier).map_err(|cell| {
        tracing::warn!(cell, "a closing could not be protected");
        Refusal::new(Code::ClosingUnprotectable)
    })?;

    let id = ClosingId::new();
    let content = Content {
        format: FORMAT.to_owned(),
        closing: id.to_string(),
        programme: programme.code().to_string(),
        name: preparation.name.to_string(),
        grid: GRID.to_owned(),
        position: nation.position.to_string(),
        day: nation.day.to_string(),
        from: nation.window.from.to_string(),
        to: nation.window.to.to_string(),
        definition: nation.definition.code.to_string(),
        definition_digest: nation.definition.digest.to_string(),
        threshold,
        coverage: coverage(&nation.coverage),
        revises: preparation.revises.as_ref().map(ContentRevision::from),
        tables: content::tables(&counted, &exact),
    };
    let text = content.text()?;
    let (figure_count, suppressed_count) = content.counts();
    let closing = Closing {
        id,
        programme: programme.id.clone(),
        programme_code: programme.code().to_string(),
        name: preparation.name.clone(),
        position: nation.position,
        day: nation.day,
        revises: preparation.revises.clone(),
        figure_count,
        suppressed_count,
        digest: content::digest(&text),
        steps: vec![step(desk, scope, ClosingAction::Prepare, None)],
        revised_by: None,
    };
    let kept = Kept { published_before, content: text, exact };
    desk.write(scope, |connection| {
        if store::count_published(connection, &programme.id)? != published_before {
            return Err(Code::ClosingOutdated.into());
        }
        if let Some(revision) = &preparation.revises {
            let known = store::find_closing(connection, Some(scope), &revision.closing)?
                .ok_or_else(|| Refusal::new(Code::NotFound).at("revises"))?;
            if known.state() != ClosingState::Published || known.programme != programme.id {
                return Err(Refusal::new(Code::ClosingNotPublished).at("revises").into());
            }
        }
        store::insert_closing(connection, &closing, &kept)?;
        append(connection, desk, scope, &closing, "closing.prepared")?;
        Ok(closing.clone())
    })
}

/// The figures that the grid is made of, and no others.
pub(super) fn question_of(programme: ShortCode) -> Question {
    Question { indicators: Some(Line::indicators().into()), ..Question::of(programme) }
}

fn coverage(coverage: &Coverage) -> ContentCoverage {
    ContentCoverage {
        period: coverage.period.map(|period| period.to_string()),
        expected: coverage.expected_count(),
        in_force: coverage.in_force.len(),
        partial: coverage.partial.len(),
        missing: coverage.missing.len(),
        late: coverage.late_count,
        aggregate_only: coverage.aggregate_only_count,
    }
}

/// Somebody other than the preparer has looked at a closing and finds it right.
pub fn review(desk: &Desk, scope: &Scope, id: &ClosingId) -> Outcome<Closing> {
    let scope = &scope.require(Permission::PrepareClosing)?;
    advance(desk, scope, id, ClosingAction::Review, None)
}

/// Signs a closing and opens it to everybody, for ever. Nobody publishes what they prepared, nor anything while the
/// self-check finds figures that are not those of the tables.
pub fn publish(desk: &Desk, scope: &Scope, consolidation: &Consolidation, id: &ClosingId) -> Outcome<Closing> {
    let scope = &scope.require(Permission::PublishClosing)?;
    consolidation.publishing()?;
    advance(desk, scope, id, ClosingAction::Publish, None)
}

/// Gives a closing up before it is published.
pub fn cancel(desk: &Desk, scope: &Scope, id: &ClosingId, reason: &Reason) -> Outcome<Closing> {
    let scope = &scope.require(Permission::PrepareClosing)?;
    advance(desk, scope, id, ClosingAction::Cancel, Some(reason.clone()))
}

fn advance(
    desk: &Desk,
    scope: &Scope,
    id: &ClosingId,
    action: ClosingAction,
    reason: Option<Reason>,
) -> Outcome<Closing> {
    desk.write(scope, |connection| {
        let mut closing = store::find_closing(connection, Some(scope), id)?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("closing"))?;
        scope.reaches_programme(&closing.programme)?;
        let state = closing.state();
        if !state.allows(action) {
            return Err(Refusal::new(Code::ClosingStateRefused).with("state", state.code()).into());
        }
        let prepared_by_caller = closing.step(ClosingAction::Prepare).is_none_or(|step| step.by == scope.caller());
        if action != ClosingAction::Cancel && prepared_by_caller {
            return Err(Code::ClosingFourEyes.into());
        }
        let mut step = step(desk, scope, action, reason.clone());
        if action == ClosingAction::Publish {
            let known = store::read_published_before(connection, id)?;
            if store::count_published(connection, &closing.programme)? != known {
                return Err(Code::ClosingOutdated.into());
            }
            let content = store::read_content(connection, id)?;
            if content::digest(&content) != closing.digest {
                return Err(Failure::fault("a closing's content does not have its digest"));
            }
            step.signature = Some(sign(desk, &content)?);
        }
        store::append_step(connection, id, closing.steps.len(), &step)?;
        closing.steps.push(step);
        let kind = match action {
            ClosingAction::Prepare => "closing.prepared",
            ClosingAction::Review => "closing.reviewed",
            ClosingAction::Publish => "closing.published",
            ClosingAction::Cancel => "closing.cancelled",
        };
        append(connection, desk, scope, &closing, kind)?;
        Ok(closing)
    })
}

fn step(desk: &Desk, scope: &Scope, action: ClosingAction, reason: Option<Reason>) -> Step {
    Step { action, at: desk.clock.now(), by: scope.caller().to_owned(), reason, signature: None }
}

fn sign(desk: &Desk, content: &str) -> Outcome<Signature> {
    let key = desk.keys.closing();
    let value = data_encoding::BASE64.encode(&key.sign(content.as_bytes())?);
    Ok(Signature { key: key.id(), value })
}

fn append(
    connection: &mut AnyConnection,
    desk: &Desk,
    scope: &Scope,
    closing: &Closing,
    kind: &'static str,
) -> Outcome<()> {
    let entry = Entry {
        kind,
        actor: scope.caller(),
        organisation: None,
        subject: closing.id.as_str(),
        detail: json!({ "programme": closing.programme_code, "position": closing.position.to_string(), "digest": closing.digest.0 }),
    };
    let reason = closing.steps.last().and_then(|step| step.reason.as_ref());
    let why =
        reason.or(closing.revises.as_ref().filter(|_| kind == "closing.prepared").map(|revision| &revision.reason));
    journal::append_with_reason(connection, desk.clock.now(), &entry, why)
}

/// Whether a caller sees what is not published yet of a programme, and who did what.
pub fn is_staff(scope: &Scope, programme: &ProgrammeId) -> bool {
    scope.may_in(Permission::ReadNationalFigures, programme)
}

/// The closings of a programme, or of all, in the order of their preparation: for the public, and with nobody's scope,
/// those published.
pub fn list_closings(desk: &Desk, scope: Option<&Scope>, programme: Option<&str>) -> Outcome<Vec<Closing>> {
    let mut found = desk.store_for_figures().read(|connection| store::list_closings(connection, scope))?;
    found.retain(|closing| programme.is_none_or(|code| closing.programme_code == code));
    Ok(found)
}

/// The closing of an identifier, if the caller may see it, with its content byte by byte.
pub fn find_closing(desk: &Desk, scope: Option<&Scope>, id: &ClosingId) -> Outcome<Option<(Closing, String)>> {
    desk.store_for_figures().read(|connection| {
        let Some(closing) = store::find_closing(connection, scope, id)? else { return Ok(None) };
        let content = store::read_content(connection, id)?;
        Ok(Some((closing, content)))
    })
}
