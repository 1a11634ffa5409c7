//! Finding reports, versions, findings and records. Each takes the caller's scope; foreign and missing are alike.

use serde_json::json;

use crate::access::looks::Look;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::project::Project;
use crate::directory::store as directory;
use crate::id::{ReportId, VersionId};
use crate::page::{LARGEST_PAGE, Page, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::lifecycle::Action;
use crate::reporting::reason::{ReasonCounts, ReturnReason};
use crate::reporting::record::Record;
use crate::reporting::rules::{Finding, FindingFilter, RuleCount};
use crate::reporting::sections::Sections;
use crate::reporting::store::reports::{self, PastTransition, ReportFilter};
use crate::reporting::store::{findings, reasons, records, sections, versions};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::chain::{self, Link};

/// The report of an identifier.
pub fn find_report(desk: &Desk, scope: &Scope, id: &ReportId) -> Outcome<Option<Report>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| reports::find_report(connection, scope, id))
}

/// A page of reports: a project's, or those in some states (the review queue), within reach.
pub fn list_reports(desk: &Desk, scope: &Scope, filter: &ReportFilter, page: &PageRequest) -> Outcome<Page<Report>> {
    let scope = &scope.require(Permission::ReadReports)?;
    if filter.changed_since.is_some() {
        desk.number()?;
    }
    desk.read(scope, |connection| reports::list_reports(connection, scope, filter, page))
}

/// The steps of a report's life, in order.
pub fn list_transitions(desk: &Desk, scope: &Scope, report: &Report) -> Outcome<Vec<PastTransition>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| reports::list_transitions(connection, scope, report))
}

/// A version of a project by its number.
pub fn find_version(desk: &Desk, scope: &Scope, project: &Project, number: u32) -> Outcome<Option<ReportVersion>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| versions::find_version(connection, scope, project, number))
}

/// The newest version of a report that the caller has already found.
pub fn find_newest_version(desk: &Desk, scope: &Scope, report: &Report) -> Outcome<Option<ReportVersion>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| versions::find_version_of_report(connection, scope, report, report.current_version))
}

/// A version by its identifier.
pub fn find_version_by_id(desk: &Desk, scope: &Scope, id: &VersionId) -> Outcome<Option<ReportVersion>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| match versions::find_by_id(connection, id)? {
        Some(version) => Ok(reports::find_report(connection, scope, &version.report)?.map(|_| version)),
        None => Ok(None),
    })
}

/// The link that the submission of a version has in its organisation's chain: with its digest, the receipt. Nothing while
/// a long write keeps the chain waiting.
pub fn find_link(desk: &Desk, scope: &Scope, version: &ReportVersion) -> Outcome<Option<Link>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.number()?;
    desk.read(scope, |connection| match reports::find_report(connection, scope, &version.report)? {
        Some(report) => chain::find_link(connection, Action::Submit.event(), report.id.as_str(), |detail| {
            detail["version"].as_u64() == Some(version.number.into())
        }),
        None => Ok(None),
    })
}

/// A page of a project's versions, by number.
pub fn list_versions(
    desk: &Desk,
    scope: &Scope,
    project: &Project,
    page: &PageRequest,
) -> Outcome<Page<ReportVersion>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| versions::list_versions(connection, scope, project, page))
}

/// The reasons for which versions of a report were returned, or one of them, with the partner's answers. They name
/// individual records.
pub fn list_reasons(desk: &Desk, scope: &Scope, report: &ReportId, version: Option<u32>) -> Outcome<Vec<ReturnReason>> {
    let scope = &scope.require(Permission::ReadRecords)?;
    let found = desk.read(scope, |connection| match reports::find_report(connection, scope, report)? {
        Some(report) => {
            let reasons = reasons::list_reasons(connection, scope, &report, version)?;
            Ok(Some((report, reasons)))
        }
        None => Ok(None),
    })?;
    let Some((report, reasons)) = found else { return Ok(Vec::new()) };
    if !reasons.is_empty() {
        journal_look(desk, scope, &report, "reasons.seen", json!({ "version": version, "reasons": reasons.len() }))?;
    }
    Ok(reasons)
}

/// The same counted, which tells of no individual record.
pub fn count_reasons(desk: &Desk, scope: &Scope, report: &ReportId) -> Outcome<ReasonCounts> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| match reports::find_report(connection, scope, report)? {
        Some(report) => {
            let counts = reasons::count_reasons(connection, &[report.id.as_str()])?;
            Ok(counts.get(&report.id).copied().unwrap_or_default())
        }
        None => Ok(ReasonCounts::default()),
    })
}

