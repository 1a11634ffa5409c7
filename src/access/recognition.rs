//! Who calls, by an access token: verified once, then remembered until it runs out or anything was taken back.
//!
//! What is remembered holds for one *epoch*, which every taking back raises in its own transaction. A node asks for the
//! epoch after a request has come, so a token taken back anywhere is refused by the next request everywhere.

use std::net::IpAddr;
use std::sync::Arc;

use moka::sync::Cache;
use sha2::{Digest, Sha256};

use super::client::{Limits, Standing};
use super::scope::Scope;
use super::scope_token::Covered;
use super::{Desk, store, token};
use crate::clock::Instant;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::Position;

/// How many tokens a node remembers at most.
const REMEMBERED: u64 = 10_000;

/// What a node remembers of tokens.
pub struct Recognition {
    remembered: Cache<[u8; 32], Arc<Recognised>>,
}

/// A token that was verified, and its client as it stood in an epoch.
pub struct Recognised {
    scope: Scope,
    limits: Limits,
    /// The second in which the token or its client ends.
    ends_at: i64,
    kid: String,
    epoch: i64,
}

impl Default for Recognition {
    fn default() -> Self {
        Self { remembered: Cache::new(REMEMBERED) }
    }
}

impl Recognition {
    /// What is remembered of a token; only worth something in its epoch.
    pub fn remembered(&self, bearer: &str) -> Option<Arc<Recognised>> {
        self.remembered.get(&key_of(bearer))
    }

    /// Verifies a token without the database; what does not hold by itself costs no look at it.
    pub fn verify(&self, desk: &Desk, bearer: &str) -> Result<Unsure, Refusal> {
        let verified = token::verify(desk, bearer, desk.clock.now()).ok_or(Code::Unauthenticated)?;
        Ok(Unsure { verified, key: key_of(bearer) })
    }

    /// Asks the database whether a verified token and its client still stand, and remembers the answer.
    pub fn settle(&self, desk: &Desk, unsure: Unsure) -> Outcome<Arc<Recognised>> {
        let Unsure { verified, key } = unsure;
        let (claims, now) = (verified.claims, desk.clock.now());
        let (epoch, record, is_revoked) = desk.store_of_callers().read(|connection| {
            let epoch = store::read_epoch(connection)?;
            let is_revoked = store::is_token_revoked(connection, &claims.client_id, &claims.jti)?;
            Ok((epoch, store::find_client(connection, &claims.client_id)?, is_revoked))
        })?;
        let stands = |record: &super::client::ClientRecord| record.standing(now) == Standing::Active && !is_revoked;
        let client = record.filter(stands).ok_or(Code::Unauthenticated)?.client;
        let scope = Scope::new(claims.client_id, client.role, client.organisation)
            .narrowed(Covered::by(&verified.scopes), &client.limits.projects)
            .within(&client.limits.programmes);
        let client_ends = client.limits.expires_at.map_or(i64::MAX, Instant::as_seconds);
        let ends_at = claims.exp.min(client_ends);
        let recognised = Arc::new(Recognised { scope, limits: client.limits, ends_at, kid: verified.kid, epoch });
        self.remembered.insert(key, Arc::clone(&recognised));
        Ok(recognised)
    }
}

/// A token that holds by itself; whether it was taken back is not known yet.
pub struct Unsure {
    verified: token::Verified,
    key: [u8; 32],
}

impl Recognised {
    /// Whether this was found in an epoch.
    pub fn is_of(&self, epoch: i64) -> bool {
        self.epoch == epoch
    }

    /// The caller, if token, key and client have not ended since and the client may come from an address.
    pub fn admit(&self, desk: &Desk, address: Option<IpAddr>) -> Result<Scope, Refusal> {
        let now = desk.clock.now();
        let is_timely =
            now.as_seconds() < self.ends_at && desk.keys.tokens().held(now).verifying(&self.kid, now).is_some();
        if is_timely && self.limits.admit(address) { Ok(self.scope.clone()) } else { Err(Code::Unauthenticated.into()) }
    }
}

/// What a look at the database saw, for requests that came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The epoch: what is remembered of it may be believed.
    pub epoch: i64,
    /// The journal's last position.
    pub head: Position,
}

/// Looks at the epoch and at the journal's last position.
pub fn look(desk: &Desk) -> Outcome<Sight> {
    desk.store.glance(store::read_sight)
}

/// Tokens are remembered by their hashes: nothing that opens a door stays in memory for it.
fn key_of(bearer: &str) -> [u8; 32] {
    Sha256::digest(bearer.as_bytes()).into()
}
