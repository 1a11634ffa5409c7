//! What changed a figure between two positions: each fact committed between them, with the figure before and after it.
//!
//! The steps follow each other without a gap, so that their differences sum exactly to the whole difference.

use jiff::civil::Date;

use crate::clock::Instant;
use crate::consolidation::answer::Figure;
use crate::consolidation::question::Window;
use crate::directory::project::Project;
use crate::reporting::version::Digest;
use crate::storage::journal::Position;

/// The most positions between the two: each is a roll-up of its own.
pub const MOST_POSITIONS: i64 = 5_000;

/// A figure at two positions, and every fact between them that changed it.
#[derive(Clone, Debug)]
pub struct WhatChanged {
    /// The earlier point.
    pub from: Point,
    /// The later point.
    pub to: Point,
    /// What changed the figure, in the order in which it was committed.
    pub changes: Vec<Change>,
}

/// A figure at a position.
#[derive(Clone, Debug)]
pub struct Point {
    /// The position.
    pub position: Position,
    /// The day.
    pub day: Date,
    /// The window.
    pub window: Window,
    /// The figure.
    pub figure: Figure,
}

/// A fact that changed a figure.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its position; of a moved window, the earlier one.
    pub position: Position,
    /// When it was committed.
    pub at: Instant,
    /// What it is.
    pub cause: Cause,
    /// What the journal calls it, such as `report.approved`; nothing for a moved window.
    pub event: Option<String>,
    /// The figure before it.
    pub before: Figure,
    /// The figure after it.
    pub after: Figure,
}

/// What a fact is that changes figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The window of the question moved with the day: no fact at all.
    Window,
    /// A version came into force, or was approved while a higher one is.
    Approval(Version),
    /// A version went out of force.
    Annulment(Version),
    /// A version of the definitions was added to stand.
    Definition {
        /// Its code.
        code: String,
        /// Its digest.
        digest: Digest,
    },
    /// Something in the directory: a project, an agreement, a payment, a target.
    Directory(Option<Project>),
}

/// A report version that changed a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its project, as it then stood.
    pub project: Project,
    /// Its number.
    pub number: u32,
    /// Its digest.
    pub digest: Digest,
}

/// What sort of fact it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CauseKind {
    /// The window of the question moved.
    Window,
    /// A version was approved.
    Approval,
    /// A version was annulled.
    Annulment,
    /// A version of the definitions was added.
    Definition,
    /// The directory changed.
    Directory,
}

impl CauseKind {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Window => "WINDOW",
            Self::Approval => "APPROVAL",
            Self::Annulment => "ANNULMENT",
            Self::Definition => "DEFINITION",
            Self::Directory => "DIRECTORY",
        }
    }
}

impl Cause {
    /// What sort of fact it is.
    pub fn kind(&self) -> CauseKind {
        match self {
            Self::Window => CauseKind::Window,
            Self::Approval(_) => CauseKind::Approval,
            Self::Annulment(_) => CauseKind::Annulment,
            Self::Definition { .. } => CauseKind::Definition,
            Self::Directory(_) => CauseKind::Directory,
        }
    }

    /// The digest of the report version, or of the definitions.
    pub fn digest(&self) -> Option<Digest> {
        match self {
            Self::Definition { digest, .. } => Some(*digest),
            _ => self.version().map(|version| version.digest),
        }
    }

    /// The project that it is about, if one.
    pub fn project(&self) -> Option<&Project> {
        match self {
            Self::Approval(version) | Self::Annulment(version) => Some(&version.project),
            Self::Directory(project) => project.as_ref(),
            Self::Window | Self::Definition { .. } => None,
        }
    }

    /// The report version that it is, if it is one.
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::Approval(version) | Self::Annulment(version) => Some(version),
            _ => None,
        }
    }
}

impl Change {
    /// How much the numerator changed; nothing where it is not applicable before or after.
    pub fn numerator(&self) -> Option<i64> {
        Some(self.after.numerator? - self.before.numerator?)
    }

    /// How much the denominator changed; only quotients have one.
    pub fn denominator(&self) -> Option<i64> {
        Some(self.after.denominator? - self.before.denominator?)
    }
}
