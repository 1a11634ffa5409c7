//! Versions and records as they are checked: every record against its salted hash, every version against its digest, and
//! both against what the journal says of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::chain::Checked;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::id::ProjectId;
use crate::refusal::Outcome;
use crate::reporting::lifecycle::Action;
use crate::reporting::record::{Header, ordered_digest};
use crate::reporting::sections::Section;
use crate::reporting::store::{records, verify};
use crate::reporting::version::ReportVersion;
use crate::storage::AnyConnection;

/// Checks every version of every project, with its records, sections and entries of the journal. An erased record counts
/// by the hash that stays of it.
pub fn verify_versions(desk: &Desk, scope: &Scope) -> Outcome<Checked> {
    scope.require_everywhere(Permission::VerifyJournal)?;
    let mut checked = Checked::default();
    // One snapshot per project: what happens meanwhile elsewhere does not matter to it.
    for project in desk.read(scope, verify::list_reporting_projects)? {
        desk.read(scope, |connection| verify_project(connection, &project, &mut checked))?;
    }
    Ok(checked)
}

fn verify_project(connection: &mut AnyConnection, project: &ProjectId, checked: &mut Checked) -> Outcome<()> {
    let held = records::list_held(connection, project)?;
    for record in held.iter().filter(|record| !record.holds) {
        checked.note(format!("project {project}: a record of version {} does not have its hash", record.first));
    }
    let sections = verify::list_all_sections(connection, project)?;
    for (first, _, section) in sections.iter().filter(|(.., section)| !section.holds()) {
        checked
            .note(format!("project {project}: {} of version {first} does not have its hash", section.section.code()));
    }
    let erased = verify::list_erased(connection, project)?;
    let versions = verify::list_all_versions(connection, project)?;
    for version in &versions {
        checked.count();
        let number = version.number;
        let mut hashes: Vec<[u8; 32]> = held
            .iter()
            .filter(|record| record.first <= number && record.end.is_none_or(|end| end > number))
            .map(|record| record.hash)
            .collect();
        // Places are those among all records, in order: each erased hash goes back to where it stood.
        for (place, hash) in erased.get(&number).into_iter().flatten() {
            hashes.insert((*place).min(hashes.len()), *hash);
        }
        let holds = |(first, end, _): &&verify::HeldSection| *first <= number && end.is_none_or(|end| end > number);
        let stated: Vec<(Section, [u8; 32])> =
            sections.iter().filter(holds).map(|(.., section)| (section.section, section.hash)).collect();
        let header = Header { project, number, period: version.period, rule_set: version.rule_set };
        if u32::try_from(hashes.len()).ok() != Some(version.participation_count)
            || ordered_digest(&header, hashes, stated) != version.digest
        {
            checked.note(format!("project {project}: version {number} does not have its digest"));
        }
    }
    compare_with_journal(connection, project, &versions, checked)
}

/// What the journal says of versions and what the versions say must be the same.
fn compare_with_journal(
    connection: &mut AnyConnection,
    project: &ProjectId,
    versions: &[ReportVersion],
    checked: &mut Checked,
) -> Outcome<()> {
    let (mut digests, mut positions) = (BTreeMap::new(), BTreeSet::new());
    for (kind, version, digest, position) in verify::list_entries(connection, project)? {
        match position {
            None if kind == Action::Submit.event() => drop(digests.insert(version, digest.unwrap_or_default())),
            Some(position) => drop(positions.insert((kind, version, position))),
            None => {}
        }
    }
    for version in versions {
        let number = version.number;
        match digests.remove(&number) {
            Some(digest) if digest == version.digest.to_string() => {}
            Some(_) => checked.note(format!("project {project}: version {number} is not the one that was submitted")),
            None => checked.note(format!("project {project}: nobody submitted version {number}")),
        }
        let approved = version.approval.as_ref().map(|approval| (Action::Approve, approval.position));
        let annulled = version.annulled.map(|position| (Action::Annul, position));
        for (action, position) in approved.into_iter().chain(annulled) {
            if !positions.remove(&(action.event().to_owned(), number, position.0)) {
                let event = action.event();
                checked.note(format!("project {project}: version {number} has no {event} at position {position}"));
            }
        }
    }
    for number in digests.keys() {
        checked.note(format!("project {project}: version {number} is gone"));
    }
    for (kind, number, position) in positions {
        if [Action::Approve.event(), Action::Annul.event()].contains(&kind.as_str()) {
            checked.note(format!("project {project}: {kind} of version {number} at position {position} was undone"));
        }
    }
    Ok(())
}
