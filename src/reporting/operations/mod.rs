//! What can be done with reports, one function per verb: check, submit, certify, recall, start_review,
//! return_for_correction, approve, reopen, annul, extend_due_date, grant_waiver,
//! revoke_waiver, and the finders.

mod changes;
mod differ;
mod find;
mod import;
mod jobs;
mod obligations;
mod overlaps;
mod prepare;
mod queue;
mod review;
mod submit;
mod waivers;

pub use changes::{list_changes, newest_sequence};
pub use differ::find_difference;
pub use find::{
    count_findings, count_reasons, find_newest_version, find_report, find_sections, find_version, find_version_by_id,
    list_all_findings, list_findings, list_reasons, list_records, list_reports, list_transitions, list_versions,
};
pub use import::{OpenFile, import_past};
pub use jobs::{cancel_job, end_job, find_job, open_job, tell_job};
pub use obligations::{extend_due_date, find_obligation, list_obligations, list_obligations_of};
pub use overlaps::list_overlaps;
pub use prepare::LARGEST_STATEMENT;
pub use queue::list_review_queue;
pub use review::{Target, annul, approve, certify, recall, reopen, return_for_correction, start_review};
pub use submit::{check, submit};
pub use waivers::{grant_waiver, list_waivers, revoke_waiver};

pub use super::store::reports::{PastTransition, ReportFilter};
pub use super::submission::{Assessment, Checked, Content, Mode, Receipt, Submission, Submitted};
