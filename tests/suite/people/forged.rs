//! Id tokens that somebody made up: each wrong in one way, from one that would hold, and none brings anybody in.

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::provider::world;
use super::reads;
use crate::support::browser::{Browser, told};
use crate::support::dump::dump;
use crate::support::idp::{Forge, Forging, SECRET};

/// The token that would hold, with a claim that is otherwise; without it, if nothing.
fn with(forging: &Forging<'_>, name: &str, value: Option<Value>) -> String {
    let mut claims = forging.claims.clone();
    match value {
        Some(value) => claims[name] = value,
        None => drop(claims.as_object_mut().unwrap().remove(name)),
    }
    forging.key.sign(&forging.key.header(), &claims)
}

fn now(forging: &Forging<'_>) -> i64 {
    forging.claims["iat"].as_i64().unwrap()
}

fn headed(forging: &Forging<'_>, name: &str, value: Value) -> String {
    let mut header = forging.key.header();
    header[name] = value;
    forging.key.sign(&header, &forging.claims)
}

fn symmetric(forging: &Forging<'_>, kid: &str, key: &[u8]) -> String {
    let encode = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = json!({ "alg": "HS256", "kid": kid, "typ": "JWT" });
    let signed = format!("{}.{}", encode(header), encode(forging.claims.clone()));
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

fn good(forging: &Forging<'_>) -> String {
    forging.key.sign(&forging.key.header(), &forging.claims)
}

/// Every lie that there is a name for.
const LIES: &[(&str, Forge)] = &[
    ("no signature, algorithm none", |f| {
        let token = headed(f, "alg", json!("none"));
        token[..=token.rfind('.').unwrap()].to_owned()
    }),
    ("a signature, algorithm none", |f| headed(f, "alg", json!("none"))),
    ("signed with the client's secret", |f| symmetric(f, "one", SECRET.as_bytes())),
    ("signed with the public key as a secret", |f| {
        symmetric(f, "one", f.key.public()["n"].as_str().unwrap().as_bytes())
    }),
    ("signed with the symmetric key of the set", |f| symmetric(f, "oct", b"secret")),
    ("another key under the same name", |f| f.other.sign(&f.key.header(), &f.claims)),
    ("a key that nobody has", |f| headed(f, "kid", json!("unknown"))),
    ("a key that is for sealing", |f| f.other.sign(&json!({ "alg": "RS256", "kid": "sealing" }), &f.claims)),
    ("another algorithm than the key's", |f| headed(f, "alg", json!("ES256"))),
    ("another algorithm of the key's kind", |f| headed(f, "alg", json!("PS256"))),
    ("an algorithm that is not taken", |f| headed(f, "alg", json!("RS512"))),
    ("a key in the header", |f| {
        let mut header = f.key.header();
        header["jwk"] = f.other.public();
        f.other.sign(&header, &f.claims)
    }),
    ("an access token", |f| headed(f, "typ", json!("at+jwt"))),
    ("a logout token", |f| headed(f, "typ", json!("logout+jwt"))),
    ("something critical", |f| headed(f, "crit", json!(["b64"]))),
    ("claims altered after signing", |f| {
        let token = good(f);
        let mut claims = f.claims.clone();
        claims["sub"] = json!("person-9");
        let parts: Vec<&str> = token.split('.').collect();
        format!("{}.{}.{}", parts[0], BASE64URL_NOPAD.encode(claims.to_string().as_bytes()), parts[2])
    }),
    ("a signature cut short", |f| {
        let token = good(f);
        token[..token.len() - 4].to_owned()
    }),
    ("five parts", |f| format!("{}.x.y", good(f))),
    ("padding", |f| format!("{}==", good(f))),
    ("no token at all", |_| "person-1".to_owned()),
    ("another issuer", |f| with(f, "iss", Some(json!("https://other.example.org")))),
    ("the issuer with a slash", |f| with(f, "iss", Some(json!(format!("{}/", f.claims["iss"].as_str().unwrap()))))),
    ("no issuer", |f| with(f, "iss", None)),
    ("for somebody else", |f| with(f, "aud", Some(json!("other")))),
    ("for somebody else, given to us", |f| {
        let mut claims = f.claims.clone();
        (claims["aud"], claims["azp"]) = (json!("other"), f.claims["aud"].clone());
        f.key.sign(&f.key.header(), &claims)
    }),
    ("for several, given to nobody", |f| with(f, "aud", Some(json!([f.claims["aud"], "other"])))),
    ("for nobody", |f| with(f, "aud", Some(json!([])))),
    ("no audience", |f| with(f, "aud", None)),
    ("given to somebody else", |f| with(f, "azp", Some(json!("other")))),
    ("run out", |f| with(f, "exp", Some(json!(now(f) - 31)))),
    ("run out, and given a while before", |f| {
        let mut claims = f.claims.clone();
        (claims["iat"], claims["exp"]) = (json!(now(f) - 100), json!(now(f) - 31));
        f.key.sign(&f.key.header(), &claims)
    }),
    ("without an end", |f| with(f, "exp", None)),
    ("an end that is a text", |f| with(f, "exp", Some(json!((now(f) + 300).to_string())))),
    ("of a time to come", |f| with(f, "iat", Some(json!(now(f) + 31)))),
    ("valid later", |f| with(f, "nbf", Some(json!(now(f) + 31)))),
    ("of long ago", |f| with(f, "iat", Some(json!(now(f) - 601)))),
    ("of no time", |f| with(f, "iat", None)),
    ("another nonce", |f| with(f, "nonce", Some(json!("x".repeat(43))))),
    ("no nonce", |f| with(f, "nonce", None)),
    ("with another access token", |f| with(f, "at_hash", Some(json!("AAAAAAAAAAAAAAAAAAAAAA")))),
    ("nobody", |f| with(f, "sub", Some(json!("")))),
    ("no subject", |f| with(f, "sub", None)),
    ("a subject that is a number", |f| with(f, "sub", Some(json!(1)))),
    ("a subject without end", |f| with(f, "sub", Some(json!("x".repeat(256))))),
    ("a subject twice", |f| {
        let claims = f.claims.to_string().replacen('{', "{\"sub\":\"person-9\",", 1);
        f.key.sign_text(&f.key.header().to_string(), &claims)
    }),
    ("an algorithm twice", |f| {
        let header = f.key.header().to_string().replacen('{', "{\"alg\":\"none\",", 1);
        f.key.sign_text(&header, &f.claims.to_string())
    }),
];

#[test]
fn no_forged_id_token_brings_anybody_in() {
    let (world, idp) = world();
    let rows = || -> Vec<String> {
        dump(&world.database).into_iter().filter(|row| !row.starts_with("used_sign_ins: ")).collect()
    };
    let before = rows();
    assert!(LIES.len() >= 40, "{} lies", LIES.len());
    for (lie, forge) in LIES {
        idp.state.lock().unwrap().forge = Some(*forge);
        let browser = Browser::new(&world.url);
        let refused = idp.sign_in(&browser);
        assert_eq!((refused.status, told(&refused).as_str()), (403, "PROVIDER_REFUSED"), "{lie}");
        assert_eq!((browser.cookie("faisceau"), reads(&browser)), (None, 401), "{lie}");
    }
    assert_eq!(rows(), before, "something was left behind");
    // What the lies start from holds; so does what only looks odd.
    let truths: [(&str, Forge); 6] = [
        ("the token itself", good),
        ("for several, given to us", |f| {
            let mut claims = f.claims.clone();
            (claims["aud"], claims["azp"]) = (json!([f.claims["aud"], "other"]), f.claims["aud"].clone());
            f.key.sign(&f.key.header(), &claims)
        }),
        ("with a clock that differs a little", |f| with(f, "iat", Some(json!(now(f) + 29)))),
        ("without a hash of the access token", |f| with(f, "at_hash", None)),
        ("signed with another of its keys", |f| f.ec.sign(&json!({ "alg": "ES256", "kid": "ec" }), &f.claims)),
        ("without a type", |f| f.key.sign(&json!({ "alg": "RS256", "kid": "one" }), &f.claims)),
    ];
    for (truth, forge) in truths {
        idp.state.lock().unwrap().forge = Some(forge);
        let browser = Browser::new(&world.url);
        let done = idp.sign_in(&browser);
        assert_eq!((done.status, reads(&browser)), (303, 200), "{truth}: {}", done.text());
    }
}
