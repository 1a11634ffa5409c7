//! The queries: an index of what can be read. Each field calls one operation.

pub mod changes;

use async_graphql::connection::Connection;
use async_graphql::{Context, Enum, ID, Interface, MergedObject, Object, SimpleObject};

use super::codes::ReportState;
use super::context::{Requested, error_of};
use super::paging::{USUAL_PAGE, connection};
use super::scalars::SequenceScalar;
use super::types::closings::ClosingQuery;
use super::types::code_lists::CodeListQuery;
use super::types::directory::{Organisation, Project, list_projects};
use super::types::findings::Rule;
use super::types::indicators::Indicator;
use super::types::programmes::Programme;
use super::types::reports::{Report, ReportVersion, list_reports};
use crate::access::role::Role;
use crate::consolidation::definitions::built_in;
use crate::consolidation::indicator::Defined;
use crate::directory::operations::{self as directory, ProjectFilter};
use crate::id::{OrganisationId, ProjectId, ReportId};
use crate::refusal::{Code, Refusal};
use crate::reporting::operations::{self as reporting, ReportFilter};
use crate::reporting::rules;

/// Something with a global identifier.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its identifier, whose prefix says its type."))]
pub enum Node {
    /// A programme.
    Programme(Programme),
    /// An organisation.
    Organisation(Organisation),
    /// A project.
    Project(Project),
    /// A report.
    Report(Report),
    /// A frozen version.
    ReportVersion(ReportVersion),
}

/// The role of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Role", name = "Role")]
pub enum RoleCode {
    /// A winner's own system: pushes its reports, sees its own data.
    Partner,
    /// Programme staff: reviews, approves, sees everything.
    Officer,
    /// Sees exact figures, no individual record.
    Analyst,
    /// Sees everything, changes nothing.
    Auditor,
    /// Runs the service: registers clients and directories, sees no report.
    Operator,
}

/// Who is asking.
#[derive(SimpleObject)]
pub struct Viewer {
    /// The client's name.
    client: String,
    /// Its role.
    role: RoleCode,
    /// The organisation that it belongs to, if one.
    organisation: Option<Organisation>,
    /// The only programmes in which it has a role, each with it; its role holds in all if empty.
    programmes: Vec<RoleInProgramme>,
}

/// A role in one programme.
#[derive(SimpleObject)]
pub struct RoleInProgramme {
    /// The programme.
    programme: Programme,
    /// The role there.
    role: RoleCode,
}

/// Everything that can be read.
#[derive(MergedObject, Default)]
pub struct Query(Nouns, CodeListQuery, changes::ChangesQuery, ClosingQuery);

/// The nouns, and the catalogues of indicators and rules.
#[derive(Default)]
pub struct Nouns;

/// The nouns, and the catalogues of indicators and rules.
#[Object]
impl Nouns {
    /// Who you are to the service.
    async fn viewer(&self, ctx: &Context<'_>) -> async_graphql::Result<Viewer> {
        let scope = ctx.caller()?;
        let organisation = match scope.organisation().cloned() {
            Some(id) => ctx.run(move |desk, scope, _| directory::find_organisation(desk, scope, &id)).await?,
            None => None,
        };
        let mut programmes = Vec::new();
        if let Some(roles) = scope.programmes().map(<[_]>::to_vec) {
            let known = ctx.run(|desk, scope, _| directory::list_programmes(desk, scope)).await?;
            programmes.extend(known.into_iter().filter_map(|found| {
                let role = roles.iter().find(|one| one.programme == found.id)?.role.into();
                Some(RoleInProgramme { programme: Programme(found), role })
            }));
        }
        Ok(Viewer {
            client: scope.caller().to_owned(),
            role: scope.role().into(),
            organisation: organisation.map(Organisation),
            programmes,
        })
    }

