//! JSON Web Tokens taken apart strictly, before any library guesses: three parts of canonical base 64, bounded, their
//! header of known members only. Signatures are the library's business.

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::DeserializeOwned;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 4096;

/// A token in its parts, nothing of it believed yet.
pub struct Parts<'t> {
    header: Vec<u8>,
    claims: Vec<u8>,
    signed: &'t str,
    signature: &'t str,
}

impl<'t> Parts<'t> {
    /// The parts of a token: each canonical base 64 without padding, so that a token has one spelling only.
    pub fn of(token: &'t str) -> Option<Self> {
        Self::within(token, LONGEST)
    }

    /// The same for a token of at most so many bytes.
    pub fn within(token: &'t str, longest: usize) -> Option<Self> {
        if token.len() > longest {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).ok().filter(|bytes| !bytes.is_empty());
        decode(signature)?;
        Some(Self { header: decode(header)?, claims: decode(claims)?, signed, signature })
    }

    /// The header; nothing if it has a member twice, or one that the type does not know.
    pub fn header<H: DeserializeOwned>(&self) -> Option<H> {
        serde_json::from_slice(&self.header).ok()
    }

    /// The claims, which are believed only once the signature holds.
    pub fn claims<C: DeserializeOwned>(&self) -> Option<C> {
        serde_json::from_slice(&self.claims).ok()
    }

    /// Whether a key made the signature with an algorithm.
    pub fn is_signed_by(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm).unwrap_or(false)
    }
}
