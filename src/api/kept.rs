//! Whole answers of figures, kept while nothing that they read has changed: the journal's last position, the day, what the
//! caller may see, and the words of the request. They are cached bytes; what is in them is known elsewhere.
//!
//! Every fact that a figure reads takes a position, so an answer at the same position is the same, byte for byte. Days change
//! in every time zone at some quarter of an hour of UTC; an answer is kept for the rest of one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use moka::sync::Cache;
use sha2::{Digest, Sha256};

use crate::access::{Desk, Noted, Scope};
use crate::consolidation::operations::Consolidation;
use crate::storage::journal::Position;

/// The largest answer that is kept, in bytes.
const LARGEST: usize = 256 << 10;

/// The longest request whose answer is kept, in bytes: a question is short, and what is submitted need not be hashed.
const LONGEST: usize = 64 << 10;

/// Seconds between the moments at which days may change.
const QUARTER_HOUR: i64 = 900;

/// The answers that a node keeps.
pub struct KeptAnswers {
    answers: Cache<Key, Arc<Kept>>,
    given: AtomicU64,
}

/// What tells requests apart whose answers may differ: a hash of their words and of what their callers may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// An answer, and what it stands at.
struct Kept {
    head: Position,
    quarter_hour: i64,
    /// What its figures were asked of: whoever gets it has asked that.
    noted: Vec<String>,
    body: Bytes,
}

impl KeptAnswers {
    /// Room for so many MiB of answers.
    pub fn new(mib: u64) -> Self {
        let weight = |_: &Key, kept: &Arc<Kept>| u32::try_from(kept.body.len()).unwrap_or(u32::MAX);
        Self { answers: Cache::builder().max_capacity(mib << 20).weigher(weight).build(), given: AtomicU64::new(0) }
    }

    fn keeps_any(&self) -> bool {
        self.answers.policy().max_capacity() != Some(0)
    }

    /// How many requests were answered from here.
    pub fn given(&self) -> u64 {
        self.given.load(Ordering::Relaxed)
    }
}

/// The kept answers as one request may use them.
pub struct Keeper<'a> {
    answers: &'a KeptAnswers,
    consolidation: &'a Consolidation,
    desk: &'a Desk,
    scope: Scope,
    head: Position,
    quarter_hour: i64,
    noted: Noted,
}

impl<'a> Keeper<'a> {
    /// For a request whose desk knows the journal's last position; nothing for others, and where no answer is kept.
    pub fn new(
        answers: &'a KeptAnswers,
        consolidation: &'a Consolidation,
        desk: &'a Desk,
        scope: Scope,
    ) -> Option<Self> {
        if !answers.keeps_any() {
            return None;
        }
        let quarter_hour = desk.clock.now().as_seconds().div_euclid(QUARTER_HOUR);
        let (head, noted) = (desk.head()?, Noted::default());
        Some(Self { answers, consolidation, desk, scope, head, quarter_hour, noted })
    }

    /// The desk to make an answer with that will be kept.
    pub fn desk(&self) -> Desk {
        self.desk.noting(&self.noted)
    }

    /// The key of a request of some words: all that its answer depends on besides the caller. Nothing if they are too many.
    pub fn key(&self, words: &[&[u8]]) -> Option<Key> {
        if words.iter().map(|word| word.len()).sum::<usize>() > LONGEST {
            return None;
        }
        let mut hash = Sha256::new();
        for word in words {
            hash.update(word.len().to_le_bytes());
            hash.update(word);
        }
        hash.update(format!("{:?}", self.scope.anonymous()));
        Some(Key(hash.finalize().into()))
    }

    /// The answer to the same request, if one still stands; its questions are counted as asked by this caller.
    pub fn find(&self, key: &Key) -> Option<Bytes> {
        let kept = self.answers.answers.get(key)?;
        let stands = kept.head == self.head && kept.quarter_hour == self.quarter_hour;
        if !stands || self.consolidation.publishing().is_err() {
            return None;
        }
        kept.noted.iter().try_for_each(|subject| self.desk.count_look(&self.scope, subject)).ok()?;
        self.answers.given.fetch_add(1, Ordering::Relaxed);
        Some(kept.body.clone())
    }

    /// Keeps an answer that was made with [`Self::desk`].
    pub fn keep(&self, key: Key, body: &Bytes) {
        if body.len() > LARGEST {
            return;
        }
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let kept = Kept { head: self.head, quarter_hour: self.quarter_hour, noted, body: body.clone() };
        self.answers.answers.insert(key, Arc::new(kept));
    }
}
