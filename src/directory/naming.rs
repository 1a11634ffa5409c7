//! How callers name what exists: by its identifier, or by the code that people know.

use std::str::FromStr;

use super::siret::Siret;
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::text::ShortCode;

/// A programme, by identifier or by code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProgrammeName {
    /// Its identifier.
    Id(ProgrammeId),
    /// Its code.
    Code(ShortCode),
}

/// An organisation, by identifier or by SIRET.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OrganisationName {
    /// Its identifier.
    Id(OrganisationId),
    /// Its SIRET.
    Siret(Siret),
}

/// A project, by identifier or by the codes of its programme and itself, such as `PIC-IPR:BATIR`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProjectName {
    /// Its identifier.
    Id(ProjectId),
    /// The code of its programme, and its own.
    Codes(ShortCode, ShortCode),
}

impl FromStr for ProjectName {
    type Err = Refusal;

    /// A text that is neither names nothing.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let missing = |_: Refusal| Refusal::new(Code::NotFound);
        match text.split_once(':') {
            Some((programme, code)) => {
                Ok(Self::Codes(programme.parse().map_err(missing)?, code.parse().map_err(missing)?))
            }
            None => text.parse().map(Self::Id),
        }
    }
}

impl FromStr for ProgrammeName {
    type Err = Refusal;

    /// A text that is neither names nothing.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let id = text.parse().map(Self::Id);
        id.or_else(|_: Refusal| text.parse().map(Self::Code)).map_err(|_: Refusal| Code::NotFound.into())
    }
}

impl FromStr for OrganisationName {
    type Err = Refusal;

    /// A text that is neither names nothing.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let id = text.parse().map(Self::Id);
        id.or_else(|_: Refusal| text.parse().map(Self::Siret)).map_err(|_: Refusal| Code::NotFound.into())
    }
}

impl From<&ProgrammeId> for ProgrammeName {
    fn from(id: &ProgrammeId) -> Self {
        Self::Id(id.clone())
    }
}

impl From<OrganisationId> for OrganisationName {
    fn from(id: OrganisationId) -> Self {
        Self::Id(id)
    }
}

impl From<Siret> for OrganisationName {
    fn from(siret: Siret) -> Self {
        Self::Siret(siret)
    }
}
