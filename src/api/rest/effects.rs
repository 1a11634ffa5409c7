//! What a change does to a project's own figures, as REST answers show it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::consolidation::answer::Figure;
use crate::consolidation::operations as consolidation;
use crate::consolidation::question::Unit;
use crate::refusal::Language;

/// A figure under one version and under the other.
#[derive(Serialize, ToSchema)]
pub struct Effect {
    /// The indicator's code.
    #[schema(example = "POSITIVE_EXIT_RATE")]
    indicator: String,
    /// Its name, in the language of Accept-Language.
    name: String,
    /// What was counted: `PERSON` or `PARTICIPATION`.
    unit: &'static str,
    /// Under the first version.
    before: Parts,
    /// Under the second version.
    after: Parts,
    /// How much it changes, as decimal text; of rates, the difference of the percentages as they are rounded.
    change: Option<String>,
}

/// The two parts of a figure, exact, as text.
#[derive(Serialize, ToSchema)]
pub struct Parts {
    /// The count, amount or numerator.
    numerator: Option<String>,
    /// The denominator of a rate.
    denominator: Option<String>,
    /// What people read, in the language of Accept-Language.
    #[schema(example = "56.0 %")]
    display: String,
}

/// The document of an effect, in a language.
pub fn effect(effect: &consolidation::Effect, language: Language) -> Effect {
    let indicator = effect.indicator();
    let parts = |figure: &Figure| Parts {
        numerator: figure.numerator_text(),
        denominator: figure.denominator_text(),
        display: figure.display(language),
    };
    Effect {
        indicator: indicator.code.to_string(),
        name: indicator.name(language).to_owned(),
        unit: if effect.before.unit == Unit::Person { "PERSON" } else { "PARTICIPATION" },
        before: parts(&effect.before),
        after: parts(&effect.after),
        change: effect.change().map(|change| indicator.unit.decimal(change)),
    }
}
