//! A transfer: a project's agreement goes to another organisation, which from then on leads it and reports for it.
//!
//! It knows nothing of what either organisation may see.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::OrganisationId;
use crate::text::Reason;

/// A transfer as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The organisation that led the project.
    pub from: OrganisationId,
    /// The organisation that leads it since.
    pub to: OrganisationId,
    /// The day on which it was agreed.
    pub transferred_on: Date,
    /// Why.
    pub reason: Reason,
}

/// What an officer records of a transfer. `O` is how the organisation is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferDetails<O = OrganisationId> {
    /// The organisation that leads the project from now on.
    pub lead: O,
    /// The day on which it was agreed; today if none is given.
    pub transferred_on: Option<Date>,
    /// Why.
    pub reason: Reason,
}

/// What the journal of the organisation that led a project calls the end of that: to it, the project is there no more.
pub const RELEASED: &str = "project.released";
