//! Closings in the database: rows inserted once and never written again; a closing's state is its last step.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::cells::Exact;
use super::{Closing, ClosingAction, ClosingState, ContentDigest, Revision, Signature, Step};
use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::store::stored;
use crate::id::{ClosingId, ProgrammeId};
use crate::refusal::{Failure, Outcome};
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{closing_steps, closings};

/// What is kept of a closing besides what is told of it.
pub struct Kept {
    /// How many closings of the programme were published before it was prepared.
    pub published_before: i64,
    /// Its content, byte by byte.
    pub content: String,
    /// Its true counts.
    pub exact: Exact,
}

#[derive(Queryable)]
struct ClosingRow {
    id: String,
    programme_id: String,
    programme_code: String,
    name: String,
    position: i64,
    day: String,
    revises: Option<String>,
    revision_reason: Option<String>,
    figure_count: i64,
    suppressed_count: i64,
    digest: String,
}

#[derive(Queryable)]
struct StepRow {
    closing_id: String,
    _place: i64,
    action: String,
    at_us: i64,
    caller: String,
    reason: Option<String>,
    signature_key: Option<String>,
    signature: Option<String>,
}

fn broken() -> Failure {
    Failure::fault("a stored closing is out of form")
}

/// Inserts a closing with its first step.
pub fn insert_closing(connection: &mut AnyConnection, closing: &Closing, kept: &Kept) -> Outcome<()> {
    let exact = serde_json::to_string(&kept.exact).map_err(|_| broken())?;
    diesel::insert_into(closings::table)
        .values((
            closings::id.eq(closing.id.as_str()),
            closings::programme_id.eq(closing.programme.as_str()),
            closings::programme_code.eq(closing.programme_code.as_str()),
            closings::name.eq(closing.name.as_str()),
            closings::position.eq(closing.position.0),
            closings::day.eq(closing.day.to_string()),
            closings::revises.eq(closing.revises.as_ref().map(|revision| revision.closing.as_str())),
            closings::revision_reason.eq(closing.revises.as_ref().map(|revision| revision.reason.as_str())),
            closings::published_before.eq(kept.published_before),
            closings::figure_count.eq(closing.figure_count),
            closings::suppressed_count.eq(closing.suppressed_count),
            closings::content.eq(kept.content.as_str()),
            closings::digest.eq(closing.digest.0.as_str()),
            closings::exact.eq(exact),
        ))
        .execute(connection)?;
    for (place, step) in closing.steps.iter().enumerate() {
        append_step(connection, &closing.id, place, step)?;
    }
    Ok(())
}

/// Appends a step at its place. Two steps at one place, by two callers at once, is one too many: the second fails.
pub fn append_step(connection: &mut AnyConnection, closing: &ClosingId, place: usize, step: &Step) -> Outcome<()> {
    diesel::insert_into(closing_steps::table)
        .values((
            closing_steps::closing_id.eq(closing.as_str()),
            closing_steps::place.eq(i64::try_from(place).map_err(|_| broken())?),
            closing_steps::action.eq(step.action.code()),
            closing_steps::at_us.eq(step.at.0),
            closing_steps::caller.eq(step.by.as_str()),
            closing_steps::reason.eq(step.reason.as_ref().map(|reason| reason.as_str())),
            closing_steps::signature_key.eq(step.signature.as_ref().map(|signature| signature.key.as_str())),
            closing_steps::signature.eq(step.signature.as_ref().map(|signature| signature.value.as_str())),
        ))
        .execute(connection)?;
    Ok(())
}

/// The closings that somebody may see, in the order of their preparation; whoever is not staff sees those published.
pub fn list_closings(connection: &mut AnyConnection, scope: Option<&Scope>) -> Outcome<Vec<Closing>> {
    let rows: Vec<ClosingRow> = closings::table
        .order(closings::id)
        .select((
            closings::id,
            closings::programme_id,
            closings::programme_code,
            closings::name,
            closings::position,
            closings::day,
            closings::revises,
            closings::revision_reason,
            closings::figure_count,
            closings::suppressed_count,
            closings::digest,
        ))
        .load(connection)?;
    let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    let taken: Vec<StepRow> =
        closing_steps::table.order((closing_steps::closing_id, closing_steps::place)).load(connection)?;
    for row in taken {
        steps.entry(row.closing_id.clone()).or_default().push(step_of(row)?);
    }
    let mut found = rows
        .into_iter()
        .map(|row| {
            let steps = steps.remove(&row.id).unwrap_or_default();
            closing_of(row, steps)
        })
        .collect::<Outcome<Vec<_>>>()?;
    let revisions: BTreeMap<ClosingId, ClosingId> = found
        .iter()
        .filter(|closing| closing.state() == ClosingState::Published)
        .filter_map(|closing| Some((closing.revises.as_ref()?.closing.clone(), closing.id.clone())))
        .collect();
    for closing in &mut found {
        closing.revised_by = revisions.get(&closing.id).cloned();
    }
    let is_staff =
        |closing: &Closing| scope.is_some_and(|scope| super::operations::is_staff(scope, &closing.programme));
    found.retain(|closing| closing.state() == ClosingState::Published || is_staff(closing));
    Ok(found)
}

