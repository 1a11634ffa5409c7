//! What is needed to say where projects stand: their reports, and whether the newest versions came late.

use diesel::prelude::*;

use super::reports::{ReportRow, report_columns, report_of};
use crate::access::Scope;
use crate::directory::store::narrowed;
use crate::refusal::Outcome;
use crate::reporting::version::Report;
use crate::storage::AnyConnection;
use crate::storage::schema::{projects, report_versions, reports as table};

/// The reports of some projects within reach, each with whether its newest version is late.
pub fn list_reports_of(connection: &mut AnyConnection, scope: &Scope, of: &[&str]) -> Outcome<Vec<(Report, bool)>> {
    let query = table::table
        .inner_join(projects::table.on(projects::id.eq(table::project_id)))
        .inner_join(report_versions::table.on(
            report_versions::project_id.eq(table::project_id).and(report_versions::number.eq(table::current_version)),
        ))
        .filter(table::project_id.eq_any(of))
        .order((table::project_id, table::period))
        .select((report_columns!(), report_versions::late))
        .into_boxed();
    let rows: Vec<(ReportRow, bool)> = narrowed!(query, scope, Vec::new()).load(connection)?;
    rows.into_iter().map(|(row, late)| Ok((report_of(row)?, late))).collect()
}
