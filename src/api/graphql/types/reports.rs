//! Reports, versions, and the steps of a report's life.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object, SimpleObject};

use super::directory::Project;
use super::findings::{Finding, FindingCount, FindingFilterInput, finding_filter};
use super::obligations::Obligation;
use super::records::Participation;
use super::reviews::{ReturnReason, ReturnReasonCounts, count_reasons, list_reasons};
use super::sections::Sections;
use crate::access::{Desk, Scope};
use crate::api::graphql::codes::*;
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::{USUAL_PAGE, connection, keyed_connection, list_connection};
use crate::api::graphql::scalars::*;
use crate::directory::operations as directory;
use crate::reporting::operations::{self, PastTransition, ReportFilter};
use crate::reporting::{lifecycle, rules, version};

/// The report that a project owes for a period.
pub struct Report(pub version::Report);

/// The report that a project owes for a period.
#[Object]
impl Report {
    /// Its identifier.
    pub async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// The project that owes it.
    async fn project(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Project>> {
        let id = self.0.project.clone();
        Ok(ctx.run(move |desk, scope, _| directory::find_project(desk, scope, &id)).await?.map(Project))
    }

    /// The period.
    async fn period(&self) -> PeriodScalar {
        PeriodScalar::of(self.0.period)
    }

    /// Where it stands.
    async fn state(&self) -> ReportState {
        self.0.state.into()
    }

    /// The number of its newest version, to be named by whoever acts on it; 0 if it has none.
    async fn current_version(&self) -> u32 {
        self.0.current_version
    }

    /// Its newest version: the one under review, approved or sent back.
    async fn newest_version(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<ReportVersion>> {
        let report = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::find_newest_version(desk, scope, &report)).await?;
        Ok(found.map(ReportVersion))
    }

    /// When its state last changed.
    async fn changed_at(&self) -> InstantScalar {
        InstantScalar::of(self.0.changed_at)
    }

    /// What it is owed for: its due date, extended or not, and where it stands.
    async fn obligation(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Obligation>> {
        let report = self.0.clone();
        Ok(ctx.run(move |desk, scope, _| operations::find_obligation(desk, scope, &report)).await?.map(Obligation))
    }

    /// The reasons for which its versions were returned, at places of them, with the partner's answers: for the partner,
    /// officers and auditors.
    async fn return_reasons(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReturnReason>> {
        list_reasons(ctx, self.0.id.clone(), None).await
    }

    /// The same counted.
    async fn return_reason_counts(&self, ctx: &Context<'_>) -> async_graphql::Result<ReturnReasonCounts> {
        count_reasons(ctx, self.0.id.clone()).await
    }

    /// The steps of its life, in order, with the reasons given.
    async fn transitions(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<Transition>> {
        let report = self.0.clone();
        let past = ctx.run(move |desk, scope, _| operations::list_transitions(desk, scope, &report)).await?;
        past.into_iter().map(|step| Transition::of(step).map_err(Into::into)).collect()
    }
}

/// One step of a report's life.
#[derive(SimpleObject)]
pub struct Transition {
    /// When.
    at: InstantScalar,
    /// What was done.
    action: ReportAction,
    /// The state before.
    from: ReportState,
    /// The state after.
    to: ReportState,
    /// The version that it concerned.
    version: i64,
    /// Who did it.
    actor: String,
    /// Why, where a reason is asked.
    reason: Option<String>,
}

impl Transition {
    fn of(step: PastTransition) -> Result<Self, &'static str> {
        let state =
            |code: &str| lifecycle::State::of_code(code).map(ReportState::from).ok_or("a stored state is unknown");
        let action = lifecycle::Action::ALL.into_iter().find(|action| action.code() == step.action);
        Ok(Self {
            at: InstantScalar::of(step.at),
            action: action.ok_or("a stored action is unknown")?.into(),
            from: state(&step.from)?,
            to: state(&step.to)?,
            version: step.version,
            actor: step.actor,
            reason: step.reason,
        })
    }
}

/// A link of the journal's chain of an organisation. Its hash covers every entry before it: whoever has it can find out
/// later whether anything of it was altered or removed.
#[derive(SimpleObject)]
pub struct JournalLink {
    /// The chain: the identifier of the organisation.
    chain: String,
    /// Its place in the chain, from 1.
    number: i64,
    /// SHA-256 over the entry and the link before it.
    hash: DigestScalar,
}

/// A frozen version of a report; it never changes.
pub struct ReportVersion(pub version::ReportVersion);

/// A frozen version of a report; it never changes.
#[Object]
impl ReportVersion {
    /// Its identifier.
    pub async fn id(&self) -> ID {
        self.0.id.as_str().into()
    }

    /// Its number within the project; numbers run without gaps from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }

    /// The period that it is about.
    async fn period(&self) -> PeriodScalar {
        PeriodScalar::of(self.0.period)
    }

    /// SHA-256 over its header and the salted hashes of its records.
    async fn digest(&self) -> DigestScalar {
        DigestScalar::of(self.0.digest)
    }

    /// The link of its submission in the journal's chain of your organisation: keep it with the digest, as a receipt.
    /// Absent while a long write keeps the chain waiting.
    async fn journal_link(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<JournalLink>> {
        let version = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::find_link(desk, scope, &version)).await?;
        Ok(found.map(|link| JournalLink {
            chain: link.chain,
            number: link.number,
            hash: DigestScalar::of(version::Digest(link.hash)),
        }))
    }

    /// How many participations it holds.
    async fn participation_count(&self) -> u32 {
        self.0.participation_count
    }

    /// The rule set that judged it, for ever.
    async fn rule_set(&self) -> u32 {
        self.0.rule_set
    }

    /// How it came: `GRAPHQL`, `JSON`, `NDJSON`, `CSV`, `XLSX`, `IMPORT` or `DEMO`.
    async fn channel(&self) -> &str {
        self.0.channel.code()
    }

    /// When it was submitted.
    async fn submitted_at(&self) -> InstantScalar {
        InstantScalar::of(self.0.submitted_at)
    }

    /// Who submitted it.
    async fn submitted_by(&self) -> &str {
        &self.0.submitted_by
    }

    /// When it reached the funder: at its submission, or at its certification where the programme asks for one.
    async fn received_at(&self) -> Option<InstantScalar> {
        self.0.received_at.map(InstantScalar::of)
    }

    /// When a second person at the partner certified it, if the programme asked for that.
    async fn certified_at(&self) -> Option<InstantScalar> {
        self.0.certified_at().map(InstantScalar::of)
    }

    /// Who certified it, if the programme asked for that.
    async fn certified_by(&self) -> Option<&str> {
        self.0.certified_by.as_deref()
    }

    /// Whether it reached the funder after the due date; until it does, whether it was submitted after it.
    async fn late(&self) -> bool {
        self.0.late
    }

    /// When it was approved, if it was.
    async fn approved_at(&self) -> Option<InstantScalar> {
        self.0.approval.as_ref().map(|approval| InstantScalar::of(approval.at))
    }

    /// Who approved it, if it was.
    async fn approved_by(&self) -> Option<&str> {
        self.0.approval.as_ref().map(|approval| approval.by.as_str())
    }

    /// The position of its approval in the journal, if it was approved.
    async fn approved_position(&self) -> Option<PositionScalar> {
        self.0.approval.as_ref().map(|approval| PositionScalar::of(approval.position))
    }

    /// The position of its annulment in the journal, if it was annulled.
    async fn annulled_position(&self) -> Option<PositionScalar> {
        self.0.annulled.map(PositionScalar::of)
    }

    /// What the rules found at its submission, with the partner's answers and the funder's waivers, by what has to be dealt
    /// with first: for the partner, officers and auditors.
    async fn findings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which; all if absent.")] filter: Option<FindingFilterInput>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Finding>> {
        let page = ctx.page(first, after.as_deref())?;
        let (version, filter, asked) = (self.0.clone(), finding_filter(filter), page.clone());
        let list =
            move |desk: &Desk, scope: &Scope, _: &_| operations::list_findings(desk, scope, &version, &filter, &asked);
        Ok(keyed_connection(ctx.run(list).await?.map(|(place, finding)| (place.to_string(), Finding(finding))), &page))
    }

    /// Notices that people of it are also in another project, by reference, computed now and stored nowhere: for officers
    /// and auditors. Partners never learn of it.
    async fn overlaps(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Finding>> {
        let version = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::list_overlaps(desk, scope, &version)).await?;
        page_of_findings(ctx, found, first, after)
    }

    /// The reasons for which it was returned, at places of it, with the partner's answers: for the partner, officers and
    /// auditors.
    async fn return_reasons(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ReturnReason>> {
        list_reasons(ctx, self.0.report.clone(), Some(self.0.number)).await
    }

    /// Its findings counted by rule.
    async fn finding_counts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<FindingCount>> {
        let version = self.0.clone();
        let counts = ctx.run(move |desk, scope, _| operations::count_findings(desk, scope, &version)).await?;
        Ok(counts.into_iter().map(FindingCount::from).collect())
    }

    /// What it states beside its participations: for the partner, officers and auditors.
    async fn sections(&self, ctx: &Context<'_>) -> async_graphql::Result<Sections> {
        let version = self.0.clone();
        let found = ctx.run(move |desk, scope, _| operations::find_sections(desk, scope, &version)).await?;
        Ok(found.into())
    }

    /// Its participations by reference, without identities: for the partner, officers and auditors.
    async fn participations(
        &self,
        ctx: &Context<'_>,
        #[graphql(default_with = "USUAL_PAGE", desc = "How many, 1 to 200.")] first: i32,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
    ) -> async_graphql::Result<Connection<String, Participation>> {
        let page = ctx.page(first, after.as_deref())?;
        let (version, asked) = (self.0.clone(), page.clone());
        let found = ctx.run(move |desk, scope, _| operations::list_records(desk, scope, &version, &asked)).await?;
        Ok(connection(found.map(Participation), &page, |p| p.0.participation.reference.to_string()))
    }
}

/// A page of findings that are already in memory.
pub fn page_of_findings(
    ctx: &Context<'_>,
    findings: Vec<rules::Finding>,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, Finding>> {
    let page = ctx.page(first, after.as_deref())?;
    Ok(list_connection(findings.into_iter().map(Finding).collect(), &page))
}

/// A page of reports within the caller's reach.
pub async fn list_reports(
    ctx: &Context<'_>,
    filter: ReportFilter,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, Report>> {
    let page = ctx.page(first, after.as_deref())?;
    let asked = page.clone();
    let found = ctx.run(move |desk, scope, _| operations::list_reports(desk, scope, &filter, &asked)).await?;
    Ok(connection(found.map(Report), &page, |report| report.0.id.to_string()))
}
