//! Transfers of projects, and who leads a project now: the one place that access goes by.

use diesel::prelude::*;

use super::projects::{append_revision, is_within_reach};
use super::stored;
use crate::access::Scope;
use crate::directory::project::Project;
use crate::directory::transfer::Transfer;
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Failure, Outcome};
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{project_transfers, projects, reports};

/// Gives a project another lead from a position on. Whoever transfers it at the same time loses and is tried again.
pub fn transfer_project(
    connection: &mut AnyConnection,
    project: &Project,
    transfer: &Transfer,
    position: Position,
) -> Outcome<()> {
    let moved =
        diesel::update(projects::table.filter(
            projects::id.eq(project.id.as_str()).and(projects::lead_organisation_id.eq(transfer.from.as_str())),
        ))
        .set(projects::lead_organisation_id.eq(transfer.to.as_str()))
        .execute(connection)?;
    if moved != 1 {
        return Err(Failure::fault("a project was not led as it was read"));
    }
    append_revision(connection, project, position)?;
    diesel::insert_into(project_transfers::table)
        .values((
            project_transfers::project_id.eq(project.id.as_str()),
            project_transfers::position.eq(position.0),
            project_transfers::from_organisation_id.eq(transfer.from.as_str()),
            project_transfers::to_organisation_id.eq(transfer.to.as_str()),
            project_transfers::transferred_on.eq(transfer.transferred_on.to_string()),
            project_transfers::reason.eq(transfer.reason.as_str()),
        ))
        .execute(connection)?;
    Ok(())
}

/// The newest version of a project that is about to be transferred, 0 if none. Every verb on a report writes what is read
/// here and reads who leads the project: so of a verb and a transfer at once, the database tries one again.
pub fn newest_version_of(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<i64> {
    let versions: Vec<i64> = reports::table
        .filter(reports::project_id.eq(project.as_str()))
        .select(reports::current_version)
        .load(connection)?;
    Ok(versions.into_iter().max().unwrap_or_default())
}

/// The transfers of a project that the caller has already found, in order.
pub fn list_transfers(connection: &mut AnyConnection, scope: &Scope, project: &ProjectId) -> Outcome<Vec<Transfer>> {
    if !is_within_reach(connection, scope, project)? {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String, String, String)> = project_transfers::table
        .filter(project_transfers::project_id.eq(project.as_str()))
        .order(project_transfers::position)
        .select((
            project_transfers::from_organisation_id,
            project_transfers::to_organisation_id,
            project_transfers::transferred_on,
            project_transfers::reason,
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(from, to, on, reason)| {
            Ok(Transfer {
                from: OrganisationId::stored(from),
                to: OrganisationId::stored(to),
                transferred_on: stored(&on)?,
                reason: stored(&reason)?,
            })
        })
        .collect()
}

/// The projects that came to an organisation by transfer and are still its own.
pub fn list_received(connection: &mut AnyConnection, own: &OrganisationId) -> Outcome<Vec<String>> {
    Ok(project_transfers::table
        .inner_join(projects::table.on(projects::id.eq(project_transfers::project_id)))
        .filter(project_transfers::to_organisation_id.eq(own.as_str()))
        .filter(projects::lead_organisation_id.eq(own.as_str()))
        .select(projects::id)
        .distinct()
        .load(connection)?)
}

/// The projects that an organisation led and that are no longer its own.
pub fn list_released(connection: &mut AnyConnection, own: &OrganisationId) -> Outcome<Vec<String>> {
    // What another leads now may be behind the wall.
    let still_own = projects::table.filter(projects::lead_organisation_id.eq(own.as_str())).select(projects::id);
    Ok(project_transfers::table
        .filter(project_transfers::from_organisation_id.eq(own.as_str()))
        .filter(project_transfers::project_id.ne_all(still_own))
        .select(project_transfers::project_id)
        .distinct()
        .load(connection)?)
}
