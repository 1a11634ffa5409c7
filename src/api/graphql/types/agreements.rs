//! What hangs on a project's agreement: amendments, transfers, payments, targets.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use tokio::sync::OnceCell;

use super::Money;
use super::indicators::Indicator;
use crate::api::graphql::codes::PaymentKindCode;
use crate::api::graphql::context::Requested;
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, PeriodScalar};
use crate::consolidation::definitions::{DefinitionSet, targets};
use crate::directory::{amendment, payment, target, transfer};
use crate::id::ProjectId;

/// An amendment (*avenant*) of a project's agreement.
pub struct Amendment(pub amendment::Amendment);

/// An amendment (*avenant*) of a project's agreement.
#[Object]
impl Amendment {
    /// Its number within the project, from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// The day on which it was signed.
    async fn signed_on(&self) -> DateScalar {
        DateScalar::of(self.0.signed_on)
    }

    /// Why.
    async fn reason(&self) -> &str {
        self.0.reason.as_str()
    }
}

/// A transfer of a project from one organisation to another.
pub struct Transfer(pub transfer::Transfer);

/// A transfer of a project from one organisation to another.
#[Object]
impl Transfer {
    /// The identifier of the organisation that led the project.
    async fn from(&self) -> ID {
        self.0.from.as_str().into()
    }

    /// The identifier of the organisation that leads it since.
    async fn to(&self) -> ID {
        self.0.to.as_str().into()
    }

    /// The day on which it was agreed.
    async fn transferred_on(&self) -> DateScalar {
        DateScalar::of(self.0.transferred_on)
    }

    /// Why.
    async fn reason(&self) -> &str {
        self.0.reason.as_str()
    }
}

/// A payment of a project's grant. It is never changed; a wrong one is cancelled.
pub struct Payment(pub payment::Payment);

/// A payment of a project's grant. It is never changed; a wrong one is cancelled.
#[Object]
impl Payment {
    /// Its identifier.
    async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// Which part of the grant it is.
    async fn kind(&self) -> PaymentKindCode {
        self.0.details.kind.into()
    }

    /// How much.
    async fn amount(&self) -> Money {
        self.0.details.amount.into()
    }

    /// The day on which it was paid.
    async fn paid_on(&self) -> DateScalar {
        DateScalar::of(self.0.details.paid_on)
    }

    /// Whether it was cancelled, so that it does not count.
    async fn cancelled(&self) -> bool {
        self.0.cancelled.is_some()
    }

    /// Why it was cancelled, if it was.
    async fn cancellation_reason(&self) -> Option<&str> {
        self.0.cancelled.as_ref().map(|reason| reason.as_str())
    }
}

/// What a project aims at for an indicator.
pub struct Target {
    target: target::Target,
    added: Arc<AddedDefinitions>,
}

/// The definitions added to the programme of a project: read once for all its targets, and only if an indicator is asked for.
struct AddedDefinitions {
    project: ProjectId,
    found: OnceCell<Vec<Arc<DefinitionSet>>>,
}

impl Target {
    /// A target of a project.
    pub fn new(project: ProjectId, target: target::Target) -> Self {
        Self { target, added: AddedDefinitions::of(project) }
    }

    /// Targets of one project.
    pub fn all(project: ProjectId, targets: Vec<target::Target>) -> Vec<Self> {
        let added = AddedDefinitions::of(project);
        targets.into_iter().map(|target| Self { target, added: Arc::clone(&added) }).collect()
    }
}

impl AddedDefinitions {
    fn of(project: ProjectId) -> Arc<Self> {
        Arc::new(Self { project, found: OnceCell::new() })
    }
}

/// What a project aims at for an indicator.
#[Object]
impl Target {
    /// The indicator, as the version of the definitions that stands in the project's programme has it; if that one has it
    /// not, as the newest version that does. Nothing if there is none.
    async fn indicator(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Indicator>> {
        let AddedDefinitions { project, found } = &*self.added;
        let project = project.clone();
        let list = || ctx.run(move |desk, scope, _| targets::list_definitions_of(desk, scope, &project));
        let added = found.get_or_try_init(list).await?;
        Ok(targets::indicator_of(&self.target, added).map(Indicator))
    }

    /// The period that it is for; the whole project if there is none.
    async fn period(&self) -> Option<PeriodScalar> {
        self.target.period.map(PeriodScalar::of)
    }

    /// What is aimed at: a count, an amount in EUR or a percentage, with two decimals.
    async fn value(&self) -> DecimalScalar {
        DecimalScalar::of(self.target.value)
    }
}
