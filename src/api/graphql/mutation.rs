//! The mutations, object first, then verb: one input each, and a payload that carries findings and user errors.
//!
//! What was to be expected comes as data in `userErrors`; GraphQL errors are for callers unknown or not allowed, and
//! for faults of ours.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::context::{Requested, attempt, failed};
use super::inputs::directory::{OrganisationRegisterInput, ProgrammeRegisterInput, ProjectRegisterInput};
use super::inputs::statement::ReportSubmitInput;
use super::paging::USUAL_PAGE;
use super::types::directory::{Organisation, Programme, Project};
use super::types::findings::{Finding, FindingCount, UserError};
use super::types::reports::{Report, ReportVersion, page_of_findings};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::id::ProjectId;
use crate::refusal::{Code, Failure, Kind, Outcome, Refusal};
use crate::reporting::operations::{self as reporting, Submission, Submitted, Target};
use crate::reporting::rules;
use crate::text::Reason;

/// A report, and the version of it that you saw. If it has moved on, nothing happens.
#[derive(InputObject)]
pub struct ReportActionInput {
    /// The report.
    report: ID,
    /// The number of its newest version, as you saw it.
    version: i32,
}

/// A report, the version of it that you saw, and why.
#[derive(InputObject)]
pub struct ReportReasonInput {
    /// The report.
    report: ID,
    /// The version's number: the newest one as you saw it; for an annulment, the approved one.
    version: i32,
    /// Why, for the partner to read, up to 2 000 characters, without any identity number.
    reason: String,
}

/// An approval.
#[derive(InputObject)]
pub struct ReportApproveInput {
    /// The report.
    report: ID,
    /// The number of its newest version, as you saw it.
    version: i32,
    /// Says that you know the submission to be late; required if it is.
    #[graphql(default)]
    acknowledge_late: bool,
}

/// What came of registering a programme.
#[derive(SimpleObject, Default)]
pub struct ProgrammeRegisterPayload {
    /// The programme, if it was registered.
    programme: Option<Programme>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of registering an organisation.
#[derive(SimpleObject, Default)]
pub struct OrganisationRegisterPayload {
    /// The organisation, if it was registered.
    organisation: Option<Organisation>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of registering a project.
#[derive(SimpleObject, Default)]
pub struct ProjectRegisterPayload {
    /// The project, if it was registered.
    project: Option<Project>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of an action on a report.
#[derive(SimpleObject, Default)]
pub struct ReportActionPayload {
    /// The report as it now stands, if the action was done.
    report: Option<Report>,
    /// Why not, if it was not.
    user_errors: Vec<UserError>,
}

/// What came of checking or submitting a statement. A frozen version is the receipt: its number and digest.
#[derive(Default)]
pub struct ReportSubmitPayload {
    report: Option<Report>,
    version: Option<ReportVersion>,
    findings: Vec<rules::Finding>,
    user_errors: Vec<Refusal>,
}

/// What came of checking or submitting a statement. A frozen version is the receipt: its number and digest.
#[Object]
impl ReportSubmitPayload {
    /// The report as it now stands, if a version was frozen.
    async fn report(&self) -> Option<Report> {
        self.report.as_ref().map(|report| Report(report.0.clone()))
    }

    /// The frozen version, if one was.
    async fn version(&self) -> Option<ReportVersion> {
        self.version.as_ref().map(|version| ReportVersion(version.0.clone()))
    }

    /// Everything that the rules found, the gravest first.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Finding>> {
        page_of_findings(ctx, self.findings.clone(), first, after)
    }

    /// The findings counted by rule, the gravest first.
    async fn finding_counts(&self) -> Vec<FindingCount> {
        rules::count_by_rule(&self.findings).into_iter().map(FindingCount::from).collect()
    }

    /// Why nothing was stored, or would be.
    async fn user_errors(&self) -> Vec<UserError> {
        self.user_errors.iter().cloned().map(UserError).collect()
    }
}

/// Everything that can be done.
pub struct Mutation;

/// Everything that can be done.
#[Object]
impl Mutation {
    /// Registers a programme with its calls and periods. For officers and operators.
    async fn programme_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The programme.")] input: ProgrammeRegisterInput,
    ) -> async_graphql::Result<ProgrammeRegisterPayload> {
        let work = move |desk: &Desk, scope: &Scope| Ok(directory::register_programme(desk, scope, input.read()?)?);
        let (programme, user_errors) = settle(ctx, Permission::ChangeDirectory, work).await?;
        Ok(ProgrammeRegisterPayload { programme: programme.map(Programme), user_errors: shown(user_errors) })
    }

