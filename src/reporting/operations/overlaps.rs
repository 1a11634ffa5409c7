//! Who of a version is also in another project: for programme staff, computed when asked, never stored.

use serde_json::json;

use super::find::journal_look;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::store as directory;
use crate::refusal::{Code, Outcome};
use crate::reporting::rules::{Finding, find_elsewhere};
use crate::reporting::store::{overlaps, reports};
use crate::reporting::version::ReportVersion;

/// The notices that people of a version are also in what is in force of other projects of the programme, by reference.
/// Only for callers who see every organisation: a partner never learns whether a person is known elsewhere.
pub fn list_overlaps(desk: &Desk, scope: &Scope, version: &ReportVersion) -> Outcome<Vec<Finding>> {
    scope.require(Permission::ReadRecords)?;
    if !scope.is_staff() {
        return Err(Code::Forbidden.into());
    }
    let (report, found) = desk.read(scope, |connection| {
        let report = reports::find_report(connection, scope, &version.report)?.ok_or(Code::NotFound)?;
        let project = directory::find_project(connection, scope, &report.project)?.ok_or(Code::NotFound)?;
        let in_force = overlaps::in_force_beside(connection, &project)?;
        let stays = overlaps::linked_stays(connection, version)?;
        let elsewhere = overlaps::stays_elsewhere(connection, &in_force, &stays)?;
        let of = |person| elsewhere.get(person).into_iter().flatten();
        let found = stays.iter().flat_map(|stay| of(&stay.person).map(|other| find_elsewhere(stay, other)));
        Ok((report, found.collect()))
    })?;
    journal_look(desk, scope, &report, "overlaps.seen", json!({ "version": version.number }))?;
    Ok(found)
}
