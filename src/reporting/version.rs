//! Reports and their frozen, numbered versions.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::directory::period::Quarter;
use crate::id::{OrganisationId, ProjectId, ReportId, VersionId};
use crate::refusal::{Code, Refusal};
use crate::reporting::lifecycle::State;
use crate::storage::journal::Position;
use crate::{serde_as_code, serde_as_text};

/// The report that a project owes for a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its identifier.
    pub id: ReportId,
    /// The project that owes it.
    pub project: ProjectId,
    /// The organisation that leads the project.
    pub lead: OrganisationId,
    /// The period.
    pub period: Quarter,
    /// Where it stands.
    pub state: State,
    /// The number of its newest version; 0 if it has none.
    pub current_version: u32,
    /// When its state last changed.
    pub changed_at: Instant,
}

/// A frozen version of a report. Numbers run per project, without gaps, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportVersion {
    /// Its identifier.
    pub id: VersionId,
    /// Its number within the project.
    pub number: u32,
    /// The project.
    pub project: ProjectId,
    /// The report.
    pub report: ReportId,
    /// The period.
    pub period: Quarter,
    /// SHA-256 over its header and the salted hashes of its records.
    pub digest: Digest,
    /// How many participations it holds.
    pub participation_count: u32,
    /// The rule set that judged it, for ever.
    pub rule_set: u32,
    /// How it came.
    pub channel: Channel,
    /// When it was submitted.
    pub submitted_at: Instant,
    /// Who submitted it.
    pub submitted_by: String,
    /// The organisation of whoever submitted it.
    pub submitted_by_organisation: Option<OrganisationId>,
    /// When it reached the funder: at its submission, or at its certification where the programme asks for one.
    pub received_at: Option<Instant>,
    /// Who certified it, where the programme asks for that.
    pub certified_by: Option<String>,
    /// Whether it reached the funder after the due date; until it does, whether it was submitted after it.
    pub late: bool,
    /// Its approval, if it was approved.
    pub approval: Option<Approval>,
    /// The position of its annulment, if it was annulled.
    pub annulled: Option<Position>,
}

impl ReportVersion {
    /// When it was certified, if it was.
    pub fn certified_at(&self) -> Option<Instant> {
        self.certified_by.as_ref().and(self.received_at)
    }
}

/// The approval of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its position in the journal.
    pub position: Position,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
}

/// SHA-256, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl std::str::FromStr for Digest {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or_else(|| Code::ParameterInvalid.into())
    }
}

serde_as_text!(Digest);
serde_as_code!(State, Channel);

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// How a version came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The GraphQL API.
    GraphQl,
    /// A JSON document.
    Json,
    /// JSON lines.
    Ndjson,
    /// A table.
    Csv,
    /// A workbook.
    Xlsx,
    /// A funder's past, approved elsewhere.
    Import,
    /// The demonstration's generator.
    Demo,
}

impl Channel {
    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::GraphQl => "GRAPHQL",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Import => "IMPORT",
            Self::Demo => "DEMO",
        }
    }

    /// The channel of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::GraphQl, Self::Json, Self::Ndjson, Self::Csv, Self::Xlsx, Self::Import, Self::Demo]
            .into_iter()
            .find(|channel| channel.code() == code)
    }
}
