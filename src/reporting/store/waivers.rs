//! Waivers: a row each, inserted once; only the revocation is written later, once.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::project::Project;
use crate::directory::store::{is_within_reach, stored};
use crate::id::{ProjectId, WaiverId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Failure, Outcome};
use crate::reporting::rules::find_rule;
use crate::reporting::waiver::{Revocation, Waiver};
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::waivers;

#[derive(Queryable)]
struct WaiverRow {
    project_id: String,
    id: String,
    rule: String,
    reason: String,
    expires_on: String,
    position: i64,
    granted_at_us: i64,
    granted_by: String,
    revoked_position: Option<i64>,
    revoked_at_us: Option<i64>,
    revoked_by: Option<String>,
    revocation_reason: Option<String>,
}

fn waiver_of(row: WaiverRow) -> Outcome<Waiver> {
    let broken = || Failure::fault("a stored waiver is out of form");
    let revocation = match (row.revoked_position, row.revoked_at_us, row.revoked_by, row.revocation_reason) {
        (Some(position), Some(at), Some(by), Some(reason)) => {
            Some(Revocation { position: Position(position), at: Instant(at), by, reason: stored(&reason)? })
        }
        _ => None,
    };
    Ok(Waiver {
        id: WaiverId::stored(row.id),
        project: ProjectId::stored(row.project_id),
        rule: find_rule(&row.rule).ok_or_else(broken)?,
        reason: stored(&row.reason)?,
        expires_on: stored(&row.expires_on)?,
        position: Position(row.position),
        granted_at: Instant(row.granted_at_us),
        granted_by: row.granted_by,
        revocation,
    })
}

/// Inserts a waiver.
pub fn insert_waiver(connection: &mut AnyConnection, waiver: &Waiver) -> Outcome<()> {
    diesel::insert_into(waivers::table)
        .values((
            waivers::project_id.eq(waiver.project.as_str()),
            waivers::id.eq(waiver.id.as_str()),
            waivers::rule.eq(waiver.rule.code),
            waivers::reason.eq(waiver.reason.as_str()),
            waivers::expires_on.eq(waiver.expires_on.to_string()),
            waivers::position.eq(waiver.position.0),
            waivers::granted_at_us.eq(waiver.granted_at.0),
            waivers::granted_by.eq(waiver.granted_by.as_str()),
        ))
        .execute(connection)?;
    Ok(())
}

/// Writes the revocation of a waiver, once.
pub fn revoke_waiver(connection: &mut AnyConnection, waiver: &Waiver, revocation: &Revocation) -> Outcome<()> {
    let own = waivers::project_id.eq(waiver.project.as_str()).and(waivers::id.eq(waiver.id.as_str()));
    let written = diesel::update(waivers::table.filter(own.and(waivers::revoked_position.is_null())))
        .set((
            waivers::revoked_position.eq(revocation.position.0),
            waivers::revoked_at_us.eq(revocation.at.0),
            waivers::revoked_by.eq(revocation.by.as_str()),
            waivers::revocation_reason.eq(revocation.reason.as_str()),
        ))
        .execute(connection)?;
    if written == 1 { Ok(()) } else { Err(Failure::fault("a waiver was not as it was read")) }
}

/// The waiver of an identifier, of a project that the caller has already found.
pub fn find_waiver(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    id: &WaiverId,
) -> Outcome<Option<Waiver>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(None);
    }
    let row: Option<WaiverRow> = waivers::table
        .filter(waivers::project_id.eq(project.id.as_str()).and(waivers::id.eq(id.as_str())))
        .first(connection)
        .optional()?;
    row.map(waiver_of).transpose()
}

/// A page of the waivers of a project that the caller has already found, in the order of their grant.
pub fn list_waivers(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    page: &PageRequest,
) -> Outcome<Page<Waiver>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(page.cut(Vec::new()));
    }
    let rows: Vec<WaiverRow> = waivers::table
        .filter(waivers::project_id.eq(project.id.as_str()).and(waivers::id.gt(page.after())))
        .order(waivers::id)
        .limit(page.limit())
        .load(connection)?;
    Ok(page.cut(rows.into_iter().map(waiver_of).collect::<Outcome<_>>()?))
}

/// The waivers of a project that hold on a day. For operations that have found the project.
pub fn list_holding(connection: &mut AnyConnection, project: &ProjectId, day: Date) -> Outcome<Vec<Waiver>> {
    let rows: Vec<WaiverRow> = waivers::table
        .filter(
            waivers::project_id
                .eq(project.as_str())
                .and(waivers::revoked_position.is_null())
                .and(waivers::expires_on.ge(day.to_string())),
        )
        .order(waivers::id)
        .load(connection)?;
    rows.into_iter().map(waiver_of).collect()
}

/// Waivers of a project by their identifiers. For findings that the caller has already found.
pub fn list_by_id(connection: &mut AnyConnection, project: &ProjectId, ids: &[&str]) -> Outcome<Vec<Waiver>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<WaiverRow> = waivers::table
        .filter(waivers::project_id.eq(project.as_str()).and(waivers::id.eq_any(ids)))
        .load(connection)?;
    rows.into_iter().map(waiver_of).collect()
}