/// A page of the findings of a version, with what was said to them, by what had to be dealt with first; each with its
/// place, which is its key. They name individual records.
pub fn list_findings(
    desk: &Desk,
    scope: &Scope,
    version: &ReportVersion,
    filter: &FindingFilter,
    page: &PageRequest,
) -> Outcome<Page<(i64, Finding)>> {
    let scope = &scope.require(Permission::ReadRecords)?;
    let invalid = || Refusal::new(Code::PageInvalid).with("limit", LARGEST_PAGE);
    let after = if page.after().is_empty() { 0 } else { page.after().parse().map_err(|_| invalid())? };
    Ok(page.cut(read_findings(desk, scope, version, filter, after, page.limit())?))
}

/// Every finding of a version that is listed: what is downloaded.
pub fn list_all_findings(
    desk: &Desk,
    scope: &Scope,
    version: &ReportVersion,
    filter: &FindingFilter,
) -> Outcome<Vec<Finding>> {
    let scope = &scope.require(Permission::ReadRecords)?;
    let found = read_findings(desk, scope, version, filter, 0, i64::MAX)?;
    Ok(found.into_iter().map(|(_, finding)| finding).collect())
}

fn read_findings(
    desk: &Desk,
    scope: &Scope,
    version: &ReportVersion,
    filter: &FindingFilter,
    after: i64,
    limit: i64,
) -> Outcome<Vec<(i64, Finding)>> {
    let found = desk.read(scope, |connection| match reports::find_report(connection, scope, &version.report)? {
        Some(report) => {
            let found = findings::list_findings(connection, scope, (&report, version), filter, after, limit)?;
            Ok(Some((report, found)))
        }
        None => Ok(None),
    })?;
    let Some((report, found)) = found else { return Ok(Vec::new()) };
    if !found.is_empty() {
        let detail = json!({ "version": version.number, "findings": found.len() });
        journal_look(desk, scope, &report, "findings.seen", detail)?;
    }
    Ok(found)
}

/// The findings of a version counted by rule. Where they stand is told to those who may read records.
pub fn count_findings(desk: &Desk, scope: &Scope, version: &ReportVersion) -> Outcome<Vec<RuleCount>> {
    let scope = &scope.require(Permission::ReadReports)?;
    desk.read(scope, |connection| match reports::find_report(connection, scope, &version.report)? {
        Some(report) => {
            let programme = directory::programme_of(connection, &report.project)?;
            let with_places = scope.may_in(Permission::ReadRecords, &programme);
            findings::count_findings(connection, scope, (&report, version), with_places)
        }
        None => Ok(Vec::new()),
    })
}

/// A page of a version's participations, by reference: individual records, without any identity.
pub fn list_records(desk: &Desk, scope: &Scope, version: &ReportVersion, page: &PageRequest) -> Outcome<Page<Record>> {
    let scope = &scope.require(Permission::ReadRecords)?;
    let found = desk.read(scope, |connection| match reports::find_report(connection, scope, &version.report)? {
        Some(report) => {
            let records = records::list_records(connection, scope, &report, version, page)?;
            Ok(Some((report, records)))
        }
        None => Ok(None),
    })?;
    let Some((report, records)) = found else { return Ok(page.cut(Vec::new())) };
    let detail = json!({ "version": version.number, "records": records.items.len() });
    journal_look(desk, scope, &report, "records.seen", detail)?;
    Ok(records)
}

/// Writes down that staff is about to see records of a report.
pub fn journal_look(
    desk: &Desk,
    scope: &Scope,
    report: &Report,
    kind: &'static str,
    detail: serde_json::Value,
) -> Outcome<()> {
    let look = Look { kind, organisation: report.lead.as_str(), subject: report.id.as_str(), detail };
    desk.journal_look(scope, &look)
}

/// What a version states beside its participations.
pub fn find_sections(desk: &Desk, scope: &Scope, version: &ReportVersion) -> Outcome<Sections> {
    let scope = &scope.require(Permission::ReadRecords)?;
    desk.read(scope, |connection| match reports::find_report(connection, scope, &version.report)? {
        Some(report) => sections::find_sections(connection, scope, &report, version),
        None => Ok(Sections::default()),
    })
}
