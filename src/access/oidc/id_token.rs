//! The id token: believed only if everything about it holds (OpenID Connect Core, 3.1.3.7).

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use super::claims::Audience;
use super::keys::{ProviderKeys, Signature};
use crate::access::jose::Parts;
use crate::clock::Instant;

/// The longest id token, in bytes: groups may be many.
const LONGEST: usize = 64 * 1024;

/// How far a provider's clock may differ from ours, in seconds.
const LEEWAY: i64 = 30;

/// How old an id token may be when it comes, in seconds.
const OLDEST: i64 = 600;

/// The longest subject (OpenID Connect Core, 2).
const LONGEST_SUBJECT: usize = 255;

/// What an id token must be about.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub access_token: &'a str,
    pub now: Instant,
}

/// The header: members that are not named are passed over, but for those that must be understood.
#[derive(Deserialize)]
pub(super) struct Header {
    pub alg: String,
    #[serde(default)]
    pub typ: Option<String>,
    #[serde(default)]
    pub kid: Option<String>,
    #[serde(default)]
    pub crit: Option<Value>,
}

/// The claims that are checked; one that stands twice is refused.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    nonce: String,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    at_hash: Option<String>,
}

/// An id token that holds.
pub(super) struct Verified {
    pub subject: String,
    pub claims: Value,
}

/// Why an id token is not believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It names a key that is not known: the provider may have another one by now.
    Key,
    /// Something else.
    Token(&'static str),
}

/// Verifies an id token; the signature before anything of its claims is looked at.
pub(super) fn verify(text: &str, keys: &ProviderKeys, expected: &Expected<'_>) -> Result<Verified, Wrong> {
    let wrong = Wrong::Token;
    let parts = Parts::within(text, LONGEST).ok_or(wrong("the id token is no JSON Web Token"))?;
    let header: Header = parts.header().ok_or(wrong("the id token has no header that can be read"))?;
    // An access token, or a logout token, is no id token.
    if header.crit.is_some() || header.typ.as_ref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(wrong("the id token is of another type"));
    }
    match keys.verify(&parts, header.kid.as_deref(), &header.alg) {
        Signature::Holds => {}
        Signature::KeyUnknown => return Err(Wrong::Key),
        Signature::Fails => return Err(wrong("the signature of the id token does not hold")),
    }
    let claims: Claims = parts.claims().ok_or(wrong("the id token lacks a claim, or has one twice"))?;
    check(&claims, &header.alg, expected).map_err(wrong)?;
    let all = parts.claims().ok_or(wrong("the id token has no claims"))?;
    Ok(Verified { subject: claims.sub, claims: all })
}

fn check(claims: &Claims, algorithm: &str, expected: &Expected<'_>) -> Result<(), &'static str> {
    let now = expected.now.as_seconds();
    if claims.iss != expected.issuer {
        return Err("the id token is of another issuer");
    }
    if !claims.aud.contains(expected.client_id) {
        return Err("the id token is for somebody else");
    }
    let is_authorised = claims.azp.as_deref() == Some(expected.client_id);
    if !is_authorised && (claims.azp.is_some() || !claims.aud.is_only(expected.client_id)) {
        return Err("the id token was given to somebody else");
    }
    if claims.exp.saturating_add(LEEWAY) <= now {
        return Err("the id token has run out");
    }
    if claims.iat > now + LEEWAY || claims.nbf.is_some_and(|begin| begin > now + LEEWAY) {
        return Err("the id token is of a time to come");
    }
    if claims.iat < now - OLDEST || claims.exp < claims.iat {
        return Err("the id token is old");
    }
    if claims.nonce != expected.nonce {
        return Err("the id token answers another request");
    }
    if claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT {
        return Err("the id token names nobody");
    }
    match &claims.at_hash {
        Some(hash) if *hash != access_token_hash(algorithm, expected.access_token) => {
            Err("the id token goes with another access token")
        }
        _ => Ok(()),
    }
}

/// The left half of an access token's hash, as `at_hash` has it: of Ed25519 the hash is SHA-512.
fn access_token_hash(algorithm: &str, token: &str) -> String {
    if matches!(algorithm, "EdDSA" | "Ed25519") {
        BASE64URL_NOPAD.encode(&Sha512::digest(token.as_bytes())[..32])
    } else {
        BASE64URL_NOPAD.encode(&Sha256::digest(token.as_bytes())[..16])
    }
}
