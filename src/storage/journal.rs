//! The journal: one entry for every write. What answers read also takes a position, given in commit order.
//!
//! Whoever follows the journal reads it by sequence. Identifiers and instants are given before a commit, so an entry may
//! appear behind one that was read already; a sequence is given after the commit, so none ever does.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::chain;
use super::connection::AnyConnection;
use super::schema::{journal, journal_head, sequence_head};
use crate::clock::{self, Instant};
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::Reason;

/// A place in the order in which facts were committed; 0 is before everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Position(pub i64);

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the order in which the journal is followed; 0 is before everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Sequence(pub i64);

impl std::fmt::Display for Sequence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Sequence {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let sequence = text.parse().ok().filter(|sequence| *sequence >= 0);
        sequence.map(Self).ok_or_else(|| Code::ParameterInvalid.into())
    }
}

/// What an entry says.
pub struct Entry<'a> {
    /// What happened, such as `report.approved`.
    pub kind: &'static str,
    /// Who did it.
    pub actor: &'a str,
    /// The organisation that it concerns, if one.
    pub organisation: Option<&'a str>,
    /// What it happened to.
    pub subject: &'a str,
    /// Further facts; never a person's data, never free text.
    pub detail: serde_json::Value,
}

/// Appends an entry that no answer reads, and so takes no position.
pub fn append(connection: &mut AnyConnection, at: Instant, entry: &Entry<'_>) -> Outcome<()> {
    insert(connection, None, at, entry, None)
}

/// Appends an entry with somebody's own words on why, which were checked for identity numbers.
pub fn append_with_reason(
    connection: &mut AnyConnection,
    at: Instant,
    entry: &Entry<'_>,
    reason: Option<&Reason>,
) -> Outcome<()> {
    insert(connection, None, at, entry, reason)
}

/// Appends an entry that answers read; answers its position. Instants never run backwards along positions.
pub fn append_positioned(connection: &mut AnyConnection, at: Instant, entry: &Entry<'_>) -> Outcome<Position> {
    append_positioned_with_reason(connection, at, entry, None)
}

/// The same with somebody's own words on why, which were checked for identity numbers.
pub fn append_positioned_with_reason(
    connection: &mut AnyConnection,
    at: Instant,
    entry: &Entry<'_>,
    reason: Option<&Reason>,
) -> Outcome<Position> {
    diesel::update(journal_head::table)
        .set(journal_head::position.eq(journal_head::position + 1))
        .execute(connection)?;
    let (position, latest): (i64, i64) =
        journal_head::table.select((journal_head::position, journal_head::at_us)).first(connection)?;
    let at = Instant(at.0.max(latest));
    diesel::update(journal_head::table).set(journal_head::at_us.eq(at.0)).execute(connection)?;
    insert(connection, Some(position), at, entry, reason)?;
    Ok(Position(position))
}

fn insert(
    connection: &mut AnyConnection,
    position: Option<i64>,
    at: Instant,
    entry: &Entry<'_>,
    reason: Option<&Reason>,
) -> Outcome<()> {
    diesel::insert_into(journal::table)
        .values((
            journal::id.eq(clock::new_id()),
            journal::position.eq(position),
            journal::at_us.eq(at.0),
            journal::kind.eq(entry.kind),
            journal::actor.eq(entry.actor),
            journal::organisation_id.eq(entry.organisation),
            journal::subject.eq(entry.subject),
            journal::detail.eq(entry.detail.to_string()),
            journal::reason.eq(reason.map(Reason::as_str)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The newest position and its instant.
pub fn head(connection: &mut AnyConnection) -> Outcome<(Position, Instant)> {
    let (position, at): (i64, i64) =
        journal_head::table.select((journal_head::position, journal_head::at_us)).first(connection)?;
    Ok((Position(position), Instant(at)))
}

/// The last position whose instant is not after a given one.
pub fn position_at(connection: &mut AnyConnection, instant: Instant) -> Outcome<Position> {
    let position: Option<Option<i64>> = journal::table
        .filter(journal::at_us.le(instant.0).and(journal::position.is_not_null()))
        .order(journal::position.desc())
        .select(journal::position)
        .first(connection)
        .optional()?;
    Ok(Position(position.flatten().unwrap_or(0)))
}

/// The instant at which a position was committed; for position 0, the epoch.
pub fn instant_of(connection: &mut AnyConnection, position: Position) -> Outcome<Instant> {
    let at: Option<i64> =
        journal::table.filter(journal::position.eq(position.0)).select(journal::at_us).first(connection).optional()?;
    Ok(Instant(at.unwrap_or(0)))
}

/// An entry that took a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEntry {
    /// Its position.
    pub position: Position,
    /// When.
    pub at: Instant,
    /// What happened, such as `report.approved`.
    pub kind: String,
    /// What it happened to.
    pub subject: String,
}

/// The entries after a position, up to another, in order.
pub fn list_positioned(connection: &mut AnyConnection, after: Position, upto: Position) -> Outcome<Vec<PastEntry>> {
    let rows: Vec<(Option<i64>, i64, String, String)> = journal::table
        .filter(journal::position.gt(after.0).and(journal::position.le(upto.0)))
        .order(journal::position)
        .select((journal::position, journal::at_us, journal::kind, journal::subject))
        .load(connection)?;
    let entry = |(position, at, kind, subject): (Option<i64>, i64, String, String)| {
        Some(PastEntry { position: Position(position?), at: Instant(at), kind, subject })
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// Whether some committed entry has no sequence yet, or no link.
pub fn is_unnumbered(connection: &mut AnyConnection) -> Outcome<bool> {
    let query = journal::table.filter(journal::sequence.is_null()).select(journal::id);
    let unnumbered = query.first::<String>(connection).optional()?.is_some();
    Ok(unnumbered || chain::is_behind(connection)?)
}

/// Gives every committed entry that has no sequence the next ones, in the order of their instants and positions. Must
/// run in [`super::Store::number`]: the head row lets one caller in at a time, and what it then sees is committed.
pub fn number(connection: &mut AnyConnection) -> Outcome<()> {
    diesel::update(sequence_head::table)
        .set(sequence_head::sequence.eq(sequence_head::sequence))
        .execute(connection)?;
    connection.batch_execute(
        "UPDATE journal SET sequence = (SELECT sequence FROM sequence_head) + numbered.place FROM (
             SELECT id, ROW_NUMBER() OVER (ORDER BY at_us, COALESCE(position, 0), id) AS place
             FROM journal WHERE sequence IS NULL
         ) AS numbered WHERE journal.id = numbered.id",
    )?;
    let newest: Option<Option<i64>> = journal::table
        .filter(journal::sequence.is_not_null())
        .order(journal::sequence.desc())
        .select(journal::sequence)
        .first(connection)
        .optional()?;
    diesel::update(sequence_head::table)
        .set(sequence_head::sequence.eq(newest.flatten().unwrap_or(0)))
        .execute(connection)?;
    Ok(())
}

/// The newest sequence that was given.
pub fn newest_sequence(connection: &mut AnyConnection) -> Outcome<Sequence> {
    Ok(Sequence(sequence_head::table.select(sequence_head::sequence).first(connection)?))
}

/// The subjects of entries after a sequence, for stores that list what changed; that somebody looked is no change.
#[diesel::dsl::auto_type]
pub fn subjects_changed_since(since: Sequence) -> _ {
    let after: i64 = since.0;
    journal::table.filter(journal::sequence.gt(after).and(journal::kind.not_like("%.seen"))).select(journal::subject)
}
