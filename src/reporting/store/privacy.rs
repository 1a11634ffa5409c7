//! Erasure in the database: what is forgotten of records, what stays of them, and the one row by which a submission that
//! was prepared earlier learns of it.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::records::HeldRecord;
use crate::access::keys::KeyRing;
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::journal::Position;
use crate::storage::schema::{
    erased_records, finding_counts, findings, idempotency_keys, jobs, participations, privacy_head, projects,
    return_reasons,
};

/// How many keys go into one statement.
const AT_ONCE: usize = 500;

/// What stands in the place of a text about an erased record.
pub const ERASED_TEXT: &str = "(erased)";

/// How many erasures and purges there were, and which deployment key seals.
pub struct PrivacyHead {
    /// Erasures and purges so far.
    pub erasures: i64,
    /// The name of the key that seals; empty until a server has named it.
    pub key_id: String,
}

/// Reads the head.
pub fn read_head(connection: &mut AnyConnection) -> Outcome<PrivacyHead> {
    let (erasures, key_id) =
        privacy_head::table.select((privacy_head::erasures, privacy_head::key_id)).first(connection)?;
    Ok(PrivacyHead { erasures, key_id })
}

/// Sees to it that a server seals with the key that the database goes by; reads its keys again if need be.
pub fn hold_key(head: &PrivacyHead, keys: &KeyRing) -> Outcome<()> {
    if head.key_id.is_empty() || head.key_id == keys.deployment.id() {
        return Ok(());
    }
    keys.deployment.reload()?;
    if head.key_id == keys.deployment.id() {
        return Ok(());
    }
    Err(Failure::fault(format!(
        "the deployment key here ({}) is not the one that seals this database ({}): put that one back, or restart with it",
        keys.deployment.id(),
        head.key_id
    )))
}

/// Says which key seals from now on.
pub fn name_key(connection: &mut AnyConnection, key_id: &str) -> Outcome<()> {
    diesel::update(privacy_head::table).set(privacy_head::key_id.eq(key_id)).execute(connection)?;
    Ok(())
}

/// Counts an erasure, which every submission prepared before it will notice; answers its number.
pub fn count_erasure(connection: &mut AnyConnection) -> Outcome<i64> {
    diesel::update(privacy_head::table)
        .set(privacy_head::erasures.eq(privacy_head::erasures + 1))
        .execute(connection)?;
    Ok(read_head(connection)?.erasures)
}

/// Whether a record of a project was erased after so many erasures.
pub fn is_erased_after(connection: &mut AnyConnection, project: &ProjectId, erasures: i64) -> Outcome<bool> {
    let after: i64 = erased_records::table
        .filter(erased_records::project_id.eq(project.as_str()).and(erased_records::erasure.gt(erasures)))
        .count()
        .get_result(connection)?;
    Ok(after > 0)
}

/// The projects, references and persons of every record of a person.
pub fn find_records_of_person(connection: &mut AnyConnection, person: &str) -> Outcome<Vec<(ProjectId, String)>> {
    let rows: Vec<(String, String)> = participations::table
        .filter(participations::person_id.eq(person))
        .order((participations::project_id, participations::reference))
        .select((participations::project_id, participations::reference))
        .distinct()
        .load(connection)?;
    Ok(rows.into_iter().map(|(project, reference)| (ProjectId::stored(project), reference)).collect())
}

/// The person of the newest record of a reference: nothing if there is no such record, or nobody is linked.
pub fn find_person_of(
    connection: &mut AnyConnection,
    project: &ProjectId,
    reference: &str,
) -> Outcome<Option<Option<String>>> {
    Ok(participations::table
        .filter(participations::project_id.eq(project.as_str()).and(participations::reference.eq(reference)))
        .order(participations::first_version.desc())
        .select(participations::person_id)
        .first(connection)
        .optional()?)
}

