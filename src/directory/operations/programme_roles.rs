//! Roles for programmes that are named: found in the directory before the access room keeps them.

use crate::access::programme_role::ProgrammeRole;
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::directory::naming::ProgrammeName;
use crate::directory::store;
use crate::refusal::{Code, Outcome, Refusal};

/// A programme as it is named, and the role there; nothing for the caller's main role.
pub type NamedRole = (ProgrammeName, Option<Role>);

/// The roles named, where none is given the main one.
pub(super) fn find_roles(desk: &Desk, scope: &Scope, main: Role, named: &[NamedRole]) -> Outcome<Vec<ProgrammeRole>> {
    let find = |(place, (name, role)): (usize, &NamedRole)| {
        let found = desk.read(scope, |connection| store::find_named_programme(connection, scope, name))?;
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at(format!("programmes[{place}]")))?;
        Ok(ProgrammeRole { programme: found.id, role: role.unwrap_or(main) })
    };
    named.iter().enumerate().map(find).collect()
}
