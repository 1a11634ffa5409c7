//! What a client proves itself with: secrets, kept as keyed hashes, and public keys, whose private halves stay with it.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{Deserialize, Serialize};

use super::jwk;
use crate::clock::Instant;
use crate::refusal::{Code, Refusal};

/// How many secrets, and how many keys, of a client may be in use at once: the one that comes and the one that goes.
pub const ACTIVE_AT_ONCE: usize = 2;

/// What sort of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialKind {
    /// A secret (`client_secret_basic`).
    Secret,
    /// A public key on the curve P-256 (`private_key_jwt` with ES256).
    Es256,
    /// An Ed25519 public key (`private_key_jwt` with EdDSA).
    EdDsa,
}

/// A credential as it is told: never what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialRecord {
    /// Its identifier within the client; a key's is its thumbprint (RFC 7638), to be named as `kid`.
    pub id: String,
    /// What sort.
    pub kind: CredentialKind,
    /// When it was added.
    pub created_at: Instant,
    /// When it ends or ended, if it does.
    pub ends_at: Option<Instant>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Instant>,
}

/// A client's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: CredentialKind,
    bytes: Vec<u8>,
}

impl CredentialKind {
    /// Its code, as stored and as told.
    pub fn code(self) -> &'static str {
        match self {
            Self::Secret => "SECRET",
            Self::Es256 => "ES256",
            Self::EdDsa => "EDDSA",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Secret, Self::Es256, Self::EdDsa].into_iter().find(|kind| kind.code() == code)
    }
}

impl CredentialRecord {
    /// Whether it serves at an instant.
    pub fn is_active(&self, now: Instant) -> bool {
        self.ends_at.is_none_or(|end| end > now)
    }
}

impl PublicKey {
    /// Reads a public key: a JSON Web Key, or the PEM of a public key. A private half is refused and not looked at.
    pub fn read(text: &str) -> Result<Self, Refusal> {
        let read = jwk::read_public(text.trim()).and_then(|(kind, bytes)| Self::new(kind, bytes));
        read.ok_or_else(|| Refusal::new(Code::PublicKeyInvalid).at("key"))
    }

    /// A key by its bytes: a point that is on its curve, or nothing.
    pub(in crate::access) fn new(kind: CredentialKind, bytes: Vec<u8>) -> Option<Self> {
        match kind {
            CredentialKind::Secret => return None,
            CredentialKind::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &bytes).ok()?,
            CredentialKind::EdDsa => ParsedPublicKey::new(&ED25519, &bytes).ok()?,
        };
        Some(Self { kind, bytes })
    }

    /// What sort of key.
    pub fn kind(&self) -> CredentialKind {
        self.kind
    }

    /// Its thumbprint (RFC 7638).
    pub fn id(&self) -> String {
        jwk::thumbprint(self.kind, &self.bytes)
    }

    pub(in crate::access) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The one algorithm that the key is for, and the key as the library takes it.
    pub(in crate::access) fn verifying(&self) -> (Algorithm, DecodingKey) {
        match self.kind {
            CredentialKind::Es256 => (Algorithm::ES256, DecodingKey::from_ec_der(&self.bytes)),
            _ => (Algorithm::EdDSA, DecodingKey::from_ed_der(&self.bytes)),
        }
    }
}
