//! The review queue, read by the instant at which each version reached the funder.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::reports::{ReportRow, report_columns, report_of};
use super::versions::{VersionRow, version_of};
use crate::access::{Reach, Scope};
use crate::clock::Instant;
use crate::id::ProgrammeId;
use crate::page::{LARGEST_PAGE, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::lifecycle::State;
use crate::reporting::queue;
use crate::reporting::rules::{Severity, find_rule};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::schema::{finding_counts, projects, report_versions, reports};

/// One row more than the page: the reports of a programme within reach that wait, with the version that does.
pub fn list_waiting(
    connection: &mut AnyConnection,
    scope: &Scope,
    programme: &ProgrammeId,
    page: &PageRequest,
) -> Outcome<Vec<(Report, ReportVersion)>> {
    // The queue is the funder's: whoever is bound to one organisation has none.
    if scope.reach() != Reach::Everything {
        return Ok(Vec::new());
    }
    let mut query = reports::table
        .inner_join(projects::table.on(projects::id.eq(reports::project_id)))
        .inner_join(
            report_versions::table.on(report_versions::project_id
                .eq(reports::project_id)
                .and(report_versions::number.eq(reports::current_version))),
        )
        .filter(projects::programme_id.eq(programme.as_str()))
        .filter(reports::state.eq_any([State::Submitted.code(), State::InReview.code()]))
        .order((report_versions::received_at_us, reports::id))
        .limit(page.limit())
        .select((report_columns!(), report_versions::all_columns))
        .into_boxed();
    if !page.after().is_empty() {
        let invalid = || Refusal::new(Code::PageInvalid).with("limit", LARGEST_PAGE);
        let (Instant(since), report) = queue::parse_key(page.after()).ok_or_else(invalid)?;
        let later = report_versions::received_at_us.gt(since);
        let same = report_versions::received_at_us.eq(since).and(reports::id.gt(report.to_owned()));
        query = query.filter(later.or(same));
    }
    let rows: Vec<(ReportRow, VersionRow)> = query.load(connection)?;
    rows.into_iter().map(|(report, version)| Ok((report_of(report)?, version_of(version)?))).collect()
}

/// How many findings of a severity each of some projects' versions has, by project, version and severity; what was waived
/// is not counted.
pub fn count_findings(connection: &mut AnyConnection, of: &[&str]) -> Outcome<HashMap<(String, i64, Severity), i64>> {
    let rows: Vec<(String, i64, String, i64)> = finding_counts::table
        .filter(finding_counts::project_id.eq_any(of))
        .select((
            finding_counts::project_id,
            finding_counts::version,
            finding_counts::code,
            finding_counts::count - finding_counts::waived_count,
        ))
        .load(connection)?;
    let mut counts = HashMap::new();
    for (project, version, code, count) in rows {
        if let Some(rule) = find_rule(&code) {
            *counts.entry((project, version, rule.severity)).or_default() += count;
        }
    }
    Ok(counts)
}

/// How many versions of each of some reports ever reached the funder.
pub fn count_versions(connection: &mut AnyConnection, of: &[&str]) -> Outcome<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = report_versions::table
        .filter(report_versions::report_id.eq_any(of).and(report_versions::received_at_us.is_not_null()))
        .group_by(report_versions::report_id)
        .select((report_versions::report_id, count_star()))
        .load(connection)?;
    Ok(rows.into_iter().collect())
}
