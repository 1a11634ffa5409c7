//! What every operation works with, and the one way in which operations write.

use std::sync::{Arc, Mutex};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::issuer::Issuer;
use super::keys::KeyRing;
use super::looks::LookBook;
use super::once::RequestKey;
use super::scope::Scope;
use super::store;
use crate::clock::Clock;
use crate::refusal::Outcome;
use crate::storage::journal::{Position, Sequence};
use crate::storage::{AnyConnection, Party, Store};
use crate::watch::Watch;

/// The store, the clock and the keys: cheap to clone, handed to every operation.
#[derive(Clone)]
pub struct Desk {
    /// Where things are kept; by itself it works for nobody.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The keys, which live outside the database.
    pub keys: Arc<KeyRing>,
    /// What staff asked of figures and is not yet in the journal.
    pub(in crate::access) looks: Arc<LookBook>,
    /// The public address, which issues tokens.
    pub issuer: Issuer,
    /// How the request at hand wants to be written.
    manner: Manner,
    /// The journal's last position, if it was looked at since the request at hand began.
    head: Option<Position>,
    /// What the request at hand asked figures of, if somebody wants to know.
    pub(in crate::access) noted: Option<Noted>,
}

/// The subjects of questions about figures.
pub type Noted = Arc<Mutex<Vec<String>>>;

/// How a request wants to be written: for good or as a dry run, and perhaps once only.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Does everything, answers what came of it, and keeps nothing.
    pub dry_run: bool,
    /// The request's idempotency key, if it has one.
    pub key: Option<RequestKey>,
    /// Who watches the work, if it may be long.
    pub watch: Watch,
}

impl Desk {
    /// A desk for requests that write for good.
    pub fn new(store: Store, clock: Clock, keys: Arc<KeyRing>) -> Self {
        Self {
            store,
            clock,
            keys,
            looks: Arc::default(),
            issuer: Issuer::default(),
            manner: Manner::default(),
            head: None,
            noted: None,
        }
    }

    /// The same desk at another public address.
    #[must_use]
    pub fn with_issuer(&self, issuer: Issuer) -> Self {
        Self { issuer, ..self.clone() }
    }

    /// The same desk for a request that wants to be written in its own manner.
    #[must_use]
    pub fn with_manner(&self, manner: Manner) -> Self {
        Self { manner, ..self.clone() }
    }

    /// The same desk for a request that only reads, since whose beginning somebody has looked at the journal's last position:
    /// it need not look again.
    #[must_use]
    pub fn with_head(&self, head: Option<Position>) -> Self {
        Self { head, ..self.clone() }
    }

    /// The same desk, which notes what figures are asked of.
    #[must_use]
    pub fn noting(&self, noted: &Noted) -> Self {
        Self { noted: Some(Arc::clone(noted)), ..self.clone() }
    }

    /// The journal's last position, if it was looked at since the request at hand began.
    pub fn head(&self) -> Option<Position> {
        self.head
    }

    /// The same desk with another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The store on behalf of a caller: on PostgreSQL it holds what the caller reaches and nothing else.
    pub fn store_for(&self, scope: &Scope) -> Store {
        self.store.on_behalf_of(scope.party())
    }

    /// The store for figures, which are made of everybody's reports.
    pub fn store_for_figures(&self) -> Store {
        self.store.on_behalf_of(Party::Consolidation)
    }

    /// The store for looking callers up.
    pub(in crate::access) fn store_of_callers(&self) -> Store {
        self.store.on_behalf_of(Party::Recognition)
    }

    /// Runs a read on behalf of a caller in one snapshot.
    pub fn read<T>(&self, scope: &Scope, work: impl FnOnce(&mut AnyConnection) -> Outcome<T>) -> Outcome<T> {
        self.store_for(scope).read(work)
    }

    /// Numbers and links what was committed to the journal; answers the newest sequence.
    pub fn number(&self) -> Outcome<Sequence> {
        self.store.number(&|head| self.keys.hash_request(b"chain-head", head))
    }

    /// Whether nothing of the request at hand is to be kept.
    pub fn is_dry_run(&self) -> bool {
        self.manner.dry_run
    }

    /// The watch over the work of the request at hand.
    pub fn watch(&self) -> &Watch {
        &self.manner.watch
    }

    /// Writes in one transaction: the work's effect, and under the request's idempotency key also its answer. A request
    /// that was done before gets that answer again and has no second effect; a dry run keeps nothing.
    ///
    /// The work may run several times and must only write through its connection.
    pub fn write<T: Serialize + DeserializeOwned>(
        &self,
        scope: &Scope,
        work: impl FnMut(&mut AnyConnection) -> Outcome<T>,
    ) -> Outcome<T> {
        self.write_apart(scope, false, work)
    }

    /// The same for a write that lasts: no other one is under way meanwhile.
    pub fn write_alone<T: Serialize + DeserializeOwned>(
        &self,
        scope: &Scope,
        work: impl FnMut(&mut AnyConnection) -> Outcome<T>,
    ) -> Outcome<T> {
        self.write_apart(scope, true, work)
    }

    fn write_apart<T: Serialize + DeserializeOwned>(
        &self,
        scope: &Scope,
        alone: bool,
        mut work: impl FnMut(&mut AnyConnection) -> Outcome<T>,
    ) -> Outcome<T> {
        // Who watches work does not sit in front of it.
        let store = self.store_for(scope);
        let store = if self.manner.watch.is_kept() { store.patient() } else { store };
        let once = |connection: &mut AnyConnection| match &self.manner.key {
            Some(key) if !self.manner.dry_run => {
                let now = self.clock.now();
                if let Some(answer) = store::find_answer(connection, scope, key, now)? {
                    return Ok(answer);
                }
                let answer = work(connection)?;
                store::insert_answer(connection, scope, key, &answer, now)?;
                Ok(answer)
            }
            _ => work(connection),
        };
        match (alone, self.manner.dry_run) {
            (false, false) => store.write(once),
            (true, false) => store.write_alone(once),
            (false, true) => store.rehearse(once),
            (true, true) => store.rehearse_alone(once),
        }
    }

    /// The answer already given under the request's idempotency key, for operations that do much before they write.
    pub fn answer_given<T: DeserializeOwned>(&self, scope: &Scope) -> Outcome<Option<T>> {
        match &self.manner.key {
            Some(key) if !self.manner.dry_run => {
                self.read(scope, |connection| store::find_answer(connection, scope, key, self.clock.now()))
            }
            _ => Ok(None),
        }
    }
}
