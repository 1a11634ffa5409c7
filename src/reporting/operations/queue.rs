//! The review queue.

use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::programme::Programme;
use crate::page::{Page, PageRequest};
use crate::refusal::{Failure, Outcome};
use crate::reporting::queue::QueueItem;
use crate::reporting::rules::Severity;
use crate::reporting::store::{queue, reasons};
use crate::reporting::version::{Report, ReportVersion};

/// A page of what waits for review in a programme, the longest waiting first.
pub fn list_review_queue(
    desk: &Desk,
    scope: &Scope,
    programme: &Programme,
    page: &PageRequest,
) -> Outcome<Page<QueueItem>> {
    let scope = &scope.require(Permission::ReadReviewQueue)?;
    scope.reaches_programme(&programme.id)?;
    let zone = &programme.details.time_zone;
    let today = desk.clock.now().day_in(zone);
    desk.read(scope, |connection| {
        let waiting = queue::list_waiting(connection, scope, &programme.id, page)?;
        let reports: Vec<&str> = waiting.iter().map(|(report, _)| report.id.as_str()).collect();
        let projects: Vec<&str> = waiting.iter().map(|(report, _)| report.project.as_str()).collect();
        let findings = queue::count_findings(connection, &projects)?;
        let versions = queue::count_versions(connection, &reports)?;
        let reasons = reasons::count_reasons(connection, &reports)?;
        let item = |(report, version): (Report, ReportVersion)| {
            let waiting_since = version.received_at.ok_or_else(|| Failure::fault("what waits was never received"))?;
            let found = |severity| {
                let key = (report.project.to_string(), i64::from(version.number), severity);
                count(findings.get(&key))
            };
            Ok(QueueItem {
                warning_count: found(Severity::Warning),
                notice_count: found(Severity::Notice),
                earlier_version_count: count(versions.get(report.id.as_str())).saturating_sub(1),
                unanswered_reason_count: reasons.get(&report.id).copied().unwrap_or_default().unanswered_count,
                days_waiting: u32::try_from((today - waiting_since.day_in(zone)).get_days()).unwrap_or(0),
                waiting_since,
                report,
                version,
            })
        };
        Ok(page.cut(waiting.into_iter().map(item).collect::<Outcome<_>>()?))
    })
}

fn count(found: Option<&i64>) -> u32 {
    found.and_then(|count| u32::try_from(*count).ok()).unwrap_or(0)
}
