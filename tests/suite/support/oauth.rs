//! A machine that speaks OAuth 2.0: forms, secrets, keys and what it signs with them.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use faisceau::access::client::Client;
use faisceau::access::credential::PublicKey;
use faisceau::access::operations as access;
use faisceau::access::role::Role;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::World;
use super::forge::sign;
use super::raw::{Raw, request};

pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A key of a partner, with its public half as a JSON Web Key.
pub struct Key {
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: Value,
}

impl Key {
    /// A new key of a kind: `ES256` or `EdDSA`.
    pub fn new(algorithm: Algorithm) -> Self {
        if algorithm == Algorithm::ES256 {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let point = pair.public_key().as_ref();
            let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
            let private = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
            return Self { algorithm, private, public: json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y }) };
        }
        let pair = Ed25519KeyPair::generate().unwrap();
        let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
        Self { algorithm, private, public: json!({ "kty": "OKP", "crv": "Ed25519", "x": x }) }
    }

    /// The public half as the product reads it.
    pub fn read(&self) -> PublicKey {
        PublicKey::read(&self.public.to_string()).unwrap()
    }

    /// An assertion of some header and claims.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(&header.to_string(), &claims.to_string(), &self.private, self.algorithm)
    }

    /// An assertion that holds: new, for a world, of a client.
    pub fn assertion(&self, world: &World, client: &str) -> String {
        self.sign(&json!({ "alg": format!("{:?}", self.algorithm) }), &claims(world, client))
    }
}

/// The claims of an assertion that holds.
pub fn claims(world: &World, client: &str) -> Value {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = world.desk.clock.now().as_seconds();
    let jti = format!("assertion-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    json!({ "iss": client, "sub": client, "aud": world.url, "iat": now, "exp": now + 60, "jti": jti })
}

/// Registers a client that has a key and no secret.
pub fn register_with_key(world: &World, name: &str, role: Role, key: &Key) {
    let client = Client::new(name.parse().unwrap(), role, None);
    access::register_client_with_key(&world.desk, &access::at_the_console(Role::Operator), &client, &key.read())
        .unwrap();
}

/// The header line of HTTP Basic.
pub fn basic(name: &str, secret: &str) -> String {
    format!("Authorization: Basic {}\r\n", BASE64.encode(format!("{name}:{secret}").as_bytes()))
}

/// Posts a form, already encoded.
pub fn post(url: &str, path: &str, headers: &str, form: &str) -> Raw {
    let headers = format!("{headers}Content-Type: application/x-www-form-urlencoded\r\n");
    request(url, &format!("POST {path}"), &headers, form.as_bytes())
}

/// Asks for a token with an assertion.
pub fn ask_with(url: &str, assertion: &str) -> Raw {
    let form =
        format!("grant_type=client_credentials&client_assertion_type={ASSERTION_TYPE}&client_assertion={assertion}");
    post(url, "/oauth/token", "", &form)
}

/// The claims of a token, unverified.
pub fn claims_of(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

/// The header of a token.
pub fn header_of(token: &str) -> Value {
    let part = token.split('.').next().unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}
