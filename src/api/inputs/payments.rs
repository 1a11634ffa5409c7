//! Payments and targets of projects as officers send them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{optional, read_alone};
use crate::api::graphql::codes::PaymentKindCode;
use crate::api::graphql::inputs::Reader;
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, PeriodScalar};
use crate::consolidation::definitions::targets::{comes_with_the_program, unknown_indicator};
use crate::directory::money::Cents;
use crate::directory::payment::PaymentDetails;
use crate::directory::target::Target;
use crate::id::{PaymentId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::reporting::statement::parse_day;
use crate::text::{Reason, ShortCode};

/// A payment of a project's grant.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentInput {
    /// The project: its identifier; in an import, its code.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// Which part of the grant it is.
    pub kind: PaymentKindCode,
    /// How much in EUR, more than nothing.
    pub amount: DecimalScalar,
    /// The day on which it was paid.
    pub paid_on: DateScalar,
}

/// A payment to cancel.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CancellationInput {
    /// The project.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The payment.
    #[schema(value_type = String, required = false)]
    pub payment: ID,
    /// Why.
    pub reason: String,
}

/// What a project aims at.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetInput {
    /// The project: its identifier; in an import, its code.
    #[schema(value_type = String, required = false)]
    pub project: ID,
    /// The indicator's code, such as `SUPPORTED`: of one that comes with the program, or that was added to the project's
    /// programme before.
    #[schema(required = false)]
    pub indicator: String,
    /// The period that it is for; the whole project if absent.
    pub period: Option<PeriodScalar>,
    /// What is aimed at: a count, an amount in EUR or a percentage, with at most two decimals.
    pub value: DecimalScalar,
}

impl PaymentInput {
    /// Reads the payment and the project that it is of.
    pub fn read(&self) -> Result<(ProjectId, PaymentDetails), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let payment = self.read_at(reader, "");
            project.zip(payment)
        })
    }

    /// Reads the payment alone, its fields behind a prefix of their paths.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<PaymentDetails> {
        let path = format!("{at}amount");
        let amount = reader.read::<Cents>(&path, &self.amount.0);
        let amount = amount.and_then(|amount| {
            reader.read_by(&path, Code::ParameterInvalid, Some(amount).filter(|amount| *amount > Cents(0)))
        });
        let paid_on = reader.read_by(&format!("{at}paidOn"), Code::DateInvalid, parse_day(&self.paid_on.0));
        Some(PaymentDetails { kind: self.kind.into(), amount: amount?, paid_on: paid_on? })
    }
}

impl CancellationInput {
    /// Reads the project, its payment, and why that is cancelled.
    pub fn read(&self) -> Result<(ProjectId, PaymentId, Reason), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let payment = reader.read("payment", &self.payment);
            let reason = reader.read("reason", &self.reason);
            Some((project?, payment?, reason?))
        })
    }
}

impl TargetInput {
    /// Reads the target and the project that it is of. Whether the project's programme knows the indicator shows when the
    /// target is set.
    pub fn read(&self) -> Result<(ProjectId, Target), Vec<Refusal>> {
        read_alone(|reader| {
            let project = reader.read("project", &self.project);
            let target = self.read_knowing(reader, "", |_| true);
            project.zip(target)
        })
    }

    /// Reads a target of an import, its fields behind a prefix of their paths. The programme of an import is new: it knows
    /// the indicators that come with the program and no others.
    pub(super) fn read_at(&self, reader: &mut Reader, at: &str) -> Option<Target> {
        self.read_knowing(reader, at, comes_with_the_program)
    }

    fn read_knowing(&self, reader: &mut Reader, at: &str, is_known: fn(&ShortCode) -> bool) -> Option<Target> {
        // A text that is no code names no indicator either.
        let indicator = self.indicator.parse().ok().filter(is_known).ok_or_else(unknown_indicator);
        let indicator = reader.keep(&format!("{at}indicator"), indicator);
        let period = optional(self.period.as_ref(), |code| reader.read(&format!("{at}period"), &code.0));
        let value = reader.read(&format!("{at}value"), &self.value.0);
        Some(Target { indicator: indicator?, period: period?, value: value? })
    }
}
