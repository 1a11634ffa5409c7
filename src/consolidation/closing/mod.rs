//! Closings (*arrêtés*): figures on a fixed grid at one position, published for good, with small counts kept back.
//!
//! `grid` says what is counted and `tables` how it is cut, `counts` asks for it, `cells` and `links` turn it into linked
//! tables for disclosure control, `content` is what is signed and published. Nothing here knows how a closing is asked for
//! or shown.

pub mod cells;
mod change;
pub mod check;
pub mod content;
pub mod counts;
pub mod grid;
pub mod links;
pub mod operations;
pub mod revised;
mod rows;
mod store;
pub mod tables;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::id::{ClosingId, ProgrammeId};
use crate::storage::journal::Position;
use crate::text::{Name, Reason};

/// A closing, without its tables.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Closing {
    /// Its identifier.
    pub id: ClosingId,
    /// The programme.
    pub programme: ProgrammeId,
    /// The programme's code.
    pub programme_code: String,
    /// What people call it.
    pub name: Name,
    /// The position that its figures stand at.
    pub position: Position,
    /// The day that it is about.
    pub day: Date,
    /// The closing that it corrects, and why.
    pub revises: Option<Revision>,
    /// How many figures it has, and how many of them are suppressed.
    pub figure_count: i64,
    /// How many figures are suppressed.
    pub suppressed_count: i64,
    /// SHA-256 of its content.
    pub digest: ContentDigest,
    /// What happened to it, in order; the first step is its preparation.
    pub steps: Vec<Step>,
    /// The published closing that corrects it, if one does.
    pub revised_by: Option<ClosingId>,
}

/// SHA-256 of a closing's content, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentDigest(pub String);

/// What a closing corrects, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The closing corrected; it stays as it is.
    pub closing: ClosingId,
    /// Why.
    pub reason: Reason,
}

/// A step in a closing's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub action: ClosingAction,
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: String,
    /// Why, where it is asked.
    pub reason: Option<Reason>,
    /// With a publication, the signature of the content.
    pub signature: Option<Signature>,
}

/// An Ed25519 signature, and which key made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The key's identifier, as the JWKS names it.
    pub key: String,
    /// The 64 bytes, in base 64.
    pub value: String,
}

/// What can be done with a closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClosingAction {
    /// Its figures were computed, and what would reveal small counts was suppressed.
    Prepare,
    /// Somebody else looked at it and found it right.
    Review,
    /// It was signed and is open to everybody.
    Publish,
    /// It was given up before it was published.
    Cancel,
}

/// Where a closing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClosingState {
    /// Waits for review.
    Prepared,
    /// Waits for publication.
    Reviewed,
    /// Open to everybody, for ever.
    Published,
    /// Given up.
    Cancelled,
}

impl ClosingAction {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Prepare, Self::Review, Self::Publish, Self::Cancel];

    /// Its code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Prepare => "PREPARE",
            Self::Review => "REVIEW",
            Self::Publish => "PUBLISH",
            Self::Cancel => "CANCEL",
        }
    }

    /// The action of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// Where it leads.
    pub fn leads_to(self) -> ClosingState {
        match self {
            Self::Prepare => ClosingState::Prepared,
            Self::Review => ClosingState::Reviewed,
            Self::Publish => ClosingState::Published,
            Self::Cancel => ClosingState::Cancelled,
        }
    }
}

impl ClosingState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Prepared, Self::Reviewed, Self::Published, Self::Cancelled];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Reviewed => "REVIEWED",
            Self::Published => "PUBLISHED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The table: whether an action is allowed here.
    pub fn allows(self, action: ClosingAction) -> bool {
        matches!(
            (self, action),
            (Self::Prepared, ClosingAction::Review | ClosingAction::Cancel)
                | (Self::Reviewed, ClosingAction::Publish | ClosingAction::Cancel)
        )
    }
}

impl Closing {
    /// Where it stands.
    pub fn state(&self) -> ClosingState {
        self.steps.last().map_or(ClosingState::Prepared, |step| step.action.leads_to())
    }

    /// The step of an action, if it was done.
    pub fn step(&self, action: ClosingAction) -> Option<&Step> {
        self.steps.iter().find(|step| step.action == action)
    }
}
