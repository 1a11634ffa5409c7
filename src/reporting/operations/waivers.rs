//! What can be done with waivers: grant, revoke, list.

use jiff::civil::Date;
use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::project::Project;
use crate::directory::store as directory;
use crate::id::{ProjectId, WaiverId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::rules::{Rule, find_rule};
use crate::reporting::store::waivers;
use crate::reporting::waiver::{Revocation, Waiver};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry, Position};
use crate::text::Reason;

/// Waives a rule for a project until a day. Nobody waives a rule for a project of the own organisation.
pub fn grant_waiver(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    rule: &str,
    reason: &Reason,
    expires_on: Date,
) -> Outcome<Waiver> {
    let scope = &scope.require(Permission::ReviewReports)?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let project = find_project(connection, scope, project)?;
        let programme =
            directory::find_programme_by_id(connection, scope, &project.programme)?.ok_or(Code::NotFound)?;
        if scope.organisation() == Some(&project.details.lead) {
            return Err(Code::FourEyes.into());
        }
        let rule: &'static Rule = find_rule(rule)
            .filter(|rule| rule.is_waivable())
            .ok_or_else(|| Refusal::new(Code::RuleNotWaivable).at("rule"))?;
        if expires_on < now.day_in(&programme.details.time_zone) {
            return Err(Refusal::new(Code::WaiverExpired).at("expiresOn").with("date", expires_on).into());
        }
        let id = WaiverId::new();
        let position = append(connection, desk, scope, "waiver.granted", &project, (&id, rule, expires_on))?;
        let waiver = Waiver {
            id,
            project: project.id,
            rule,
            reason: reason.clone(),
            expires_on,
            position,
            granted_at: now,
            granted_by: scope.caller().to_owned(),
            revocation: None,
        };
        waivers::insert_waiver(connection, &waiver)?;
        Ok(waiver)
    })
}

/// Ends a waiver: from now on the project is held to the rule again. What was submitted under it stays as it is.
pub fn revoke_waiver(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    waiver: &WaiverId,
    reason: &Reason,
) -> Outcome<Waiver> {
    let scope = &scope.require(Permission::ReviewReports)?;
    desk.write(scope, |connection| {
        let now = desk.clock.now();
        let project = find_project(connection, scope, project)?;
        let mut waiver = waivers::find_waiver(connection, scope, &project, waiver)?
            .ok_or_else(|| Refusal::new(Code::NotFound).at("waiver"))?;
        if waiver.revocation.is_some() {
            return Err(Code::WaiverRevoked.into());
        }
        let facts = (&waiver.id, waiver.rule, waiver.expires_on);
        let position = append(connection, desk, scope, "waiver.revoked", &project, facts)?;
        let revocation = Revocation { position, at: now, by: scope.caller().to_owned(), reason: reason.clone() };
        waivers::revoke_waiver(connection, &waiver, &revocation)?;
        waiver.revocation = Some(revocation);
        Ok(waiver)
    })
}

/// A page of the waivers of a project, in the order of their grant: those that hold, have expired or were revoked.
pub fn list_waivers(desk: &Desk, scope: &Scope, project: &Project, page: &PageRequest) -> Outcome<Page<Waiver>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| waivers::list_waivers(connection, scope, project, page))
}

fn find_project(connection: &mut AnyConnection, scope: &Scope, id: &ProjectId) -> Outcome<Project> {
    let project = directory::find_project(connection, scope, id)?;
    Ok(project.ok_or_else(|| Refusal::new(Code::NotFound).at("project"))?)
}

/// Waivers travel with figures, so what happens to them takes a position.
fn append(
    connection: &mut AnyConnection,
    desk: &Desk,
    scope: &Scope,
    kind: &'static str,
    project: &Project,
    (id, rule, expires_on): (&WaiverId, &Rule, Date),
) -> Outcome<Position> {
    let entry = Entry {
        kind,
        actor: scope.caller(),
        organisation: Some(project.details.lead.as_str()),
        subject: project.id.as_str(),
        detail: json!({ "waiver": id.as_str(), "rule": rule.code, "expiresOn": expires_on }),
    };
    journal::append_positioned(connection, desk.clock.now(), &entry)
}
