//! Userinfo: as JSON, or as a JSON Web Token that the provider signed, as ProConnect has it.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::claims::Audience;
use super::http::Http;
use super::id_token::Header;
use super::keys::{ProviderKeys, Signature};
use crate::access::jose::Parts;
use crate::clock::Instant;

/// The longest answer that is a token, in bytes.
const LONGEST: usize = 256 * 1024;

/// What a signed answer claims of itself.
#[derive(Deserialize)]
struct Signed {
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    aud: Option<Audience>,
    #[serde(default)]
    exp: Option<i64>,
}

/// For whom an answer is asked.
pub(super) struct Asked<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub subject: &'a str,
    pub now: Instant,
}

/// Asks a provider about a person; the answer must be about that very person.
pub(super) fn ask(
    http: &Http,
    address: &str,
    token: &SecretString,
    keys: &ProviderKeys,
    asked: &Asked<'_>,
) -> Result<Value, &'static str> {
    let answered = http.get(address, Some(token))?;
    if answered.status != 200 {
        return Err("its userinfo was refused");
    }
    let claims: Value = match answered.media_type.as_str() {
        "application/json" => serde_json::from_str(&answered.text).map_err(|_| "its userinfo is no JSON")?,
        "application/jwt" => signed(answered.text.trim(), keys, asked)?,
        _ => return Err("its userinfo is of another type"),
    };
    if claims["sub"].as_str() != Some(asked.subject) {
        return Err("its userinfo is about somebody else");
    }
    Ok(claims)
}

fn signed(text: &str, keys: &ProviderKeys, asked: &Asked<'_>) -> Result<Value, &'static str> {
    let broken = "its signed userinfo does not hold";
    let parts = Parts::within(text, LONGEST).ok_or(broken)?;
    let header: Header = parts.header().ok_or(broken)?;
    if header.crit.is_some() || keys.verify(&parts, header.kid.as_deref(), &header.alg) != Signature::Holds {
        return Err(broken);
    }
    let claims: Signed = parts.claims().ok_or(broken)?;
    let is_ours = claims.iss.is_none_or(|issuer| issuer == asked.issuer)
        && claims.aud.is_none_or(|audience| audience.contains(asked.client_id))
        && claims.exp.is_none_or(|end| end > asked.now.as_seconds());
    if is_ours { parts.claims().ok_or(broken) } else { Err("its signed userinfo is for somebody else") }
}
