//! A job: a submission that takes longer than its sender waits.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::id::{JobId, ProjectId};
use crate::serde_as_code;
use crate::watch::{Progress, Stage};

/// A running job tells every so many seconds that it still runs.
pub const TOLD_SECONDS: u64 = 1;

/// A job that was silent for so many seconds has lost its process.
pub const SILENT_SECONDS: i64 = 30;

/// How long a job is remembered, in seconds: a week.
pub const KEPT_SECONDS: i64 = 7 * 86_400;

/// A submission that takes longer than its sender waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its identifier.
    pub id: JobId,
    /// The project that it submits for.
    pub project: ProjectId,
    /// Who sent it.
    pub caller: String,
    /// Where it stands.
    pub state: JobState,
    /// What it is doing, or was doing last.
    pub stage: Stage,
    /// How many records of this stage are done.
    pub done_count: u32,
    /// How many there are, once that is known.
    pub total_count: Option<u32>,
    /// When it began.
    pub started_at: Instant,
    /// The answer that it came to.
    pub answer: Option<JobAnswer>,
}

/// The answer that a job came to: what its sender would have been answered at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The document, as text.
    pub document: String,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobState {
    /// It runs.
    Running,
    /// It ended with an answer.
    Done,
    /// It was cancelled; nothing was stored.
    Cancelled,
    /// Its process was lost. Whether it had stored its version before, the project's versions tell.
    Interrupted,
}

serde_as_code!(JobState);

impl JobState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Cancelled, Self::Interrupted];

    /// Its code, as shown; stored unless it is `INTERRUPTED`, which is told from silence.
    pub fn code(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Cancelled => "CANCELLED",
            Self::Interrupted => "INTERRUPTED",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl Job {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { stage: self.stage, done_count: self.done_count, total_count: self.total_count }
    }
}
