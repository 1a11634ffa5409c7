//! Programmes, their calls and their periods.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, SimpleObject};

use super::Money;
use super::consolidation::Consolidation;
use super::definitions::Definition;
use super::directory::{Project, list_projects};
use super::obligations::{Obligation, list_obligations};
use super::reviews::{ReviewItem, list_review_queue};
use crate::api::graphql::codes::{DimensionCode, LanguageCode, SeriesCode};
use crate::api::graphql::context::Requested;
use crate::api::graphql::inputs::question::{AsOfInput, FilterInput, QuestionParts, WindowInput};
use crate::api::graphql::paging::USUAL_PAGE;
use crate::api::graphql::scalars::{DateScalar, DefinitionScalar, PeriodScalar};
use crate::consolidation::definitions::operations as definitions;
use crate::directory::{operations, period, programme};
use crate::refusal::Language;

/// A funding programme with its calls and reporting periods.
pub struct Programme(pub programme::Programme);

/// A funding programme with its calls and reporting periods.
#[Object]
impl Programme {
    /// Its identifier.
    pub async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// Its code, such as `PIC-IPR`.
    async fn code(&self) -> &str {
        self.0.code()
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        match ctx.language(language) {
            Language::En => self.0.details.name_en.as_str(),
            Language::Fr => self.0.details.name_fr.as_str(),
        }
    }

    /// Its envelope.
    async fn envelope(&self) -> Money {
        self.0.details.envelope.into()
    }

    /// Its first day, from which windows start by default.
    async fn first_on(&self) -> DateScalar {
        DateScalar::of(self.0.details.first_on)
    }

    /// The zone whose civil days count.
    async fn time_zone(&self) -> &str {
        self.0.details.time_zone.iana_name().unwrap_or("UTC")
    }

    /// Published cells of 1 to this number less one persons are suppressed.
    async fn disclosure_threshold(&self) -> u32 {
        self.0.details.disclosure_threshold
    }

    /// Whether a second person at the partner certifies a submission before it reaches the funder.
    async fn certification(&self) -> bool {
        self.0.details.certification
    }

    /// Its calls, by code.
    async fn calls(&self) -> Vec<Call> {
        self.0.details.calls.iter().cloned().map(Call).collect()
    }

    /// Its reporting periods, in order.
    async fn periods(&self) -> Vec<ReportingPeriod> {
        self.0.details.periods.iter().map(ReportingPeriod::from).collect()
    }

    /// Its projects that you may see.
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Project>> {
        let filter = operations::ProjectFilter { programme: Some(self.0.id.clone()), ..Default::default() };
        list_projects(ctx, filter, first, after).await
    }

    /// What its projects that you may see owe for a period, and where they stand, by project.
    async fn obligations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The period.")] period: PeriodScalar,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Obligation>> {
        list_obligations(ctx, &self.0, &period, first, after).await
    }

    /// What waits for review, the longest waiting first. For officers and auditors.
    async fn review_queue(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, ReviewItem>> {
        list_review_queue(ctx, &self.0, first, after).await
    }

    /// The versions of its definitions: those that come with the program, then those added, in order.
    async fn definitions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Definition>> {
        let programme = (&self.0.id).into();
        let found = ctx.run(move |desk, scope, _| definitions::list_definitions(desk, scope, &programme)).await?;
        Ok(found.into_iter().map(Definition).collect())
    }

    /// The version of a code of its definitions; nothing if there is none.
    async fn definition(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The code, such as `V1`.")] code: DefinitionScalar,
    ) -> async_graphql::Result<Option<Definition>> {
        let programme = (&self.0.id).into();
        let found = ctx.run(move |desk, scope, _| definitions::find_definition(desk, scope, &programme, &code.0));
        Ok(found.await?.map(Definition))
    }

    /// The consolidated figures of the programme, exact, as of any position. For officers, analysts and auditors.
    #[allow(clippy::too_many_arguments, reason = "a question has as many parts")]
    async fn consolidation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As of when; now if absent.")] as_of: Option<AsOfInput>,
        #[graphql(desc = "In which window; from the programme's first day to the day of `asOf` if absent.")]
        window: Option<WindowInput>,
        #[graphql(desc = "Which participations; all if absent.")] filter: Option<FilterInput>,
        #[graphql(desc = "Along what to cut; not cut if absent.")] group_by: Option<DimensionCode>,
        #[graphql(desc = "Along what to cut, up to three dimensions at once, instead of `groupBy`.")] groupings: Option<
            Vec<DimensionCode>,
        >,
        #[graphql(desc = "What groups of quarters and years are told of; `FLOW` if absent.")] series: Option<
            SeriesCode,
        >,
        #[graphql(desc = "Under which version of the definitions, such as `V1`; the one that stands if absent.")]
        definition: Option<DefinitionScalar>,
    ) -> async_graphql::Result<Consolidation> {
        let parts =
            QuestionParts { as_of, window, filter, group_by, groupings, series, definition, ..Default::default() };
        Consolidation::ask(ctx, self.0.code(), parts).await
    }
}

/// A call for projects, or one selection wave of it.
pub struct Call(programme::Call);

/// A call for projects, or one selection wave of it.
#[Object]
impl Call {
    /// Its code within the programme.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Its name, in the language given or the request's.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        match ctx.language(language) {
            Language::En => self.0.name_en.as_str(),
            Language::Fr => self.0.name_fr.as_str(),
        }
    }
}

/// A period for which every project of a programme owes a report.
#[derive(SimpleObject)]
pub struct ReportingPeriod {
    /// Its code, such as `2024-Q3`.
    code: PeriodScalar,
    /// Its first day.
    first_on: DateScalar,
    /// Its last day.
    last_on: DateScalar,
    /// The last day on which a submission is not late.
    due_on: DateScalar,
}

impl From<&period::ReportingPeriod> for ReportingPeriod {
    fn from(period: &period::ReportingPeriod) -> Self {
        Self {
            code: PeriodScalar::of(period.code),
            first_on: DateScalar::of(period.first_on),
            last_on: DateScalar::of(period.last_on),
            due_on: DateScalar::of(period.due_on),
        }
    }
}
