//! The directory in the database. Every finder takes the caller's scope: a foreign thing is not found.

/// Narrows a boxed query over projects, whatever it joins to them, to those within a caller's reach. Whoever reaches nothing
/// is given an empty answer at once.
macro_rules! narrowed {
    ($query:expr, $scope:expr, $nothing:expr) => {{
        use $crate::access::Reach;
        use $crate::storage::schema::projects;
        let (mut query, scope) = ($query, $scope);
        match scope.reach() {
            Reach::Everything => {}
            Reach::Organisation(own) => query = query.filter(projects::lead_organisation_id.eq(own.as_str())),
            Reach::Nothing => return Ok($nothing),
        }
        if let Some(own) = scope.project_names() {
            query = query.filter(projects::id.eq_any(own));
        }
        if let Some(own) = scope.programme_names() {
            query = query.filter(projects::programme_id.eq_any(own));
        }
        query
    }};
}
pub(crate) use narrowed;

mod after;
mod organisations;
mod payments;
mod programmes;
mod projects;
mod retention;
mod targets;
mod transfers;

pub use after::{RecordedPayment, list_cancellations_after, list_organisation_revisions_after, list_payments_after};
pub use organisations::{
    append_organisation_revision, find_named_organisation, find_organisation, find_organisation_by_siret,
    insert_organisation, list_organisations, list_organisations_of,
};
pub use payments::{find_payment, insert_cancellation, insert_payment, list_payments};
pub use programmes::{
    ProgrammeRevision, append_due_date, append_programme_revision, find_named_programme, find_programme,
    find_programme_by_id, insert_call, insert_period, insert_programme, list_programme_revisions_after,
    list_programmes,
};
pub use projects::{
    ProjectFilter, ProjectRevision, append_revision, find_programme_code, find_project, find_project_by_code,
    insert_amendment, insert_project, is_within_reach, list_amendments, list_projects, list_revisions_after,
    programme_of,
};
pub use retention::{append_retention, find_retention};
pub use targets::{append_target, list_targets};
pub use transfers::{list_received, list_released, list_transfers, newest_version_of, transfer_project};

use crate::refusal::{Failure, Outcome};

/// Reads a stored text that was checked on its way in.
pub(crate) fn stored<T: std::str::FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| Failure::fault("a stored value no longer has its form"))
}

fn whole<T: TryFrom<i64>>(number: i64) -> Outcome<T> {
    T::try_from(number).map_err(|_| Failure::fault("a stored number is out of range"))
}
