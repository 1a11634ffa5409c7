//! Client assertions: `private_key_jwt` of RFC 7523 as its update (7523bis) has it, for this deployment alone, once.

use serde::Deserialize;

use super::credential::PublicKey;
use super::issuer::Issuer;
use super::jose::Parts;
use crate::clock::Instant;

/// How long an assertion may be valid at most: so long its identifier is remembered.
const LONGEST_SECONDS: i64 = 600;

/// How far a partner's clock may be ahead of ours.
const AHEAD_SECONDS: i64 = 30;

/// The longest identifier of an assertion, in bytes.
const LONGEST_JTI: usize = 256;

/// What an assertion claims, believed once a key of its client holds.
#[derive(Deserialize)]
pub struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
    jti: String,
}

/// The issuer as the only audience: as a text, or as a list of one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    List([String; 1]),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssertionHeader {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
}

/// An assertion whose claims make sense, its signature not yet looked at.
pub struct Assertion<'t> {
    parts: Parts<'t>,
    header: AssertionHeader,
    claims: Claims,
}

impl<'t> Assertion<'t> {
    /// Reads an assertion for a deployment at an instant; nothing if anything but its signature is wrong.
    pub fn read(text: &'t str, issuer: &Issuer, now: Instant) -> Option<Self> {
        let parts = Parts::of(text)?;
        let header: AssertionHeader = parts.header()?;
        // An access token, or an id token of some provider, is no assertion.
        let is_one = |typ: &String| matches!(typ.as_str(), "JWT" | "client-authentication+jwt");
        if !header.typ.as_ref().is_none_or(is_one) {
            return None;
        }
        let claims: Claims = parts.claims()?;
        let audience = match &claims.aud {
            Audience::One(one) | Audience::List([one]) => one,
        };
        let seconds = now.as_seconds();
        let has_begun = |at: Option<i64>| at.is_none_or(|at| at <= seconds.saturating_add(AHEAD_SECONDS));
        let is_timely = seconds < claims.exp
            && claims.exp <= seconds.saturating_add(LONGEST_SECONDS)
            && has_begun(claims.iat)
            && has_begun(claims.nbf);
        let has_name = !claims.jti.is_empty() && claims.jti.len() <= LONGEST_JTI;
        let holds = is_timely && has_name && claims.iss == claims.sub && audience == issuer.as_str();
        holds.then_some(Self { parts, header, claims })
    }

    /// The client that it claims to be of.
    pub fn client(&self) -> &str {
        &self.claims.sub
    }

    /// Its identifier, which serves once.
    pub fn jti(&self) -> &str {
        &self.claims.jti
    }

    /// The instant at which it runs out.
    pub fn ends_at(&self) -> Instant {
        Instant(0).plus_seconds(self.claims.exp)
    }

    /// Whether a key of the client signed it. The key says the algorithm, never the assertion.
    pub fn is_signed_by(&self, id: &str, key: &PublicKey) -> bool {
        let (algorithm, verifying) = key.verifying();
        let names = self.header.kid.as_deref().is_none_or(|kid| kid == id);
        names && self.header.alg == format!("{algorithm:?}") && self.parts.is_signed_by(&verifying, algorithm)
    }
}
