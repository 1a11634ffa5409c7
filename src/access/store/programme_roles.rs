//! Roles for named programmes in the database, of clients and accounts alike.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::programme_role::ProgrammeRole;
use crate::access::role::Role;
use crate::id::ProgrammeId;
use crate::refusal::{Failure, Outcome};
use crate::storage::AnyConnection;
use crate::storage::schema::programme_roles;

/// Gives a caller these roles in the place of those that it had.
pub fn set_programme_roles(connection: &mut AnyConnection, caller: &str, roles: &[ProgrammeRole]) -> Outcome<()> {
    diesel::delete(programme_roles::table.filter(programme_roles::caller.eq(caller))).execute(connection)?;
    for one in roles {
        diesel::insert_into(programme_roles::table)
            .values((
                programme_roles::caller.eq(caller),
                programme_roles::programme_id.eq(one.programme.as_str()),
                programme_roles::role.eq(one.role.code()),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The roles of some callers, by caller.
pub fn list_programme_roles(
    connection: &mut AnyConnection,
    callers: &[&str],
) -> Outcome<HashMap<String, Vec<ProgrammeRole>>> {
    let rows: Vec<(String, String, String)> = programme_roles::table
        .filter(programme_roles::caller.eq_any(callers))
        .order((programme_roles::caller, programme_roles::programme_id))
        .load(connection)?;
    let mut found: HashMap<String, Vec<ProgrammeRole>> = HashMap::new();
    for (caller, programme, role) in rows {
        let role = Role::of_code(&role).ok_or_else(|| Failure::fault("a stored role is unknown"))?;
        let one = ProgrammeRole { programme: ProgrammeId::stored(programme), role };
        found.entry(caller).or_default().push(one);
    }
    Ok(found)
}
