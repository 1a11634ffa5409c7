//! Stays of linked persons, in a version and in the versions in force of other projects. For programme staff alone.
//!
//! Read on request by a scan: an index by person would be paid by every submission.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::directory::project::Project;
use crate::directory::store::stored;
use crate::refusal::{Failure, Outcome};
use crate::reporting::record::PersonId;
use crate::reporting::rules::{LinkedStay, StayElsewhere};
use crate::reporting::statement::Reference;
use crate::reporting::version::ReportVersion;
use crate::storage::AnyConnection;
use crate::storage::schema::{organisations, participations, projects, report_versions};
use crate::text::ShortCode;

/// How many persons one scan looks for.
const LOOK_FOR_AT_ONCE: usize = 10_000;

/// The newest approved version of each other project of a programme that is not annulled, with the project's code.
pub type InForce = HashMap<String, (ShortCode, i64)>;

/// What is in force in a programme beside a project; of sandboxes, beside one of a sandbox only.
pub fn in_force_beside(connection: &mut AnyConnection, project: &Project) -> Outcome<InForce> {
    let rows: Vec<(String, String, i64)> = report_versions::table
        .inner_join(projects::table.on(projects::id.eq(report_versions::project_id)))
        .inner_join(organisations::table.on(organisations::id.eq(projects::lead_organisation_id)))
        .filter(projects::programme_id.eq(project.programme.as_str()).and(projects::id.ne(project.id.as_str())))
        .filter(organisations::sandbox.eq(project.sandbox))
        .filter(report_versions::approved_position.is_not_null().and(report_versions::annulled_position.is_null()))
        .order(report_versions::number)
        .select((projects::id, projects::code, report_versions::number))
        .load(connection)?;
    // Of several, the highest comes last.
    Ok(rows.into_iter().map(|(id, code, number)| (id, (ShortCode::stored(code), number))).collect())
}

type StayRow = (String, String, i64, Option<i64>, Option<String>, String, Option<String>);

const COLUMNS: (
    participations::project_id,
    participations::reference,
    participations::first_version,
    participations::end_version,
    participations::person_id,
    participations::entry_on,
    participations::exit_on,
) = (
    participations::project_id,
    participations::reference,
    participations::first_version,
    participations::end_version,
    participations::person_id,
    participations::entry_on,
    participations::exit_on,
);

fn stay_of((_, reference, _, _, person, entry_on, exit_on): StayRow) -> Outcome<LinkedStay> {
    Ok(LinkedStay {
        reference: Reference::stored(reference),
        person: PersonId(person.ok_or_else(|| Failure::fault("a stay without a person was read as linked"))?),
        entry_on: stored(&entry_on)?,
        exit_on: exit_on.map(|day| stored(&day)).transpose()?,
    })
}

/// The stays of linked persons in a version, by reference. For operations that have found the version.
pub fn linked_stays(connection: &mut AnyConnection, version: &ReportVersion) -> Outcome<Vec<LinkedStay>> {
    let number = i64::from(version.number);
    let rows: Vec<StayRow> = participations::table
        .filter(
            participations::project_id
                .eq(version.project.as_str())
                .and(participations::first_version.le(number))
                .and(participations::end_version.is_null().or(participations::end_version.gt(number)))
                .and(participations::person_id.is_not_null()),
        )
        .order(participations::reference)
        .select(COLUMNS)
        .load(connection)?;
    rows.into_iter().map(stay_of).collect()
}

/// The stays of some persons in what is in force elsewhere, by person.
pub fn stays_elsewhere(
    connection: &mut AnyConnection,
    in_force: &InForce,
    stays: &[LinkedStay],
) -> Outcome<BTreeMap<PersonId, Vec<StayElsewhere>>> {
    let mut elsewhere: BTreeMap<PersonId, Vec<StayElsewhere>> = BTreeMap::new();
    for some in stays.chunks(LOOK_FOR_AT_ONCE) {
        let persons: Vec<&str> = some.iter().map(|stay| stay.person.0.as_str()).collect();
        let rows: Vec<StayRow> =
            participations::table.filter(participations::person_id.eq_any(persons)).select(COLUMNS).load(connection)?;
        for row in rows {
            let Some((project, number)) = in_force.get(&row.0) else { continue };
            if row.2 <= *number && row.3.is_none_or(|end| end > *number) {
                let stay = stay_of(row)?;
                let person = stay.person.clone();
                elsewhere.entry(person).or_default().push(StayElsewhere { project: project.clone(), stay });
            }
        }
    }
    for stays in elsewhere.values_mut() {
        stays.sort_by(|one, next| (&one.project, &one.stay.reference).cmp(&(&next.project, &next.stay.reference)));
        // A person that stands twice in the version was looked for twice.
        stays.dedup_by(|one, next| (&one.project, &one.stay.reference) == (&next.project, &next.stay.reference));
    }
    Ok(elsewhere)
}
