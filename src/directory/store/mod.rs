//! The directory in the database. Every finder takes the caller's scope: a foreign thing is not found.

mod organisations;
mod programmes;
mod projects;

pub use organisations::{
    find_organisation, find_organisation_by_siret, insert_organisation, list_organisations, list_organisations_of,
};
pub use programmes::{find_programme, find_programme_by_id, insert_programme, list_programmes};
pub use projects::{
    ProjectFilter, ProjectRevision, append_revision, find_programme_code, find_project, find_project_by_code,
    insert_project, list_projects, list_revisions_after,
};

use crate::refusal::{Failure, Outcome};

/// Reads a stored text that was checked on its way in.
pub(crate) fn stored<T: std::str::FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| Failure::fault("a stored value no longer has its form"))
}

fn whole<T: TryFrom<i64>>(number: i64) -> Outcome<T> {
    T::try_from(number).map_err(|_| Failure::fault("a stored number is out of range"))
}
