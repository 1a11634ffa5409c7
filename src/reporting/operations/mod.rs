//! What can be done with reports, one function per verb: check, submit, certify, recall, start_review,
//! return_for_correction, approve, reopen, annul, extend_due_date, grant_waiver,
//! revoke_waiver, and the finders.

mod changes;
mod differ;
mod erase;
mod find;
mod held;
mod import;
mod jobs;
mod obligations;
mod overlaps;
mod prepare;
mod queue;
mod retention;
mod review;
mod rotate;
mod submit;
mod verify;
mod waivers;

pub use changes::{list_changes, newest_sequence};
pub use differ::find_difference;
pub use erase::{erase_person, purge_project};
pub use find::{
    count_findings, count_reasons, find_link, find_newest_version, find_report, find_sections, find_version,
    find_version_by_id, list_all_findings, list_findings, list_reasons, list_records, list_reports, list_transitions,
    list_versions,
};
pub use held::export_person;
pub use import::{OpenFile, import_past};
pub use jobs::{cancel_job, end_job, find_job, open_job, tell_job};
pub use obligations::{extend_due_date, find_obligation, list_obligations, list_obligations_of};
pub use overlaps::list_overlaps;
pub use prepare::LARGEST_STATEMENT;
pub use queue::list_review_queue;
pub use retention::{Purge, purge_past_retention};
pub use review::{Target, annul, approve, certify, recall, reopen, return_for_correction, start_review};
pub use rotate::{adopt_key, begin_rotation, reseal_links};
pub use submit::{check, submit};
pub use verify::verify_versions;
pub use waivers::{grant_waiver, list_waivers, revoke_waiver};

pub use super::store::reports::{PastTransition, ReportFilter};
pub use super::submission::{Assessment, Checked, Content, Mode, Receipt, Submission, Submitted};
