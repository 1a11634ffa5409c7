//! Programmes: register, revise; their calls and periods: add, reschedule.

use jiff::civil::Date;
use serde_json::json;

use super::enter::Entering;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::naming::ProgrammeName;
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::{Call, Programme, ProgrammeChanges, ProgrammeDetails};
use crate::directory::store;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;

/// Registers a programme with its calls and periods.
pub fn register_programme(desk: &Desk, scope: &Scope, details: ProgrammeDetails) -> Outcome<Programme> {
    scope.require_everywhere(Permission::ChangeDirectory)?;
    for (place, period) in details.periods.iter().enumerate() {
        period.check().map_err(|refusal| refusal.at(format!("periods[{place}].dueOn")))?;
    }
    desk.write(scope, |connection| Entering { connection, scope, now: desk.clock.now() }.programme(details.clone()))
}

/// Revises a programme; answers what it is from now on.
pub fn revise_programme(
    desk: &Desk,
    scope: &Scope,
    name: &ProgrammeName,
    changes: ProgrammeChanges,
) -> Outcome<Programme> {
    change(desk, scope, name, |entering, programme| {
        let programme = Programme { details: changes.clone().applied(programme.details), id: programme.id };
        let detail = json!({ "code": programme.code() });
        let position = entering.journal("programme.revised", None, programme.id.as_str(), detail)?;
        store::append_programme_revision(entering.connection, &programme, position)
    })
}

/// Adds a call to a programme.
pub fn add_call(desk: &Desk, scope: &Scope, name: &ProgrammeName, call: Call) -> Outcome<Programme> {
    change(desk, scope, name, |entering, programme| {
        if programme.details.calls.iter().any(|known| known.code == call.code) {
            return Err(Refusal::new(Code::AlreadyRegistered).at("code").into());
        }
        let detail = json!({ "code": call.code.as_str() });
        let position = entering.journal("call.added", None, programme.id.as_str(), detail)?;
        store::insert_call(entering.connection, &programme.id, &call, position)
    })
}

/// Adds a reporting period to a programme.
pub fn add_period(desk: &Desk, scope: &Scope, name: &ProgrammeName, period: ReportingPeriod) -> Outcome<Programme> {
    change(desk, scope, name, |entering, programme| {
        period.check()?;
        if programme.period(period.code).is_some() {
            return Err(Refusal::new(Code::AlreadyRegistered).at("code").into());
        }
        let detail = json!({ "period": period.code, "dueOn": period.due_on });
        let position = entering.journal("period.added", None, programme.id.as_str(), detail)?;
        store::insert_period(entering.connection, &programme.id, &period, position)
    })
}

/// Gives a reporting period of a programme another due date.
pub fn reschedule_period(
    desk: &Desk,
    scope: &Scope,
    name: &ProgrammeName,
    code: Quarter,
    due_on: Date,
) -> Outcome<Programme> {
    change(desk, scope, name, |entering, programme| {
        let period = programme.period(code).ok_or_else(|| Refusal::new(Code::NotFound).at("period"))?;
        let period = ReportingPeriod { due_on, ..period.clone() };
        period.check()?;
        let detail = json!({ "period": code, "dueOn": due_on });
        let position = entering.journal("period.rescheduled", None, programme.id.as_str(), detail)?;
        store::append_due_date(entering.connection, &programme.id, &period, position)
    })
}

/// Changes a programme in one transaction; answers what it is then.
fn change(
    desk: &Desk,
    scope: &Scope,
    name: &ProgrammeName,
    mut work: impl FnMut(&mut Entering<'_>, Programme) -> Outcome<()>,
) -> Outcome<Programme> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let programme = find(connection, scope, name)?;
        scope.reaches_programme(&programme.id)?;
        work(&mut Entering { connection, scope, now: desk.clock.now() }, programme)?;
        find(connection, scope, name)
    })
}

fn find(connection: &mut AnyConnection, scope: &Scope, name: &ProgrammeName) -> Outcome<Programme> {
    let found = store::find_named_programme(connection, scope, name)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound).at("programme").into())
}
