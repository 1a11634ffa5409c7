//! What the image catches up with, read from the tables in one snapshot.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::civil::Date;

use super::image::{ApprovedVersion, Delta, Image, NO_EXIT, ReadRow, Row, day_number};
use super::outcome::OutcomeKey;
use crate::access::Scope;
use crate::directory::store::{self as directory, stored};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::codes::{ContractKind, ExitSituation, Sex, TrainingKind};
use crate::reporting::version::Digest;
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Position};
use crate::storage::schema::{participations, report_versions};

/// Reads everything that happened after the image's position.
pub fn read_delta(connection: &mut AnyConnection, scope: &Scope, image: &Image) -> Outcome<Delta> {
    let (position, _) = journal::head(connection)?;
    let versions = read_versions(connection, image.position)?;
    let mut newest: BTreeMap<ProjectId, u32> = BTreeMap::new();
    for (project, version) in &versions {
        let known = newest.entry(project.clone()).or_default();
        *known = (*known).max(version.number);
    }
    let mut rows = Vec::new();
    for (project, number) in newest {
        if number > image.newest_loaded(&project) {
            let read = read_rows(connection, &project, number)?;
            rows.push((project, read));
        }
    }
    let programmes = directory::list_programme_revisions_after(connection, scope, image.position)?;
    let revisions = directory::list_revisions_after(connection, image.position)?;
    Ok(Delta {
        position,
        programmes: programmes.into_iter().map(|revision| (revision.position, revision.programme)).collect(),
        revisions: revisions.into_iter().map(|revision| (revision.position, revision.project)).collect(),
        versions,
        rows,
    })
}

fn read_versions(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<(ProjectId, ApprovedVersion)>> {
    type Row = (String, i64, String, Vec<u8>, bool, Option<i64>, Option<i64>);
    let rows: Vec<Row> = report_versions::table
        .filter(report_versions::approved_position.gt(after.0).or(report_versions::annulled_position.gt(after.0)))
        .order((report_versions::project_id, report_versions::number))
        .select((
            report_versions::project_id,
            report_versions::number,
            report_versions::period,
            report_versions::digest,
            report_versions::late,
            report_versions::approved_position,
            report_versions::annulled_position,
        ))
        .load(connection)?;
    let broken = || Failure::fault("a stored version is out of form");
    rows.into_iter()
        .map(|(project, number, period, digest, late, approved, annulled)| {
            let version = ApprovedVersion {
                number: u32::try_from(number).map_err(|_| broken())?,
                period: stored(&period)?,
                digest: Digest(digest.try_into().map_err(|_| broken())?),
                late,
                approved: Position(approved.ok_or_else(broken)?),
                annulled: annulled.map(Position),
            };
            Ok((ProjectId::stored(project), version))
        })
        .collect()
}

#[derive(Queryable)]
struct HotRow {
    reference: String,
    first_version: i64,
    end_version: Option<i64>,
    person_id: Option<String>,
    entry_on: String,
    sex: String,
    exit_on: Option<String>,
    exit_situation: Option<String>,
    exit_contract: Option<String>,
    exit_contract_from: Option<String>,
    exit_contract_to: Option<String>,
    exit_training: Option<String>,
}

/// Every row of a project up to a version: the versions before it may be in force at earlier positions.
pub fn read_rows(connection: &mut AnyConnection, project: &ProjectId, newest: u32) -> Outcome<Vec<ReadRow>> {
    let rows: Vec<HotRow> = participations::table
        .filter(
            participations::project_id.eq(project.as_str()).and(participations::first_version.le(i64::from(newest))),
        )
        .order((participations::reference, participations::first_version))
        .select((
            participations::reference,
            participations::first_version,
            participations::end_version,
            participations::person_id,
            participations::entry_on,
            participations::sex,
            participations::exit_on,
            participations::exit_situation,
            participations::exit_contract,
            participations::exit_contract_from,
            participations::exit_contract_to,
            participations::exit_training,
        ))
        .load(connection)?;
    rows.into_iter().map(|row| read_row(project, row)).collect()
}

fn read_row(project: &ProjectId, row: HotRow) -> Outcome<ReadRow> {
    let broken = || Failure::fault("a stored participation is out of form");
    let day = |text: &Option<String>| -> Outcome<Option<Date>> { text.as_deref().map(stored).transpose() };
    let outcome = match row.exit_situation.as_deref() {
        None => OutcomeKey::default(),
        Some(situation) => OutcomeKey::of_parts(
            ExitSituation::of_code(situation).ok_or_else(broken)?,
            row.exit_contract.as_deref().and_then(ContractKind::of_code),
            day(&row.exit_contract_from)?,
            day(&row.exit_contract_to)?,
            row.exit_training.as_deref().and_then(TrainingKind::of_code),
        ),
    };
    Ok(ReadRow {
        person: row.person_id.unwrap_or_else(|| format!("{project}/{}", row.reference)),
        row: Row {
            person: 0,
            entry: day_number(stored(&row.entry_on)?),
            exit: day(&row.exit_on)?.map_or(NO_EXIT, day_number),
            first: u32::try_from(row.first_version).map_err(|_| broken())?,
            end: row.end_version.map_or(Ok(u32::MAX), u32::try_from).map_err(|_| broken())?,
            outcome,
            sex: Sex::of_code(&row.sex).ok_or_else(broken)?,
        },
    })
}
