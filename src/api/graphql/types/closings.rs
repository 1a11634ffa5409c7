//! Closings, open to anyone once they are published.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use crate::api::graphql::context::{Requested, attempt_open, failed};
use crate::api::graphql::scalars::{DateScalar, InstantScalar, PositionScalar};
use crate::consolidation::closing::content::{Content, ContentFigure, ContentGroup, ContentRow, ContentTable};
use crate::consolidation::closing::revised::{self, ChangedFigure};
use crate::consolidation::closing::{self, ClosingAction, ClosingState, operations};
use crate::id::ClosingId;
use crate::refusal::Outcome;

/// The queries of closings.
#[derive(Default)]
pub struct ClosingQuery;

/// The queries of closings.
#[Object]
impl ClosingQuery {
    /// The closings of a programme, or of every one, in the order of their preparation: to anyone those published, to
    /// staff all. Needs no token.
    async fn closings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme's code; every programme if absent.")] programme: Option<String>,
    ) -> async_graphql::Result<Vec<Closing>> {
        let request = ctx.request();
        let found =
            attempt_open(request, move |desk, scope| operations::list_closings(desk, scope, programme.as_deref()));
        let found = found.await.map_err(|failure| failed(&failure, request.language))?;
        Ok(found.into_iter().map(Closing).collect())
    }

    /// The closing of an identifier; nothing if there is none that you may see. Needs no token once it is published.
    async fn closing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The closing's identifier.")] id: ID,
    ) -> async_graphql::Result<Option<Closing>> {
        let Ok(id) = id.parse::<ClosingId>() else { return Ok(None) };
        let request = ctx.request();
        let found = attempt_open(request, move |desk, scope| operations::find_closing(desk, scope, &id)).await;
        let found = found.map_err(|failure| failed(&failure, request.language))?;
        Ok(found.map(|(closing, _)| Closing(closing)))
    }
}

/// Where a closing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ClosingState", name = "ClosingState")]
pub enum ClosingStateCode {
    /// Waits for review.
    Prepared,
    /// Waits for publication.
    Reviewed,
    /// Open to everybody, for ever.
    Published,
    /// Given up before it was published.
    Cancelled,
}

/// Figures on a fixed grid at one position, published for good; small counts, and what would reveal them, suppressed.
#[derive(Clone)]
pub struct Closing(pub closing::Closing);

/// Figures on a fixed grid at one position, published for good; small counts, and what would reveal them, suppressed.
#[Object]
impl Closing {
    /// Its identifier.
    async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// The programme's code.
    async fn programme_code(&self) -> &str {
        &self.0.programme_code
    }

    /// What people call it.
    async fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// Where it stands.
    async fn state(&self) -> ClosingStateCode {
        self.0.state().into()
    }

    /// The position that its figures stand at.
    async fn position(&self) -> PositionScalar {
        PositionScalar::of(self.0.position)
    }

    /// The last day counted.
    async fn day(&self) -> DateScalar {
        DateScalar::of(self.0.day)
    }

    /// How many counts its tables have.
    async fn figure_count(&self) -> i32 {
        i32::try_from(self.0.figure_count).unwrap_or(i32::MAX)
    }

    /// How many of them are suppressed.
    async fn suppressed_count(&self) -> i32 {
        i32::try_from(self.0.suppressed_count).unwrap_or(i32::MAX)
    }

    /// SHA-256 of its content, in hexadecimal digits.
    async fn digest(&self) -> &str {
        &self.0.digest.0
    }

    /// The Ed25519 signature of its content, if it is published.
    async fn signature(&self) -> Option<ClosingSignature> {
        let signature = self.0.step(ClosingAction::Publish)?.signature.clone()?;
        Some(ClosingSignature { key: signature.key, value: signature.value })
    }

    /// When it was published.
    async fn published_at(&self) -> Option<InstantScalar> {
        self.0.step(ClosingAction::Publish).map(|step| InstantScalar::of(step.at))
    }

