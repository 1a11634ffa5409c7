//! Programmes with their calls and periods.

use diesel::prelude::*;
use jiff::tz::TimeZone;

use super::{stored, whole};
use crate::access::Scope;
use crate::directory::money::Cents;
use crate::directory::period::ReportingPeriod;
use crate::directory::programme::{Call, Programme, ProgrammeDetails};
use crate::id::ProgrammeId;
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::{calls, programmes, reporting_periods};
use crate::storage::{AnyConnection, on_duplicate};

/// Inserts a programme with its calls and periods.
pub fn insert_programme(connection: &mut AnyConnection, programme: &Programme, position: Position) -> Outcome<()> {
    let details = &programme.details;
    let inserted = diesel::insert_into(programmes::table)
        .values((
            programmes::id.eq(programme.id.as_str()),
            programmes::position.eq(position.0),
            programmes::code.eq(details.code.as_str()),
            programmes::name_en.eq(details.name_en.as_str()),
            programmes::name_fr.eq(details.name_fr.as_str()),
            programmes::envelope_cents.eq(details.envelope.0),
            programmes::currency.eq("EUR"),
            programmes::time_zone.eq(details.time_zone.iana_name().unwrap_or("UTC")),
            programmes::first_on.eq(details.first_on.to_string()),
            programmes::disclosure_threshold.eq(i64::from(details.disclosure_threshold)),
            programmes::certification.eq(details.certification),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    for call in &details.calls {
        let inserted = diesel::insert_into(calls::table)
            .values((
                calls::programme_id.eq(programme.id.as_str()),
                calls::code.eq(call.code.as_str()),
                calls::name_en.eq(call.name_en.as_str()),
                calls::name_fr.eq(call.name_fr.as_str()),
            ))
            .execute(connection);
        on_duplicate(inserted, Code::AlreadyRegistered)?;
    }
    for period in &details.periods {
        let inserted = diesel::insert_into(reporting_periods::table)
            .values((
                reporting_periods::programme_id.eq(programme.id.as_str()),
                reporting_periods::code.eq(period.code.to_string()),
                reporting_periods::position.eq(position.0),
                reporting_periods::first_on.eq(period.first_on.to_string()),
                reporting_periods::last_on.eq(period.last_on.to_string()),
                reporting_periods::due_on.eq(period.due_on.to_string()),
            ))
            .execute(connection);
        on_duplicate(inserted, Code::AlreadyRegistered)?;
    }
    Ok(())
}

#[derive(Queryable)]
struct ProgrammeRow {
    id: String,
    _position: i64,
    code: String,
    name_en: String,
    name_fr: String,
    envelope_cents: i64,
    _currency: String,
    time_zone: String,
    first_on: String,
    disclosure_threshold: i64,
    certification: bool,
}

/// Every programme, by code. The directory of programmes is open to every recognised caller.
pub fn list_programmes(connection: &mut AnyConnection, _scope: &Scope) -> Outcome<Vec<Programme>> {
    let rows: Vec<ProgrammeRow> = programmes::table.order(programmes::code).load(connection)?;
    rows.into_iter().map(|row| complete_programme(connection, row)).collect()
}

/// The programme of a code.
pub fn find_programme(connection: &mut AnyConnection, _scope: &Scope, code: &str) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> = programmes::table.filter(programmes::code.eq(code)).first(connection).optional()?;
    row.map(|row| complete_programme(connection, row)).transpose()
}

/// The programme of an identifier.
pub fn find_programme_by_id(
    connection: &mut AnyConnection,
    _scope: &Scope,
    id: &ProgrammeId,
) -> Outcome<Option<Programme>> {
    let row: Option<ProgrammeRow> =
        programmes::table.filter(programmes::id.eq(id.as_str())).first(connection).optional()?;
    row.map(|row| complete_programme(connection, row)).transpose()
}

fn complete_programme(connection: &mut AnyConnection, row: ProgrammeRow) -> Outcome<Programme> {
    let call_rows: Vec<(String, String, String)> = calls::table
        .filter(calls::programme_id.eq(&row.id))
        .order(calls::code)
        .select((calls::code, calls::name_en, calls::name_fr))
        .load(connection)?;
    let period_rows: Vec<(String, String, String, String)> = reporting_periods::table
        .filter(reporting_periods::programme_id.eq(&row.id))
        .order(reporting_periods::first_on)
        .select((
            reporting_periods::code,
            reporting_periods::first_on,
            reporting_periods::last_on,
            reporting_periods::due_on,
        ))
        .load(connection)?;
    let read_call = |(code, name_en, name_fr): (String, String, String)| -> Outcome<Call> {
        Ok(Call { code: stored(&code)?, name_en: stored(&name_en)?, name_fr: stored(&name_fr)? })
    };
    let read_period = |(code, first, last, due): (String, String, String, String)| -> Outcome<ReportingPeriod> {
        Ok(ReportingPeriod {
            code: stored(&code)?,
            first_on: stored(&first)?,
            last_on: stored(&last)?,
            due_on: stored(&due)?,
        })
    };
    Ok(Programme {
        id: ProgrammeId::stored(row.id),
        details: ProgrammeDetails {
            code: stored(&row.code)?,
            name_en: stored(&row.name_en)?,
            name_fr: stored(&row.name_fr)?,
            envelope: Cents(row.envelope_cents),
            time_zone: TimeZone::get(&row.time_zone).map_err(|_| Failure::fault("a stored time zone is unknown"))?,
            first_on: stored(&row.first_on)?,
            disclosure_threshold: whole(row.disclosure_threshold)?,
            certification: row.certification,
            calls: call_rows.into_iter().map(read_call).collect::<Outcome<_>>()?,
            periods: period_rows.into_iter().map(read_period).collect::<Outcome<_>>()?,
        },
    })
}
