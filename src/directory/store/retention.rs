//! How long individual records are kept, with every setting that a programme has had.

use diesel::prelude::*;

use super::whole;
use crate::id::ProgrammeId;
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::retention_settings;

/// Appends a setting: it holds from a position on.
pub fn append_retention(
    connection: &mut AnyConnection,
    programme: &ProgrammeId,
    months: Option<u16>,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(retention_settings::table)
        .values((
            retention_settings::programme_id.eq(programme.as_str()),
            retention_settings::position.eq(position.0),
            retention_settings::months.eq(months.map(i64::from)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The months that hold now for a programme; nothing if records are kept as long as the programme.
pub fn find_retention(connection: &mut AnyConnection, programme: &ProgrammeId) -> Outcome<Option<u16>> {
    let months: Option<Option<i64>> = retention_settings::table
        .filter(retention_settings::programme_id.eq(programme.as_str()))
        .order(retention_settings::position.desc())
        .select(retention_settings::months)
        .first(connection)
        .optional()?;
    months.flatten().map(whole).transpose()
}
