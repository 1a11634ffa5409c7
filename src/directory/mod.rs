//! What exists: programmes, calls, reporting periods, organisations, projects and geography.
//!
//! The directory knows nothing of reports or figures. Every change takes a position in the journal,
//! because answers read it.

pub mod amendment;
pub mod geography;
pub mod import;
pub mod money;
pub mod naming;
pub mod operations;
pub mod organisation;
pub mod payment;
pub mod period;
pub mod programme;
pub mod project;
pub mod siret;
pub mod store;
pub mod target;
pub mod transfer;
