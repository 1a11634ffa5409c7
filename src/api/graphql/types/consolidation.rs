//! Consolidated answers: figures with their parts, groups, overlap, cohorts, coverage, contributions.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};

use super::cohorts::{self, Cohort, SharedPersons, Unlinked};
use super::coverage::{Contribution, Coverage};
use super::explanations::{Explanation, WhatChanged};
use super::figures::{Figure, asked_below, chosen, figures, one, percent};
use super::groups::{FigureTable, Group, Overlap};
use super::indicators::Indicator;
use crate::api::graphql::codes::{DimensionCode, SeriesCode, UnitCode};
use crate::api::graphql::context::{Requested, error_of};
use crate::api::graphql::inputs::question::{AsOfInput, QuestionParts, read_as_of};
use crate::api::graphql::paging::{USUAL_PAGE, list_connection};
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, DefinitionScalar, DigestScalar, PositionScalar};
use crate::consolidation::answer::Answer;
use crate::consolidation::indicator::Defined;
use crate::consolidation::question::{AsOf, Question};

/// An answer of the consolidation layer, at one position.
pub struct Consolidation {
    answer: Arc<Answer>,
    question: Question,
}

impl Consolidation {
    /// Puts a question of a request to the consolidation layer.
    pub async fn ask(ctx: &Context<'_>, programme: &str, parts: QuestionParts) -> async_graphql::Result<Self> {
        let request = ctx.request();
        ctx.caller()?;
        let parts = QuestionParts { indicators: asked_below(ctx), ..parts };
        let mut question = parts.read(programme).map_err(|refusal| error_of(&refusal, request.language))?;
        // The first answer about the present says which one; others of the same request wait for it.
        let mut seen = None;
        if question.as_of == AsOf::Now {
            let guard = request.seen.lock().await;
            match *guard {
                Some(position) => question.as_of = AsOf::Seen(position),
                None => seen = Some(guard),
            }
        }
        let asked = question.clone();
        let answer = ctx.run(move |desk, scope, consolidation| consolidation.answer(desk, scope, &asked)).await?;
        if let Some(mut seen) = seen {
            *seen = Some(answer.position);
        }
        Ok(Self { answer: Arc::new(answer), question })
    }

    /// The question again, at the answer's own position and day, whatever was approved meanwhile.
    fn again(&self) -> Question {
        Question { as_of: AsOf::Position(self.answer.position, Some(self.answer.day)), ..self.question.clone() }
    }
}

