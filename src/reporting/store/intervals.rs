//! Records over several versions of a project, with the versions between which each is held: what consolidation reads.

use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;

use super::row::{RecordRow, participation_of};
use crate::id::ProjectId;
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::Person;
use crate::reporting::sections::Section;
use crate::reporting::statement::Participation;
use crate::storage::AnyConnection;
use crate::storage::schema::{participations, report_sections};

/// A participation, part of versions `first` to before `end`.
pub struct Held {
    /// The first version that holds it.
    pub first: u32,
    /// The first version that does not hold it any more, if there is one.
    pub end: Option<u32>,
    /// The participation.
    pub participation: Participation<Person>,
}

/// The participations of a project that began after a version, up to another, each as something is made of it: one row
/// at a time, since a project's history may hold many.
pub fn list_begun<T>(
    connection: &mut AnyConnection,
    project: &ProjectId,
    after: u32,
    up_to: u32,
    make: impl Fn(Held) -> Outcome<T>,
) -> Outcome<Vec<T>> {
    let rows = participations::table
        .select(RecordRow::as_select())
        .filter(
            participations::project_id
                .eq(project.as_str())
                .and(participations::first_version.gt(i64::from(after)))
                .and(participations::first_version.le(i64::from(up_to))),
        )
        .load_iter::<RecordRow, DefaultLoadingMode>(connection)?;
    rows.map(|row| {
        let row = row?;
        let (first, end) = (version(row.first_version)?, row.end_version.map(version).transpose()?);
        make(Held { first, end, participation: participation_of(row)? })
    })
    .collect()
}

/// The references of a project whose participations began up to a version, and ended after it up to another: with the
/// first version that does not hold them.
pub fn list_ended(
    connection: &mut AnyConnection,
    project: &ProjectId,
    after: u32,
    up_to: u32,
) -> Outcome<Vec<(String, u32)>> {
    let rows: Vec<(String, Option<i64>)> = participations::table
        .filter(
            participations::project_id
                .eq(project.as_str())
                .and(participations::end_version.gt(i64::from(after)))
                .and(participations::end_version.le(i64::from(up_to)))
                .and(participations::first_version.le(i64::from(after))),
        )
        .select((participations::reference, participations::end_version))
        .load(connection)?;
    let ended = |(reference, end): (String, Option<i64>)| end.map(|end| Ok((reference, version(end)?)));
    rows.into_iter().filter_map(ended).collect()
}

/// A section's text, part of versions `first` to before `end`.
pub struct HeldSection {
    /// The project.
    pub project: ProjectId,
    /// Which section.
    pub section: Section,
    /// The first version that holds it.
    pub first: u32,
    /// The first version that does not hold it any more, if there is one.
    pub end: Option<u32>,
    /// Its text.
    pub content: String,
}

/// Some sections of some projects, over all their versions.
pub fn list_sections(
    connection: &mut AnyConnection,
    projects: &[&ProjectId],
    sections: &[Section],
) -> Outcome<Vec<HeldSection>> {
    type Row = (String, String, i64, Option<i64>, String);
    let ids = projects.iter().map(|project| project.as_str());
    let codes = sections.iter().map(|section| section.code());
    let rows: Vec<Row> = report_sections::table
        .filter(report_sections::project_id.eq_any(ids).and(report_sections::section.eq_any(codes)))
        .select((
            report_sections::project_id,
            report_sections::section,
            report_sections::first_version,
            report_sections::end_version,
            report_sections::content,
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(project, section, first, end, content)| {
            Ok(HeldSection {
                project: ProjectId::stored(project),
                section: Section::of_code(&section).ok_or_else(|| Failure::fault("a stored section is unknown"))?,
                first: version(first)?,
                end: end.map(version).transpose()?,
                content,
            })
        })
        .collect()
}

fn version(number: i64) -> Outcome<u32> {
    u32::try_from(number).map_err(|_| Failure::fault("a stored version number is out of range"))
}
