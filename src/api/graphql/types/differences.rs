//! The difference of two versions of a project.

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, Object, SimpleObject};

use super::figures::Figure;
use super::reports::ReportVersion;
use crate::api::graphql::codes::UnitCode;
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::{USUAL_PAGE, list_connection};
use crate::api::graphql::scalars::{DecimalScalar, ReferenceScalar};
use crate::consolidation::operations as consolidation;
use crate::directory::project::Project;
use crate::reporting::difference::{self, ChangeKind};
use crate::reporting::operations;

/// What is not alike in two versions of a project.
pub struct Difference {
    project: Project,
    found: difference::Difference,
}

/// What is not alike in two versions of a project.
#[Object]
impl Difference {
    /// The first version.
    async fn from(&self) -> ReportVersion {
        ReportVersion(self.found.from.clone())
    }

    /// The second version.
    async fn to(&self) -> ReportVersion {
        ReportVersion(self.found.to.clone())
    }

    /// How many records and sections only the second version has.
    async fn added(&self) -> usize {
        self.found.count(ChangeKind::Added)
    }

    /// How many records and sections only the first version has.
    async fn removed(&self) -> usize {
        self.found.count(ChangeKind::Removed)
    }

    /// How many records and sections both have, not alike.
    async fn changed(&self) -> usize {
        self.found.count(ChangeKind::Changed)
    }

    /// The records and sections that are not alike: participations by reference, activities by reference, other sections.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, DifferenceItem>> {
        let page = ctx.page(first, after.as_deref())?;
        Ok(list_connection(self.found.items.iter().cloned().map(DifferenceItem::from).collect(), &page))
    }

    /// What it does to the project's own figures: each as if the one and the other version were in force, from the
    /// programme's first day to today.
    async fn effects(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> async_graphql::Result<Vec<Effect>> {
        let (project, from, to) = (self.project.clone(), self.found.from.number, self.found.to.number);
        let effects =
            ctx.run(move |desk, scope, _| consolidation::effects_between(desk, scope, &project, from, to)).await?;
        Ok(effects.into_iter().filter(|effect| effect.before.unit == unit.into()).map(Effect).collect())
    }
}

impl Difference {
    /// Finds the difference of two versions.
    pub async fn find(ctx: &Context<'_>, project: &Project, from: u32, to: u32) -> async_graphql::Result<Self> {
        let (project, asked) = (project.clone(), project.clone());
        let found = ctx.run(move |desk, scope, _| operations::find_difference(desk, scope, &asked, from, to)).await?;
        Ok(Self { project, found })
    }
}

/// What happened to a record or section between two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ChangeKind")]
pub enum DifferenceKind {
    /// Only the second version has it.
    Added,
    /// Only the first version has it.
    Removed,
    /// Both have it, not alike.
    Changed,
}

/// A record or section that is not alike in two versions.
#[derive(SimpleObject)]
pub struct DifferenceItem {
    /// Where it stands, such as `participations[reference=A-17]` or `finance`.
    path: String,
    /// The reference, for records.
    reference: Option<ReferenceScalar>,
    /// What happened to it.
    kind: DifferenceKind,
    /// Its fields that are not alike, by name.
    fields: Vec<FieldDifference>,
}

impl From<difference::ItemChange> for DifferenceItem {
    fn from(item: difference::ItemChange) -> Self {
        Self {
            path: item.path.to_string(),
            reference: item.path.reference.as_ref().map(ReferenceScalar::of),
            kind: item.kind.into(),
            fields: item.fields.into_iter().map(FieldDifference::from).collect(),
        }
    }
}

/// A field that is not alike in two versions. Of an identity, nothing is shown but that there is one.
#[derive(SimpleObject)]
pub struct FieldDifference {
    /// Its name, such as `exit.on`; hours are named by kind and quarter, such as `supports.HOUSING.2024-Q1`.
    field: String,
    /// Its value in the first version.
    before: Option<String>,
    /// Its value in the second version.
    after: Option<String>,
}

impl From<difference::FieldChange> for FieldDifference {
    fn from(change: difference::FieldChange) -> Self {
        Self { field: change.field, before: change.before, after: change.after }
    }
}

/// A figure of a project under one version and under another.
pub struct Effect(pub consolidation::Effect);

/// A figure of a project under one version and under another.
#[Object]
impl Effect {
    /// The code of the indicator.
    async fn indicator(&self) -> &str {
        self.0.indicator().code.as_str()
    }

    /// Under the first version.
    async fn before(&self) -> Figure {
        Figure(self.0.before.clone())
    }

    /// Under the second version.
    async fn after(&self) -> Figure {
        Figure(self.0.after.clone())
    }

    /// How much it changes: the difference of the counts or amounts, or for rates of the percentages as they are rounded;
    /// nothing where one of the two has no value.
    async fn change(&self) -> Option<DecimalScalar> {
        let unit = self.0.indicator().unit;
        self.0.change().map(|change| DecimalScalar(unit.decimal(change)))
    }
}
