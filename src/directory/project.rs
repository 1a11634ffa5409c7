//! A project: the winner's grant agreement (*convention*), its partners, its place and its money.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::geography::{self, Department, Region};
use super::money::Cents;
use super::naming::OrganisationName;
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::serde_as_code;
use crate::text::{Name, ShortCode};

/// A project as it stands at one position of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its identifier.
    pub id: ProjectId,
    /// The programme that funds it.
    pub programme: ProgrammeId,
    /// Whether a sandbox leads it: it counts only where it is named, and nowhere else.
    #[serde(default)]
    pub sandbox: bool,
    /// What was registered.
    pub details: ProjectDetails,
}

/// What an officer registers of a project. `O` is how organisations are named: stored projects know their identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectDetails<O = OrganisationId> {
    /// Its code, unique in the programme, such as `BATIR`.
    pub code: ShortCode,
    /// Its title.
    pub title: Name,
    /// The call or wave that it won.
    pub call: ShortCode,
    /// The organisation that leads it and reports for it.
    pub lead: O,
    /// Its other partners.
    pub members: Vec<ConsortiumMember<O>>,
    /// The INSEE department where it is delivered.
    #[serde(with = "department_by_code")]
    pub department: &'static Department,
    /// Its sector or trade.
    pub sector: Name,
    /// First day of the agreement.
    pub agreement_from: Date,
    /// Last day of the agreement.
    pub agreement_to: Date,
    /// Number of participants that the agreement aims at (persons).
    pub target_participants: u32,
    /// Eligible cost.
    pub eligible_cost: Cents,
    /// Grant.
    pub grant: Cents,
}

/// A partner of a consortium and what it brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsortiumMember<O = OrganisationId> {
    /// The organisation.
    pub organisation: O,
    /// What it brings.
    pub role: ConsortiumRole,
}

/// What a partner brings to a consortium.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsortiumRole {
    /// Training.
    Training,
    /// Housing or accommodation.
    Housing,
    /// Social follow-up.
    Social,
    /// Access to employment.
    Employment,
    /// Language teaching.
    Language,
}

impl ConsortiumRole {
    /// Every role with its code.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Training, "TRAINING"),
        (Self::Housing, "HOUSING"),
        (Self::Social, "SOCIAL"),
        (Self::Employment, "EMPLOYMENT"),
        (Self::Language, "LANGUAGE"),
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, code)| code)
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == code).map(|(role, _)| *role)
    }
}

impl<O> ProjectDetails<O> {
    /// Checks what concerns several fields at once.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.agreement_to < self.agreement_from {
            return Err(Refusal::new(Code::WindowInvalid).at("agreementTo"));
        }
        if self.grant > self.eligible_cost {
            return Err(Refusal::new(Code::GrantAboveCost).at("grant"));
        }
        Ok(())
    }

    /// The region of the place of delivery.
    pub fn region(&self) -> &'static Region {
        geography::region(self.department.region).expect("every department lies in a region")
    }

    /// The same details with organisations in place of those they name.
    pub fn with_organisations<P>(self, lead: P, members: Vec<ConsortiumMember<P>>) -> ProjectDetails<P> {
        ProjectDetails {
            code: self.code,
            title: self.title,
            call: self.call,
            lead,
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

    /// Whether the agreement meets a span of days, both ends included.
    pub fn agreement_meets(&self, from: Date, to: Date) -> bool {
        self.agreement_from <= to && self.agreement_to >= from
    }
}

impl<O: Into<OrganisationName> + Clone> ProjectDetails<O> {
    /// The same details with organisations as callers name them.
    pub fn named(self) -> ProjectDetails<OrganisationName> {
        let members = self.members.iter().cloned();
        let members =
            members.map(|member| ConsortiumMember { organisation: member.organisation.into(), role: member.role });
        let (lead, members) = (self.lead.clone().into(), members.collect());
        self.with_organisations(lead, members)
    }
}

serde_as_code!(ConsortiumRole);

/// A department in kept JSON: its INSEE code.
mod department_by_code {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::directory::geography::{self, Department};

    pub fn serialize<S: Serializer>(department: &&'static Department, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(department.code)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Department, D::Error> {
        let code = String::deserialize(deserializer)?;
        geography::department(&code).ok_or_else(|| D::Error::custom("unknown department"))
    }
}
