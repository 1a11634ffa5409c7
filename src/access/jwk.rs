//! Public keys as others write them: JSON Web Keys (RFC 7517, 8037) with their thumbprints (RFC 7638), and PEM.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::credential::CredentialKind;

/// What stands before a point of P-256 in the DER of a public key (RFC 5480).
const P256_HEAD: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// What stands before an Ed25519 key in the DER of a public key (RFC 8410).
const ED25519_HEAD: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// A public Ed25519 key of the deployment, as the JWKS publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedKey {
    kty: &'static str,
    crv: &'static str,
    x: String,
    /// The key's thumbprint.
    pub kid: String,
    alg: &'static str,
    r#use: &'static str,
}

impl PublishedKey {
    /// The published form of an Ed25519 public key that signs.
    pub fn of_ed25519(public: &[u8]) -> Self {
        let kid = thumbprint(CredentialKind::EdDsa, public);
        Self { kty: "OKP", crv: "Ed25519", x: BASE64URL_NOPAD.encode(public), kid, alg: "EdDSA", r#use: "sig" }
    }
}

/// The thumbprint of a key: the SHA-256 of its required members in the order of their names.
pub fn thumbprint(kind: CredentialKind, bytes: &[u8]) -> String {
    let members = match (kind, bytes) {
        (CredentialKind::Es256, [_, point @ ..]) => {
            let (x, y) = point.split_at(point.len() / 2);
            let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        _ => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, BASE64URL_NOPAD.encode(bytes)),
    };
    BASE64URL_NOPAD.encode(&Sha256::digest(members.as_bytes()))
}

/// The kind and the bytes of a public key in a JSON Web Key or a PEM file; nothing if it is another thing, or private.
pub fn read_public(text: &str) -> Option<(CredentialKind, Vec<u8>)> {
    if text.starts_with('{') { of_jwk(&serde_json::from_str(text).ok()?) } else { of_pem(text) }
}

fn of_jwk(key: &Value) -> Option<(CredentialKind, Vec<u8>)> {
    // Whoever sends the private half has given it away.
    if key.get("d").is_some() {
        return None;
    }
    let part =
        |name: &str| BASE64URL_NOPAD.decode(key.get(name)?.as_str()?.as_bytes()).ok().filter(|part| part.len() == 32);
    match (key.get("kty")?.as_str()?, key.get("crv")?.as_str()?) {
        ("EC", "P-256") => Some((CredentialKind::Es256, [&[4], part("x")?.as_slice(), part("y")?.as_slice()].concat())),
        ("OKP", "Ed25519") => Some((CredentialKind::EdDsa, part("x")?)),
        _ => None,
    }
}

fn of_pem(text: &str) -> Option<(CredentialKind, Vec<u8>)> {
    let body: String = text.strip_prefix(PEM_BEGIN)?.strip_suffix(PEM_END)?.split_whitespace().collect();
    let der = BASE64.decode(body.as_bytes()).ok()?;
    if let Some(point) = der.strip_prefix(P256_HEAD) {
        return Some((CredentialKind::Es256, point.to_vec()));
    }
    der.strip_prefix(ED25519_HEAD).map(|key| (CredentialKind::EdDsa, key.to_vec()))
}

/// The PEM file of an Ed25519 public key.
pub fn pem_of_ed25519(public: &[u8]) -> String {
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", BASE64.encode(&[ED25519_HEAD, public].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_the_standard() {
        // RFC 8037, appendix A.3.
        let public = BASE64URL_NOPAD.decode(b"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(CredentialKind::EdDsa, &public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(PublishedKey::of_ed25519(&public).kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(read_public(pem_of_ed25519(&public).trim()), Some((CredentialKind::EdDsa, public)));
    }

    #[test]
    fn a_key_that_is_private_or_of_another_kind_is_not_read() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        assert!(read_public(&format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#)).is_some());
        for wrong in [
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{x}"}}"#),
            format!(r#"{{"kty":"OKP","crv":"X25519","x":"{x}"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}"}}"#),
            r#"{"kty":"oct","k":"c2VjcmV0"}"#.to_owned(),
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.to_owned(),
            "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----".to_owned(),
            String::new(),
        ] {
            assert_eq!(read_public(&wrong), None, "{wrong}");
        }
    }
}
