//! Sections as intervals of version numbers: a version adds only those that changed.

use diesel::prelude::*;

use crate::access::Scope;
use crate::directory::store::is_within_reach;
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::SectionRecord;
use crate::reporting::sections::{Section, Sections};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::bulk::{self, Column};
use crate::storage::schema::report_sections;

type Row = (String, String, Vec<u8>, Vec<u8>);

fn record_of((section, content, salt, hash): Row) -> Outcome<SectionRecord> {
    let broken = || Failure::fault("a stored section is out of form");
    Ok(SectionRecord {
        section: Section::of_code(&section).ok_or_else(broken)?,
        content,
        salt: salt.try_into().map_err(|_| broken())?,
        hash: hash.try_into().map_err(|_| broken())?,
    })
}

macro_rules! columns {
    () => {
        (report_sections::section, report_sections::content, report_sections::salt, report_sections::record_hash)
    };
}

/// The sections of the newest version of a project. For operations that have found the project.
pub fn newest_sections(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Vec<SectionRecord>> {
    let rows: Vec<Row> = report_sections::table
        .filter(report_sections::project_id.eq(project.as_str()).and(report_sections::end_version.is_null()))
        .order(report_sections::section)
        .select(columns!())
        .load(connection)?;
    rows.into_iter().map(record_of).collect()
}

/// The sections of a version that the caller has already found through its report.
pub fn find_sections(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    version: &ReportVersion,
) -> Outcome<Sections> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(Sections::default());
    }
    let number = i64::from(version.number);
    let rows: Vec<Row> = report_sections::table
        .filter(
            report_sections::project_id
                .eq(version.project.as_str())
                .and(report_sections::first_version.le(number))
                .and(report_sections::end_version.is_null().or(report_sections::end_version.gt(number))),
        )
        .order(report_sections::section)
        .select(columns!())
        .load(connection)?;
    let records = rows.into_iter().map(record_of).collect::<Outcome<Vec<_>>>()?;
    sections_of(&records)
}

/// The sections that some records hold.
pub fn sections_of(records: &[SectionRecord]) -> Outcome<Sections> {
    let mut sections = Sections::default();
    let whole = records.iter().all(|record| sections.put(record.section, &record.content));
    if whole { Ok(sections) } else { Err(Failure::fault("a stored section is out of form")) }
}

/// Closes a section: it is not part of a version any more, nor of later ones.
pub fn close_section(
    connection: &mut AnyConnection,
    project: &ProjectId,
    section: Section,
    version: u32,
) -> Outcome<()> {
    let closed = diesel::update(
        report_sections::table.filter(
            report_sections::project_id
                .eq(project.as_str())
                .and(report_sections::section.eq(section.code()))
                .and(report_sections::end_version.is_null()),
        ),
    )
    .set(report_sections::end_version.eq(i64::from(version)))
    .execute(connection)?;
    if closed == 1 { Ok(()) } else { Err(Failure::fault("a section to close is not as it was read")) }
}

/// Inserts sections that are part of a version and of later ones.
pub fn insert_sections(
    connection: &mut AnyConnection,
    project: &ProjectId,
    records: &[SectionRecord],
    version: u32,
) -> Outcome<()> {
    let text =
        |take: &dyn Fn(&SectionRecord) -> String| Column::Text(records.iter().map(|one| Some(take(one))).collect());
    let columns = vec![
        ("project_id", text(&|_| project.to_string())),
        ("section", text(&|record| record.section.code().to_owned())),
        ("first_version", Column::Number(vec![Some(i64::from(version)); records.len()])),
        ("content", text(&|record| record.content.clone())),
        ("salt", Column::Bytes(records.iter().map(|record| record.salt.to_vec()).collect())),
        ("record_hash", Column::Bytes(records.iter().map(|record| record.hash.to_vec()).collect())),
    ];
    bulk::insert(connection, "report_sections", columns)
}
