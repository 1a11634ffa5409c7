//! What partners and officers do with reports: submit, certify, recall, review, return, approve, reopen, annul.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, SimpleObject};

use super::settle::{Unsettled, settle, shown};
use crate::access::role::Permission;
use crate::access::{Desk, Scope};
use crate::api::graphql::codes::UnitCode;
use crate::api::graphql::inputs::reports::{
    ReportActionInput, ReportApproveInput, ReportReasonInput, ReportReturnInput,
};
use crate::api::graphql::inputs::statement::ReportSubmitInput;
use crate::api::graphql::paging::USUAL_PAGE;
use crate::api::graphql::scalars::DigestScalar;
use crate::api::graphql::types::differences::Effect;
use crate::api::graphql::types::findings::{Finding, FindingCount, FindingFilterInput, UserError, finding_filter};
use crate::api::graphql::types::reports::{Report, ReportVersion, page_of_findings};
use crate::consolidation::operations as consolidation;
use crate::directory::operations as directory;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::reporting::operations::{self as reporting, Submission, Submitted};
use crate::reporting::rules;
use crate::reporting::version::{self, Digest};

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
    check: Option<Digest>,
    effects: Vec<consolidation::Effect>,
    findings: rules::Findings,
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

    /// Of a dry run: names what was checked. Send it back as `check` to commit exactly that.
    async fn check(&self) -> Option<DigestScalar> {
        self.check.map(DigestScalar::of)
    }

    /// Of a dry run: what it would make of the project's own figures, from the programme's first day to today.
    async fn effects(
        &self,
        #[graphql(default_with = "UnitCode::Person", desc = "What is counted.")] unit: UnitCode,
    ) -> Vec<Effect> {
        let unit = unit.into();
        self.effects.iter().filter(|effect| effect.before.unit == unit).cloned().map(Effect).collect()
    }

    /// What the rules found, by what has to be dealt with first: errors, warnings without justification, justified ones,
    /// waived findings, notices.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which; all if absent.")] filter: Option<FindingFilterInput>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Finding>> {
        let filter = finding_filter(filter);
        let found = self.findings.listed.iter().filter(|finding| filter.takes(finding)).cloned().collect();
        page_of_findings(ctx, found, first, after)
    }

    /// All findings counted by rule, in the same order.
    async fn finding_counts(&self) -> Vec<FindingCount> {
        self.findings.counts.iter().cloned().map(FindingCount::from).collect()
    }

    /// Whether there are more findings than are listed, 50 000; the counts are exact.
    async fn findings_truncated(&self) -> bool {
        self.findings.is_truncated()
    }

    /// Why nothing was stored, or would be.
    async fn user_errors(&self) -> Vec<UserError> {
        self.user_errors.iter().cloned().map(UserError).collect()
    }
}

/// What partners and officers do with reports.
#[derive(Default)]
pub struct ReportMutation;

/// What partners and officers do with reports.
#[Object]
impl ReportMutation {
    /// Freezes a version of a report and sends it to the funder, unless findings block it. For partners.
    async fn report_submit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The statement.")] input: ReportSubmitInput,
    ) -> async_graphql::Result<ReportSubmitPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let submission = read_submission(desk, scope, input)?;
            if desk.is_dry_run() {
                let (assessment, effects) = consolidation::check_with_effects(desk, scope, submission)?;
                return Ok(ReportSubmitPayload {
                    user_errors: assessment.refusal().into_iter().collect(),
                    check: Some(assessment.check),
                    effects,
                    findings: assessment.findings,
                    ..Default::default()
                });
            }
            Ok(match reporting::submit(desk, scope, submission)? {
                Submitted::Accepted(receipt) => ReportSubmitPayload {
                    report: Some(Report(receipt.report)),
                    version: Some(ReportVersion(receipt.version)),
                    findings: receipt.findings,
                    ..Default::default()
                },
                Submitted::Blocked(assessment, refusal) => ReportSubmitPayload {
                    findings: assessment.findings,
                    user_errors: vec![refusal],
                    ..Default::default()
                },
            })
        };
        let (payload, user_errors) = settle(ctx, Permission::SubmitReports, &manner, work).await?;
        Ok(payload.unwrap_or(ReportSubmitPayload { user_errors, ..Default::default() }))
    }

    /// Takes a submission back, before any review. For partners.
    async fn report_recall(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportActionInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| Ok(reporting::recall(desk, scope, &input.content.read()?)?);
        done(settle(ctx, Permission::SubmitReports, &manner, work).await)
    }

    /// Begins the review of a submission. For officers.
    async fn report_start_review(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportActionInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| Ok(reporting::start_review(desk, scope, &input.content.read()?)?);
        done(settle(ctx, Permission::ReviewReports, &manner, work).await)
    }

    /// Signs a submission as a second person at the partner, where the programme asks for that: it then reaches the
    /// funder. For partners other than whoever submitted.
    async fn report_certify(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportActionInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| Ok(reporting::certify(desk, scope, &input.content.read()?)?);
        done(settle(ctx, Permission::SubmitReports, &manner, work).await)
    }

    /// Sends a report back to the partner with reasons, on the whole and at places of the version. For officers.
    async fn report_return(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReturnInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let (target, reason, reasons) = input.content.read()?;
            Ok(reporting::return_for_correction(desk, scope, &target, &reason, &reasons)?)
        };
        done(settle(ctx, Permission::ReviewReports, &manner, work).await)
    }

    /// Approves a version, which enters into force. For officers other than whoever submitted.
    async fn report_approve(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report and the version that you saw.")] input: ReportApproveInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let approval = &input.content;
            Ok(reporting::approve(desk, scope, &approval.read()?, approval.acknowledge_late)?)
        };
        done(settle(ctx, Permission::ReviewReports, &manner, work).await)
    }

    /// Asks for a new version of an approved report; the approved one stays in force until then. For officers.
    async fn report_reopen(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReasonInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let (target, reason) = input.content.read()?;
            Ok(reporting::reopen(desk, scope, &target, &reason)?)
        };
        done(settle(ctx, Permission::ReviewReports, &manner, work).await)
    }

    /// Takes an approved version out of force (fraud, wrong project). For officers.
    async fn report_annul(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report, the version, and why.")] input: ReportReasonInput,
    ) -> async_graphql::Result<ReportActionPayload> {
        let manner = input.manner();
        let work = move |desk: &Desk, scope: &Scope| {
            let (target, reason) = input.content.read()?;
            Ok(reporting::annul(desk, scope, &target, &reason)?)
        };
        done(settle(ctx, Permission::ReviewReports, &manner, work).await)
    }
}

type Settled = async_graphql::Result<(Option<version::Report>, Vec<Refusal>)>;

fn done(settled: Settled) -> async_graphql::Result<ReportActionPayload> {
    let (report, user_errors) = settled?;
    Ok(ReportActionPayload { report: report.map(Report), user_errors: shown(user_errors) })
}

/// Reads a submission with the key of the programme that its project belongs to.
fn read_submission(desk: &Desk, scope: &Scope, input: ReportSubmitInput) -> Result<Submission, Unsettled> {
    let not_found = || Refusal::new(Code::NotFound).at("input.project");
    let project: ProjectId = input.project.parse().map_err(|_| not_found())?;
    let programme = directory::find_programme_code_of(desk, scope, &project)?.ok_or_else(not_found)?;
    Ok(input.read(desk.keys.programme(&programme)?)?)
}
