//! Targets, each with every value that it has had.

use diesel::prelude::*;

use super::{is_within_reach, stored};
use crate::access::Scope;
use crate::directory::period::Quarter;
use crate::directory::project::Project;
use crate::directory::target::{Target, TargetValue};
use crate::id::ProjectId;
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::targets;

/// Appends a target: what is aimed at from a position on.
pub fn append_target(
    connection: &mut AnyConnection,
    project: &ProjectId,
    target: &Target,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(targets::table)
        .values((
            targets::project_id.eq(project.as_str()),
            targets::indicator.eq(target.indicator.as_str()),
            targets::period.eq(target.period.map(|period| period.to_string()).unwrap_or_default()),
            targets::position.eq(position.0),
            targets::value_hundredths.eq(target.value.0),
        ))
        .execute(connection)?;
    Ok(())
}

/// The targets of a project that the caller has already found, as they now stand: by indicator, then by period, the
/// whole project first.
pub fn list_targets(connection: &mut AnyConnection, scope: &Scope, project: &Project) -> Outcome<Vec<Target>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String, i64)> = targets::table
        .filter(targets::project_id.eq(project.id.as_str()))
        .order((targets::indicator, targets::period, targets::position.desc()))
        .select((targets::indicator, targets::period, targets::value_hundredths))
        .load(connection)?;
    let mut found = Vec::new();
    for (indicator, period, value) in rows {
        let period: Option<Quarter> = if period.is_empty() { None } else { Some(stored(&period)?) };
        found.push(Target { indicator: stored(&indicator)?, period, value: TargetValue(value) });
    }
    // The newest value of each stands first.
    found.dedup_by(|later, newest| (&later.indicator, later.period) == (&newest.indicator, newest.period));
    // Databases order text each in their own way.
    found.sort_by(|a, b| (&a.indicator, a.period).cmp(&(&b.indicator, b.period)));
    Ok(found)
}
