//! A role for one programme only: somebody may be an officer here, an analyst there, and nobody elsewhere.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::role::Role;
use crate::id::ProgrammeId;
use crate::refusal::{Code, Refusal};

/// The role that a caller has in a programme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgrammeRole {
    /// The programme.
    pub programme: ProgrammeId,
    /// The role.
    pub role: Role,
}

/// `PROGRAMME:ROLE`, by the programme's identifier.
impl std::fmt::Display for ProgrammeRole {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.programme, self.role.code())
    }
}

/// Refuses roles that make no sense for named programmes: of partners, who see their own projects in any, and of operators,
/// who see none; and two in one programme.
pub fn check(main: Role, roles: &[ProgrammeRole]) -> Result<(), Refusal> {
    let is_staff = |role: Role| matches!(role, Role::Officer | Role::Analyst | Role::Auditor);
    for (place, one) in roles.iter().enumerate() {
        let twice = roles[..place].iter().any(|before| before.programme == one.programme);
        if twice || !is_staff(main) || !is_staff(one.role) {
            return Err(Refusal::new(Code::ProgrammesMisplaced).at(format!("programmes[{place}]")));
        }
    }
    Ok(())
}

/// Every role that a caller has somewhere.
pub fn somewhere(main: Role, roles: &[ProgrammeRole]) -> Vec<Role> {
    if roles.is_empty() { vec![main] } else { roles.iter().map(|one| one.role).collect() }
}

/// Roles for named programmes as the journal tells them.
pub fn told(roles: &[ProgrammeRole]) -> Value {
    let one = |one: &ProgrammeRole| (one.programme.to_string(), json!(one.role.code()));
    Value::Object(roles.iter().map(one).collect())
}
