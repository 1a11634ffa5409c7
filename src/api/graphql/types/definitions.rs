//! Versions of a programme's definitions: what every indicator means, and how exits are classed.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::cohorts::OutcomeClass;
use super::indicators::Indicator;
use crate::api::graphql::codes::{ContractKind, ExitSituation, LanguageCode, TrainingKind};
use crate::api::graphql::context::Requested;
use crate::api::graphql::scalars::{DefinitionScalar, DigestScalar, InstantScalar, PositionScalar};
use crate::consolidation::definitions::{Addition, DefinitionSet, outcomes};
use crate::consolidation::indicator::Defined;

/// A version of the definitions.
pub struct Definition(pub Arc<DefinitionSet>);

/// A version of the definitions.
#[Object]
impl Definition {
    /// Its code.
    async fn code(&self) -> DefinitionScalar {
        DefinitionScalar(self.0.code.to_string())
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.name(ctx.language(language))
    }

    /// SHA-256 over its canonical text.
    async fn digest(&self) -> DigestScalar {
        DigestScalar::of(self.0.digest)
    }

    /// How it was added; nothing if it comes with the program and was there from the beginning.
    async fn addition(&self) -> Option<DefinitionAddition> {
        self.0.addition.as_ref().map(DefinitionAddition::from)
    }

    /// How exits are classed: the first row that takes an exit gives its class.
    async fn outcomes(&self) -> Vec<OutcomeRow> {
        self.0.content.outcomes.iter().map(OutcomeRow::from).collect()
    }

    /// Its indicators, in the order in which people read them.
    async fn indicators(&self) -> Vec<Indicator> {
        Defined::all(&self.0).map(Indicator).collect()
    }
}

/// How a version of the definitions was added.
#[derive(SimpleObject)]
pub struct DefinitionAddition {
    /// The version that it was made from.
    based_on: DefinitionScalar,
    /// Whether questions that name no version are answered under it, until another is added to stand.
    standing: bool,
    /// Why.
    reason: String,
    /// When.
    at: InstantScalar,
    /// By whom.
    by: String,
    /// The position from which on it is known.
    position: PositionScalar,
}

impl From<&Addition> for DefinitionAddition {
    fn from(addition: &Addition) -> Self {
        Self {
            based_on: DefinitionScalar(addition.based_on.to_string()),
            standing: addition.standing,
            reason: addition.reason.to_string(),
            at: InstantScalar::of(addition.at),
            by: addition.by.clone(),
            position: PositionScalar::of(addition.position),
        }
    }
}

/// A row of the table of outcomes: the exits that it takes, unless a row before it has taken them.
#[derive(SimpleObject)]
pub struct OutcomeRow {
    /// What the person went to.
    situations: Vec<ExitSituation>,
    /// Of which contract, for employment; any if empty.
    contracts: Vec<ContractKind>,
    /// Of which training, for training; any if empty.
    trainings: Vec<TrainingKind>,
    /// How long the contract lasts; any duration, also an unknown one, if there is none.
    lasting: Option<Lasting>,
    /// The class.
    class: OutcomeClass,
}

/// A threshold of duration.
#[derive(SimpleObject)]
pub struct Lasting {
    /// `AT_LEAST` or `MORE_THAN`.
    operator: &'static str,
    /// Whole months.
    months: u8,
}

impl From<&outcomes::OutcomeRow> for OutcomeRow {
    fn from(row: &outcomes::OutcomeRow) -> Self {
        Self {
            situations: row.situations.iter().copied().map(Into::into).collect(),
            contracts: row.contracts.iter().copied().map(Into::into).collect(),
            trainings: row.trainings.iter().copied().map(Into::into).collect(),
            lasting: row.lasting.map(|lasting| Lasting { operator: lasting.operator.code(), months: lasting.months }),
            class: row.class.into(),
        }
    }
}
