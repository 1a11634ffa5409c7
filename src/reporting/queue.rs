//! The review queue: what waits at the funder, the longest waiting first.

use super::version::{Report, ReportVersion};
use crate::clock::Instant;

/// A report that waits for review or for the end of its review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueItem {
    /// The report.
    pub report: Report,
    /// Its newest version, which waits.
    pub version: ReportVersion,
    /// Since when.
    pub waiting_since: Instant,
    /// Whole days since then, by the programme's calendar.
    pub days_waiting: u32,
    /// Warnings that the partner justified.
    pub warning_count: u32,
    /// Notices.
    pub notice_count: u32,
    /// Versions of the same report that were sent before.
    pub earlier_version_count: u32,
    /// Reasons of earlier returns that nobody answered.
    pub unanswered_reason_count: u32,
}

impl QueueItem {
    /// The key of its place in the queue.
    pub fn key(&self) -> String {
        key(self.waiting_since, self.report.id.as_str())
    }
}

/// A place in the queue as a key: the instant in microseconds, then the report.
pub fn key(since: Instant, report: &str) -> String {
    format!("{}.{report}", since.0)
}

/// Reads a key of the queue.
pub fn parse_key(text: &str) -> Option<(Instant, &str)> {
    let (since, report) = text.split_once('.')?;
    Some((Instant(since.parse().ok()?), report))
}
