//! Self-checks on record, and rows as the plain route reads them: whole versions, as text, one project after the other.

use diesel::prelude::*;

use crate::clock::{self, Instant};
use crate::id::ProjectId;
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{participations, report_versions, self_checks};

/// Whether the last self-check on record found no difference.
pub fn last(connection: &mut AnyConnection) -> Outcome<Option<bool>> {
    let newest =
        self_checks::table.order((self_checks::at_us.desc(), self_checks::id.desc())).select(self_checks::holds);
    Ok(newest.first(connection).optional()?)
}

/// Keeps that self-checks turned from equal to different, or back.
pub fn append(
    connection: &mut AnyConnection,
    at: Instant,
    position: Position,
    holds: bool,
    failed: &str,
) -> Outcome<()> {
    diesel::insert_into(self_checks::table)
        .values((
            self_checks::id.eq(clock::new_id()),
            self_checks::at_us.eq(at.0),
            self_checks::position.eq(position.0),
            self_checks::holds.eq(holds),
            self_checks::failed.eq(failed),
        ))
        .execute(connection)?;
    Ok(())
}

/// The version of each project that is in force at a position, by the plainest reading of the rows.
pub fn list_in_force(connection: &mut AnyConnection, position: Position) -> Outcome<Vec<(ProjectId, i64)>> {
    let rows: Vec<(String, Option<i64>)> =
        report_versions::table
            .filter(report_versions::approved_position.le(position.0).and(
                report_versions::annulled_position.is_null().or(report_versions::annulled_position.gt(position.0)),
            ))
            .group_by(report_versions::project_id)
            .select((report_versions::project_id, diesel::dsl::max(report_versions::number)))
            .load(connection)?;
    Ok(rows.into_iter().filter_map(|(project, number)| Some((ProjectId::stored(project), number?))).collect())
}

macro_rules! texts {
    ($($column:ident: $kind:ty),* $(,)?) => {
        /// A participation as it is stored, each text as it stands.
        #[derive(Queryable)]
        pub struct StayRow {
            $(pub $column: $kind,)*
        }

        /// The participations of a version, in the order of their recording.
        pub fn list_stays(connection: &mut AnyConnection, project: &ProjectId, version: i64) -> Outcome<Vec<StayRow>> {
            let mut rows: Vec<StayRow> = participations::table
                .filter(
                    participations::project_id
                        .eq(project.as_str())
                        .and(participations::first_version.le(version))
                        .and(participations::end_version.is_null().or(participations::end_version.gt(version))),
                )
                .select(($(participations::$column,)*))
                .load(connection)?;
            // Not by the database: its alphabet may be another one.
            rows.sort_unstable_by(|a, b| (a.first_version, &a.reference).cmp(&(b.first_version, &b.reference)));
            Ok(rows)
        }
    };
}

texts! {
    reference: String,
    first_version: i64,
    person_id: Option<String>,
    entry_on: String,
    sex: String,
    birth_year: String,
    protection_status: String,
    french_at_entry: String,
    education: String,
    labour_status: String,
    residence_department: String,
    priority_district: String,
    rural_area: String,
    disability: String,
    housing_at_entry: String,
    supports: String,
    exit_on: Option<String>,
    exit_situation: Option<String>,
    exit_contract: Option<String>,
    exit_contract_from: Option<String>,
    exit_contract_to: Option<String>,
    exit_training: Option<String>,
    french_at_exit: Option<String>,
    housing_at_exit: Option<String>,
    financial_autonomy: Option<String>,
    follow_up_situation: Option<String>,
}
