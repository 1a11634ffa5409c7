//! Versions and records as they are checked: every record against its salted hash, every version against its digest.

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::id::ProjectId;
use crate::refusal::Outcome;
use crate::reporting::record::{Header, version_digest};
use crate::reporting::store::{records, sections, versions};
use crate::storage::AnyConnection;

/// Checks every version of every project, with its records and sections; gives how many were checked, and in words what
/// does not hold.
pub fn verify_versions(desk: &Desk, scope: &Scope) -> Outcome<(u64, Vec<String>)> {
    scope.require(Permission::ReadRecords)?;
    let (mut checked, mut problems) = (0, Vec::new());
    // One snapshot per project: what happens meanwhile elsewhere does not matter to it.
    for project in desk.store.read(versions::list_reporting_projects)? {
        checked += desk.store.read(|connection| verify_project(connection, &project, &mut problems))?;
    }
    Ok((checked, problems))
}

fn verify_project(connection: &mut AnyConnection, project: &ProjectId, problems: &mut Vec<String>) -> Outcome<u64> {
    let held = records::list_sealed(connection, project)?;
    for (first, _, _) in held.iter().filter(|(.., record)| !record.holds()) {
        problems.push(format!("project {project}: a record of version {first} does not have its hash"));
    }
    let sections = sections::list_sealed(connection, project)?;
    for (first, _, _) in sections.iter().filter(|(.., section)| !section.holds()) {
        problems.push(format!("project {project}: a section of version {first} does not have its hash"));
    }
    let mut checked = 0;
    for version in versions::list_all(connection, project)? {
        checked += 1;
        let number = version.number;
        let part = |first: u32, end: Option<u32>| first <= number && end.is_none_or(|end| end > number);
        let records = held.iter().filter(|(first, end, _)| part(*first, *end));
        let records: Vec<_> =
            records.map(|(.., record)| (record.participation.reference.as_str(), record.hash)).collect();
        let stated = sections.iter().filter(|(first, end, _)| part(*first, *end));
        let stated = stated.map(|(.., section)| (section.section, section.hash)).collect();
        let header = Header { project, number, period: version.period, rule_set: version.rule_set };
        if u32::try_from(records.len()).ok() != Some(version.participation_count)
            || version_digest(&header, records, stated) != version.digest
        {
            problems.push(format!("project {project}: version {number} does not have its digest"));
        }
    }
    Ok(checked)
}
