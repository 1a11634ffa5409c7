//! What callers send, one structure for GraphQL, REST and the command line, read into typed values in one way.
//!
//! What REST has in its path stands in the structure too; a body may leave it out. Paths of refusals begin within the
//! structure.

pub mod accounts;
pub mod clients;
pub mod closings;
pub mod definitions;
pub mod filters;
pub mod folder;
pub mod import;
pub mod organisations;
pub mod payments;
pub mod programmes;
pub mod projects;
pub mod reports;
pub mod transfers;
pub mod waivers;

use crate::api::graphql::inputs::Reader;
use crate::refusal::{Failure, Refusal};

/// What reading an input or an operation refuses: one thing, or several of an input at once.
#[derive(Debug)]
pub enum Unsettled {
    /// Everything that does not hold in an input.
    Refusals(Vec<Refusal>),
    /// Why an operation did nothing.
    Failure(Failure),
}

impl From<Vec<Refusal>> for Unsettled {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refusals(refusals)
    }
}

impl<F: Into<Failure>> From<F> for Unsettled {
    fn from(failure: F) -> Self {
        Self::Failure(failure.into())
    }
}

/// Reads an input on its own: all of it, or everything that does not hold.
fn read_alone<T>(read: impl FnOnce(&mut Reader) -> Option<T>) -> Result<T, Vec<Refusal>> {
    let mut reader = Reader::default();
    let value = read(&mut reader);
    reader.finish(value)
}

/// Reads what may be absent: nothing if it is, and nothing at all if it is there and does not hold.
fn optional<I, T>(given: Option<I>, read: impl FnOnce(I) -> Option<T>) -> Option<Option<T>> {
    match given {
        Some(given) => read(given).map(Some),
        None => Some(None),
    }
}
