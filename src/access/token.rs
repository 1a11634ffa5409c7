//! Access tokens: short JSON Web Tokens of RFC 9068, signed with Ed25519, every claim required and checked.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::keys::KeyRing;
use super::role::Role;
use super::scope::Scope;
use crate::clock::{self, Instant};
use crate::id::OrganisationId;
use crate::refusal::{Code, Failure, Outcome, Refusal};

/// How long an access token lives: ten minutes.
pub const LIFETIME_SECONDS: i64 = 600;

/// The `typ` of every access token (RFC 9068).
const TOKEN_TYPE: &str = "at+jwt";

/// Who issues tokens and for which service; a deployment has one of each.
const ISSUER: &str = "faisceau";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    organisation: Option<String>,
}

/// Issues an access token to a client, valid for a number of seconds from now.
pub fn issue(keys: &KeyRing, client: &Client, now: Instant, lifetime_seconds: i64) -> Outcome<String> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: ISSUER.to_owned(),
        sub: client.id.to_string(),
        client_id: client.id.to_string(),
        iat: now.as_seconds(),
        nbf: now.as_seconds(),
        exp: now.as_seconds().saturating_add(lifetime_seconds),
        jti: clock::new_id(),
        role: client.role.code().to_owned(),
        organisation: client.organisation.as_ref().map(ToString::to_string),
    };
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TOKEN_TYPE.to_owned());
    let key = EncodingKey::from_ed_pem(keys.token_pem().expose_secret().as_bytes())
        .map_err(|_| Failure::fault("the token key cannot sign"))?;
    jsonwebtoken::encode(&header, &claims, &key).map_err(|_| Failure::fault("a token could not be signed"))
}

/// Checks a token and gives its caller's scope; whatever is wrong with it, the answer is the same.
pub fn verify(keys: &KeyRing, token: &str, now: Instant) -> Result<Scope, Refusal> {
    scope_of(keys, token, now).ok_or_else(|| Code::Unauthenticated.into())
}

fn scope_of(keys: &KeyRing, token: &str, now: Instant) -> Option<Scope> {
    let header = jsonwebtoken::decode_header(token).ok()?;
    if header.typ.as_deref() != Some(TOKEN_TYPE) {
        return None;
    }
    let key = DecodingKey::from_ed_components(&BASE64URL_NOPAD.encode(keys.token_public())).ok()?;
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation()).ok()?.claims;
    // Times are held against our own clock, without leeway, and not the library's.
    let seconds = now.as_seconds();
    if claims.exp <= seconds || claims.nbf > seconds || claims.iat > seconds || claims.sub != claims.client_id {
        return None;
    }
    let role = Role::of_code(&claims.role)?;
    let organisation = match claims.organisation {
        Some(text) => Some(text.parse::<OrganisationId>().ok()?),
        None => None,
    };
    Some(Scope::new(claims.sub, role, organisation))
}

fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[ISSUER]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.leeway = 0;
    validation
}