/// The organisation that leads a project, for its chain of the journal.
pub fn find_lead(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<OrganisationId> {
    let lead: String =
        projects::table.find(project.as_str()).select(projects::lead_organisation_id).first(connection)?;
    Ok(OrganisationId::stored(lead))
}

/// A hash that stays: the version that held the record, its place there, and the hash.
pub type Remains = (u32, usize, [u8; 32]);

/// Keeps what stays of erased records of a project.
pub fn insert_remains(
    connection: &mut AnyConnection,
    project: &ProjectId,
    remains: &[Remains],
    position: Position,
    erasure: i64,
) -> Outcome<()> {
    for some in remains.chunks(10 * AT_ONCE) {
        let number = |take: &dyn Fn(&Remains) -> i64| Column::Number(some.iter().map(|one| Some(take(one))).collect());
        let columns = vec![
            ("project_id", Column::Text(vec![Some(project.to_string()); some.len()])),
            ("version", number(&|one| i64::from(one.0))),
            ("place", number(&|one| i64::try_from(one.1).unwrap_or(i64::MAX))),
            ("record_hash", Column::Bytes(some.iter().map(|one| one.2.to_vec()).collect())),
            ("position", number(&|_| position.0)),
            ("erasure", number(&|_| erasure)),
        ];
        bulk::insert(connection, "erased_records", columns)?;
    }
    Ok(())
}

/// Deletes records of a project; they must be as they were read.
pub fn delete_records(connection: &mut AnyConnection, project: &ProjectId, records: &[&HeldRecord]) -> Outcome<()> {
    for record in records {
        let deleted = diesel::delete(participations::table.find((
            project.as_str(),
            record.reference.as_str(),
            i64::from(record.first),
        )))
        .execute(connection)?;
        if deleted != 1 {
            return Err(Failure::fault("a record to erase is not as it was read"));
        }
    }
    Ok(())
}

/// Forgets what was said elsewhere of a record: findings that name it, reasons of returns at it, and answers that were kept
/// for requests sent again. Counts of findings stay.
pub fn forget_reference(connection: &mut AnyConnection, project: &ProjectId, reference: &str) -> Outcome<()> {
    let own = format!("participations[reference={reference}]%");
    let named = format!("%\"{reference}\"%");
    diesel::delete(
        findings::table.filter(
            findings::project_id
                .eq(project.as_str())
                .and(findings::path.like(&own).or(findings::message_values.like(&named))),
        ),
    )
    .execute(connection)?;
    let reasons = return_reasons::table
        .filter(return_reasons::project_id.eq(project.as_str()).and(return_reasons::path.like(&own)));
    let ids: Vec<String> = reasons.select(return_reasons::id).load(connection)?;
    blank_reasons(connection, project, &ids)?;
    let within = format!("%reference={reference}]%");
    forget_answers(connection, project, &[&within, &named])
}

/// Forgets the same of every record of a project.
pub fn forget_references(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<()> {
    diesel::delete(findings::table.filter(findings::project_id.eq(project.as_str()))).execute(connection)?;
    diesel::update(finding_counts::table.filter(finding_counts::project_id.eq(project.as_str())))
        .set(finding_counts::listed_count.eq(0))
        .execute(connection)?;
    let ids: Vec<String> = return_reasons::table
        .filter(return_reasons::project_id.eq(project.as_str()).and(return_reasons::path.like("participations%")))
        .select(return_reasons::id)
        .load(connection)?;
    blank_reasons(connection, project, &ids)?;
    forget_answers(connection, project, &["%reference=%"])
}

fn blank_reasons(connection: &mut AnyConnection, project: &ProjectId, ids: &[String]) -> Outcome<()> {
    for some in ids.chunks(AT_ONCE) {
        let own = || return_reasons::project_id.eq(project.as_str()).and(return_reasons::id.eq_any(some));
        diesel::update(return_reasons::table.filter(own()))
            .set((return_reasons::path.eq("participations"), return_reasons::reason.eq(ERASED_TEXT)))
            .execute(connection)?;
        diesel::update(return_reasons::table.filter(own().and(return_reasons::answer.is_not_null())))
            .set(return_reasons::answer.eq(ERASED_TEXT))
            .execute(connection)?;
    }
    Ok(())
}

/// Answers kept for requests sent again hold findings: of jobs of the project, and of its organisation's requests.
fn forget_answers(connection: &mut AnyConnection, project: &ProjectId, patterns: &[&str]) -> Outcome<()> {
    let lead = find_lead(connection, project)?;
    for pattern in patterns {
        diesel::delete(jobs::table.filter(jobs::project_id.eq(project.as_str()).and(jobs::answer.like(*pattern))))
            .execute(connection)?;
        diesel::delete(
            idempotency_keys::table.filter(
                idempotency_keys::owner.eq_any([lead.as_str(), ""]).and(idempotency_keys::answer.like(*pattern)),
            ),
        )
        .execute(connection)?;
    }
    Ok(())
}

/// What was found and written about a reference: findings with their answers, and reasons of returns with theirs.
pub fn list_said(connection: &mut AnyConnection, project: &ProjectId, reference: &str) -> Outcome<Vec<Value>> {
    let own = format!("participations[reference={reference}]%");
    let found: Vec<(i64, String, String, String, Option<String>)> = findings::table
        .filter(findings::project_id.eq(project.as_str()).and(findings::path.like(&own)))
        .order((findings::version, findings::place))
        .select((findings::version, findings::code, findings::path, findings::message_values, findings::justification))
        .load(connection)?;
    let reasons: Vec<(i64, String, String, Option<String>)> = return_reasons::table
        .filter(return_reasons::project_id.eq(project.as_str()).and(return_reasons::path.like(&own)))
        .order((return_reasons::version, return_reasons::place))
        .select((return_reasons::version, return_reasons::path, return_reasons::reason, return_reasons::answer))
        .load(connection)?;
    let finding = |(version, code, path, values, justification): (i64, String, String, String, Option<String>)| {
        json!({
            "version": version, "code": code, "path": path, "justification": justification,
            "values": serde_json::from_str::<Value>(&values).unwrap_or(Value::Null),
        })
    };
    let reason = |(version, path, reason, answer): (i64, String, String, Option<String>)| json!({ "version": version, "path": path, "reasonOfReturn": reason, "answer": answer });
    Ok(found.into_iter().map(finding).chain(reasons.into_iter().map(reason)).collect())
}

/// Persons of some who have no record left.
pub fn without_records(connection: &mut AnyConnection, persons: &[String]) -> Outcome<Vec<String>> {
    let mut left = Vec::new();
    for some in persons.chunks(AT_ONCE) {
        let held: Vec<Option<String>> = participations::table
            .filter(participations::person_id.eq_any(some))
            .select(participations::person_id)
            .distinct()
            .load(connection)?;
        left.extend(some.iter().filter(|person| !held.iter().flatten().any(|held| held == *person)).cloned());
    }
    Ok(left)
}

/// A record that is not there.
pub fn not_found(path: &str) -> Failure {
    crate::refusal::Refusal::new(Code::NotFound).at(path).into()
}
