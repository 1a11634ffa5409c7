//! What the directory has taken in after a position: what consolidation catches up with.

use diesel::prelude::*;
use jiff::civil::Date;

use super::stored;
use crate::directory::organisation::OrganisationDetails;
use crate::id::{OrganisationId, PaymentId, ProjectId};
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{organisation_revisions, organisations, payment_cancellations, payments};

/// A payment as it was recorded.
pub struct RecordedPayment {
    /// The project.
    pub project: ProjectId,
    /// Its identifier.
    pub id: PaymentId,
    /// The position of its recording.
    pub position: Position,
    /// The day on which it was paid.
    pub paid_on: Date,
    /// How much, in cents.
    pub amount_cents: i64,
}

/// Every revision of every organisation after a position, in order.
pub fn list_organisation_revisions_after(
    connection: &mut AnyConnection,
    after: Position,
) -> Outcome<Vec<(Position, OrganisationId, OrganisationDetails)>> {
    let rows: Vec<(i64, String, String, String, bool, bool)> = organisation_revisions::table
        .inner_join(organisations::table.on(organisations::id.eq(organisation_revisions::organisation_id)))
        .filter(organisation_revisions::position.gt(after.0))
        .order((organisation_revisions::position, organisations::id))
        .select((
            organisation_revisions::position,
            organisations::id,
            organisations::siret,
            organisation_revisions::name,
            organisation_revisions::esus,
            organisations::sandbox,
        ))
        .load(connection)?;
    rows.into_iter()
        .map(|(position, id, siret, name, esus, sandbox)| {
            let details = OrganisationDetails { siret: stored(&siret)?, name: stored(&name)?, esus, sandbox };
            Ok((Position(position), OrganisationId::stored(id), details))
        })
        .collect()
}

/// Every payment recorded after a position, in order.
pub fn list_payments_after(connection: &mut AnyConnection, after: Position) -> Outcome<Vec<RecordedPayment>> {
    let rows: Vec<(String, String, i64, String, i64)> = payments::table
        .filter(payments::position.gt(after.0))
        .order((payments::position, payments::id))
        .select((payments::project_id, payments::id, payments::position, payments::paid_on, payments::amount_cents))
        .load(connection)?;
    rows.into_iter()
        .map(|(project, id, position, paid_on, amount_cents)| {
            Ok(RecordedPayment {
                project: ProjectId::stored(project),
                id: PaymentId::stored(id),
                position: Position(position),
                paid_on: stored(&paid_on)?,
                amount_cents,
            })
        })
        .collect()
}

/// Every cancellation of a payment after a position.
pub fn list_cancellations_after(
    connection: &mut AnyConnection,
    after: Position,
) -> Outcome<Vec<(ProjectId, PaymentId, Position)>> {
    let rows: Vec<(String, String, i64)> = payment_cancellations::table
        .filter(payment_cancellations::position.gt(after.0))
        .select((payment_cancellations::project_id, payment_cancellations::payment_id, payment_cancellations::position))
        .load(connection)?;
    let one = |(project, id, position)| (ProjectId::stored(project), PaymentId::stored(id), Position(position));
    Ok(rows.into_iter().map(one).collect())
}
