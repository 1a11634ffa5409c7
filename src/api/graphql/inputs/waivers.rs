//! The inputs of the mutations of waivers: what is sent, as REST takes it too, and in which manner.

use super::mutation_inputs;
use crate::api::inputs::waivers::{WaiverInput, WaiverRevocationInput};

mutation_inputs! {
    /// A rule that the funder does not hold a project to.
    WaiverGrantInput of WaiverInput;
    /// The end of a waiver before its day.
    WaiverRevokeInput of WaiverRevocationInput;
}
