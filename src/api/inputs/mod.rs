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

use crate::access::role::Role;
use crate::api::graphql::inputs::Reader;
use crate::directory::naming::ProgrammeName;
use crate::directory::operations::NamedRole;
use crate::refusal::{Code, Failure, Refusal};

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

/// Reads roles for named programmes: `PROGRAMME:ROLE`, or `PROGRAMME` for the caller's main role.
fn named_roles(reader: &mut Reader, given: &[String]) -> Option<Vec<NamedRole>> {
    let read = given.iter().enumerate().map(|(place, text)| {
        let path = format!("programmes[{place}]");
        let (name, role) = text.split_once(':').map_or((text.as_str(), None), |(name, role)| (name, Some(role)));
        let name = reader.read::<ProgrammeName>(&path, name);
        let role = optional(role, |role| reader.keep(&path, role_of(role)));
        name.zip(role)
    });
    // All are read, so that every refusal is told.
    read.collect::<Vec<_>>().into_iter().collect()
}

/// Reads a role.
fn role_of(text: &str) -> Result<Role, Refusal> {
    Role::of_code(&text.to_uppercase()).ok_or_else(|| Refusal::new(Code::CodeUnknown).with("list", "ROLE"))
}

/// Reads what may be absent: nothing if it is, and nothing at all if it is there and does not hold.
fn optional<I, T>(given: Option<I>, read: impl FnOnce(I) -> Option<T>) -> Option<Option<T>> {
    match given {
        Some(given) => read(given).map(Some),
        None => Some(None),
    }
}
