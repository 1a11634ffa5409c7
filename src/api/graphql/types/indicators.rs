//! Definitions of figures.

use async_graphql::{Context, Object};

use crate::api::graphql::codes::LanguageCode;
use crate::api::graphql::context::Requested;
use crate::consolidation::indicator;
use crate::refusal::Language;

/// The definition of a figure.
pub struct Indicator(pub &'static indicator::Indicator);

/// The definition of a figure.
#[Object]
impl Indicator {
    /// Its stable code.
    async fn code(&self) -> &str {
        self.0.code
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        match ctx.language(language) {
            Language::En => self.0.name_en,
            Language::Fr => self.0.name_fr,
        }
    }

    /// What it says, in the language given or the request's.
    async fn text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        match ctx.language(language) {
            Language::En => self.0.text_en,
            Language::Fr => self.0.text_fr,
        }
    }

    /// Whether it is a rate, and so has a denominator.
    async fn is_rate(&self) -> bool {
        self.0.denominator.is_some()
    }

    /// Where the definition comes from.
    async fn source(&self) -> &str {
        self.0.source
    }
}
