//! Organisations and projects.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, SimpleObject};

use super::agreements::{Amendment, Payment, Target, Transfer};
use super::consolidation::Consolidation;
use super::differences::Difference;
use super::obligations::Obligation;
use super::programmes::Programme;
use super::reports::{Report, ReportVersion};
use super::waivers::{Waiver, list_waivers};
use super::{Money, Place};
use crate::api::graphql::codes::{ConsortiumRoleCode, DimensionCode, SeriesCode};
use crate::api::graphql::context::Requested;
use crate::api::graphql::inputs::question::{AsOfInput, FilterInput, QuestionParts, WindowInput};
use crate::api::graphql::paging::{USUAL_PAGE, connection};
use crate::api::graphql::scalars::{DateScalar, DecimalScalar, DefinitionScalar, SiretScalar};
use crate::directory::{operations, organisation, programme, project};
use crate::reporting::operations as reporting;

/// An organisation, known by its SIRET.
pub struct Organisation(pub organisation::Organisation);

/// An organisation, known by its SIRET.
#[Object]
impl Organisation {
    /// Its identifier.
    pub async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// Its SIRET.
    async fn siret(&self) -> SiretScalar {
        SiretScalar::of(&self.0.details.siret)
    }

    /// Its name.
    async fn name(&self) -> &str {
        self.0.details.name.as_str()
    }

    /// Whether it holds the ESUS label (*entreprise solidaire d'utilité sociale*).
    async fn esus(&self) -> bool {
        self.0.details.esus
    }

    /// Whether it only tries things out: nothing of it reaches a national figure.
    async fn sandbox(&self) -> bool {
        self.0.details.sandbox
    }
}

/// A partner of a consortium.
#[derive(SimpleObject)]
pub struct ConsortiumMember {
    /// The organisation.
    organisation: Organisation,
    /// What it brings.
    role: ConsortiumRoleCode,
}

/// A project: the winner's grant agreement, its partners, its place and its money.
pub struct Project(pub project::Project);

