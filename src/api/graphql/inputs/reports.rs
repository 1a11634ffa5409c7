//! The inputs of the mutations of reports: what is sent, as REST takes it too, and in which manner.

use super::mutation_inputs;
use crate::api::inputs::reports::{ActionInput, ApprovalInput, ExtensionInput, ReasonedInput, ReturnInput};

mutation_inputs! {
    /// A report, and the version of it that you saw. If it has moved on, nothing happens.
    ReportActionInput of ActionInput;
    /// A report, the version of it that you saw, and why.
    ReportReasonInput of ReasonedInput;
    /// A report to send back, the version of it that you saw, and why.
    ReportReturnInput of ReturnInput;
    /// An approval.
    ReportApproveInput of ApprovalInput;
    /// A later due date for a project and a period.
    DueDateExtendInput of ExtensionInput;
}
