//! What can be done with the directory: register, revise, amend, record, import, find.
//!
//! Every change takes a position, because answers read it. Each verb is one function here over one of `enter`, which
//! works within a transaction; the import of a whole directory enters everything in one.

mod accounts;
mod clients;
mod enter;
mod find;
mod import;
mod organisations;
mod payments;
mod programmes;
mod projects;
mod retention;
mod transfers;

pub use super::store::ProjectFilter;
pub use accounts::{AccountPlan, AccountRevision, admit, register_account, revise_account};
pub use clients::{ClientPlan, ClientRevision, register_client, revise_client};
pub use find::{
    find_named_organisation, find_organisation, find_organisation_by_siret, find_programme, find_programme_code_of,
    find_programme_of, find_project, find_project_by_code, list_amendments, list_organisations, list_organisations_of,
    list_payments, list_programmes, list_projects, list_targets,
};
pub use import::{Imported, import, register_all};
pub use organisations::{register_organisation, revise_organisation};
pub use payments::{cancel_payment, record_payment, set_target};
pub use programmes::{add_call, add_period, register_programme, reschedule_period, revise_programme};
pub use projects::{amend_project, register_project};
pub use retention::{list_retention, set_retention};
pub use transfers::{list_transfers, transfer_project};
