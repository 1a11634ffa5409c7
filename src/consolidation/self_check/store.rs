//! Self-checks on record, and rows as the plain route reads them: whole versions, as text, one project after the other.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::clock::{self, Instant};
use crate::id::ProjectId;
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{
    participations, payment_cancellations, payments, project_members, project_revisions, report_sections,
    report_versions, self_checks,
};

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

/// What a project is from a position on, as it is stored.
#[derive(Queryable)]
pub struct AgreementRow {
    pub project_id: String,
    pub position: i64,
    pub agreement_from: String,
    pub agreement_to: String,
    pub target_participants: i64,
    pub eligible_cost_cents: i64,
    pub grant_cents: i64,
    pub lead_organisation_id: String,
}

/// Every revision of every project up to a position, in order.
pub fn list_agreements(connection: &mut AnyConnection, position: Position) -> Outcome<Vec<AgreementRow>> {
    Ok(project_revisions::table
        .filter(project_revisions::position.le(position.0))
        .order(project_revisions::position)
        .select((
            project_revisions::project_id,
            project_revisions::position,
            project_revisions::agreement_from,
            project_revisions::agreement_to,
            project_revisions::target_participants,
            project_revisions::eligible_cost_cents,
            project_revisions::grant_cents,
            project_revisions::lead_organisation_id,
        ))
        .load(connection)?)
}

/// Who is a member in which revision: the project, the revision's position, the organisation.
pub fn list_members(connection: &mut AnyConnection) -> Outcome<Vec<(String, i64, String)>> {
    let columns = (project_members::project_id, project_members::position, project_members::organisation_id);
    Ok(project_members::table.select(columns).load(connection)?)
}

/// The payments that count at a position: the project, the day, the cents.
pub fn list_paid(connection: &mut AnyConnection, position: Position) -> Outcome<Vec<(String, String, i64)>> {
    let cancelled: HashSet<(String, String)> = payment_cancellations::table
        .filter(payment_cancellations::position.le(position.0))
        .select((payment_cancellations::project_id, payment_cancellations::payment_id))
        .load(connection)?
        .into_iter()
        .collect();
    let paid: Vec<(String, String, String, i64)> = payments::table
        .filter(payments::position.le(position.0))
        .select((payments::project_id, payments::id, payments::paid_on, payments::amount_cents))
        .load(connection)?;
    let counted = paid.into_iter().filter_map(|(project, id, paid_on, cents)| {
        let payment = (project, id);
        (!cancelled.contains(&payment)).then_some((payment.0, paid_on, cents))
    });
    Ok(counted.collect())
}

/// What a version states of money, as it is stored, if it does.
pub struct StatedRow {
    pub project_id: String,
    pub period: String,
    pub finance: Option<String>,
}

/// The versions approved and not annulled at a position, by number, with what each states of money.
pub fn list_stated(connection: &mut AnyConnection, position: Position) -> Outcome<Vec<StatedRow>> {
    let versions: Vec<(String, i64, String)> =
        report_versions::table
            .filter(report_versions::approved_position.le(position.0).and(
                report_versions::annulled_position.is_null().or(report_versions::annulled_position.gt(position.0)),
            ))
            .order(report_versions::number)
            .select((report_versions::project_id, report_versions::number, report_versions::period))
            .load(connection)?;
    let sections: Vec<(String, i64, Option<i64>, String)> = report_sections::table
        .filter(report_sections::section.eq("FINANCE"))
        .select((
            report_sections::project_id,
            report_sections::first_version,
            report_sections::end_version,
            report_sections::content,
        ))
        .load(connection)?;
    let mut of_project: HashMap<String, Vec<(i64, Option<i64>, String)>> = HashMap::new();
    for (project, first, end, content) in sections {
        of_project.entry(project).or_default().push((first, end, content));
    }
    let stated = versions.into_iter().map(|(project_id, number, period)| {
        let holds =
            |(first, end, _): &&(i64, Option<i64>, String)| *first <= number && end.is_none_or(|end| end > number);
        let finance = of_project.get(&project_id).and_then(|sections| sections.iter().find(holds));
        let finance = finance.map(|(.., content)| content.clone());
        StatedRow { project_id, period, finance }
    });
    Ok(stated.collect())
}
