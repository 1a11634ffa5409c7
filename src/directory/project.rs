//! A project: the winner's grant agreement (*convention*), its partners, its place and its money.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::geography::{self, Department, Region};
use super::money::Cents;
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
    /// What was registered.
    pub details: ProjectDetails,
}

/// What an officer registers of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectDetails {
    /// Its code, unique in the programme, such as `BATIR`.
    pub code: ShortCode,
    /// Its title.
    pub title: Name,
    /// The call or wave that it won.
    pub call: ShortCode,
    /// The organisation that leads it and reports for it.
    pub lead: OrganisationId,
    /// Its other partners.
    pub members: Vec<ConsortiumMember>,
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
pub struct ConsortiumMember {
    /// The organisation.
    pub organisation: OrganisationId,
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

impl ProjectDetails {
    /// Checks what concerns several fields at once.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.agreement_to < self.agreement_from {
            return Err(Refusal::new(Code::WindowInvalid).at("input.agreementTo"));
        }
        if self.grant > self.eligible_cost {
            return Err(Refusal::new(Code::GrantAboveCost).at("input.grant"));
        }
        Ok(())
    }

    /// The region of the place of delivery.
    pub fn region(&self) -> &'static Region {
        geography::region(self.department.region).expect("every department lies in a region")
    }

    /// Whether the agreement meets a span of days, both ends included.
    pub fn agreement_meets(&self, from: Date, to: Date) -> bool {
        self.agreement_from <= to && self.agreement_to >= from
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
