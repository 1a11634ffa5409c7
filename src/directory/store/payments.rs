//! Payments and their cancellations.

use diesel::prelude::*;

use super::{is_within_reach, stored};
use crate::access::Scope;
use crate::directory::money::Cents;
use crate::directory::payment::{Payment, PaymentDetails, PaymentKind};
use crate::directory::project::Project;
use crate::id::{PaymentId, ProjectId};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::Position;
use crate::storage::schema::{payment_cancellations, payments};
use crate::storage::{AnyConnection, on_duplicate};
use crate::text::Reason;

/// Inserts a payment.
pub fn insert_payment(
    connection: &mut AnyConnection,
    project: &ProjectId,
    payment: &Payment,
    position: Position,
) -> Outcome<()> {
    diesel::insert_into(payments::table)
        .values((
            payments::project_id.eq(project.as_str()),
            payments::id.eq(payment.id.as_str()),
            payments::position.eq(position.0),
            payments::kind.eq(payment.details.kind.code()),
            payments::amount_cents.eq(payment.details.amount.0),
            payments::paid_on.eq(payment.details.paid_on.to_string()),
        ))
        .execute(connection)?;
    Ok(())
}

/// Inserts the cancellation of a payment.
pub fn insert_cancellation(
    connection: &mut AnyConnection,
    project: &ProjectId,
    payment: &PaymentId,
    reason: &Reason,
    position: Position,
) -> Outcome<()> {
    let inserted = diesel::insert_into(payment_cancellations::table)
        .values((
            payment_cancellations::project_id.eq(project.as_str()),
            payment_cancellations::payment_id.eq(payment.as_str()),
            payment_cancellations::position.eq(position.0),
            payment_cancellations::reason.eq(reason.as_str()),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::PaymentCancelled).map(|_| ())
}

/// The payment of an identifier within a project that the caller has already found.
pub fn find_payment(
    connection: &mut AnyConnection,
    scope: &Scope,
    project: &Project,
    id: &PaymentId,
) -> Outcome<Option<Payment>> {
    Ok(list_payments(connection, scope, project)?.into_iter().find(|payment| payment.id == *id))
}

#[derive(Queryable)]
struct PaymentRow {
    id: String,
    kind: String,
    amount_cents: i64,
    paid_on: String,
    cancelled: Option<String>,
}

/// The payments of a project that the caller has already found, by day and then in the order of their recording.
pub fn list_payments(connection: &mut AnyConnection, scope: &Scope, project: &Project) -> Outcome<Vec<Payment>> {
    if !is_within_reach(connection, scope, &project.id)? {
        return Ok(Vec::new());
    }
    let of_payment = payment_cancellations::project_id
        .eq(payments::project_id)
        .and(payment_cancellations::payment_id.eq(payments::id));
    let rows: Vec<PaymentRow> = payments::table
        .left_join(payment_cancellations::table.on(of_payment))
        .filter(payments::project_id.eq(project.id.as_str()))
        .order((payments::paid_on, payments::position))
        .select((
            payments::id,
            payments::kind,
            payments::amount_cents,
            payments::paid_on,
            payment_cancellations::reason.nullable(),
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|row| {
            let kind = PaymentKind::of_code(&row.kind).ok_or_else(|| Failure::fault("a stored code is unknown"))?;
            let details = PaymentDetails { kind, amount: Cents(row.amount_cents), paid_on: stored(&row.paid_on)? };
            let cancelled = row.cancelled.as_deref().map(stored).transpose()?;
            Ok(Payment { id: PaymentId::stored(row.id), details, cancelled })
        })
        .collect()
}
