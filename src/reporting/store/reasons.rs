//! Reasons of returns with their answers. Only the answer is written later, once.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Scope;
use crate::clock::Instant;
use crate::directory::store::{is_within_reach, stored};
use crate::id::{ProjectId, ReasonId, ReportId};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::reason::{GivenReason, ReasonAnswer, ReasonCounts, ReturnReason};
use crate::reporting::version::{Report, ReportVersion};
use crate::storage::AnyConnection;
use crate::storage::schema::return_reasons;

type Row = (String, i64, String, String, i64, Option<String>, Option<i64>);

fn reason_of((id, version, path, text, at, answer, answer_version): Row) -> Outcome<ReturnReason> {
    let number = |value: i64| u32::try_from(value).map_err(|_| Failure::fault("a stored number is out of range"));
    let answer = match (answer, answer_version) {
        (Some(text), Some(version)) => Some((stored(&text)?, number(version)?)),
        _ => None,
    };
    Ok(ReturnReason {
        id: ReasonId::stored(id),
        version: number(version)?,
        path: stored(&path)?,
        text: stored(&text)?,
        at: Instant(at),
        answer,
    })
}

/// Inserts the reasons for which a version is returned.
pub fn insert_reasons(
    connection: &mut AnyConnection,
    version: &ReportVersion,
    reasons: &[GivenReason],
    at: Instant,
) -> Outcome<()> {
    for (place, reason) in (1_i64..).zip(reasons) {
        diesel::insert_into(return_reasons::table)
            .values((
                return_reasons::project_id.eq(version.project.as_str()),
                return_reasons::version.eq(i64::from(version.number)),
                return_reasons::place.eq(place),
                return_reasons::id.eq(ReasonId::new().as_str()),
                return_reasons::report_id.eq(version.report.as_str()),
                return_reasons::path.eq(reason.path.to_string()),
                return_reasons::reason.eq(reason.text.as_str()),
                return_reasons::at_us.eq(at.0),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The reasons of a report that the caller has already found, in order: those of every version, or of one.
pub fn list_reasons(
    connection: &mut AnyConnection,
    scope: &Scope,
    report: &Report,
    version: Option<u32>,
) -> Outcome<Vec<ReturnReason>> {
    if !is_within_reach(connection, scope, &report.project)? {
        return Ok(Vec::new());
    }
    let mut query = return_reasons::table
        .filter(return_reasons::report_id.eq(report.id.as_str()))
        .order((return_reasons::version, return_reasons::place))
        .select((
            return_reasons::id,
            return_reasons::version,
            return_reasons::path,
            return_reasons::reason,
            return_reasons::at_us,
            return_reasons::answer,
            return_reasons::answer_version,
        ))
        .into_boxed();
    if let Some(version) = version {
        query = query.filter(return_reasons::version.eq(i64::from(version)));
    }
    let rows: Vec<Row> = query.load(connection)?;
    rows.into_iter().map(reason_of).collect()
}

/// The reasons of some reports that the caller has already found, counted.
pub fn count_reasons(connection: &mut AnyConnection, reports: &[&str]) -> Outcome<HashMap<ReportId, ReasonCounts>> {
    let rows: Vec<(String, Option<i64>)> = return_reasons::table
        .filter(return_reasons::report_id.eq_any(reports))
        .select((return_reasons::report_id, return_reasons::answer_version))
        .load(connection)?;
    let mut counts: HashMap<ReportId, ReasonCounts> = HashMap::new();
    for (report, answered) in rows {
        let counts = counts.entry(ReportId::stored(report)).or_default();
        match answered {
            Some(_) => counts.answered_count += 1,
            None => counts.unanswered_count += 1,
        }
    }
    Ok(counts)
}

/// Refuses answers to what is no reason of the project that still waits for one, and second answers to the same.
pub fn check_answers(connection: &mut AnyConnection, project: &ProjectId, answers: &[ReasonAnswer]) -> Outcome<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let mut open: Vec<String> = return_reasons::table
        .filter(return_reasons::project_id.eq(project.as_str()).and(return_reasons::answer_version.is_null()))
        .select(return_reasons::id)
        .load(connection)?;
    for (place, answer) in answers.iter().enumerate() {
        match open.iter().position(|id| id == answer.reason.as_str()) {
            Some(found) => drop(open.swap_remove(found)),
            None => {
                return Err(Refusal::new(Code::ReasonUnknown).at(format!("answers[{place}].reason")).into());
            }
        }
    }
    Ok(())
}

/// Writes the answers that come with a version; they have been checked.
pub fn answer_reasons(
    connection: &mut AnyConnection,
    version: &ReportVersion,
    answers: &[ReasonAnswer],
) -> Outcome<()> {
    for answer in answers {
        let written = diesel::update(
            return_reasons::table.filter(
                return_reasons::project_id
                    .eq(version.project.as_str())
                    .and(return_reasons::id.eq(answer.reason.as_str()))
                    .and(return_reasons::answer_version.is_null()),
            ),
        )
        .set((
            return_reasons::answer.eq(answer.text.as_str()),
            return_reasons::answer_version.eq(i64::from(version.number)),
        ))
        .execute(connection)?;
        if written != 1 {
            return Err(Failure::fault("a reason was answered meanwhile"));
        }
    }
    Ok(())
}
