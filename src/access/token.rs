//! Access tokens: short JSON Web Tokens of RFC 9068, signed with Ed25519, every claim required and checked.
//!
//! A token names its client; what the client may do is the database's to say (`recognition`).

use jsonwebtoken::{Algorithm, Header};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::jose::Parts;
use super::scope_token::{self, ScopeToken};
use crate::clock::{self, Instant};
use crate::refusal::{Failure, Outcome};

/// How long an access token lives: ten minutes.
pub const LIFETIME_SECONDS: i64 = 600;

/// How long a token may live at most, which only the console makes: a day. Old keys verify as long.
pub const LONGEST_LIFETIME_SECONDS: i64 = 86_400;

/// The `typ` of every access token (RFC 9068).
const TOKEN_TYPE: &str = "at+jwt";

/// The algorithm of every access token, as it stands in the header.
const TOKEN_ALGORITHM: &str = "EdDSA";

/// The claims of an access token: exactly these.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The public address that issued it.
    pub iss: String,
    /// The service that it is for: the same address.
    pub aud: String,
    /// The client.
    pub sub: String,
    /// The client again, as RFC 9068 asks.
    pub client_id: String,
    /// When it was issued.
    pub iat: i64,
    /// From when it holds.
    pub nbf: i64,
    /// Until when it holds.
    pub exp: i64,
    /// Its own identifier.
    pub jti: String,
    /// Its scopes, separated by spaces.
    pub scope: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// A token just issued.
pub struct Issued {
    /// The token.
    pub token: String,
    /// Its scopes.
    pub scopes: Vec<ScopeToken>,
}

/// A token whose signature and claims hold.
pub(in crate::access) struct Verified {
    pub(in crate::access) claims: Claims,
    pub(in crate::access) scopes: Vec<ScopeToken>,
    pub(in crate::access) kid: String,
}

/// Issues an access token to a client, valid for a number of seconds from now.
pub(in crate::access) fn issue(desk: &Desk, client: &str, scopes: Vec<ScopeToken>, seconds: i64) -> Outcome<Issued> {
    let now = desk.clock.now();
    let claims = Claims {
        iss: desk.issuer.to_string(),
        aud: desk.issuer.to_string(),
        sub: client.to_owned(),
        client_id: client.to_owned(),
        iat: now.as_seconds(),
        nbf: now.as_seconds(),
        exp: now.as_seconds().saturating_add(seconds),
        jti: clock::new_id(),
        scope: scope_token::written(&scopes),
    };
    let keys = desk.keys.tokens().held(now);
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TOKEN_TYPE.to_owned());
    header.kid = Some(keys.kid.clone());
    let token = jsonwebtoken::encode(&header, &claims, &keys.signing)
        .map_err(|_| Failure::fault("a token could not be signed"))?;
    Ok(Issued { token, scopes })
}

/// A token taken apart and verified, by signature and claims alone; nothing if anything is wrong with it.
///
/// Times are held against our own clock, without leeway: who issued and who verifies is one service.
pub(in crate::access) fn verify(desk: &Desk, token: &str, now: Instant) -> Option<Verified> {
    let parts = Parts::of(token)?;
    let header: TokenHeader = parts.header()?;
    if header.typ != TOKEN_TYPE || header.alg != TOKEN_ALGORITHM {
        return None;
    }
    let keys = desk.keys.tokens().held(now);
    if !parts.is_signed_by(keys.verifying(&header.kid, now)?, Algorithm::EdDSA) {
        return None;
    }
    let claims: Claims = parts.claims()?;
    let (seconds, issuer) = (now.as_seconds(), desk.issuer.as_str());
    let is_timely = claims.iat <= seconds && claims.nbf <= seconds && seconds < claims.exp && claims.iat <= claims.exp;
    let is_ours =
        claims.iss == issuer && claims.aud == issuer && claims.sub == claims.client_id && !claims.jti.is_empty();
    let scopes = scope_token::read(&claims.scope)?;
    (is_timely && is_ours).then_some(Verified { claims, scopes, kid: header.kid })
}
