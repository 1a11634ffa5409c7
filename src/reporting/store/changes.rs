//! The journal as it is followed: by sequence, within the caller's reach.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::looks::VERB;
use crate::access::{Reach, Scope};
use crate::clock::Instant;
use crate::directory::store as directory;
use crate::directory::transfer::RELEASED;
use crate::id::{OrganisationId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Failure, Outcome};
use crate::reporting::change::{self, Change};
use crate::storage::AnyConnection;
use crate::storage::journal::Sequence;
use crate::storage::schema::{journal, reports};

type Row = (Option<i64>, i64, String, String, Option<String>, String);

/// A page of what happened after a sequence: to the caller's own organisation, or to any for staff. What happened to a
/// project goes with it when it is transferred; to the organisation before, only that it is released.
pub fn list_changes(
    connection: &mut AnyConnection,
    scope: &Scope,
    after: Sequence,
    page: &PageRequest,
) -> Outcome<Page<Change>> {
    let mut query = journal::table
        .filter(journal::sequence.gt(after.0))
        // Who looked is no change, and not for everybody.
        .filter(journal::kind.not_like(format!("%.{VERB}")))
        .order(journal::sequence)
        .limit(page.limit())
        .select((
            journal::sequence,
            journal::at_us,
            journal::kind,
            journal::subject,
            journal::organisation_id,
            journal::detail,
        ))
        .into_boxed();
    match scope.reach() {
        // Whoever sees both organisations has nothing to let go of.
        Reach::Everything => query = query.filter(journal::kind.ne(RELEASED)),
        Reach::Organisation(own) => {
            let (received, released) =
                (directory::list_received(connection, own)?, directory::list_released(connection, own)?);
            let reports_of = |projects: &[String]| {
                reports::table.filter(reports::project_id.eq_any(projects.to_vec())).select(reports::id)
            };
            let is_own = || journal::organisation_id.eq(own.to_string()).assume_not_null();
            let came_along = journal::subject
                .eq_any(received.clone())
                .or(journal::subject.eq_any(reports_of(&received)))
                .and(journal::kind.ne(RELEASED));
            let stayed = journal::subject.ne_all(released.clone()).and(journal::subject.ne_all(reports_of(&released)));
            query = query.filter(is_own().or(came_along)).filter(stayed.or(journal::kind.eq(RELEASED).and(is_own())));
            for project in released {
                // What has a subject of its own, such as a job, names its project.
                let named = journal::detail.not_like(format!("%{project}%"));
                query = query.filter(named);
            }
        }
        Reach::Nothing => return Ok(page.cut(Vec::new())),
    }
    if let Some(own) = scope.project_names() {
        // Subjects are projects, or reports of one; all else of the organisation is not this caller's.
        let reports = reports::table.filter(reports::project_id.eq_any(own.clone())).select(reports::id);
        query = query.filter(journal::subject.eq_any(own).or(journal::subject.eq_any(reports)));
    }
    let rows: Vec<Row> = query.load(connection)?;
    let subjects: Vec<&str> = rows.iter().map(|row| row.3.as_str()).collect();
    let found: Vec<(String, String)> = reports::table
        .filter(reports::id.eq_any(&subjects))
        .select((reports::id, reports::project_id))
        .load(connection)?;
    let projects: HashMap<String, String> = found.into_iter().collect();
    Ok(page.cut(rows.into_iter().map(|row| change_of(row, &projects)).collect::<Outcome<_>>()?))
}

fn change_of(
    (sequence, at, kind, subject, organisation, detail): Row,
    projects: &HashMap<String, String>,
) -> Outcome<Change> {
    let broken = || Failure::fault("a journal entry is out of form");
    let detail: serde_json::Value = serde_json::from_str(&detail).map_err(|_| broken())?;
    let version = detail["version"].as_u64().and_then(|number| u32::try_from(number).ok());
    // A report knows its project; other subjects are one, or name theirs.
    let project = projects.get(&subject).map(String::as_str).or_else(|| detail["project"].as_str()).unwrap_or(&subject);
    Ok(Change {
        sequence: Sequence(sequence.ok_or_else(broken)?),
        at: Instant(at),
        project: project.parse::<ProjectId>().ok(),
        item: detail[change::noun(&kind)].as_str().map(str::to_owned),
        kind,
        subject,
        version,
        organisation: organisation.map(OrganisationId::stored),
    })
}
