//! Definitions of figures.

use async_graphql::{Context, Object};

use crate::api::graphql::codes::IndicatorUnitCode;
use crate::api::graphql::codes::LanguageCode;
use crate::api::graphql::context::Requested;
use crate::api::graphql::scalars::{DefinitionScalar, ExpressionScalar};
use crate::consolidation::indicator::Defined;

/// The definition of a figure.
pub struct Indicator(pub Defined);

/// The definition of a figure.
#[Object]
impl Indicator {
    /// Its stable code.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.name(ctx.language(language))
    }

    /// What it says, in the language given or the request's.
    async fn text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.text(ctx.language(language))
    }

    /// Its version: another one whenever it means something else, by its own words or by the table of outcomes.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// The version of the definitions that it is read from here.
    async fn definition(&self) -> DefinitionScalar {
        DefinitionScalar(self.0.set.code.to_string())
    }

    /// Whether it divides, and so has a denominator.
    async fn is_rate(&self) -> bool {
        self.0.is_rate()
    }

    /// In what it is told.
    async fn unit(&self) -> IndicatorUnitCode {
        self.0.unit.into()
    }

    /// What is counted or added up: one measure, or several that count nothing twice.
    async fn numerator(&self) -> Vec<ExpressionScalar> {
        self.0.numerator.iter().map(ExpressionScalar::of).collect()
    }

    /// What it is divided by; empty if it is not.
    async fn denominator(&self) -> Vec<ExpressionScalar> {
        self.0.denominator.iter().map(ExpressionScalar::of).collect()
    }

    /// Where the definition comes from.
    async fn source(&self) -> &str {
        self.0.source.as_str()
    }
}
