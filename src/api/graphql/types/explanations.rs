//! Why a figure is what it is, and what changed it.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};

use super::coverage::{Contribution, Coverage};
use super::directory::Project;
use super::figures::Figure;
use super::findings::FindingCount;
use super::reports::ReportVersion;
use crate::api::graphql::codes::{ChangeCauseCode, LanguageCode};
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::{USUAL_PAGE, list_connection};
use crate::api::graphql::scalars::{
    DateScalar, DecimalScalar, DefinitionScalar, DigestScalar, InstantScalar, PositionScalar,
};
use crate::consolidation::explain::changes::{self, Cause};
use crate::consolidation::explain::{self, changes::Change};

/// A figure explained: what it counts, the report versions behind it, and what stands in them.
pub struct Explanation(pub explain::Explanation);

/// A figure explained: what it counts, the report versions behind it, and what stands in them.
#[Object]
impl Explanation {
    /// One sentence that says what it counts, in the language given or the request's.
    async fn sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; the request's if absent.")] language: Option<LanguageCode>,
    ) -> &str {
        self.0.sentence(ctx.language(language))
    }

    /// The figure.
    async fn figure(&self) -> Figure {
        Figure(self.0.figure.clone())
    }

    /// The report versions behind it, each with the figure of its project alone, by project code.
    async fn contributions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, ExplainedContribution>> {
        let page = ctx.page(first, after.as_deref())?;
        let contributions = self.0.contributions.iter().cloned().map(ExplainedContribution).collect();
        Ok(list_connection(contributions, &page))
    }

    /// How much the numerators of the contributions sum to above that of the figure, because projects share people.
    async fn excess(&self) -> Option<DecimalScalar> {
        self.0.excess().map(|excess| DecimalScalar(self.0.figure.indicator.exact(excess)))
    }

    /// On which of the expected projects it rests.
    async fn coverage(&self) -> Coverage {
        Coverage(self.0.coverage.clone())
    }
}

/// A report version behind a figure, and what was justified or waived in it.
pub struct ExplainedContribution(explain::Explained);

/// A report version behind a figure, and what was justified or waived in it.
#[Object]
impl ExplainedContribution {
    /// Its share.
    async fn contribution(&self) -> Contribution {
        Contribution(self.0.contribution.clone())
    }

    /// The version as it was submitted, with its rule set and findings; nothing where a project has none in force.
    async fn report_version(&self) -> Option<ReportVersion> {
        self.0.report.clone().map(ReportVersion)
    }

    /// Its findings that were justified or waived, counted by rule.
    async fn standing_findings(&self) -> Vec<FindingCount> {
        self.0.standing.iter().cloned().map(FindingCount::from).collect()
    }
}

/// A figure at two points, and every fact between them that changed it. The differences of the changes sum exactly.
pub struct WhatChanged(pub changes::WhatChanged);

/// A figure at two points, and every fact between them that changed it. The differences of the changes sum exactly.
#[Object]
impl WhatChanged {
    /// The earlier point.
    async fn from(&self) -> FigurePoint {
        FigurePoint(self.0.from.clone())
    }

    /// The later point.
    async fn to(&self) -> FigurePoint {
        FigurePoint(self.0.to.clone())
    }

    /// What changed the figure, in the order in which it was committed.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, FigureChange>> {
        let page = ctx.page(first, after.as_deref())?;
        Ok(list_connection(self.0.changes.iter().cloned().map(FigureChange).collect(), &page))
    }

    /// How many changes there are.
    async fn change_count(&self) -> usize {
        self.0.changes.len()
    }
}

/// A figure at a position.
pub struct FigurePoint(changes::Point);

/// A figure at a position.
#[Object]
impl FigurePoint {
    /// The position.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.0.position)
    }

    /// The day.
    async fn day(&self) -> DateScalar {
        DateScalar::of(self.0.day)
    }

    /// First day of the window.
    async fn from(&self) -> DateScalar {
        DateScalar::of(self.0.window.from)
    }

    /// Last day of the window.
    async fn to(&self) -> DateScalar {
        DateScalar::of(self.0.window.to)
    }

    /// The figure.
    async fn figure(&self) -> Figure {
        Figure(self.0.figure.clone())
    }
}

/// A fact that changed a figure.
pub struct FigureChange(Change);

/// A fact that changed a figure.
#[Object]
impl FigureChange {
    /// What it is.
    async fn cause(&self) -> ChangeCauseCode {
        self.0.cause.kind().into()
    }

    /// What the journal calls it, such as `report.approved`; nothing for a moved window.
    async fn event(&self) -> Option<&str> {
        self.0.event.as_deref()
    }

    /// Its position; of a moved window, the earlier one.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.0.position)
    }

    /// When it was committed.
    async fn at(&self) -> InstantScalar {
        InstantScalar::of(self.0.at)
    }

    /// The project that it is about, if one.
    async fn project(&self) -> Option<Project> {
        self.0.cause.project().cloned().map(Project)
    }

    /// The number of the report version that it is, if it is one.
    async fn version(&self) -> Option<u32> {
        self.0.cause.version().map(|version| version.number)
    }

    /// The digest of the report version, or of the definitions.
    async fn digest(&self) -> Option<DigestScalar> {
        self.0.cause.digest().map(DigestScalar::of)
    }

    /// The version of the definitions that it added, if it is one.
    async fn definition(&self) -> Option<DefinitionScalar> {
        match &self.0.cause {
            Cause::Definition { code, .. } => Some(DefinitionScalar(code.clone())),
            _ => None,
        }
    }

    /// The figure before it.
    async fn before(&self) -> Figure {
        Figure(self.0.before.clone())
    }

    /// The figure after it.
    async fn after(&self) -> Figure {
        Figure(self.0.after.clone())
    }

    /// How much the numerator changed, exactly; nothing where it is not applicable before or after.
    async fn numerator_change(&self) -> Option<DecimalScalar> {
        self.0.numerator().map(|change| DecimalScalar(self.0.after.indicator.exact(change)))
    }

    /// How much the denominator changed, exactly; only quotients have one.
    async fn denominator_change(&self) -> Option<DecimalScalar> {
        self.0.denominator().map(|change| DecimalScalar(self.0.after.indicator.exact_denominator(change)))
    }
}
