//! The difference of two versions.

use serde_json::json;

use super::find::journal_look;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::project::Project;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::difference::{self, Difference};
use crate::reporting::store::{records, reports, sections, versions};

/// What is not alike in two versions of a project. It names individual records.
pub fn find_difference(desk: &Desk, scope: &Scope, project: &Project, from: u32, to: u32) -> Outcome<Difference> {
    let scope = &scope.require(Permission::ReadRecords)?;
    let missing = |path: &str| Refusal::new(Code::NotFound).at(path);
    let (report, difference) = desk.read(scope, |connection| {
        let mut find = |number, path| {
            let version = versions::find_version(connection, scope, project, number)?.ok_or_else(|| missing(path))?;
            let report = reports::find_report(connection, scope, &version.report)?.ok_or_else(|| missing(path))?;
            let sections = sections::find_sections(connection, scope, &report, &version)?;
            Ok::<_, crate::refusal::Failure>((report, version, sections))
        };
        let (_, from, sections_before) = find(from, "from")?;
        let (report, to, sections_after) = find(to, "to")?;
        // What both versions hold is the same row, and not read.
        let before = records::list_records_only_in(connection, &from, &to)?;
        let after = records::list_records_only_in(connection, &to, &from)?;
        let items = difference::compare(
            difference::items(&before, &sections_before),
            difference::items(&after, &sections_after),
        );
        Ok((report, Difference { from, to, items }))
    })?;
    let detail = json!({ "version": difference.to.number, "from": difference.from.number });
    journal_look(desk, scope, &report, "difference.seen", detail)?;
    Ok(difference)
}
