//! A provider's keys (RFC 7517): asymmetric ones that sign, each for the algorithms of its kind and no other.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use super::http::Http;
use crate::access::jose::Parts;

/// The fewest characters of an RSA modulus in base 64: 2 048 bits.
const SHORTEST_MODULUS: usize = 341;

/// A key as it is published.
#[derive(Deserialize)]
struct Published {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    r#use: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// A key that verifies, and what it is for.
struct Verifying {
    kid: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// The keys of a provider.
pub(super) struct ProviderKeys(Vec<Verifying>);

/// Whether a signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    /// It does.
    Holds,
    /// There is no key of that name: there may be by now.
    KeyUnknown,
    /// It does not.
    Fails,
}

impl ProviderKeys {
    pub fn fetch(http: &Http, address: &str) -> Result<Self, &'static str> {
        let answered = http.get(address, None)?;
        if answered.status != 200 {
            return Err("it does not give its keys");
        }
        Self::read(&answered.text)
    }

    /// Reads a key set; keys of other kinds are passed over, since a set may hold what others need.
    fn read(text: &str) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let set: Set = serde_json::from_str(text).map_err(|_| "its keys are no key set")?;
        let keys = set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()).filter_map(verifying);
        Ok(Self(keys.collect()))
    }

    /// Whether a key of the set signed a token. The key says which algorithms it is for, the token only which of them.
    pub fn verify(&self, parts: &Parts<'_>, kid: Option<&str>, algorithm: &str) -> Signature {
        let Some(algorithm) = named(algorithm) else { return Signature::Fails };
        let fits = |key: &&Verifying| key.algorithms.contains(&algorithm);
        let key = match kid {
            Some(kid) => match self.0.iter().find(|key| key.kid.as_deref() == Some(kid)) {
                Some(key) => Some(key).filter(fits),
                None => return Signature::KeyUnknown,
            },
            None => {
                // Without a name only if it can be no other.
                let mut fitting = self.0.iter().filter(fits);
                fitting.next().filter(|_| fitting.next().is_none())
            }
        };
        match key {
            Some(key) if parts.is_signed_by(&key.key, algorithm) => Signature::Holds,
            _ => Signature::Fails,
        }
    }
}

/// The algorithms that are taken: none of them symmetric, none of them `none`.
fn named(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        "ES256" => Some(Algorithm::ES256),
        "EdDSA" | "Ed25519" => Some(Algorithm::EdDSA),
        _ => None,
    }
}

fn verifying(published: Published) -> Option<Verifying> {
    if published.r#use.as_deref().is_some_and(|used| used != "sig") {
        return None;
    }
    let (kinds, key): (&[Algorithm], _) = match (published.kty.as_str(), published.crv.as_deref()) {
        ("RSA", _) => {
            let (n, e) = (published.n?, published.e?);
            if n.trim_start_matches('A').len() < SHORTEST_MODULUS {
                return None;
            }
            (&[Algorithm::RS256, Algorithm::PS256], DecodingKey::from_rsa_components(&n, &e).ok()?)
        }
        ("EC", Some("P-256")) => {
            (&[Algorithm::ES256], DecodingKey::from_ec_components(&published.x?, &published.y?).ok()?)
        }
        ("OKP", Some("Ed25519")) => (&[Algorithm::EdDSA], DecodingKey::from_ed_components(&published.x?).ok()?),
        _ => return None,
    };
    let algorithms = match &published.alg {
        Some(name) => kinds.iter().copied().filter(|kind| named(name) == Some(*kind)).collect(),
        None => kinds.to_vec(),
    };
    Some(Verifying { kid: published.kid, algorithms, key })
}