    /// The closing that it corrects.
    async fn revises(&self) -> Option<ID> {
        self.0.revises.as_ref().map(|revision| revision.closing.as_str().into())
    }

    /// Why it corrects that closing.
    async fn revision_reason(&self) -> Option<&str> {
        self.0.revises.as_ref().map(|revision| revision.reason.as_str())
    }

    /// The published closing that corrects this one, if one does.
    async fn revised_by(&self) -> Option<ID> {
        self.0.revised_by.as_ref().map(|closing| closing.as_str().into())
    }

    /// The figures that it changed of the closing that it corrects, from where to where.
    async fn changes(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ClosingChange>> {
        let (request, id) = (ctx.request(), self.0.id.clone());
        let found = attempt_open(request, move |desk, scope| revised::list_changes(desk, scope, &id)).await;
        let found = found.map_err(|failure| failed(&failure, request.language))?;
        Ok(found.unwrap_or_default().into_iter().map(ClosingChange::from).collect())
    }

    /// Who did what with it, and when: for staff; empty to others.
    async fn steps(&self, ctx: &Context<'_>) -> Vec<ClosingStep> {
        let staff = ctx.request().scope.as_ref().is_ok_and(|scope| operations::is_staff(scope, &self.0.programme));
        let steps = self.0.steps.iter().filter(|_| staff);
        let step = |step: &closing::Step| ClosingStep {
            action: step.action.code(),
            at: InstantScalar::of(step.at),
            actor: step.by.clone(),
            reason: step.reason.as_ref().map(ToString::to_string),
        };
        steps.map(step).collect()
    }

    /// The text that is digested and signed, byte by byte: JSON with every table.
    async fn content(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        self.text(ctx).await
    }

    /// Its tables, or one of them.
    async fn tables(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The table's code; every table if absent.")] code: Option<String>,
    ) -> async_graphql::Result<Vec<ClosingTable>> {
        let text = self.text(ctx).await?;
        let tables: Outcome<Content> = Content::of_text(&text);
        let tables = tables.map_err(|failure| failed(&failure, ctx.request().language))?.tables;
        let wanted = |table: &ContentTable| code.as_ref().is_none_or(|code| table.code == *code);
        Ok(tables.into_iter().filter(wanted).map(ClosingTable::from).collect())
    }
}

impl Closing {
    async fn text(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        let (request, id) = (ctx.request(), self.0.id.clone());
        let found = attempt_open(request, move |desk, scope| operations::find_closing(desk, scope, &id)).await;
        let found = found.map_err(|failure| failed(&failure, request.language))?;
        // What a dry run made is nowhere to be read.
        Ok(found.map(|(_, text)| text).unwrap_or_default())
    }
}

/// An Ed25519 signature.
#[derive(SimpleObject)]
pub struct ClosingSignature {
    /// The key's identifier, as `/.well-known/jwks.json` names it.
    key: String,
    /// The 64 bytes, in base 64.
    value: String,
}

/// A step in a closing's life.
#[derive(SimpleObject)]
pub struct ClosingStep {
    /// `PREPARE`, `REVIEW`, `PUBLISH` or `CANCEL`.
    action: &'static str,
    /// When.
    at: InstantScalar,
    /// Who.
    actor: String,
    /// Why, for a cancellation.
    reason: Option<String>,
}

/// A table of a closing.
#[derive(SimpleObject)]
pub struct ClosingTable {
    /// Its code.
    code: String,
    /// Its name in English.
    name_en: String,
    /// Its name in French.
    name_fr: String,
    /// Whether persons or participations are counted: `PERSON` or `PARTICIPATION`.
    unit: String,
    /// What each place is cut by: nothing, or dimensions that are crossed.
    dimensions: Vec<String>,
    /// Its rows.
    rows: Vec<ClosingRow>,
}

/// A row of a closing's table.
#[derive(SimpleObject)]
pub struct ClosingRow {
    /// `NATION`, `REGION` or `PROJECT`.
    level: String,
    /// The place's code; empty for the nation.
    place: String,
    /// The place's name.
    place_name: String,
    /// Which part of the place: one group of each dimension named, all groups of the others together. None is named where the
    /// place is whole.
    groups: Vec<ClosingGroup>,
    /// Its figures.
    figures: Vec<ClosingFigure>,
}

/// A group along a dimension of a closing's table.
#[derive(SimpleObject)]
pub struct ClosingGroup {
    /// The dimension's code.
    dimension: String,
    /// The group's code.
    code: String,
    /// The group's name in English.
    name_en: String,
    /// The group's name in French.
    name_fr: String,
}

/// A figure of a closing. One that is suppressed has neither value nor parts: it is not zero, it is not told.
#[derive(SimpleObject)]
pub struct ClosingFigure {
    /// The indicator's code.
    code: String,
    /// Whether it is kept back.
    suppressed: bool,
    /// The count.
    value: Option<i32>,
    /// For a rate, what is divided.
    numerator: Option<i32>,
    /// For a rate, by what.
    denominator: Option<i32>,
    /// For a rate, tenths of a percent, rounded half up.
    per_mille: Option<i32>,
}

/// A figure that a correction changed.
#[derive(SimpleObject)]
pub struct ClosingChange {
    /// The table's code.
    table: String,
    /// Whether persons or participations are counted: `PERSON` or `PARTICIPATION`.
    unit: String,
    /// `NATION`, `REGION` or `PROJECT`.
    level: String,
    /// The place's code; empty for the nation.
    place: String,
    /// The place's name.
    place_name: String,
    /// The dimensions and groups, such as `SEX=F` or `SEX=F,AGE_BAND=FROM_18_TO_24`; absent where the place is whole.
    group: Option<String>,
    /// The indicator's code.
    code: String,
    /// What was published before; absent if the figure had no place there.
    before: Option<ClosingFigure>,
    /// What is published now; absent if the figure has no place any more.
    after: Option<ClosingFigure>,
    /// The codes of the projects whose reports changed it: for staff; empty to others.
    projects: Vec<String>,
}

impl From<ChangedFigure> for ClosingChange {
    fn from(figure: ChangedFigure) -> Self {
        Self {
            table: figure.table,
            unit: figure.unit,
            level: figure.level,
            place: figure.place,
            place_name: figure.place_name,
            group: figure.group,
            code: figure.code,
            before: figure.before.map(ClosingFigure::from),
            after: figure.after.map(ClosingFigure::from),
            projects: figure.projects,
        }
    }
}

impl From<ContentTable> for ClosingTable {
    fn from(table: ContentTable) -> Self {
        Self {
            code: table.code,
            name_en: table.name_en,
            name_fr: table.name_fr,
            unit: table.unit,
            dimensions: table.dimensions,
            rows: table.rows.into_iter().map(ClosingRow::from).collect(),
        }
    }
}

impl From<ContentRow> for ClosingRow {
    fn from(row: ContentRow) -> Self {
        Self {
            level: row.level,
            place: row.place,
            place_name: row.place_name,
            groups: row.groups.into_iter().map(ClosingGroup::from).collect(),
            figures: row.figures.into_iter().map(ClosingFigure::from).collect(),
        }
    }
}

impl From<ContentGroup> for ClosingGroup {
    fn from(group: ContentGroup) -> Self {
        let ContentGroup { dimension, code, name_en, name_fr } = group;
        Self { dimension, code, name_en, name_fr }
    }
}

impl From<ContentFigure> for ClosingFigure {
    fn from(figure: ContentFigure) -> Self {
        // Counts of people: far below what GraphQL's Int holds.
        let number = |number: Option<i64>| number.and_then(|number| i32::try_from(number).ok());
        Self {
            code: figure.code,
            suppressed: figure.suppressed,
            value: number(figure.value),
            numerator: number(figure.numerator),
            denominator: number(figure.denominator),
            per_mille: number(figure.per_mille),
        }
    }
}
