//! Definition versions as officers send them.

use async_graphql::{ID, InputObject};
use serde::Deserialize;
use utoipa::ToSchema;

use super::read_alone;
use crate::api::graphql::scalars::ExpressionScalar;
use crate::consolidation::definitions::operations::NewDefinition;
use crate::consolidation::definitions::reading::{ContentDraft, IndicatorDraft, LastingDraft, OutcomeRowDraft};
use crate::refusal::{Code, Refusal};

/// A version of a programme's definitions: what it says beyond the version that it is made from.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DefinitionInput {
    /// The programme: its identifier or its code.
    #[schema(value_type = String, required = false)]
    pub programme: ID,
    /// The code that it is to have, such as `V2`.
    pub code: String,
    /// The code of the version that it is made from, such as `V1`.
    pub based_on: String,
    /// Whether questions that name no version are answered under it from now on.
    pub standing: bool,
    /// Why, up to 2 000 characters.
    pub reason: String,
    /// Name in English.
    pub name_en: String,
    /// Name in French.
    pub name_fr: String,
    /// How exits are classed, whole: the first row that takes an exit gives its class. As before if absent.
    pub outcomes: Option<Vec<OutcomeRowInput>>,
    /// Indicators that are new, or say something else under a code that is there.
    #[graphql(default)]
    #[serde(default)]
    pub indicators: Vec<IndicatorInput>,
    /// Codes of indicators that it has no more.
    #[graphql(default)]
    #[serde(default)]
    pub withdrawn: Vec<String>,
}

/// A row of the table of outcomes.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutcomeRowInput {
    /// Codes of what the person went to (`EXIT_SITUATION`).
    pub situations: Vec<String>,
    /// Codes of contracts (`CONTRACT_KIND`), for `EMPLOYMENT` alone; any if empty.
    #[graphql(default)]
    #[serde(default)]
    pub contracts: Vec<String>,
    /// Codes of kinds of training (`TRAINING_KIND`), for `TRAINING` alone; any if empty.
    #[graphql(default)]
    #[serde(default)]
    pub trainings: Vec<String>,
    /// How long the contract lasts, for `EMPLOYMENT` alone; any duration, also an unknown one, if absent.
    pub lasting: Option<LastingInput>,
    /// The code of the class (`OUTCOME_CLASS`).
    pub class: String,
}

/// A threshold of duration.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastingInput {
    /// `AT_LEAST` or `MORE_THAN`.
    pub operator: String,
    /// Months: 1, 2, 3, 4, 5, 6, 9, 12, 18 or 24.
    pub months: u8,
}

/// An indicator.
#[derive(InputObject, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IndicatorInput {
    /// Its code, such as `SUPPORTED_WOMEN`.
    pub code: String,
    /// Name in English.
    pub name_en: String,
    /// Name in French.
    pub name_fr: String,
    /// What it says, in English, up to 1 000 characters.
    pub text_en: String,
    /// What it says, in French, up to 1 000 characters.
    pub text_fr: String,
    /// Where the definition comes from.
    pub source: String,
    /// The code of its unit (`INDICATOR_UNIT`).
    pub unit: String,
    /// What is counted or added up: one measure, or several that count nothing twice.
    pub numerator: Vec<ExpressionScalar>,
    /// What it is divided by; empty if it is not.
    #[graphql(default)]
    #[serde(default)]
    pub denominator: Vec<ExpressionScalar>,
}

impl DefinitionInput {
    /// Reads the version; whether its content holds is told by the operation, which knows what it is made from.
    pub fn read(self) -> Result<NewDefinition, Vec<Refusal>> {
        read_alone(|reader| {
            let unknown = |_: Refusal| Refusal::new(Code::CodeUnknown).with("list", "definitions");
            let programme = reader.read("programme", &self.programme);
            let code = reader.read("code", &self.code);
            let based_on = reader.keep("basedOn", self.based_on.parse().map_err(unknown));
            let reason = reader.read("reason", &self.reason);
            let content = ContentDraft {
                name_en: self.name_en,
                name_fr: self.name_fr,
                outcomes: self.outcomes.map(|rows| rows.into_iter().map(Into::into).collect()),
                indicators: self.indicators.into_iter().map(Into::into).collect(),
                withdrawn: self.withdrawn,
            };
            Some(NewDefinition {
                programme: programme?,
                code: code?,
                based_on: based_on?,
                standing: self.standing,
                reason: reason?,
                content,
            })
        })
    }
}

impl From<OutcomeRowInput> for OutcomeRowDraft {
    fn from(row: OutcomeRowInput) -> Self {
        let lasting = row.lasting.map(|lasting| LastingDraft { operator: lasting.operator, months: lasting.months });
        let OutcomeRowInput { situations, contracts, trainings, class, .. } = row;
        Self { situations, contracts, trainings, lasting, class }
    }
}

impl From<IndicatorInput> for IndicatorDraft {
    fn from(indicator: IndicatorInput) -> Self {
        let expressions = |sent: Vec<ExpressionScalar>| sent.into_iter().map(|expression| expression.0).collect();
        Self {
            code: indicator.code,
            version: None,
            name_en: indicator.name_en,
            name_fr: indicator.name_fr,
            text_en: indicator.text_en,
            text_fr: indicator.text_fr,
            source: indicator.source,
            unit: indicator.unit,
            numerator: expressions(indicator.numerator),
            denominator: expressions(indicator.denominator),
        }
    }
}
