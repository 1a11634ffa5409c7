//! An amendment (*avenant*): a signed change of a project's agreement, and what the project becomes by it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::geography::Department;
use super::money::Cents;
use super::project::{ConsortiumMember, ProjectDetails};
use crate::id::OrganisationId;
use crate::text::{Name, Reason, ShortCode};

/// An amendment as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// Its number within the project, from 1.
    pub number: u32,
    /// The day on which it was signed.
    pub signed_on: Date,
    /// Why.
    pub reason: Reason,
}

/// What an officer records of an amendment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendmentDetails<O = OrganisationId> {
    /// The amendment itself.
    pub amendment: Amendment,
    /// What it changes.
    pub changes: ProjectChanges<O>,
}

/// What an amendment changes of a project; what is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectChanges<O = OrganisationId> {
    /// Its title.
    pub title: Option<Name>,
    /// The call or wave that it counts under.
    pub call: Option<ShortCode>,
    /// All its other partners.
    pub members: Option<Vec<ConsortiumMember<O>>>,
    /// The department where it is delivered.
    pub department: Option<&'static Department>,
    /// Its sector or trade.
    pub sector: Option<Name>,
    /// First day of the agreement.
    pub agreement_from: Option<Date>,
    /// Last day of the agreement.
    pub agreement_to: Option<Date>,
    /// Number of participants aimed at (persons).
    pub target_participants: Option<u32>,
    /// Eligible cost.
    pub eligible_cost: Option<Cents>,
    /// Grant.
    pub grant: Option<Cents>,
}

impl<O> ProjectChanges<O> {
    /// The same changes with organisations in place of those they name.
    pub fn with_members<P>(self, members: Option<Vec<ConsortiumMember<P>>>) -> ProjectChanges<P> {
        ProjectChanges {
            title: self.title,
            call: self.call,
            members,
            department: self.department,
            sector: self.sector,
            agreement_from: self.agreement_from,
            agreement_to: self.agreement_to,
            target_participants: self.target_participants,
            eligible_cost: self.eligible_cost,
            grant: self.grant,
        }
    }

    /// The details with these changes made.
    pub fn applied(self, details: ProjectDetails<O>) -> ProjectDetails<O> {
        ProjectDetails {
            title: self.title.unwrap_or(details.title),
            call: self.call.unwrap_or(details.call),
            members: self.members.unwrap_or(details.members),
            department: self.department.unwrap_or(details.department),
            sector: self.sector.unwrap_or(details.sector),
            agreement_from: self.agreement_from.unwrap_or(details.agreement_from),
            agreement_to: self.agreement_to.unwrap_or(details.agreement_to),
            target_participants: self.target_participants.unwrap_or(details.target_participants),
            eligible_cost: self.eligible_cost.unwrap_or(details.eligible_cost),
            grant: self.grant.unwrap_or(details.grant),
            code: details.code,
            lead: details.lead,
        }
    }
}
