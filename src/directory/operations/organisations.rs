//! Organisations: register, revise.

use serde_json::json;

use super::enter::Entering;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::naming::OrganisationName;
use crate::directory::organisation::{Organisation, OrganisationChanges, OrganisationDetails};
use crate::directory::store;
use crate::refusal::{Code, Outcome, Refusal};

/// Registers an organisation by its SIRET.
pub fn register_organisation(desk: &Desk, scope: &Scope, details: OrganisationDetails) -> Outcome<Organisation> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| Entering { connection, scope, now: desk.clock.now() }.organisation(details.clone()))
}

/// Revises an organisation; answers what it is from now on. Every programme shares it, so whoever has a role in some of
/// them only does not.
pub fn revise_organisation(
    desk: &Desk,
    scope: &Scope,
    name: &OrganisationName,
    changes: OrganisationChanges,
) -> Outcome<Organisation> {
    scope.require_everywhere(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let known = store::find_named_organisation(connection, scope, name)?;
        let known = known.ok_or_else(|| Refusal::new(Code::NotFound).at("organisation"))?;
        let revised = Organisation { details: changes.clone().applied(known.details), id: known.id };
        let id = &revised.id;
        let detail = json!({ "siret": revised.details.siret.as_str() });
        let mut entering = Entering { connection, scope, now: desk.clock.now() };
        let position = entering.journal("organisation.revised", Some(id), id.as_str(), detail)?;
        store::append_organisation_revision(connection, &revised, position)?;
        Ok(revised)
    })
}
