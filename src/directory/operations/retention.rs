//! How long the individual records of a programme's projects are kept after the end of their agreements.

use serde_json::json;

use super::enter::Entering;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::programme::Programme;
use crate::directory::store;
use crate::id::ProgrammeId;
use crate::refusal::{Code, Outcome, Refusal};

/// Sets it, in months; nothing keeps records as long as the programme. What is past it is purged by the next run.
pub fn set_retention(desk: &Desk, scope: &Scope, programme: &ProgrammeId, months: Option<u16>) -> Outcome<Programme> {
    let scope = &scope.require(Permission::ErasePersons)?;
    if months == Some(0) {
        return Err(Refusal::new(Code::ParameterInvalid).at("months").into());
    }
    desk.write(scope, |connection| {
        let found = store::find_programme_by_id(connection, scope, programme)?;
        let programme = found.ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?;
        scope.reaches_programme(&programme.id)?;
        let mut entering = Entering { connection, scope, now: desk.clock.now() };
        let detail = json!({ "months": months });
        let position = entering.journal("programme.retention_set", None, programme.id.as_str(), detail)?;
        store::append_retention(connection, &programme.id, months, position)?;
        Ok(programme)
    })
}

/// Every programme with the months that hold now.
pub fn list_retention(desk: &Desk, scope: &Scope) -> Outcome<Vec<(Programme, Option<u16>)>> {
    let scope = &scope.require(Permission::ReadDirectory)?;
    desk.read(scope, |connection| {
        let programmes = store::list_programmes(connection, scope)?;
        let with_months = |programme: Programme| {
            let months = store::find_retention(connection, &programme.id)?;
            Ok((programme, months))
        };
        programmes.into_iter().map(with_months).collect()
    })
}
