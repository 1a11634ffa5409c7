//! Frozen versions. A row is inserted once; only its certification, its approval and its annulment are written later,
//! once each.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::period::Quarter;
use crate::directory::project::Project;
use crate::directory::store::{is_within_reach, stored};
use crate::id::{OrganisationId, ProjectId, ReportId, VersionId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::version::{Approval, Channel, Digest, Report, ReportVersion};
use crate::storage::journal::Position;
use crate::storage::schema::report_versions;
use crate::storage::{AnyConnection, on_duplicate};

/// A version as it is stored.
#[derive(Queryable)]
pub struct VersionRow {
    project_id: String,
    number: i64,
    id: String,
    report_id: String,
    period: String,
    digest: Vec<u8>,
    participation_count: i64,
    rule_set: i64,
    channel: String,
    submitted_at_us: i64,
    submitted_by: String,
    submitted_by_organisation: Option<String>,
    late: bool,
    approved_position: Option<i64>,
    approved_at_us: Option<i64>,
    approved_by: Option<String>,
    annulled_position: Option<i64>,
    received_at_us: Option<i64>,
    certified_by: Option<String>,
}

/// The version of a row.
pub fn version_of(row: VersionRow) -> Outcome<ReportVersion> {
    let broken = || Failure::fault("a stored version is out of form");
    let number = |value: i64| u32::try_from(value).map_err(|_| broken());
    let approval = match (row.approved_position, row.approved_at_us, row.approved_by) {
        (Some(position), Some(at), Some(by)) => Some(Approval { position: Position(position), at: Instant(at), by }),
        _ => None,
    };
    Ok(ReportVersion {
        id: VersionId::stored(row.id),
        number: number(row.number)?,
        project: ProjectId::stored(row.project_id),
        report: ReportId::stored(row.report_id),
        period: stored(&row.period)?,
        digest: Digest(row.digest.try_into().map_err(|_| broken())?),
        participation_count: number(row.participation_count)?,
        rule_set: number(row.rule_set)?,
        channel: Channel::of_code(&row.channel).ok_or_else(broken)?,
        submitted_at: Instant(row.submitted_at_us),
        submitted_by: row.submitted_by,
        submitted_by_organisation: row.submitted_by_organisation.map(OrganisationId::stored),
        received_at: row.received_at_us.map(Instant),
        certified_by: row.certified_by,
        late: row.late,
        approval,
        annulled: row.annulled_position.map(Position),
    })
}

/// Inserts a version; a number taken meanwhile is a conflict.
pub fn insert_version(connection: &mut AnyConnection, version: &ReportVersion) -> Outcome<()> {
    let inserted = diesel::insert_into(report_versions::table)
        .values((
            report_versions::project_id.eq(version.project.as_str()),
            report_versions::number.eq(i64::from(version.number)),
            report_versions::id.eq(version.id.as_str()),
            report_versions::report_id.eq(version.report.as_str()),
            report_versions::period.eq(version.period.to_string()),
            report_versions::digest.eq(version.digest.0.as_slice()),
            report_versions::participation_count.eq(i64::from(version.participation_count)),
            report_versions::rule_set.eq(i64::from(version.rule_set)),
            report_versions::channel.eq(version.channel.code()),
            report_versions::submitted_at_us.eq(version.submitted_at.0),
            report_versions::submitted_by.eq(version.submitted_by.as_str()),
            report_versions::submitted_by_organisation
                .eq(version.submitted_by_organisation.as_ref().map(OrganisationId::as_str)),
            report_versions::late.eq(version.late),
            report_versions::received_at_us.eq(version.received_at.map(|at| at.0)),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::VersionConflict).map(|_| ())
}

/// The newest version of a project: its number and period; version 0 of no period if there is none.
pub fn newest_version(connection: &mut AnyConnection, project: &ProjectId) -> Outcome<Option<ReportVersion>> {
    let row: Option<VersionRow> = report_versions::table
        .filter(report_versions::project_id.eq(project.as_str()))
        .order(report_versions::number.desc())
        .first(connection)
        .optional()?;
    row.map(version_of).transpose()
}

/// How many participations the newest version of each period before one held, by period.
pub fn list_counts(
    connection: &mut AnyConnection,
    project: &ProjectId,
    before: Quarter,
) -> Outcome<Vec<(Quarter, u32)>> {
    let rows: Vec<(String, i64)> = report_versions::table
        .filter(report_versions::project_id.eq(project.as_str()).and(report_versions::period.lt(before.to_string())))
        .order(report_versions::number)
        .select((report_versions::period, report_versions::participation_count))
        .load(connection)?;
    let mut counts: BTreeMap<Quarter, u32> = BTreeMap::new();
    for (period, count) in rows {
        let count = u32::try_from(count).map_err(|_| Failure::fault("a stored count is out of range"))?;
        counts.insert(stored(&period)?, count);
    }
    Ok(counts.into_iter().collect())
}

/// Whether a later period of the same project has a version.
pub fn later_period_reported(connection: &mut AnyConnection, project: &ProjectId, period: &str) -> Outcome<bool> {
    let later: i64 = report_versions::table
        .filter(report_versions::project_id.eq(project.as_str()).and(report_versions::period.gt(period)))
        .count()
        .get_result(connection)?;
    Ok(later > 0)
}

/// A version of a project that the caller has already found.
pub fn find_version(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    number: u32,
) -> Outcome<Option<ReportVersion>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(None);
    }
    find_version_of(connection, &project.id, number)
}

