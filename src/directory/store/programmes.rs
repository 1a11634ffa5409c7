//! Programmes with their calls and periods, as they stand from each position on.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::tz::TimeZone;

use super::{stored, whole};
use crate::access::Scope;
use crate::directory::money::Cents;
use crate::directory::naming::ProgrammeName;
use crate::directory::period::ReportingPeriod;
use crate::directory::programme::{Call, Programme, ProgrammeDetails};
use crate::id::ProgrammeId;
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::{calls, period_due_dates, programme_revisions, programmes, reporting_periods};
use crate::storage::{AnyConnection, on_duplicate};

/// Inserts a programme with its first revision, its calls and its periods.
pub fn insert_programme(connection: &mut AnyConnection, programme: &Programme, position: Position) -> Outcome<()> {
    let details = &programme.details;
    let inserted = diesel::insert_into(programmes::table)
        .values((
            programmes::id.eq(programme.id.as_str()),
            programmes::position.eq(position.0),
            programmes::code.eq(details.code.as_str()),
            programmes::currency.eq("EUR"),
            programmes::time_zone.eq(details.time_zone.iana_name().unwrap_or("UTC")),
            programmes::first_on.eq(details.first_on.to_string()),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    append_programme_revision(connection, programme, position)?;
    for call in &details.calls {
        insert_call(connection, &programme.id, call, position)?;
    }
    for period in &details.periods {
        insert_period(connection, &programme.id, period, position)?;
    }
    Ok(())
}

/// Appends a revision of a programme: what it is from a position on.
pub fn append_programme_revision(
    connection: &mut AnyConnection,
    programme: &Programme,
    position: Position,
) -> Outcome<()> {
    let details = &programme.details;
    diesel::insert_into(programme_revisions::table)
        .values((
            programme_revisions::programme_id.eq(programme.id.as_str()),
            programme_revisions::position.eq(position.0),
            programme_revisions::name_en.eq(details.name_en.as_str()),
            programme_revisions::name_fr.eq(details.name_fr.as_str()),
            programme_revisions::envelope_cents.eq(details.envelope.0),
            programme_revisions::disclosure_threshold.eq(i64::from(details.disclosure_threshold)),
            programme_revisions::certification.eq(details.certification),
        ))
        .execute(connection)?;
    Ok(())
}

/// Inserts a call of a programme.
pub fn insert_call(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    call: &Call,
    position: Position,
) -> Outcome<()> {
    let inserted = diesel::insert_into(calls::table)
        .values((
            calls::programme_id.eq(programme.as_str()),
            calls::code.eq(call.code.as_str()),
            calls::name_en.eq(call.name_en.as_str()),
            calls::name_fr.eq(call.name_fr.as_str()),
            calls::position.eq(position.0),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered).map(|_| ())
}

/// Inserts a reporting period of a programme with its first due date.
pub fn insert_period(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    period: &ReportingPeriod,
    position: Position,
) -> Outcome<()> {
    let inserted = diesel::insert_into(reporting_periods::table)
        .values((
            reporting_periods::programme_id.eq(programme.as_str()),
            reporting_periods::code.eq(period.code.to_string()),
            reporting_periods::position.eq(position.0),
            reporting_periods::first_on.eq(period.first_on.to_string()),
            reporting_periods::last_on.eq(period.last_on.to_string()),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    append_due_date(connection, programme, period, position)
}

/// Appends the due date of a period: when it is due from a position on.
pub fn append_due_date(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    period: &ReportingPeriod,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(period_due_dates::table)
        .values((
            period_due_dates::programme_id.eq(programme.as_str()),
            period_due_dates::code.eq(period.code.to_string()),
            period_due_dates::position.eq(position.0),
            period_due_dates::due_on.eq(period.due_on.to_string()),
        ))
        .execute(connection)?;
    Ok(())
}

/// Every programme, by code. The directory of programmes is open to every recognised caller.
pub fn list_programmes(connection: &mut AnyConnection, _scope: &Scope) -> Outcome<Vec<Programme>> {
    let rows: Vec<ProgrammeRow> = programmes::table.order(programmes::code).load(connection)?;
    rows.into_iter().map(|row| read_history(connection, row)?.newest()).collect()
}

/// The programme of a code.
pub fn find_programme(connection: &mut AnyConnection, _scope: &Scope, code: &str) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> = programmes::table.filter(programmes::code.eq(code)).first(connection).optional()?;
    row.map(|row| read_history(connection, row)?.newest()).transpose()
}

/// The programme of an identifier.
pub fn find_programme_by_id(
    connection: &mut AnyConnection,
    _scope: &Scope,
    id: &ProgrammeId,
) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> =
        programmes::table.filter(programmes::id.eq(id.as_str())).first(connection).optional()?;
    row.map(|row| read_history(connection, row)?.newest()).transpose()
}

/// The programme that a caller names.
pub fn find_named_programme(
    connection: &mut AnyConnection,
    scope: &Scope,
    name: &ProgrammeName,
) -> Outcome<Option<Programme>> {
    match name {
        ProgrammeName::Id(id) => find_programme_by_id(connection, scope, id),
        ProgrammeName::Code(code) => find_programme(connection, scope, code.as_str()),
    }
}

/// A programme as it stood from a position on.
pub struct ProgrammeRevision {
    /// The position at which it became so.
    pub position: Position,
    /// What it became.
    pub programme: Programme,
}

/// Every state of every programme after a position, in order: what consolidation catches up with.
pub fn list_programme_revisions_after(
    connection: &mut AnyConnection,
    _scope: &Scope,
    after: Position,
) -> Outcome<Vec<ProgrammeRevision>> {
    let mut revisions = Vec::new();
    let revised = programme_revisions::table
        .filter(programme_revisions::position.gt(after.0))
        .select(programme_revisions::programme_id);
    let called = calls::table.filter(calls::position.gt(after.0)).select(calls::programme_id);
    // A period that is added gets its due date at the same position.
    let due =
        period_due_dates::table.filter(period_due_dates::position.gt(after.0)).select(period_due_dates::programme_id);
    let changed = programmes::id.eq_any(revised).or(programmes::id.eq_any(called)).or(programmes::id.eq_any(due));
    let rows: Vec<ProgrammeRow> = programmes::table.filter(changed).load(connection)?;
    for row in rows {
        let history = read_history(connection, row)?;
        for position in history.positions().into_iter().filter(|position| *position > after) {
            revisions.push(ProgrammeRevision { position, programme: history.at(position)? });
        }
    }
    revisions.sort_by_key(|revision| revision.position);
    Ok(revisions)
}

/// Everything that a programme has been.
struct History {
    programme: ProgrammeRow,
    revisions: Vec<RevisionRow>,
    calls: Vec<CallRow>,
    periods: Vec<PeriodRow>,
}

#[derive(Queryable)]
struct ProgrammeRow {
    id: String,
    _position: i64,
    code: String,
    _currency: String,
    time_zone: String,
    first_on: String,
}

#[derive(Queryable)]
struct RevisionRow {
    position: i64,
    name_en: String,
    name_fr: String,
    envelope_cents: i64,
    disclosure_threshold: i64,
    certification: bool,
}

#[derive(Queryable)]
struct CallRow {
    position: i64,
    code: String,
    name_en: String,
    name_fr: String,
}

/// A period with one of its due dates, from a position on.
#[derive(Queryable)]
struct PeriodRow {
    position: i64,
    code: String,
    first_on: String,
    last_on: String,
    due_on: String,
}

fn read_history(connection: &mut AnyConnection, programme: ProgrammeRow) -> Outcome<History> {
    let revisions = programme_revisions::table
        .filter(programme_revisions::programme_id.eq(&programme.id))
        .order(programme_revisions::position)
        .select((
            programme_revisions::position,
            programme_revisions::name_en,
            programme_revisions::name_fr,
            programme_revisions::envelope_cents,
            programme_revisions::disclosure_threshold,
            programme_revisions::certification,
        ))
        .load(connection)?;
    let calls = calls::table
        .filter(calls::programme_id.eq(&programme.id))
        .order(calls::code)
        .select((calls::position, calls::code, calls::name_en, calls::name_fr))
        .load(connection)?;
    let of_period = period_due_dates::programme_id
        .eq(reporting_periods::programme_id)
        .and(period_due_dates::code.eq(reporting_periods::code));
    let periods = reporting_periods::table
        .inner_join(period_due_dates::table.on(of_period))
        .filter(reporting_periods::programme_id.eq(&programme.id))
        .order((reporting_periods::first_on, period_due_dates::position))
        .select((
            period_due_dates::position,
            reporting_periods::code,
            reporting_periods::first_on,
            reporting_periods::last_on,
            period_due_dates::due_on,
        ))
        .load(connection)?;
    Ok(History { programme, revisions, calls, periods })
}

impl History {
    /// The positions at which the programme changed, in order.
    fn positions(&self) -> Vec<Position> {
        let revisions = self.revisions.iter().map(|row| row.position);
        let calls = self.calls.iter().map(|row| row.position);
        let positions = revisions.chain(calls).chain(self.periods.iter().map(|row| row.position));
        positions.collect::<BTreeSet<i64>>().into_iter().map(Position).collect()
    }

    fn newest(&self) -> Outcome<Programme> {
        self.at(Position(i64::MAX))
    }

    /// The programme as it stood at a position, which is not before its first.
    fn at(&self, Position(position): Position) -> Outcome<Programme> {
        let revision = self.revisions.iter().rfind(|row| row.position <= position);
        let revision = revision.ok_or_else(|| Failure::fault("a programme has no revision"))?;
        let mut calls = Vec::new();
        for row in self.calls.iter().filter(|row| row.position <= position) {
            let (code, name_en, name_fr) = (stored(&row.code)?, stored(&row.name_en)?, stored(&row.name_fr)?);
            calls.push(Call { code, name_en, name_fr });
        }
        let mut periods: Vec<ReportingPeriod> = Vec::new();
        for row in self.periods.iter().filter(|row| row.position <= position) {
            let (code, due_on) = (stored(&row.code)?, stored(&row.due_on)?);
            match periods.last_mut() {
                // A later due date of the same period.
                Some(known) if known.code == code => known.due_on = due_on,
                _ => {
                    let (first_on, last_on) = (stored(&row.first_on)?, stored(&row.last_on)?);
                    periods.push(ReportingPeriod { code, first_on, last_on, due_on });
                }
            }
        }
        let zone = TimeZone::get(&self.programme.time_zone);
        let details = ProgrammeDetails {
            code: stored(&self.programme.code)?,
            name_en: stored(&revision.name_en)?,
            name_fr: stored(&revision.name_fr)?,
            envelope: Cents(revision.envelope_cents),
            time_zone: zone.map_err(|_| Failure::fault("a stored time zone is unknown"))?,
            first_on: stored(&self.programme.first_on)?,
            disclosure_threshold: whole(revision.disclosure_threshold)?,
            certification: revision.certification,
            calls,
            periods,
        };
        Ok(Programme { id: ProgrammeId::stored(self.programme.id.clone()), details })
    }
}
