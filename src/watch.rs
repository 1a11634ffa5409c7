//! Watching long work from outside: how far it is, and whether it should stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use crate::refusal::{Code, Outcome};

/// What long work is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Its input is being read.
    #[default]
    Reading,
    /// It is being checked.
    Checking,
    /// It is being stored.
    Storing,
}

crate::serde_as_code!(Stage);

impl Stage {
    const ALL: [Self; 3] = [Self::Reading, Self::Checking, Self::Storing];

    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reading => "READING",
            Self::Checking => "CHECKING",
            Self::Storing => "STORING",
        }
    }

    /// The stage of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// How far long work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it is about.
    pub stage: Stage,
    /// How many records of this stage are done.
    pub done_count: u32,
    /// How many there are, once that is known.
    pub total_count: Option<u32>,
}

/// A watch over long work; clones watch the same work. One that watches nothing costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Watch(Option<Arc<Watched>>);

#[derive(Debug, Default)]
struct Watched {
    stage: AtomicU8,
    done_count: AtomicU32,
    total_count: AtomicU32,
    cancelled: AtomicBool,
}

impl Watch {
    /// A watch over work that may be long.
    pub fn begin() -> Self {
        Self(Some(Arc::default()))
    }

    /// Whether somebody watches.
    pub fn is_kept(&self) -> bool {
        self.0.is_some()
    }

    /// Says that a stage begins, and with how many records, if that is known; refuses to if the work is to stop.
    pub fn enter(&self, stage: Stage, total_count: usize) -> Outcome<()> {
        if let Some(watched) = &self.0 {
            watched.done_count.store(0, Ordering::Relaxed);
            watched.total_count.store(u32::try_from(total_count).unwrap_or(u32::MAX), Ordering::Relaxed);
            watched.stage.store(stage as u8, Ordering::Relaxed);
        }
        self.step(0)
    }

    /// Says how many records are done; refuses to if the work is to stop.
    pub fn step(&self, done_count: usize) -> Outcome<()> {
        let Some(watched) = &self.0 else { return Ok(()) };
        watched.done_count.store(u32::try_from(done_count).unwrap_or(u32::MAX), Ordering::Relaxed);
        if watched.cancelled.load(Ordering::SeqCst) { Err(Code::JobCancelled.into()) } else { Ok(()) }
    }

    /// Asks the work to stop at its next step.
    pub fn cancel(&self) {
        if let Some(watched) = &self.0 {
            watched.cancelled.store(true, Ordering::SeqCst);
        }
    }

    /// How far the work is.
    pub fn progress(&self) -> Progress {
        let Some(watched) = &self.0 else { return Progress::default() };
        let total_count = Some(watched.total_count.load(Ordering::Relaxed)).filter(|total| *total > 0);
        Progress {
            stage: Stage::ALL[usize::from(watched.stage.load(Ordering::Relaxed)).min(2)],
            done_count: watched.done_count.load(Ordering::Relaxed),
            total_count,
        }
    }
}
