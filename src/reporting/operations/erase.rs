//! Erasing: one person by law, or every record of a project past its retention. What was known goes, in every version;
//! salted hashes stay, so that every digest can still be checked; the journal keeps the proof.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::store as directory;
use crate::id::ProjectId;
use crate::refusal::{Outcome, Refusal};
use crate::reporting::privacy::{ErasedFrom, Erasure, Who, proof_of};
use crate::reporting::store::privacy::{self, Remains};
use crate::reporting::store::records::{self, HeldRecord};
use crate::reporting::store::{links, verify};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::Reason;

/// Erases a person: every record of theirs in every version of every project of the programme, and the link to who they
/// are. Figures that rested on the records are computed without them and say so; what was published stands.
pub fn erase_person(desk: &Desk, scope: &Scope, who: &Who, reason: &Reason) -> Outcome<Erasure> {
    scope.require(Permission::ErasePersons)?;
    let erasure = desk.write(scope, |connection| {
        let (persons, named) = find_person(connection, desk, scope, who)?;
        let mut projects: BTreeMap<ProjectId, BTreeSet<String>> = BTreeMap::new();
        for (project, reference) in named {
            projects.entry(project).or_default().insert(reference);
        }
        let taken = |record: &HeldRecord, references: &BTreeSet<String>| {
            // A reference may have belonged to somebody else in an earlier version; theirs stays.
            let own = record.person.as_ref().is_none_or(|person| persons.contains(person));
            own && references.contains(&record.reference)
        };
        let mut erasing = Erasing::default();
        for (project, references) in &projects {
            erasing.plan(connection, project, |record| taken(record, references))?;
        }
        let linked: Vec<&str> = persons.iter().map(String::as_str).collect();
        let link_count = links::delete_links(connection, &linked)?;
        let erasure = erasing.carry_out(connection, desk, scope, ("person.erased", Some(reason)), link_count)?;
        for (project, references) in &projects {
            for reference in references {
                privacy::forget_reference(connection, project, reference)?;
            }
        }
        Ok(erasure)
    })?;
    scrub(desk);
    Ok(erasure)
}

/// Purges every individual record of a project, and the links of persons who have no other; nothing if it has none.
pub fn purge_project(desk: &Desk, scope: &Scope, project: &ProjectId) -> Outcome<Option<Erasure>> {
    scope.require(Permission::ErasePersons)?;
    let erasure = desk.write(scope, |connection| {
        let mut erasing = Erasing::default();
        erasing.plan(connection, project, |_| true)?;
        let persons: BTreeSet<String> = erasing.planned.iter().flat_map(|plan| plan.persons.iter().cloned()).collect();
        if erasing.planned.is_empty() {
            return Ok(None);
        }
        let persons: Vec<String> = persons.into_iter().collect();
        erasing.delete(connection)?;
        let gone = privacy::without_records(connection, &persons)?;
        let link_count = links::delete_links(connection, &gone.iter().map(String::as_str).collect::<Vec<_>>())?;
        let erasure = erasing.carry_out(connection, desk, scope, ("records.purged", None), link_count)?;
        privacy::forget_references(connection, project)?;
        Ok(Some(erasure))
    })?;
    Ok(erasure)
}

/// What was deleted must also leave the files of the database. Where that cannot be done now, it is done by the next one, or
/// by the database's own cleaning.
pub fn scrub(desk: &Desk) {
    if !desk.is_dry_run()
        && let Err(failure) = desk.store.scrub()
    {
        tracing::warn!(why = ?failure.refusal().code, "erased rows leave the database's files later");
    }
}

/// The persons that somebody is linked as (one at most beside one of sandboxes), and every reference that stands for them,
/// each with its project.
pub type FoundPerson = (Vec<String>, Vec<(ProjectId, String)>);

/// Whom somebody is linked as, and every reference that stands for them.
pub fn find_person(connection: &mut AnyConnection, desk: &Desk, scope: &Scope, who: &Who) -> Outcome<FoundPerson> {
    let persons = match who {
        Who::Reference(project, reference) => {
            let found = directory::find_project(connection, scope, project)?;
            let project = found.ok_or_else(|| Refusal::new(crate::refusal::Code::NotFound).at("project"))?.id;
            let person = privacy::find_person_of(connection, &project, reference.as_str())?;
            match person.ok_or_else(|| privacy::not_found("reference"))? {
                Some(person) => vec![person],
                None => return Ok((Vec::new(), vec![(project, reference.to_string())])),
            }
        }
        Who::Identified(programme, identity) => {
            let mut persons = Vec::new();
            for sandbox in [false, true] {
                let seals = identity.seals(&desk.keys, sandbox);
                let found = links::find_links(connection, programme, &seals)?;
                persons.extend(seals.iter().find_map(|seal| found.get(seal)).map(|person| person.0.clone()));
            }
            if persons.is_empty() {
                return Err(privacy::not_found("identity"));
            }
            persons
        }
    };
    let mut named = Vec::new();
    for person in &persons {
        named.extend(privacy::find_records_of_person(connection, person)?);
    }
    if let Who::Reference(project, reference) = who {
        named.push((project.clone(), reference.to_string()));
    }
    Ok((persons, named))
}