/// A version of a report that the caller has already found.
pub fn find_version_of_report(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    number: u32,
) -> Outcome<Option<ReportVersion>> {
    if !scope.reaches_project(&report.lead, &report.project) {
        return Ok(None);
    }
    let version = find_version_of(connection, &report.project, number)?;
    Ok(version.filter(|version| version.report == report.id))
}

/// The version of an identifier; the caller must then find its report within its own scope.
pub fn find_by_id(connection: &mut AnyConnection, id: &VersionId) -> Outcome<Option<ReportVersion>> {
    let row: Option<VersionRow> =
        report_versions::table.filter(report_versions::id.eq(id.as_str())).first(connection).optional()?;
    row.map(version_of).transpose()
}

fn find_version_of(connection: &mut AnyConnection, project: &ProjectId, number: u32) -> Outcome<Option<ReportVersion>> {
    let row: Option<VersionRow> = report_versions::table
        .filter(report_versions::project_id.eq(project.as_str()).and(report_versions::number.eq(i64::from(number))))
        .first(connection)
        .optional()?;
    row.map(version_of).transpose()
}

/// A page of the versions of a project that the caller has already found, by number.
pub fn list_versions(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    page: &PageRequest,
) -> Outcome<Page<ReportVersion>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(page.cut(Vec::new()));
    }
    let after: i64 = if page.after().is_empty() {
        0
    } else {
        page.after().parse().map_err(|_| Refusal::new(Code::PageInvalid).with("limit", crate::page::LARGEST_PAGE))?
    };
    let rows: Vec<VersionRow> = report_versions::table
        .filter(report_versions::project_id.eq(project.id.as_str()).and(report_versions::number.gt(after)))
        .order(report_versions::number)
        .limit(page.limit())
        .load(connection)?;
    Ok(page.cut(rows.into_iter().map(version_of).collect::<Outcome<_>>()?))
}

/// Writes the certification of a version, once: it reaches the funder now, in time or late.
pub fn certify_version(
    connection: &mut AnyConnection,
    version: &ReportVersion,
    by: &str,
    at: Instant,
    late: bool,
) -> Outcome<()> {
    let written = diesel::update(
        report_versions::table
            .filter(report_versions::id.eq(version.id.as_str()).and(report_versions::received_at_us.is_null())),
    )
    .set((
        report_versions::received_at_us.eq(at.0),
        report_versions::certified_by.eq(by),
        report_versions::late.eq(late),
    ))
    .execute(connection)?;
    only_one(written)
}

/// Writes the approval of a version, once.
pub fn approve_version(connection: &mut AnyConnection, version: &ReportVersion, approval: &Approval) -> Outcome<()> {
    let written = diesel::update(
        report_versions::table
            .filter(report_versions::id.eq(version.id.as_str()).and(report_versions::approved_position.is_null())),
    )
    .set((
        report_versions::approved_position.eq(approval.position.0),
        report_versions::approved_at_us.eq(approval.at.0),
        report_versions::approved_by.eq(approval.by.as_str()),
    ))
    .execute(connection)?;
    only_one(written)
}

/// Writes the annulment of an approved version, once.
pub fn annul_version(connection: &mut AnyConnection, version: &ReportVersion, position: Position) -> Outcome<()> {
    let written = diesel::update(
        report_versions::table.filter(
            report_versions::id
                .eq(version.id.as_str())
                .and(report_versions::approved_position.is_not_null())
                .and(report_versions::annulled_position.is_null()),
        ),
    )
    .set(report_versions::annulled_position.eq(position.0))
    .execute(connection)?;
    only_one(written)
}

/// Whether a newer version of the same report is approved and not annulled.
pub fn newer_is_approved(connection: &mut AnyConnection, version: &ReportVersion) -> Outcome<bool> {
    let newer: i64 = report_versions::table
        .filter(
            report_versions::report_id
                .eq(version.report.as_str())
                .and(report_versions::number.gt(i64::from(version.number)))
                .and(report_versions::approved_position.is_not_null())
                .and(report_versions::annulled_position.is_null()),
        )
        .count()
        .get_result(connection)?;
    Ok(newer > 0)
}

fn only_one(written: usize) -> Outcome<()> {
    if written == 1 { Ok(()) } else { Err(Failure::fault("a version was not in the state that its report says")) }
}
