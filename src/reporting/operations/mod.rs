//! What can be done with reports, one function per verb: check, submit, recall, start_review,
//! return_for_correction, approve, reopen, annul, and the finders.

mod find;
mod jobs;
mod prepare;
mod review;
mod submit;

pub use find::{
    count_findings, find_newest_version, find_report, find_sections, find_version, find_version_by_id, list_findings,
    list_records, list_reports, list_transitions, list_versions,
};
pub use jobs::{cancel_job, end_job, find_job, open_job, tell_job};
pub use prepare::LARGEST_STATEMENT;
pub use review::{Target, annul, approve, recall, reopen, return_for_correction, start_review};
pub use submit::{check, submit};

pub use super::store::reports::{PastTransition, ReportFilter};
pub use super::submission::{Assessment, Content, Mode, Receipt, Submission, Submitted};
