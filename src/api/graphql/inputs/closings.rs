//! The inputs of the mutations of closings: what is sent, as REST takes it too, and in which manner.

use super::mutation_inputs;
use crate::api::inputs::closings::{ClosingCancellationInput, ClosingInput, ClosingStepInput};

mutation_inputs! {
    /// A closing to prepare.
    ClosingPrepareInput of ClosingInput;
    /// A closing to review.
    ClosingReviewInput of ClosingStepInput;
    /// A closing to publish.
    ClosingPublishInput of ClosingStepInput;
    /// A closing to give up.
    ClosingCancelInput of ClosingCancellationInput;
}
