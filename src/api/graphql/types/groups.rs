//! The groups of a cut answer: one by one, and as a table that is cheap to write.

use std::sync::Arc;

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, SimpleObject, Value,
    parser::types::Field, registry::Registry,
};

use super::figures::{Figure, figures};
use super::indicators::Indicator;
use crate::api::graphql::codes::{DimensionCode, LanguageCode, UnitCode};
use crate::api::graphql::context::Requested;
use crate::api::graphql::scalars::DecimalScalar;
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::question::Unit;
use crate::consolidation::rollup::axes::Key;
use crate::refusal::Language;

/// One group of a cut answer.
pub struct Group {
    /// The answer.
    pub answer: Arc<Answer>,
    /// The place of its cell.
    pub place: usize,
}

/// One group of a cut answer.
#[Object]
impl Group {
    /// Its code: an INSEE region, a project's code, a sex, a quarter; the codes of several dimensions are joined by `|`.
    async fn key(&self) -> String {
        joined(&self.answer.table.keys(self.place), "|", |key| &key.code)
    }

    /// What people read, in the language given or the request's.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> String {
        let language = ctx.language(language);
        joined(&self.answer.table.keys(self.place), ", ", |key| label(key, language))
    }

    /// Its code in each dimension.
    async fn keys(&self) -> Vec<GroupKey> {
        let dimensions = self.answer.table.axes.iter().map(|axis| axis.dimension.into());
        let keys = self.answer.table.keys(self.place).into_iter().cloned();
        dimensions.zip(keys).map(|(dimension, key)| GroupKey { dimension, key }).collect()
    }

    /// The figures of the group.
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Figure>> {
        figures(ctx, &self.answer, &self.answer.table.cells[self.place], indicators, unit.into())
    }
}

/// The code of a group in one dimension.
pub struct GroupKey {
    dimension: DimensionCode,
    key: Key,
}

/// The code of a group in one dimension.
#[Object]
impl GroupKey {
    /// The dimension.
    async fn dimension(&self) -> DimensionCode {
        self.dimension
    }

    /// The code.
    async fn key(&self) -> &str {
        &self.key.code
    }

    /// What people read, in the language given or the request's.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        label(&self.key, ctx.language(language))
    }
}

fn label(key: &Key, language: Language) -> &str {
    if language == Language::Fr { &key.label_fr } else { &key.label_en }
}

fn joined<'k>(keys: &[&'k Key], by: &str, text: impl Fn(&'k Key) -> &'k str) -> String {
    keys.iter().map(|key| text(key)).collect::<Vec<_>>().join(by)
}

/// The groups of a cut answer as rows: cheap for many of them. Row `n` of every list is about the same group.
pub struct FigureTable {
    /// The answer.
    pub answer: Arc<Answer>,
    /// The columns.
    pub indicators: Vec<Defined>,
    /// What is counted.
    pub unit: Unit,
}

/// The groups of a cut answer as rows: cheap for many of them. Row `n` of every list is about the same group.
#[Object]
impl FigureTable {
    /// The dimensions, in the order of the codes in `keys`.
    async fn dimensions(&self) -> Vec<DimensionCode> {
        self.answer.table.axes.iter().map(|axis| axis.dimension.into()).collect()
    }

    /// The indicators, in the order of the columns.
    async fn indicators(&self) -> Vec<Indicator> {
        self.indicators.iter().cloned().map(Indicator).collect()
    }

    /// The unit counted.
    async fn unit(&self) -> UnitCode {
        self.unit.into()
    }

    /// For each group, its code in each dimension.
    async fn keys(&self) -> TextRows {
        self.texts(|key| key.code.as_str())
    }

    /// For each group, what people read of it in each dimension, in the language given or the request's.
    async fn labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> TextRows {
        let language = ctx.language(language);
        self.texts(|key| label(key, language))
    }

    /// For each group and indicator, the count, the amount in EUR, or the percentage rounded half up to one decimal;
    /// null where it could not be told.
    async fn values(&self) -> DecimalRows {
        self.rows(|figure| figure.value_text().map(DecimalScalar))
    }

    /// For each group and indicator, the exact numerator.
    async fn numerators(&self) -> DecimalRows {
        self.rows(|figure| figure.numerator_text().map(DecimalScalar))
    }

    /// For each group and indicator, the exact denominator; only rates have one.
    async fn denominators(&self) -> DecimalRows {
        self.rows(|figure| figure.denominator_text().map(DecimalScalar))
    }
}

impl FigureTable {
    fn texts<'k>(&'k self, text: impl Fn(&'k Key) -> &'k str) -> TextRows {
        let table = &self.answer.table;
        // Every code becomes a value once; rows share it.
        let values: Vec<Vec<Value>> =
            table.axes.iter().map(|axis| axis.keys.iter().map(|key| text(key).into()).collect()).collect();
        let row =
            |place: usize| Value::List(table.places(place).zip(&values).map(|(p, axis)| axis[p].clone()).collect());
        TextRows(Value::List((0..table.cells.len()).map(row).collect()))
    }

    fn rows(&self, value: impl Fn(&crate::consolidation::answer::Figure) -> Option<DecimalScalar>) -> DecimalRows {
        let cell = |cell: &crate::consolidation::vocabulary::Cell| {
            let figures = self.indicators.iter().map(|indicator| value(&cell.figure(indicator, self.unit)));
            Value::List(figures.map(|part| part.map_or(Value::Null, |part| Value::String(part.0))).collect())
        };
        DecimalRows(Value::List(self.answer.table.cells.iter().map(cell).collect()))
    }
}

/// Rows that are written as they are: async-graphql would give each cell a future of its own, ten times dearer.
macro_rules! written_rows {
    ($($rows:ident = $as:ty;)*) => {$(
        #[doc = concat!("Rows written whole, in the schema as `", stringify!($as), "`.")]
        pub struct $rows(Value);

        impl OutputType for $rows {
            fn type_name() -> std::borrow::Cow<'static, str> {
                <$as as OutputType>::type_name()
            }

            fn qualified_type_name() -> String {
                <$as as OutputType>::qualified_type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <$as as OutputType>::create_type_info(registry)
            }

            async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
                Ok(self.0.clone())
            }
        }
    )*};
}

written_rows! {
    TextRows = Vec<Vec<String>>;
    DecimalRows = Vec<Vec<Option<DecimalScalar>>>;
}

/// How much groups sum to above their total.
#[derive(SimpleObject)]
pub struct Overlap {
    /// The indicator.
    pub indicator: Indicator,
    /// The unit counted.
    pub unit: UnitCode,
    /// Sum of the groups less the total.
    pub excess: DecimalScalar,
}
