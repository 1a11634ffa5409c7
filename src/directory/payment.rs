//! Payments of a grant: recorded once, never changed; a wrong one is cancelled by a fact of its own.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::money::Cents;
use crate::id::PaymentId;
use crate::refusal::{Code, Refusal};
use crate::serde_as_code;
use crate::text::Reason;

/// A payment of a project's grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its identifier.
    pub id: PaymentId,
    /// What was recorded.
    pub details: PaymentDetails,
    /// Why it was cancelled, if it was.
    pub cancelled: Option<Reason>,
}

/// What an officer records of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDetails {
    /// Which part of the grant it is.
    pub kind: PaymentKind,
    /// How much.
    pub amount: Cents,
    /// The day on which it was paid.
    pub paid_on: Date,
}

/// Which part of the grant a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentKind {
    /// Before the spending (*avance*).
    Advance,
    /// While the project runs (*acompte*).
    Interim,
    /// At its end (*solde*).
    Balance,
}

impl PaymentKind {
    /// Every kind with its code.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Advance, "ADVANCE"), (Self::Interim, "INTERIM"), (Self::Balance, "BALANCE")];

    /// Its code.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(kind, _)| *kind)
    }
}

serde_as_code!(PaymentKind);

/// Refuses payments that sum to more than the grant; those that were cancelled are not among them.
pub fn check_sum(grant: Cents, mut payments: impl Iterator<Item = Cents>) -> Result<(), Refusal> {
    let sum = payments.try_fold(Cents(0), Cents::checked_add).ok_or(Code::AmountInvalid)?;
    if sum > grant {
        return Err(Refusal::new(Code::PaymentsAboveGrant).with("sum", sum).with("grant", grant));
    }
    Ok(())
}
