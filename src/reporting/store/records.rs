//! Records as intervals of version numbers: a version adds only what changed, and closes only what ended.

use std::collections::HashSet;

use diesel::prelude::*;

use super::row::{RecordRow, known, record_of};
use crate::access::Scope;
use crate::directory::store::is_within_reach;
use crate::id::ProjectId;
use crate::page::{Page, PageRequest};
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::{PersonId, Record, supports_text};
use crate::reporting::statement::*;
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::participations;

/// How many records are read by one statement.
const READ_AT_ONCE: i64 = 2000;

/// How many references go into one statement that closes records.
const CLOSE_AT_ONCE: usize = 500;

/// The records of the newest version of a project. For operations that have found the project.
pub fn newest_records(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        // Some at a time: a row as it is read weighs several times what the record weighs.
        let after = records.last().map_or("", |record| record.participation.reference.as_str());
        let rows: Vec<RecordRow> = participations::table
            .select(RecordRow::as_select())
            .filter(
                participations::project_id
                    .eq(project.as_str())
                    .and(participations::end_version.is_null())
                    .and(participations::reference.gt(after)),
            )
            .order(participations::reference)
            .limit(READ_AT_ONCE)
            .load(connection)?;
        let more = i64::try_from(rows.len()).is_ok_and(|count| count == READ_AT_ONCE);
        for row in rows {
            records.push(record_of(row)?);
        }
        if !more {
            return Ok(records);
        }
    }
}

/// A record as a check needs it: the versions that hold it, its hash, and whether that is the hash of what is stored.
pub struct HeldRecord {
    /// Its reference.
    pub reference: String,
    /// Its person, if one is linked.
    pub person: Option<String>,
    /// The first version that holds it.
    pub first: u32,
    /// The first version that does not hold it any more.
    pub end: Option<u32>,
    /// Its salted hash.
    pub hash: [u8; 32],
    /// Whether salt and content give that hash.
    pub holds: bool,
}

/// Every record of a project in any version, in the order in which digests cover them.
pub fn list_held(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<HeldRecord>> {
    let (mut held, mut after) = (Vec::new(), (String::new(), 0));
    loop {
        let own = participations::project_id.eq(project.as_str());
        let rows: Vec<RecordRow> = participations::table
            .select(RecordRow::as_select())
            .filter(
                own.and(
                    participations::reference
                        .gt(&after.0)
                        .or(participations::reference.eq(&after.0).and(participations::first_version.gt(after.1))),
                ),
            )
            .order((participations::reference, participations::first_version))
            .limit(READ_AT_ONCE)
            .load(connection)?;
        let Some(last) = rows.last() else { break };
        after = (last.reference.clone(), last.first_version);
        for row in rows {
            let version = |number| u32::try_from(number).map_err(|_| Failure::fault("a stored number is out of range"));
            let (reference, person) = (row.reference.clone(), row.person_id.clone());
            let (first, end) = (version(row.first_version)?, row.end_version.map(version).transpose()?);
            let hash = known(row.record_hash.0)?;
            // What cannot be read is not what was hashed.
            let holds = record_of(row).is_ok_and(|record| record.holds());
            held.push(HeldRecord { reference, person, first, end, hash, holds });
        }
    }
    // Digests go by the bytes of references, whatever the database's order of text.
    held.sort_unstable_by(|one, next| (&one.reference, one.first).cmp(&(&next.reference, next.first)));
    Ok(held)
}

/// Every record of a reference, with the versions that held it: from the first to before the end.
pub fn list_of_reference(
    connection: &mut AnyConnection,
    project: &ProjectId,
    reference: &str,
) -> Outcome<Vec<(i64, Option<i64>, Record)>> {
    let rows: Vec<RecordRow> = participations::table
        .select(RecordRow::as_select())
        .filter(participations::project_id.eq(project.as_str()).and(participations::reference.eq(reference)))
        .order(participations::first_version)
        .load(connection)?;
    rows.into_iter().map(|row| Ok((row.first_version, row.end_version, record_of(row)?))).collect()
}

/// A page of the records of a version that the caller has already found through its report, by reference.
pub fn list_records(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    version: &ReportVersion,
    page: &PageRequest,
) -> Outcome<Page<Record>> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(page.cut(Vec::new()));
    }
    let number = i64::from(version.number);
    let rows: Vec<RecordRow> = participations::table
        .select(RecordRow::as_select())
        .filter(
            participations::project_id
                .eq(version.project.as_str())
                .and(participations::first_version.le(number))
                .and(participations::end_version.is_null().or(participations::end_version.gt(number)))
                .and(participations::reference.gt(page.after())),
        )
        .order(participations::reference)
        .limit(page.limit())
        .load(connection)?;
    Ok(page.cut(rows.into_iter().map(record_of).collect::<Outcome<_>>()?))
}

