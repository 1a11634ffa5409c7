//! What a check of versions reads: everything of one project, past every scope. For whoever may verify.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::versions::{VersionRow, version_of};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::SectionRecord;
use crate::reporting::sections::Section;
use crate::reporting::version::ReportVersion;
use crate::storage::AnyConnection;
use crate::storage::schema::{erased_records, journal, projects, report_sections, report_versions, reports};

/// A section with the versions that hold it: from the first to before the end.
pub type HeldSection = (u32, Option<u32>, SectionRecord);

/// The hashes of erased records by their places among the records of a version, by version.
pub type Erased = BTreeMap<u32, Vec<(usize, [u8; 32])>>;

/// Every project that has a report, by identifier.
pub fn list_reporting_projects(connection: &mut AnyConnection) -> Outcome<Vec<ProjectId>> {
    let ids: Vec<String> = projects::table
        .filter(projects::id.eq_any(reports::table.select(reports::project_id)))
        .order(projects::id)
        .select(projects::id)
        .load(connection)?;
    Ok(ids.into_iter().map(ProjectId::stored).collect())
}

/// Every version of a project, by number.
pub fn list_all_versions(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<ReportVersion>> {
    let rows: Vec<VersionRow> = report_versions::table
        .filter(report_versions::project_id.eq(project.as_str()))
        .order(report_versions::number)
        .load(connection)?;
    rows.into_iter().map(version_of).collect()
}

/// Every section of a project, in any version.
pub fn list_all_sections(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<HeldSection>> {
    type Row = (String, i64, Option<i64>, String, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> = report_sections::table
        .filter(report_sections::project_id.eq(project.as_str()))
        .order((report_sections::section, report_sections::first_version))
        .select((
            report_sections::section,
            report_sections::first_version,
            report_sections::end_version,
            report_sections::content,
            report_sections::salt,
            report_sections::record_hash,
        ))
        .load(connection)?;
    let broken = || Failure::fault("a stored section is out of form");
    let held = |(section, first, end, content, salt, hash): Row| {
        let section = Section::ALL.into_iter().find(|known| known.code() == section).ok_or_else(broken)?;
        let (salt, hash) = (salt.try_into().map_err(|_| broken())?, hash.try_into().map_err(|_| broken())?);
        Ok((number(first)?, end.map(number).transpose()?, SectionRecord { section, content, salt, hash }))
    };
    rows.into_iter().map(held).collect()
}

/// What stays of the erased records of a project.
pub fn list_erased(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Erased> {
    let rows: Vec<(i64, i64, Vec<u8>)> = erased_records::table
        .filter(erased_records::project_id.eq(project.as_str()))
        .order((erased_records::version, erased_records::place))
        .select((erased_records::version, erased_records::place, erased_records::record_hash))
        .load(connection)?;
    let mut erased = Erased::new();
    for (version, place, hash) in rows {
        let place = usize::try_from(place).map_err(|_| Failure::fault("a stored place is out of range"))?;
        let hash = hash.try_into().map_err(|_| Failure::fault("a stored hash is out of form"))?;
        erased.entry(number(version)?).or_default().push((place, hash));
    }
    Ok(erased)
}

/// An entry on a version: kind, version, digest and position.
pub type VersionEntry = (String, u32, Option<String>, Option<i64>);

/// What the journal says of the versions of a project: kind, version, digest and position of each entry.
pub fn list_entries(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<VersionEntry>> {
    let rows: Vec<(String, String, Option<i64>)> = journal::table
        .filter(
            journal::subject
                .eq_any(reports::table.filter(reports::project_id.eq(project.as_str())).select(reports::id)),
        )
        .filter(journal::kind.like("report.%"))
        .select((journal::kind, journal::detail, journal::position))
        .load(connection)?;
    let entry = |(kind, detail, position): (String, String, Option<i64>)| {
        let detail: serde_json::Value = serde_json::from_str(&detail).ok()?;
        let version = u32::try_from(detail["version"].as_u64()?).ok()?;
        Some((kind, version, detail["digest"].as_str().map(str::to_owned), position))
    };
    Ok(rows.into_iter().filter_map(entry).collect())
}

fn number(value: i64) -> Outcome<u32> {
    u32::try_from(value).map_err(|_| Failure::fault("a stored number is out of range"))
}
