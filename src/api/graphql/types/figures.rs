//! A figure with its parts, and which figures a request asks for.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SelectionField, Value};

use super::indicators::Indicator;
use crate::api::graphql::codes::{LanguageCode, UnitCode};
use crate::api::graphql::context::{Requested, failed, unknown_code};
use crate::api::graphql::scalars::DecimalScalar;
use crate::consolidation::answer::{self, Answer};
use crate::consolidation::definitions::DefinitionSet;
use crate::consolidation::indicator::{Defined, IndicatorUnit};
use crate::consolidation::question::Unit;
use crate::consolidation::vocabulary::Cell;

/// Whether a figure could be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum FigureStatus {
    /// Exact.
    Exact,
    /// A rate over nothing: it has no value.
    NoDenominator,
    /// Not applicable to this selection, or nothing is stated of it: money and projects accept filters on projects only.
    NotApplicable,
}

impl From<answer::FigureStatus> for FigureStatus {
    fn from(status: answer::FigureStatus) -> Self {
        match status {
            answer::FigureStatus::Exact => Self::Exact,
            answer::FigureStatus::NoDenominator => Self::NoDenominator,
            answer::FigureStatus::NotApplicable => Self::NotApplicable,
        }
    }
}

/// A figure with its two parts. Rates are exact as numerator over denominator; the value is rounded for display.
pub struct Figure(pub answer::Figure);

/// A figure with its two parts. Rates are exact as numerator over denominator; the value is rounded for display.
#[Object]
impl Figure {
    /// Its definition.
    async fn indicator(&self) -> Indicator {
        Indicator(self.0.indicator.clone())
    }

    /// The unit counted.
    async fn unit(&self) -> UnitCode {
        self.0.unit.into()
    }

    /// Whether it could be told.
    async fn status(&self) -> FigureStatus {
        self.0.status().into()
    }

    /// The count, the amount in EUR, or the percentage rounded half up to one decimal.
    async fn value(&self) -> Option<DecimalScalar> {
        self.0.value_text().map(DecimalScalar)
    }

    /// The numerator, exact.
    async fn numerator(&self) -> Option<DecimalScalar> {
        self.0.numerator_text().map(DecimalScalar)
    }

    /// The denominator, exact; only rates have one.
    async fn denominator(&self) -> Option<DecimalScalar> {
        self.0.denominator_text().map(DecimalScalar)
    }

    /// What people read, in the language given or the request's.
    async fn display(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        self.0.display(ctx.language(language))
    }
}

/// A percentage rounded half up to one decimal.
pub fn percent(numerator: i64, denominator: i64) -> Option<DecimalScalar> {
    answer::per_mille(numerator, denominator).map(|tenths| DecimalScalar(IndicatorUnit::Percent.decimal(tenths)))
}

/// The indicator of a code, under a definition version; what is unknown is refused.
pub fn one(ctx: &Context<'_>, definition: &Arc<DefinitionSet>, code: &str) -> async_graphql::Result<Defined> {
    let unknown = || failed(&unknown_code("indicators", "indicators"), ctx.request().language);
    Defined::find(definition, code).ok_or_else(unknown)
}

/// The indicators of some codes, or all that an answer was asked for.
pub fn chosen(ctx: &Context<'_>, answer: &Answer, codes: Option<Vec<String>>) -> async_graphql::Result<Vec<Defined>> {
    match codes {
        Some(codes) => codes.iter().map(|code| one(ctx, &answer.definition, code)).collect(),
        None => Ok(answer.indicators.clone()),
    }
}

/// The figures of some indicators in a cell of an answer.
pub fn figures(
    ctx: &Context<'_>,
    answer: &Answer,
    cell: &Cell,
    codes: Option<Vec<String>>,
    unit: Unit,
) -> async_graphql::Result<Vec<Figure>> {
    Ok(chosen(ctx, answer, codes)?.iter().map(|indicator| Figure(cell.figure(indicator, unit))).collect())
}

/// The codes of the indicators that the selection below a field asks for, so that nothing else is measured; nothing if
/// it asks for all somewhere.
pub fn asked_below(ctx: &Context<'_>) -> Option<Arc<[String]>> {
    let mut codes = Vec::new();
    for field in ctx.look_ahead().selection_fields() {
        collect(&field, &mut codes)?;
    }
    codes.sort_unstable();
    codes.dedup();
    Some(codes.into())
}

fn collect(field: &SelectionField<'_>, codes: &mut Vec<String>) -> Option<()> {
    for below in field.selection_set() {
        if matches!(below.name(), "figures" | "overlaps" | "table") {
            let arguments = below.arguments().ok()?;
            let (_, given) = arguments.into_iter().find(|(name, _)| name == "indicators")?;
            match given {
                Value::List(list) => codes.extend(list.into_iter().map(text).collect::<Option<Vec<String>>>()?),
                one => codes.push(text(one)?),
            }
        }
        collect(&below, codes)?;
    }
    Some(())
}

fn text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}
