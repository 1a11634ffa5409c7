//! Definition versions that officers added: a row each, inserted once, never changed.

use std::sync::Arc;

use diesel::prelude::*;

use super::reading::read_stored;
use super::{Addition, DefinitionSet};
use crate::clock::Instant;
use crate::directory::store::stored;
use crate::id::ProgrammeId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::version::Digest;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::definition_versions;
use crate::text::ShortCode;

#[derive(Queryable)]
struct DefinitionRow {
    programme_id: String,
    code: String,
    position: i64,
    based_on: String,
    standing: bool,
    reason: String,
    added_at_us: i64,
    added_by: String,
    content: String,
    digest: Vec<u8>,
}

fn set_of(row: DefinitionRow) -> Outcome<Arc<DefinitionSet>> {
    let broken = || Failure::fault("a stored definition version is out of form");
    let addition = Addition {
        programme: ProgrammeId::stored(row.programme_id),
        position: Position(row.position),
        based_on: ShortCode::stored(row.based_on),
        standing: row.standing,
        reason: stored(&row.reason)?,
        at: Instant(row.added_at_us),
        by: row.added_by,
    };
    let set = read_stored(ShortCode::stored(row.code), addition, &row.content).ok_or_else(broken)?;
    if set.digest != Digest(row.digest.try_into().map_err(|_| broken())?) {
        return Err(Failure::fault("a stored definition version does not have its digest"));
    }
    Ok(Arc::new(set))
}

/// Inserts a version.
pub fn insert_definition(connection: &mut AnyConnection, set: &DefinitionSet) -> Outcome<()> {
    let addition = set.addition.as_ref().ok_or_else(|| Failure::fault("only an added definition version is stored"))?;
    diesel::insert_into(definition_versions::table)
        .values((
            definition_versions::programme_id.eq(addition.programme.as_str()),
            definition_versions::code.eq(set.code.as_str()),
            definition_versions::position.eq(addition.position.0),
            definition_versions::based_on.eq(addition.based_on.as_str()),
            definition_versions::standing.eq(addition.standing),
            definition_versions::reason.eq(addition.reason.as_str()),
            definition_versions::added_at_us.eq(addition.at.0),
            definition_versions::added_by.eq(addition.by.as_str()),
            definition_versions::content.eq(set.content.canonical()),
            definition_versions::digest.eq(&set.digest.0[..]),
        ))
        .execute(connection)?;
    Ok(())
}

/// The versions added to a programme that the caller has already found, in the order of their positions.
pub fn list_definitions(connection: &mut AnyConnection, programme: &ProgrammeId) -> Outcome<Vec<Arc<DefinitionSet>>> {
    let rows: Vec<DefinitionRow> = definition_versions::table
        .filter(definition_versions::programme_id.eq(programme.as_str()))
        .order(definition_versions::position)
        .load(connection)?;
    rows.into_iter().map(set_of).collect()
}

/// The versions added to any programme after a position, in the order of their positions: what the image catches up with.
pub fn list_definitions_after(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<Arc<DefinitionSet>>> {
    let rows: Vec<DefinitionRow> = definition_versions::table
        .filter(definition_versions::position.gt(after.0))
        .order(definition_versions::position)
        .load(connection)?;
    rows.into_iter().map(set_of).collect()
}