/// A closing that somebody may see.
pub fn find_closing(connection: &mut AnyConnection, scope: Option<&Scope>, id: &ClosingId) -> Outcome<Option<Closing>> {
    Ok(list_closings(connection, scope)?.into_iter().find(|closing| closing.id == *id))
}

/// The content of a closing that the caller has found, byte by byte.
pub fn read_content(connection: &mut AnyConnection, closing: &ClosingId) -> Outcome<String> {
    Ok(closings::table.filter(closings::id.eq(closing.as_str())).select(closings::content).first(connection)?)
}

/// The true counts of a closing.
pub fn read_exact(connection: &mut AnyConnection, closing: &ClosingId) -> Outcome<Exact> {
    let text: String =
        closings::table.filter(closings::id.eq(closing.as_str())).select(closings::exact).first(connection)?;
    serde_json::from_str(&text).map_err(|_| broken())
}

/// How many closings of its programme were published before a closing was prepared.
pub fn read_published_before(connection: &mut AnyConnection, closing: &ClosingId) -> Outcome<i64> {
    Ok(closings::table
        .filter(closings::id.eq(closing.as_str()))
        .select(closings::published_before)
        .first(connection)?)
}

/// How many closings of a programme are published.
pub fn count_published(connection: &mut AnyConnection, programme: &ProgrammeId) -> Outcome<i64> {
    let published =
        closing_steps::table.inner_join(closings::table.on(closings::id.eq(closing_steps::closing_id))).filter(
            closings::programme_id.eq(programme.as_str()).and(closing_steps::action.eq(ClosingAction::Publish.code())),
        );
    Ok(published.count().get_result(connection)?)
}

/// The true counts of every published closing of a programme. For the preparation of another one, and for checks.
pub fn list_published_exact(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
) -> Outcome<Vec<(ClosingId, Exact)>> {
    let rows: Vec<(String, String)> = closing_steps::table
        .inner_join(closings::table.on(closings::id.eq(closing_steps::closing_id)))
        .filter(
            closings::programme_id.eq(programme.as_str()).and(closing_steps::action.eq(ClosingAction::Publish.code())),
        )
        .order(closings::id)
        .select((closings::id, closings::exact))
        .load(connection)?;
    let exact = |text: &str| serde_json::from_str(text).map_err(|_| broken());
    rows.into_iter().map(|(id, text)| Ok((ClosingId::stored(id), exact(&text)?))).collect()
}

fn step_of(row: StepRow) -> Outcome<Step> {
    Ok(Step {
        action: ClosingAction::of_code(&row.action).ok_or_else(broken)?,
        at: Instant(row.at_us),
        by: row.caller,
        reason: row.reason.as_deref().map(stored).transpose()?,
        signature: row.signature_key.zip(row.signature).map(|(key, value)| Signature { key, value }),
    })
}

fn closing_of(row: ClosingRow, steps: Vec<Step>) -> Outcome<Closing> {
    let revises = match (row.revises, row.revision_reason) {
        (Some(closing), Some(reason)) => {
            Some(Revision { closing: ClosingId::stored(closing), reason: stored(&reason)? })
        }
        _ => None,
    };
    Ok(Closing {
        id: ClosingId::stored(row.id),
        programme: ProgrammeId::stored(row.programme_id),
        programme_code: row.programme_code,
        name: stored(&row.name)?,
        position: Position(row.position),
        day: stored(&row.day)?,
        revises,
        figure_count: row.figure_count,
        suppressed_count: row.suppressed_count,
        digest: ContentDigest(row.digest),
        steps,
        revised_by: None,
    })
}
