//! Whether this node publishes figures, and why not. It neither checks nor mends.

use std::sync::{PoisonError, RwLock};

use super::store;
use crate::access::Desk;
use crate::access::chain::Checked;
use crate::clock::Instant;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::Position;

/// What a self-check found.
#[derive(Clone, Debug)]
pub struct SelfChecked {
    /// When it ended.
    pub at: Instant,
    /// The position that it began at.
    pub position: Position,
    /// Each part by its name.
    pub parts: Vec<(&'static str, Checked)>,
}

impl SelfChecked {
    /// Whether everything agreed.
    pub fn holds(&self) -> bool {
        self.parts.iter().all(|(_, checked)| checked.holds())
    }

    /// The names of the parts that do not agree.
    pub fn failed(&self) -> Vec<&'static str> {
        self.parts.iter().filter(|(_, checked)| !checked.holds()).map(|(name, _)| *name).collect()
    }
}

/// Whether figures are published: yes, until a check finds a difference.
#[derive(Default)]
pub struct Publishing {
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    last: Option<SelfChecked>,
}

impl Publishing {
    /// Refuses if nothing is published.
    pub fn require(&self) -> Result<(), Refusal> {
        let stopped = self.state.read().unwrap_or_else(PoisonError::into_inner).stopped;
        if stopped { Err(Code::SelfCheckFailed.into()) } else { Ok(()) }
    }

    /// What the last check of this node found.
    pub fn last(&self) -> Option<SelfChecked> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).last.clone()
    }

    /// Publishes from now on, or not, and says so; a turn is kept, for nodes that start later.
    pub fn heed(&self, desk: &Desk, checked: SelfChecked) -> Outcome<()> {
        let holds = checked.holds();
        for (name, part) in checked.parts.iter().filter(|(_, part)| !part.holds()) {
            let first = part.problems.first().map_or("", String::as_str);
            tracing::error!(
                check = name,
                problems = part.problem_count,
                first,
                "SELF-CHECK FAILED: figures and stored reports differ; no figure is published; run `faisceau verify`"
            );
        }
        let was_stopped = {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.last = Some(checked.clone());
            // What is wrong stops at once; what is right again is published only when that is on record.
            let was_stopped = state.stopped;
            state.stopped |= !holds;
            was_stopped
        };
        let turned = desk.store_for_figures().read(store::last)?.map_or(!holds, |last| last != holds);
        if turned {
            let failed = checked.failed().join(" ");
            desk.store_for_figures()
                .write(|connection| store::append(connection, checked.at, checked.position, holds, &failed))?;
        }
        if holds {
            self.state.write().unwrap_or_else(PoisonError::into_inner).stopped = false;
            if was_stopped {
                tracing::warn!(position = %checked.position, "the self-check finds no difference any more; figures are published again");
            }
        }
        Ok(())
    }

    /// Stops if the last check on record found a difference; says whether figures are published.
    pub fn heed_the_last(&self, desk: &Desk) -> Outcome<bool> {
        let holds = desk.store_for_figures().read(store::last)?.unwrap_or(true);
        if !holds {
            self.state.write().unwrap_or_else(PoisonError::into_inner).stopped = true;
            tracing::error!("the last self-check found a difference: no figure is published before one finds none");
        }
        Ok(holds)
    }
}