    /// Registers an organisation by its SIRET. For officers and operators.
    async fn organisation_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The organisation.")] input: OrganisationRegisterInput,
    ) -> async_graphql::Result<OrganisationRegisterPayload> {
        let work = move |desk: &Desk, scope: &Scope| Ok(directory::register_organisation(desk, scope, input.read()?)?);
        let (organisation, user_errors) = settle(ctx, Permission::ChangeDirectory, work).await?;
        Ok(OrganisationRegisterPayload {
            organisation: organisation.map(Organisation),
            user_errors: shown(user_errors),
        })
    }

    /// Registers a project of a programme, led by a registered organisation. For officers and operators.
    async fn project_register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The project.")] input: ProjectRegisterInput,
    ) -> async_graphql::Result<ProjectRegisterPayload> {
        let work = move |desk: &Desk, scope: &Scope| {
            let (programme, details) = input.read()?;
            Ok(directory::register_project(desk, scope, &programme, details)?)
        };
        let (project, user_errors) = settle(ctx, Permission::ChangeDirectory, work).await?;
        Ok(ProjectRegisterPayload { project: project.map(Project), user_errors: shown(user_errors) })
    }

    /// Says what would come of a submission, and stores nothing. For partners.
    async fn report_check(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement.")] input: ReportSubmitInput,
    ) -> async_graphql::Result<ReportSubmitPayload> {
        let work =
            move |desk: &Desk, scope: &Scope| Ok(reporting::check(desk, scope, &read_submission(desk, scope, input)?)?);
        let (assessment, user_errors) = settle(ctx, Permission::SubmitReports, work).await?;
        Ok(match assessment {
            Some(assessment) => ReportSubmitPayload {
                user_errors: assessment.refusal().into_iter().collect(),
                findings: assessment.findings,
                ..Default::default()
            },
            None => ReportSubmitPayload { user_errors, ..Default::default() },
        })
    }

    /// Freezes a version of a report and sends it to the funder, unless findings block it. For partners.
    async fn report_submit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement.")] input: ReportSubmitInput,
    ) -> async_graphql::Result<ReportSubmitPayload> {
        let work = move |desk: &Desk, scope: &Scope| {
            Ok(reporting::submit(desk, scope, &read_submission(desk, scope, input)?)?)
        };
        let (submitted, user_errors) = settle(ctx, Permission::SubmitReports, work).await?;
        Ok(match submitted {
            Some(Submitted::Accepted(receipt)) => ReportSubmitPayload {
                report: Some(Report(receipt.report)),
                version: Some(ReportVersion(receipt.version)),
                findings: receipt.findings,
                user_errors,
            },
            Some(Submitted::Blocked(assessment, refusal)) => {
                ReportSubmitPayload { findings: assessment.findings, user_errors: vec![refusal], ..Default::default() }
            }
            None => ReportSubmitPayload { user_errors, ..Default::default() },
        })
    }

    /// Takes a submission back, before any review. For partners.
    async fn report_recall(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportActionInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        act(ctx, Permission::SubmitReports, input.report, input.version, reporting::recall).await
    }

    /// Begins the review of a submission. For officers.
    async fn report_start_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportActionInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        act(ctx, Permission::ReviewReports, input.report, input.version, reporting::start_review).await
    }

    /// Sends a report back to the partner with a reason. For officers.
    async fn report_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReasonInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        act_with_reason(ctx, input, reporting::return_for_correction).await
    }

    /// Approves a version, which enters into force. For officers other than whoever submitted.
    async fn report_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportApproveInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let late = input.acknowledge_late;
        let approve = move |desk: &Desk, scope: &Scope, target: &Target| reporting::approve(desk, scope, target, late);
        act(ctx, Permission::ReviewReports, input.report, input.version, approve).await
    }

    /// Asks for a new version of an approved report; the approved one stays in force until then. For officers.
    async fn report_reopen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReasonInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        act_with_reason(ctx, input, reporting::reopen).await
    }

    /// Takes an approved version out of force (fraud, wrong project). For officers.
    async fn report_annul(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReasonInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        act_with_reason(ctx, input, reporting::annul).await
    }
}

