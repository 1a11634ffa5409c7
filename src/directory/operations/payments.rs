//! Payments and targets of a project: record, cancel, set.

use serde_json::json;

use super::enter::Entering;
use super::projects::find;
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::payment::{Payment, PaymentDetails};
use crate::directory::programme::Programme;
use crate::directory::store;
use crate::directory::target::Target;
use crate::id::{PaymentId, ProjectId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::text::Reason;

/// Records a payment of a project's grant, unless the payments would then sum to more than the grant.
pub fn record_payment(desk: &Desk, scope: &Scope, project: &ProjectId, details: PaymentDetails) -> Outcome<Payment> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let (programme, project) = find(connection, scope, project)?;
        let mut entering = Entering { connection, scope, now: desk.clock.now() };
        entering.payment(&programme, &project, details.clone())
    })
}

/// Cancels a payment, with a reason. The payment stays, and says so.
pub fn cancel_payment(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    payment: &PaymentId,
    reason: &Reason,
) -> Outcome<Payment> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let (_, project) = find(connection, scope, project)?;
        let payment = store::find_payment(connection, scope, &project, payment)?;
        let payment = payment.ok_or_else(|| Refusal::new(Code::NotFound).at("payment"))?;
        if payment.cancelled.is_some() {
            return Err(Refusal::new(Code::PaymentCancelled).at("payment").into());
        }
        let mut entering = Entering { connection, scope, now: desk.clock.now() };
        let detail = json!({ "payment": payment.id.as_str() });
        let lead = Some(&project.details.lead);
        let position = entering.journal("payment.cancelled", lead, project.id.as_str(), detail)?;
        store::insert_cancellation(connection, &project.id, &payment.id, reason, position)?;
        Ok(Payment { cancelled: Some(reason.clone()), ..payment })
    })
}

/// Sets what a project aims at, for the whole project or one of the programme's periods. Which indicators its programme
/// knows is not known here: `check` refuses the others.
pub fn set_target(
    desk: &Desk,
    scope: &Scope,
    project: &ProjectId,
    target: Target,
    check: impl Fn(&mut AnyConnection, &Programme) -> Outcome<()>,
) -> Outcome<Target> {
    let scope = &scope.require(Permission::ChangeDirectory)?;
    desk.write(scope, |connection| {
        let (programme, project) = find(connection, scope, project)?;
        check(connection, &programme)?;
        Entering { connection, scope, now: desk.clock.now() }.target(&programme, &project, &target)?;
        Ok(target.clone())
    })
}
