//! Extensions of due dates, appended one by one.

use diesel::prelude::*;
use jiff::civil::Date;

use crate::clock::Instant;
use crate::directory::period::Quarter;
use crate::directory::store::stored;
use crate::id::ProjectId;
use crate::refusal::{Code, Outcome};
use crate::reporting::obligation::Extension;
use crate::storage::schema::due_date_extensions;
use crate::storage::{AnyConnection, on_duplicate};

type Row = (String, String, i64, String, String, String, i64);

fn extension_of((project, period, _place, extended_to, reason, by, at): Row) -> Outcome<Extension> {
    Ok(Extension {
        project: ProjectId::stored(project),
        period: stored(&period)?,
        extended_to: stored(&extended_to)?,
        reason: stored(&reason)?,
        by,
        at: Instant(at),
    })
}

/// The extensions of some projects that the caller has already found, the newest of each last.
pub fn list_extensions(connection: &mut AnyConnection, projects: &[&str]) -> Outcome<Vec<Extension>> {
    let rows: Vec<Row> = due_date_extensions::table
        .filter(due_date_extensions::project_id.eq_any(projects))
        .order((due_date_extensions::project_id, due_date_extensions::period, due_date_extensions::place))
        .load(connection)?;
    rows.into_iter().map(extension_of).collect()
}

/// The day to which a due date was extended, if it was. For operations that have found the project.
pub fn extended_to(connection: &mut AnyConnection, project: &ProjectId, period: Quarter) -> Outcome<Option<Date>> {
    let day: Option<String> = due_date_extensions::table
        .filter(
            due_date_extensions::project_id
                .eq(project.as_str())
                .and(due_date_extensions::period.eq(period.to_string())),
        )
        .order(due_date_extensions::place.desc())
        .select(due_date_extensions::extended_to)
        .first(connection)
        .optional()?;
    day.map(|day| stored(&day)).transpose()
}

/// Appends an extension.
pub fn append_extension(connection: &mut AnyConnection, extension: &Extension) -> Outcome<()> {
    let place: i64 = due_date_extensions::table
        .filter(
            due_date_extensions::project_id
                .eq(extension.project.as_str())
                .and(due_date_extensions::period.eq(extension.period.to_string())),
        )
        .count()
        .get_result(connection)?;
    let inserted = diesel::insert_into(due_date_extensions::table)
        .values((
            due_date_extensions::project_id.eq(extension.project.as_str()),
            due_date_extensions::period.eq(extension.period.to_string()),
            due_date_extensions::place.eq(place + 1),
            due_date_extensions::extended_to.eq(extension.extended_to.to_string()),
            due_date_extensions::reason.eq(extension.reason.as_str()),
            due_date_extensions::actor.eq(extension.by.as_str()),
            due_date_extensions::at_us.eq(extension.at.0),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::Busy).map(|_| ())
}
