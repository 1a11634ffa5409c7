//! What staff looked at: each look at individual records has an entry of its own, before the records are shown; questions
//! about figures are counted and written together.
//!
//! Partners look at their own records; that is no look in this sense. It knows nothing of reports or figures.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::{Desk, Scope};
use crate::clock::Instant;
use crate::refusal::Outcome;
use crate::storage::journal::{self, Entry};

/// The verb of every look: what follows the journal for changes leaves these out.
pub const VERB: &str = "seen";

/// How many questions may wait to be written.
const MOST_WAITING: u64 = 1000;

/// Questions about exact figures, counted by caller and subject until they are written.
#[derive(Debug, Default)]
pub struct LookBook {
    waiting: Mutex<BTreeMap<(String, String), Counted>>,
}

/// How many questions, and from when to when.
#[derive(Clone, Copy, Debug)]
struct Counted {
    count: u64,
    since: Instant,
    until: Instant,
}

/// A look at individual records.
pub struct Look<'a> {
    /// What was seen, such as `records.seen`.
    pub kind: &'static str,
    /// The organisation whose records they are.
    pub organisation: &'a str,
    /// What they belong to.
    pub subject: &'a str,
    /// Further facts; no reference, no person.
    pub detail: Value,
}

impl Desk {
    /// Writes down that staff is about to see individual records; without the entry nothing is shown.
    pub fn journal_look(&self, scope: &Scope, look: &Look<'_>) -> Outcome<()> {
        if !scope.is_staff() {
            return Ok(());
        }
        let entry = Entry {
            kind: look.kind,
            actor: scope.caller(),
            organisation: Some(look.organisation),
            subject: look.subject,
            detail: look.detail.clone(),
        };
        let now = self.clock.now();
        self.store_for(scope).write(|connection| journal::append_with_reason(connection, now, &entry, scope.reason()))
    }

    /// Counts a question of staff about exact figures; it is written with others.
    pub fn count_look(&self, scope: &Scope, subject: &str) -> Outcome<()> {
        if let Some(noted) = &self.noted {
            noted.lock().unwrap_or_else(PoisonError::into_inner).push(subject.to_owned());
        }
        if !scope.is_staff() {
            return Ok(());
        }
        let now = self.clock.now();
        let full = {
            let mut waiting = self.looks.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let counted = waiting.entry((scope.caller().to_owned(), subject.to_owned())).or_insert(Counted {
                count: 0,
                since: now,
                until: now,
            });
            counted.count += 1;
            counted.until = now;
            counted.count >= MOST_WAITING
        };
        if full { self.write_looks() } else { Ok(()) }
    }

    /// Writes the questions counted so far, one entry per caller and subject.
    pub fn write_looks(&self) -> Outcome<()> {
        let waiting = std::mem::take(&mut *self.looks.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let written = self.store_of_callers().write(|connection| {
            for ((caller, subject), counted) in &waiting {
                let entry = Entry {
                    kind: "figures.seen",
                    actor: caller,
                    organisation: None,
                    subject,
                    detail: json!({
                        "questions": counted.count,
                        "since": counted.since.to_string(),
                        "until": counted.until.to_string(),
                    }),
                };
                journal::append(connection, now, &entry)?;
            }
            Ok(())
        });
        if written.is_err() {
            // They wait for the next time; nothing is lost but the order.
            let mut again = self.looks.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, counted) in waiting {
                let entry = again.entry(key).or_insert(Counted { count: 0, ..counted });
                entry.count += counted.count;
                entry.since = entry.since.min(counted.since);
            }
        }
        written
    }
}