/// An answer of the consolidation layer, at one position.
#[Object]
impl Consolidation {
    /// The position that the figures stand at; ask again with it and `day` and get the same answer.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.answer.position)
    }

    /// The day that served for the window's end and for due dates.
    async fn day(&self) -> DateScalar {
        DateScalar::of(self.answer.day)
    }

    /// First day of the window.
    async fn from(&self) -> DateScalar {
        DateScalar::of(self.answer.window.from)
    }

    /// Last day of the window.
    async fn to(&self) -> DateScalar {
        DateScalar::of(self.answer.window.to)
    }

    /// The version of the definitions that the figures were made by.
    async fn definition(&self) -> DefinitionScalar {
        DefinitionScalar(self.answer.definition.code.to_string())
    }

    /// The digest of these definitions.
    async fn definition_digest(&self) -> DigestScalar {
        DigestScalar::of(self.answer.definition.digest)
    }

    /// The figures of everything selected.
    async fn figures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Figure>> {
        figures(ctx, &self.answer, &self.answer.total, indicators, unit.into())
    }

    /// The dimension of the groups, if the answer is cut along one.
    async fn group_by(&self) -> Option<DimensionCode> {
        if let [axis] = self.answer.table.axes.as_slice() { Some(axis.dimension.into()) } else { None }
    }

    /// The dimensions of the groups, in the order asked for.
    async fn groupings(&self) -> Vec<DimensionCode> {
        self.answer.table.axes.iter().map(|axis| axis.dimension.into()).collect()
    }

    /// What groups of quarters and years are told of.
    async fn series(&self) -> SeriesCode {
        self.answer.series.into()
    }

    /// The groups, in the order of their keys, the last dimension fastest.
    async fn groups(&self) -> Vec<Group> {
        let places = 0..self.answer.table.cells.len();
        places.map(|place| Group { answer: Arc::clone(&self.answer), place }).collect()
    }

    /// The groups as a table: cheaper than `groups` where there are many.
    async fn table(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<FigureTable> {
        let indicators = chosen(ctx, &self.answer, indicators)?;
        Ok(FigureTable { answer: Arc::clone(&self.answer), indicators, unit: unit.into() })
    }

    /// Whoever entered in each quarter of the window, and how many of them had left 3, 6, 12 and 18 months later.
    async fn cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Cohort>> {
        let question = self.again();
        let found = ctx.run(move |desk, scope, consolidation| consolidation.cohorts(desk, scope, &question)).await?;
        Ok(cohorts::in_unit(found, unit.into()))
    }

    /// The pairs of projects, regions or other groups of whole projects that share people, and how many persons were
    /// supported in both. For officers, analysts and auditors.
    async fn sharing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A dimension of whole projects.")] by: DimensionCode,
    ) -> async_graphql::Result<Vec<SharedPersons>> {
        let question = self.again();
        let pairs = move |desk: &_, scope: &_, consolidation: &crate::consolidation::operations::Consolidation| {
            consolidation.sharing(desk, scope, &question, by.into())
        };
        Ok(ctx.run(pairs).await?.into_iter().map(SharedPersons).collect())
    }

    /// How many of the participations supported have no identity: their people are recognised nowhere else.
    async fn unlinked(&self, ctx: &Context<'_>) -> async_graphql::Result<Unlinked> {
        let question = self.again();
        let counted = ctx.run(move |desk, scope, consolidation| consolidation.unlinked(desk, scope, &question));
        let [unlinked, supported] = counted.await?;
        Ok(Unlinked { unlinked, supported, share: percent(unlinked, supported) })
    }

    /// For each indicator that can be added up, how much the groups sum to above the total because they share people.
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Codes of indicators; all if absent.")] indicators: Option<Vec<String>>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Overlap>> {
        let overlap = |indicator: Defined| {
            let excess = self.answer.overlap(&indicator, unit.into())?;
            let excess = DecimalScalar(indicator.unit.decimal(excess));
            Some(Overlap { indicator: Indicator(indicator), unit, excess })
        };
        Ok(chosen(ctx, &self.answer, indicators)?.into_iter().filter_map(overlap).collect())
    }

    /// On which of the expected projects the figures rest.
    async fn coverage(&self) -> Coverage {
        Coverage(self.answer.coverage.clone())
    }

    /// Whether a version behind the figures has lost records by law: they were computed without those, at every position.
    async fn redacted(&self) -> bool {
        self.answer.redacted
    }

    /// Whether the figures are those of a sandbox, which no other figure counts.
    async fn sandbox(&self) -> bool {
        self.answer.sandbox
    }

    /// Why a figure is what it is: what it counts in one sentence, the report versions behind it, what was justified or
    /// waived in them.
    async fn explanation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's code.")] indicator: String,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Explanation> {
        let question = self.again();
        let explained = ctx.run(move |desk, scope, consolidation| {
            consolidation.explain(desk, scope, &question, &indicator, unit.into())
        });
        Ok(Explanation(explained.await?))
    }

    /// What changed a figure since an earlier point, up to this answer: each fact committed between, with the figure before and
    /// after it. The differences sum exactly.
    async fn what_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's code.")] indicator: String,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
        #[graphql(desc = "Since when.")] from: AsOfInput,
    ) -> async_graphql::Result<WhatChanged> {
        let question = self.again();
        let since = read_as_of(from).map_err(|refusal| error_of(&refusal, ctx.request().language))?;
        let told = ctx.run(move |desk, scope, consolidation| {
            consolidation.what_changed(desk, scope, &question, since, (&indicator, unit.into()))
        });
        Ok(WhatChanged(told.await?))
    }

    /// The report versions in force behind a figure, each with the figure of its project alone, by project code.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The indicator's code.")] indicator: String,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Contribution>> {
        let indicator = one(ctx, &self.answer.definition, &indicator)?.code.clone();
        let page = ctx.page(first, after.as_deref())?;
        let question = self.again();
        let found = ctx
            .run(move |desk, scope, consolidation| {
                consolidation.contributions(desk, scope, &question, indicator.as_str(), unit.into())
            })
            .await?;
        Ok(list_connection(found.into_iter().map(Contribution).collect(), &page))
    }
}