    /// Something by its global identifier; nothing if it does not exist or you may not see it.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global identifier.")] id: ID,
    ) -> async_graphql::Result<Option<Node>> {
        ctx.caller()?;
        Ok(match id.split('_').next().unwrap_or_default() {
            "prg" => {
                let programmes = ctx.run(move |desk, scope, _| directory::list_programmes(desk, scope)).await?;
                programmes
                    .into_iter()
                    .find(|found| found.id.as_str() == id.as_str())
                    .map(|p| Node::Programme(Programme(p)))
            }
            "org" => self.organisation(ctx, id).await?.map(Node::Organisation),
            "prj" => self.project(ctx, id).await?.map(Node::Project),
            "rpt" => self.report(ctx, id).await?.map(Node::Report),
            "ver" => {
                let Ok(id) = id.parse::<crate::id::VersionId>() else { return Ok(None) };
                let found = ctx.run(move |desk, scope, _| reporting::find_version_by_id(desk, scope, &id)).await?;
                found.map(|version| Node::ReportVersion(ReportVersion(version)))
            }
            _ => None,
        })
    }

    /// Every programme, by code.
    async fn programmes(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Programme>> {
        let found = ctx.run(|desk, scope, _| directory::list_programmes(desk, scope)).await?;
        Ok(found.into_iter().map(Programme).collect())
    }

    /// The programme of a code.
    async fn programme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme's code, such as `PIC-IPR`.")] code: String,
    ) -> async_graphql::Result<Option<Programme>> {
        Ok(ctx.run(move |desk, scope, _| directory::find_programme(desk, scope, &code)).await?.map(Programme))
    }

    /// The organisations that you may see: your own, or all for staff.
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Organisation>> {
        let page = ctx.page(first, after.as_deref())?;
        let asked = page.clone();
        let found = ctx.run(move |desk, scope, _| directory::list_organisations(desk, scope, &asked)).await?;
        Ok(connection(found.map(Organisation), &page, |organisation| organisation.0.id.to_string()))
    }

    /// The organisation of an identifier, if you may see it.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation's identifier.")] id: ID,
    ) -> async_graphql::Result<Option<Organisation>> {
        ctx.caller()?;
        let Ok(id) = id.parse::<OrganisationId>() else { return Ok(None) };
        Ok(ctx.run(move |desk, scope, _| directory::find_organisation(desk, scope, &id)).await?.map(Organisation))
    }

    /// The projects that you may see: your own, or all for staff.
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those to which something happened after this sequence.")] changed_since: Option<
            SequenceScalar,
        >,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Project>> {
        let changed_since = changes::read_sequence(ctx, changed_since.as_ref(), "changedSince")?;
        list_projects(ctx, ProjectFilter { programme: None, changed_since }, first, after).await
    }

    /// The project of an identifier, if you may see it.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project's identifier.")] id: ID,
    ) -> async_graphql::Result<Option<Project>> {
        ctx.caller()?;
        let Ok(id) = id.parse::<ProjectId>() else { return Ok(None) };
        Ok(ctx.run(move |desk, scope, _| directory::find_project(desk, scope, &id)).await?.map(Project))
    }

    /// The project of a code within a programme, if you may see it.
    async fn project_by_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme's code.")] programme: String,
        #[graphql(desc = "The project's code.")] code: String,
    ) -> async_graphql::Result<Option<Project>> {
        let found = ctx.run(move |desk, scope, _| match directory::find_programme(desk, scope, &programme)? {
            Some(programme) => directory::find_project_by_code(desk, scope, &programme.id, &code),
            None => Ok(None),
        });
        Ok(found.await?.map(Project))
    }

    /// The reports that you may see, in the order of their first submission.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of one project only.")] project: Option<ID>,
        #[graphql(desc = "In these states only.")] states: Option<Vec<ReportState>>,
        #[graphql(desc = "Only those to which something happened after this sequence.")] changed_since: Option<
            SequenceScalar,
        >,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Report>> {
        let language = ctx.request().language;
        ctx.caller()?;
        let not_found = || error_of(&Refusal::new(Code::NotFound).at("project"), language);
        let project = project.map(|id| id.parse::<ProjectId>()).transpose().map_err(|_| not_found())?;
        let states = states.unwrap_or_default().into_iter().map(Into::into).collect();
        let changed_since = changes::read_sequence(ctx, changed_since.as_ref(), "changedSince")?;
        list_reports(ctx, ReportFilter { project, states, changed_since }, first, after).await
    }

    /// The report of an identifier, if you may see it.
    async fn report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report's identifier.")] id: ID,
    ) -> async_graphql::Result<Option<Report>> {
        ctx.caller()?;
        let Ok(id) = id.parse::<ReportId>() else { return Ok(None) };
        Ok(ctx.run(move |desk, scope, _| reporting::find_report(desk, scope, &id)).await?.map(Report))
    }

    /// The indicators that come with the program; a programme's `definitions` say which it has.
    async fn indicators(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Indicator>> {
        ctx.caller()?;
        Ok(Defined::all(built_in::first()).map(Indicator).collect())
    }

    /// The rules that statements are held to, or were under an earlier rule set.
    async fn rules(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of a rule set; the present one if absent.")] set: Option<u32>,
    ) -> async_graphql::Result<Vec<Rule>> {
        ctx.caller()?;
        Ok(rules::rules(set.unwrap_or(rules::RULE_SET)).map(Rule).collect())
    }
}
