//! The key that signs closings: apart from the token key, because its signatures are to be checked for decades.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::credential::CredentialKind;
use super::jwk::{self, PublishedKey};
use crate::refusal::{Failure, Outcome};

/// The file of the closing key in the keys folder.
pub const FILE: &str = "closing.pem";

/// An Ed25519 key pair that signs closings.
pub struct ClosingKey {
    pem: SecretString,
    public: Vec<u8>,
}

impl ClosingKey {
    /// The key of a PEM text (PKCS#8).
    pub(in crate::access) fn of_pem(pem: SecretString) -> Outcome<Self> {
        let public = pair(&pem)?.public_key().as_ref().to_vec();
        Ok(Self { pem, public })
    }

    /// The key's identifier: its thumbprint by RFC 7638.
    pub fn id(&self) -> String {
        jwk::thumbprint(CredentialKind::EdDsa, &self.public)
    }

    /// The public half as the JWKS publishes it, for as long as closings stand.
    pub(in crate::access) fn published(&self) -> PublishedKey {
        PublishedKey::of_ed25519(&self.public)
    }

    /// The 32 bytes of the public half.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The public half as a PEM text, as openssl reads it.
    pub fn public_pem(&self) -> String {
        jwk::pem_of_ed25519(&self.public)
    }

    /// The 64 bytes of a signature.
    pub fn sign(&self, text: &[u8]) -> Outcome<Vec<u8>> {
        Ok(pair(&self.pem)?.sign(text).as_ref().to_vec())
    }

    /// Whether a signature of a text is this key's.
    pub fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public).verify(text, signature).is_ok()
    }
}

fn pair(pem: &SecretString) -> Outcome<Ed25519KeyPair> {
    let body: Zeroizing<String> =
        Zeroizing::new(pem.expose_secret().lines().filter(|line| !line.starts_with("-----")).collect());
    let broken = || Failure::fault(format!("{FILE} holds no Ed25519 key"));
    let der = Zeroizing::new(BASE64.decode(body.trim().as_bytes()).map_err(|_| broken())?);
    Ed25519KeyPair::from_pkcs8(&der).map_err(|_| broken())
}