/// What reading an input or an operation refuses: one thing, or several of an input at once.
enum Unsettled {
    Refusals(Vec<Refusal>),
    Failure(Failure),
}

impl From<Vec<Refusal>> for Unsettled {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refusals(refusals)
    }
}

impl<F: Into<Failure>> From<F> for Unsettled {
    fn from(failure: F) -> Self {
        Self::Failure(failure.into())
    }
}

fn shown(refusals: Vec<Refusal>) -> Vec<UserError> {
    refusals.into_iter().map(UserError).collect()
}

/// Runs a mutation: its result, or user errors, or a GraphQL error for callers unknown or not allowed and for faults.
async fn settle<T: Send + 'static>(
    ctx: &Context<'_>,
    permission: Permission,
    work: impl FnOnce(&Desk, &Scope) -> Result<T, Unsettled> + Send + 'static,
) -> async_graphql::Result<(Option<T>, Vec<Refusal>)> {
    let request = ctx.request();
    ctx.caller()?;
    let outcome = attempt(request, move |desk, scope, _| {
        // Whoever may not do this learns nothing about its input.
        scope.require(permission)?;
        Ok(work(desk, scope))
    })
    .await;
    match outcome {
        Ok(Ok(result)) => Ok((Some(result), Vec::new())),
        Ok(Err(Unsettled::Refusals(refusals))) => Ok((None, refusals)),
        Ok(Err(Unsettled::Failure(Failure::Refused(refusal)))) if is_expected(&refusal) => Ok((None, vec![refusal])),
        Ok(Err(Unsettled::Failure(failure))) | Err(failure) => Err(failed(&failure, request.language)),
    }
}

fn is_expected(refusal: &Refusal) -> bool {
    let code = refusal.code;
    code == Code::FourEyes
        || !matches!(code.kind(), Kind::Unauthenticated | Kind::Forbidden | Kind::Unavailable | Kind::Internal)
}

async fn act(
    ctx: &Context<'_>,
    permission: Permission,
    report: ID,
    version: i32,
    verb: impl FnOnce(&Desk, &Scope, &Target) -> Outcome<crate::reporting::version::Report> + Send + 'static,
) -> async_graphql::Result<ReportActionPayload> {
    let work = move |desk: &Desk, scope: &Scope| Ok(verb(desk, scope, &target(&report, version)?)?);
    let (report, user_errors) = settle(ctx, permission, work).await?;
    Ok(ReportActionPayload { report: report.map(Report), user_errors: shown(user_errors) })
}

async fn act_with_reason(
    ctx: &Context<'_>,
    input: ReportReasonInput,
    verb: fn(&Desk, &Scope, &Target, &Reason) -> Outcome<crate::reporting::version::Report>,
) -> async_graphql::Result<ReportActionPayload> {
    let reason = input.reason;
    let verb = move |desk: &Desk, scope: &Scope, target: &Target| {
        let reason = reason.parse::<Reason>().map_err(|refusal| refusal.at("input.reason"))?;
        verb(desk, scope, target, &reason)
    };
    act(ctx, Permission::ReviewReports, input.report, input.version, verb).await
}

fn target(report: &ID, version: i32) -> Result<Target, Refusal> {
    let report = report.parse().map_err(|refusal: Refusal| refusal.at("input.report"))?;
    let version = u32::try_from(version).map_err(|_| Refusal::new(Code::RequestMalformed).at("input.version"))?;
    Ok(Target { report, version })
}

/// Reads a submission with the key of the programme that its project belongs to.
fn read_submission(desk: &Desk, scope: &Scope, input: ReportSubmitInput) -> Result<Submission, Unsettled> {
    let not_found = || Refusal::new(Code::NotFound).at("input.project");
    let project: ProjectId = input.project.parse().map_err(|_| not_found())?;
    let programme = directory::find_programme_of(desk, scope, &project)?.ok_or_else(not_found)?;
    Ok(input.read(desk.keys.programme(programme.code())?)?)
}
