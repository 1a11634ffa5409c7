//! Sessions: what the browser of somebody who signed in holds, and what this deployment keeps of it.
//!
//! The browser holds 256 random bits; kept is a keyed hash of them. The token against forged requests is derived from them,
//! and so is the key under which a provider's token is sealed: without the browser nobody opens it.

use aes_siv::aead::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::account::AccountRecord;
use super::keys::KeyRing;
use super::scope::Scope;
use crate::clock::{self, Instant};

/// What every sealed token is bound to, beside its key.
const ABOUT: [&[u8]; 1] = [b"faisceau/id-token/1"];

/// How long sessions last, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Without a request.
    pub idle: i64,
    /// At most.
    pub absolute: i64,
}

/// What the browser holds: 43 characters of 256 random bits.
#[derive(Clone, Debug)]
pub struct SessionSecret(SecretString);

/// A session that stands, and whose it is.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The caller.
    pub scope: Scope,
    /// The account as it stands.
    pub record: AccountRecord,
    /// When the person signed in.
    pub created_at: Instant,
    /// When the session ends unless a request comes.
    pub idle_until: Instant,
    /// When it ends at the latest.
    pub ends_at: Instant,
}

impl SessionSecret {
    /// A new one.
    pub fn new() -> Self {
        Self(BASE64URL_NOPAD.encode(&clock::random_bytes::<32>()).into())
    }

    /// One that a browser sends; nothing if it has another form.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned().into()))
    }

    /// The text that the browser is given.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The keyed hash by which it is kept.
    pub(in crate::access) fn hash(&self, keys: &KeyRing) -> [u8; 32] {
        keys.hash_request(b"session", self.expose().as_bytes())
    }

    /// The token without which the session writes nothing.
    pub fn csrf_token(&self, keys: &KeyRing) -> String {
        BASE64URL_NOPAD.encode(&keys.hash_request(b"csrf", self.expose().as_bytes()))
    }

    /// Whether a text is that token, compared in constant time.
    pub fn holds_csrf_token(&self, keys: &KeyRing, text: &str) -> bool {
        let given = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap_or_default();
        keys.request_matches(b"csrf", self.expose().as_bytes(), &given)
    }

    /// Seals a provider's token.
    pub(in crate::access) fn seal(&self, keys: &KeyRing, token: &str) -> Vec<u8> {
        let key = self.sealing_key(keys);
        Aes256Siv::new((&*key).into()).encrypt(ABOUT, token.as_bytes()).expect("AES-SIV seals a short text")
    }

    /// Opens what was sealed.
    pub(in crate::access) fn open(&self, keys: &KeyRing, sealed: &[u8]) -> Option<SecretString> {
        let key = self.sealing_key(keys);
        let opened = Aes256Siv::new((&*key).into()).decrypt(ABOUT, sealed).ok()?;
        String::from_utf8(opened).ok().map(SecretString::from)
    }

    fn sealing_key(&self, keys: &KeyRing) -> Zeroizing<[u8; 64]> {
        let mut key = Zeroizing::new([0; 64]);
        key[..32].copy_from_slice(&keys.hash_request(b"id-token-mac", self.expose().as_bytes()));
        key[32..].copy_from_slice(&keys.hash_request(b"id-token-cipher", self.expose().as_bytes()));
        key
    }
}

impl Default for SessionSecret {
    fn default() -> Self {
        Self::new()
    }
}
