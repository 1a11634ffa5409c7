//! The input of the mutation of definitions: what is sent, as REST takes it too, and in which manner.

use super::mutation_inputs;
use crate::api::inputs::definitions::DefinitionInput;

mutation_inputs! {
    /// A version of a programme's definitions.
    DefinitionAddInput of DefinitionInput;
}