/// What is about to be erased.
#[derive(Default)]
struct Erasing {
    planned: Vec<Plan>,
    deleted: bool,
}

/// What is about to be erased of one project.
struct Plan {
    project: ProjectId,
    records: Vec<HeldRecord>,
    remains: Vec<Remains>,
    persons: BTreeSet<String>,
}

impl Erasing {
    /// Plans to erase the records of a project that are meant.
    fn plan(
        &mut self,
        connection: &mut AnyConnection,
        project: &ProjectId,
        is_meant: impl Fn(&HeldRecord) -> bool,
    ) -> Outcome<()> {
        let held = records::list_held(connection, project)?;
        if !held.iter().any(&is_meant) {
            return Ok(());
        }
        let erased = verify::list_erased(connection, project)?;
        let mut remains = Vec::new();
        for version in verify::list_all_versions(connection, project)? {
            let number = version.number;
            let holds = |record: &&HeldRecord| record.first <= number && record.end.is_none_or(|end| end > number);
            let mut hashes: Vec<([u8; 32], bool)> =
                held.iter().filter(holds).map(|record| (record.hash, is_meant(record))).collect();
            // Places are those among all records that the version had, so those erased before take theirs first.
            for (place, hash) in erased.get(&number).into_iter().flatten() {
                hashes.insert((*place).min(hashes.len()), (*hash, false));
            }
            let meant = hashes.iter().enumerate().filter(|(_, (_, meant))| *meant);
            remains.extend(meant.map(|(place, (hash, _))| (number, place, *hash)));
        }
        let records: Vec<HeldRecord> = held.into_iter().filter(|record| is_meant(record)).collect();
        let persons = records.iter().filter_map(|record| record.person.clone()).collect();
        self.planned.push(Plan { project: project.clone(), records, remains, persons });
        Ok(())
    }

    fn delete(&mut self, connection: &mut AnyConnection) -> Outcome<()> {
        if !self.deleted {
            for plan in &self.planned {
                privacy::delete_records(connection, &plan.project, &plan.records.iter().collect::<Vec<_>>())?;
            }
            self.deleted = true;
        }
        Ok(())
    }

    /// Erases what was planned, with one entry about all of it, which has a position, and one in the chain of each
    /// project's organisation.
    fn carry_out(
        mut self,
        connection: &mut AnyConnection,
        desk: &Desk,
        scope: &Scope,
        (kind, reason): (&'static str, Option<&Reason>),
        link_count: usize,
    ) -> Outcome<Erasure> {
        self.delete(connection)?;
        let hashes = self.planned.iter().flat_map(|plan| plan.records.iter().map(|record| record.hash)).collect();
        let proof = proof_of(hashes);
        let number = privacy::count_erasure(connection)?;
        let now = desk.clock.now();
        let projects: Vec<ErasedFrom> = self.planned.iter().map(Plan::summary).collect();
        let record_count = projects.iter().map(|from| from.record_count).sum();
        let entry = Entry {
            kind,
            actor: scope.caller(),
            organisation: None,
            subject: &format!("erasure_{number}"),
            detail: json!({ "records": record_count, "links": link_count, "proof": proof.to_string() }),
        };
        let position = journal::append_positioned_with_reason(connection, now, &entry, reason)?;
        for (plan, from) in self.planned.iter().zip(&projects) {
            privacy::insert_remains(connection, &plan.project, &plan.remains, position, number)?;
            let lead = privacy::find_lead(connection, &plan.project)?;
            let entry = Entry {
                kind: "records.erased",
                actor: scope.caller(),
                organisation: Some(lead.as_str()),
                subject: plan.project.as_str(),
                detail: json!({ "records": from.record_count, "versions": from.versions, "position": position }),
            };
            journal::append(connection, now, &entry)?;
        }
        let link_count = u32::try_from(link_count).unwrap_or(u32::MAX);
        Ok(Erasure { position, record_count, link_count, proof, projects })
    }
}

impl Plan {
    fn summary(&self) -> ErasedFrom {
        let versions: BTreeSet<u32> = self.remains.iter().map(|(version, ..)| *version).collect();
        ErasedFrom {
            project: self.project.clone(),
            versions: versions.into_iter().collect(),
            record_count: u32::try_from(self.records.len()).unwrap_or(u32::MAX),
        }
    }
}