/// A project: the winner's grant agreement, its partners, its place and its money.
#[Object]
impl Project {
    /// Its identifier.
    pub async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// The programme that funds it.
    async fn programme(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Programme>> {
        let id = self.0.id.clone();
        Ok(ctx.run(move |desk, scope, _| operations::find_programme_of(desk, scope, &id)).await?.map(Programme))
    }

    /// Its code, unique in the programme.
    async fn code(&self) -> &str {
        self.0.details.code.as_str()
    }

    /// Its title.
    async fn title(&self) -> &str {
        self.0.details.title.as_str()
    }

    /// The code of the call or wave that it won.
    async fn call(&self) -> &str {
        self.0.details.call.as_str()
    }

    /// The organisation that leads it and reports for it.
    async fn lead(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Organisation>> {
        let project = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::find_organisation(desk, scope, &project.details.lead));
        Ok(found.await?.map(Organisation))
    }

    /// Whether a sandbox leads it: no figure counts it but its own.
    async fn sandbox(&self) -> bool {
        self.0.sandbox
    }

    /// Its other partners and what they bring.
    async fn members(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ConsortiumMember>> {
        let project = self.0.clone();
        let organisations =
            ctx.run(move |desk, scope, _| operations::list_organisations_of(desk, scope, &project)).await?;
        let of = |member: &project::ConsortiumMember| {
            let organisation = organisations.iter().find(|organisation| organisation.id == member.organisation)?;
            Some(ConsortiumMember { organisation: Organisation(organisation.clone()), role: member.role.into() })
        };
        Ok(self.0.details.members.iter().filter_map(of).collect())
    }

    /// The department where it is delivered.
    async fn department(&self) -> Place {
        Place { code: self.0.details.department.code, name: self.0.details.department.name }
    }

    /// The region of that department.
    async fn region(&self) -> Place {
        let region = self.0.details.region();
        Place { code: region.code, name: region.name }
    }

    /// Its sector or trade.
    async fn sector(&self) -> &str {
        self.0.details.sector.as_str()
    }

    /// First day of the agreement.
    async fn agreement_from(&self) -> DateScalar {
        DateScalar::of(self.0.details.agreement_from)
    }

    /// Last day of the agreement.
    async fn agreement_to(&self) -> DateScalar {
        DateScalar::of(self.0.details.agreement_to)
    }

    /// Number of participants aimed at.
    async fn target_participants(&self) -> u32 {
        self.0.details.target_participants
    }

    /// Eligible cost.
    async fn eligible_cost(&self) -> Money {
        self.0.details.eligible_cost.into()
    }

    /// Grant.
    async fn grant(&self) -> Money {
        self.0.details.grant.into()
    }

    /// Grant over eligible cost in percent, rounded half up to one decimal; nothing if there is no cost.
    async fn intervention_rate(&self) -> Option<DecimalScalar> {
        super::figures::percent(self.0.details.grant.0, self.0.details.eligible_cost.0)
    }

    /// The amendments of its agreement, by number.
    async fn amendments(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Amendment>> {
        let project = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::list_amendments(desk, scope, &project)).await?;
        Ok(found.into_iter().map(Amendment).collect())
    }

    /// Its transfers from one organisation to another, in order.
    async fn transfers(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Transfer>> {
        let id = self.0.id.clone();
        let found = ctx.run(move |desk, scope, _| operations::list_transfers(desk, scope, &id)).await?;
        Ok(found.into_iter().map(Transfer).collect())
    }

    /// The payments of its grant, by day; those cancelled are among them and say so.
    async fn payments(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Payment>> {
        let project = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::list_payments(desk, scope, &project)).await?;
        Ok(found.into_iter().map(Payment).collect())
    }

    /// What it aims at, by indicator and period, the whole project first.
    async fn targets(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Target>> {
        let project = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::list_targets(desk, scope, &project)).await?;
        Ok(Target::all(self.0.id.clone(), found))
    }

    /// Its reports, in the order of their first submission.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Report>> {
        let filter = reporting::ReportFilter { project: Some(self.0.id.clone()), ..Default::default() };
        super::reports::list_reports(ctx, filter, first, after).await
    }

    /// Its frozen versions, by number.
    async fn versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, ReportVersion>> {
        let page = ctx.page(first, after.as_deref())?;
        let (project, asked) = (self.0.clone(), page.clone());
        let found = ctx.run(move |desk, scope, _| reporting::list_versions(desk, scope, &project, &asked)).await?;
        Ok(connection(found.map(ReportVersion), &page, |version| version.0.number.to_string()))
    }

    /// The version of a number, if it exists.
    async fn version(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The version's number within the project.")] number: u32,
    ) -> async_graphql::Result<Option<ReportVersion>> {
        let project = self.0.clone();
        let found = ctx.run(move |desk, scope, _| reporting::find_version(desk, scope, &project, number)).await?;
        Ok(found.map(ReportVersion))
    }

    /// The rules that the funder does not hold it to, in the order of their grant; also those expired or revoked.
    async fn waivers(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Waiver>> {
        list_waivers(ctx, self.0.clone(), first, after).await
    }

    /// What it owes, period by period, and where it stands.
    async fn obligations(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Obligation>> {
        let project = self.0.clone();
        let owed = ctx.run(move |desk, scope, _| reporting::list_obligations_of(desk, scope, &project)).await?;
        Ok(owed.into_iter().map(Obligation).collect())
    }

    /// What is not alike in two of its versions, field by field, and what that does to its figures: for the partner,
    /// officers and auditors.
    async fn difference(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the first version.")] from: u32,
        #[graphql(desc = "The number of the second version.")] to: u32,
    ) -> async_graphql::Result<Difference> {
        Difference::find(ctx, &self.0, from, to).await
    }

    /// The consolidated figures of this project alone, as of any position.
    #[allow(clippy::too_many_arguments, reason = "a question has as many parts")]
    async fn consolidation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As of when; now if absent.")] as_of: Option<AsOfInput>,
        #[graphql(desc = "In which window; from the programme's first day to the day of `asOf` if absent.")]
        window: Option<WindowInput>,
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
        let filter = Some(FilterInput { projects: vec![self.0.id.as_str().into()], ..Default::default() });
        let id = self.0.id.clone();
        let programme = ctx.run(move |desk, scope, _| operations::find_programme_of(desk, scope, &id)).await?;
        let code = programme.as_ref().map_or("", programme::Programme::code);
        let parts =
            QuestionParts { as_of, window, filter, group_by, groupings, series, definition, ..Default::default() };
        Consolidation::ask(ctx, code, parts).await
    }
}

/// A page of the projects that the caller may see.
pub async fn list_projects(
    ctx: &Context<'_>,
    filter: operations::ProjectFilter,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, Project>> {
    let page = ctx.page(first, after.as_deref())?;
    let asked = page.clone();
    let found = ctx.run(move |desk, scope, _| operations::list_projects(desk, scope, &filter, &asked)).await?;
    Ok(connection(found.map(Project), &page, |project| project.0.id.to_string()))
}
