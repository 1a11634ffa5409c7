//! The review queue, and reasons of returns with their answers.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, SimpleObject};

use super::reports::{Report, ReportVersion};
use crate::api::graphql::context::Requested;
use crate::api::graphql::paging::connection;
use crate::api::graphql::scalars::InstantScalar;
use crate::directory::programme::Programme;
use crate::id::ReportId;
use crate::reporting::queue::QueueItem;
use crate::reporting::{operations, reason};

/// A report that waits for review, or for the end of its review.
#[derive(SimpleObject)]
pub struct ReviewItem {
    /// The report.
    report: Report,
    /// Its newest version, which waits.
    version: ReportVersion,
    /// When the version reached the funder.
    waiting_since: InstantScalar,
    /// Whole days since then, by the programme's calendar.
    days_waiting: u32,
    /// Whether it came late.
    late: bool,
    /// Warnings that the partner justified.
    justified_warning_count: u32,
    /// Notices.
    notice_count: u32,
    /// Versions of the same report that were sent before.
    earlier_version_count: u32,
    /// Reasons of earlier returns that nobody answered.
    unanswered_reason_count: u32,
}

impl From<QueueItem> for ReviewItem {
    fn from(item: QueueItem) -> Self {
        Self {
            waiting_since: InstantScalar::of(item.waiting_since),
            days_waiting: item.days_waiting,
            late: item.version.late,
            justified_warning_count: item.warning_count,
            notice_count: item.notice_count,
            earlier_version_count: item.earlier_version_count,
            unanswered_reason_count: item.unanswered_reason_count,
            report: Report(item.report),
            version: ReportVersion(item.version),
        }
    }
}

/// A page of what waits for review in a programme, the longest waiting first.
pub async fn list_review_queue(
    ctx: &Context<'_>,
    programme: &Programme,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<Connection<String, ReviewItem>> {
    let page = ctx.page(first, after.as_deref())?;
    let (programme, asked) = (programme.clone(), page.clone());
    let found = ctx.run(move |desk, scope, _| operations::list_review_queue(desk, scope, &programme, &asked)).await?;
    let keyed = found.map(|item| (item.key(), item));
    let keys: Vec<String> = keyed.items.iter().map(|(key, _)| key.clone()).collect();
    let mut keys = keys.into_iter();
    Ok(connection(keyed.map(|(_, item)| ReviewItem::from(item)), &page, |_| keys.next().unwrap_or_default()))
}

/// A reason for which a version was returned, at a place of it, and the partner's answer.
#[derive(SimpleObject)]
pub struct ReturnReason {
    /// Its identifier, to answer it.
    id: ID,
    /// The number of the version that was returned.
    version: u32,
    /// The place: a section, a record or a field, such as `participations[reference=A-17].exit.on`.
    path: String,
    /// Why.
    text: String,
    /// When it was given.
    at: InstantScalar,
    /// The partner's answer, if it gave one.
    answer: Option<String>,
    /// The number of the version that came with the answer.
    answered_in: Option<u32>,
}

impl From<reason::ReturnReason> for ReturnReason {
    fn from(reason: reason::ReturnReason) -> Self {
        Self {
            id: reason.id.as_str().into(),
            version: reason.version,
            path: reason.path.to_string(),
            text: reason.text.to_string(),
            at: InstantScalar::of(reason.at),
            answer: reason.answer.as_ref().map(|(text, _)| text.to_string()),
            answered_in: reason.answer.as_ref().map(|(_, version)| *version),
        }
    }
}

/// How many reasons of returns wait for an answer, and how many have one.
#[derive(SimpleObject)]
pub struct ReturnReasonCounts {
    /// Without an answer.
    unanswered: u32,
    /// With an answer.
    answered: u32,
}

/// The reasons for which versions of a report, or one of them, were returned.
pub async fn list_reasons(
    ctx: &Context<'_>,
    report: ReportId,
    version: Option<u32>,
) -> async_graphql::Result<Vec<ReturnReason>> {
    let found = ctx.run(move |desk, scope, _| operations::list_reasons(desk, scope, &report, version)).await?;
    Ok(found.into_iter().map(ReturnReason::from).collect())
}

/// The same counted.
pub async fn count_reasons(ctx: &Context<'_>, report: ReportId) -> async_graphql::Result<ReturnReasonCounts> {
    let counts = ctx.run(move |desk, scope, _| operations::count_reasons(desk, scope, &report)).await?;
    Ok(ReturnReasonCounts { unanswered: counts.unanswered_count, answered: counts.answered_count })
}
