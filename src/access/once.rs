//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a request that is sent again has one effect and gets
//! the same answer, which was kept in the transaction of its effect.
//!
//! Keys belong to a client. Key and request are compared by keyed hashes, since a caller may have put anything into them.

use super::keys::KeyRing;
use crate::refusal::{Code, Refusal};

/// How long an answer is kept, in seconds: a week.
pub const KEPT_SECONDS: i64 = 7 * 86_400;

/// The longest key, in characters.
pub const LONGEST_KEY: usize = 200;

/// An idempotency key and the request that came with it, both as keyed hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    pub(in crate::access) key_hash: [u8; 32],
    pub(in crate::access) request_hash: [u8; 32],
}

impl RequestKey {
    /// Reads a key of 1 to [`LONGEST_KEY`] printable characters; the request is what must be the same when it comes again,
    /// the place tells apart several writes of one request.
    pub fn new(keys: &KeyRing, key: &str, place: &str, request: &[u8]) -> Result<Self, Refusal> {
        Self::of_hash(keys, key, place, keys.hash_request(b"request", request))
    }

    /// The same for a request whose keyed hash was made part by part ([`KeyRing::request_mac`] about `request`).
    pub fn of_hash(keys: &KeyRing, key: &str, place: &str, request_hash: [u8; 32]) -> Result<Self, Refusal> {
        let printable = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > LONGEST_KEY || !printable {
            return Err(Refusal::new(Code::IdempotencyKeyInvalid).at("idempotencyKey").with("limit", LONGEST_KEY));
        }
        Ok(Self { key_hash: keys.hash_request(b"idempotency-key", format!("{key}\0{place}").as_bytes()), request_hash })
    }
}