/// Which of some references are part of a version that the caller has already found.
pub fn references_of(
    connection: &mut AnyConnection,
    version: &ReportVersion,
    references: &[&str],
) -> Outcome<HashSet<String>> {
    let number = i64::from(version.number);
    let held: Vec<String> = participations::table
        .filter(
            participations::project_id
                .eq(version.project.as_str())
                .and(participations::first_version.le(number))
                .and(participations::end_version.is_null().or(participations::end_version.gt(number)))
                .and(participations::reference.eq_any(references)),
        )
        .select(participations::reference)
        .load(connection)?;
    Ok(held.into_iter().collect())
}

/// The records of a version that another version of the same project does not hold. For operations that have found both.
pub fn list_records_only_in(
    connection: &mut AnyConnection,
    version: &ReportVersion,
    other: &ReportVersion,
) -> Outcome<Vec<Record>> {
    let (number, other) = (i64::from(version.number), i64::from(other.number));
    let rows: Vec<RecordRow> = participations::table
        .select(RecordRow::as_select())
        .filter(
            participations::project_id
                .eq(version.project.as_str())
                .and(participations::first_version.le(number))
                .and(participations::end_version.is_null().or(participations::end_version.gt(number)))
                .and(participations::first_version.gt(other).or(participations::end_version.le(other))),
        )
        .load(connection)?;
    rows.into_iter().map(record_of).collect()
}

/// Closes the records of some references: they are not part of a version any more, nor of later ones.
pub fn close_records(
    connection: &mut AnyConnection,
    project: &ProjectId,
    references: &[&str],
    version: u32,
) -> Outcome<()> {
    for some in references.chunks(CLOSE_AT_ONCE) {
        let closed = diesel::update(
            participations::table.filter(
                participations::project_id
                    .eq(project.as_str())
                    .and(participations::end_version.is_null())
                    .and(participations::reference.eq_any(some)),
            ),
        )
        .set(participations::end_version.eq(i64::from(version)))
        .execute(connection)?;
        if closed != some.len() {
            return Err(Failure::fault("records to close are not as they were read"));
        }
    }
    Ok(())
}

/// Inserts records that are part of a version and of later ones.
pub fn insert_records(
    connection: &mut AnyConnection,
    project: &ProjectId,
    records: &[Record],
    version: u32,
) -> Outcome<()> {
    let text = |take: &dyn Fn(&Participation<Option<PersonId>>) -> Option<String>| {
        Column::Text(records.iter().map(|record| take(&record.participation)).collect())
    };
    let exit = |take: &dyn Fn(&Exit) -> Option<String>| {
        Column::Text(records.iter().map(|record| record.participation.exit.as_ref().and_then(take)).collect())
    };
    let columns = vec![
        ("project_id", text(&|_| Some(project.to_string()))),
        ("reference", text(&|p| Some(p.reference.to_string()))),
        ("first_version", Column::Number(vec![Some(i64::from(version)); records.len()])),
        ("person_id", text(&|p| p.person.as_ref().map(|person| person.0.clone()))),
        ("entry_on", text(&|p| Some(p.entry_on.to_string()))),
        ("sex", text(&|p| Some(p.sex.code().into()))),
        ("birth_year", text(&|p| Some(p.birth_year.to_string()))),
        ("protection_status", text(&|p| Some(p.protection_status.code().into()))),
        ("french_at_entry", text(&|p| Some(p.french_at_entry.code().into()))),
        ("education", text(&|p| Some(p.education.code().into()))),
        ("labour_status", text(&|p| Some(p.labour_status.code().into()))),
        ("residence_department", text(&|p| Some(p.residence_department.to_string()))),
        ("priority_district", text(&|p| Some(p.priority_district.code().into()))),
        ("rural_area", text(&|p| Some(p.rural_area.code().into()))),
        ("disability", text(&|p| Some(p.disability.code().into()))),
        ("housing_at_entry", text(&|p| Some(p.housing_at_entry.code().into()))),
        ("supports", text(&|p| Some(supports_text(&p.supports)))),
        ("exit_on", exit(&|e| Some(e.on.to_string()))),
        ("exit_situation", exit(&|e| Some(e.situation.code().into()))),
        ("exit_contract", exit(&|e| e.contract.map(|kind| kind.code().into()))),
        ("exit_contract_from", exit(&|e| e.contract_from.map(|day| day.to_string()))),
        ("exit_contract_to", exit(&|e| e.contract_to.map(|day| day.to_string()))),
        ("exit_training", exit(&|e| e.training.map(|kind| kind.code().into()))),
        ("french_at_exit", exit(&|e| Some(e.french.code().into()))),
        ("housing_at_exit", exit(&|e| Some(e.housing.code().into()))),
        ("financial_autonomy", exit(&|e| Some(e.financial_autonomy.code().into()))),
        ("follow_up_on", text(&|p| p.follow_up.as_ref().map(|follow_up| follow_up.observed_on.to_string()))),
        ("follow_up_situation", text(&|p| p.follow_up.as_ref().map(|follow_up| follow_up.situation.code().into()))),
        ("salt", Column::Bytes(records.iter().map(|record| record.salt.to_vec()).collect())),
        ("record_hash", Column::Bytes(records.iter().map(|record| record.hash.to_vec()).collect())),
    ];
    bulk::insert(connection, "participations", columns)
}
