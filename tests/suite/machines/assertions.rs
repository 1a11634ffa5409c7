//! `private_key_jwt`: what a client signs serves once, here, now; everything else is refused in the same words.

use faisceau::access::operations::{add_key, end_credential};
use faisceau::access::role::Role;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{node, operator, pass, status};
use crate::support::World;
use crate::support::forge::sign;
use crate::support::oauth::{ASSERTION_TYPE, Key, ask_with, claims, header_of, post, register_with_key};

#[test]
fn a_client_gets_a_token_by_signing_with_either_algorithm() {
    let world = World::with_projects();
    for (name, algorithm) in [("machine-ec", Algorithm::ES256), ("machine-ed", Algorithm::EdDSA)] {
        let key = Key::new(algorithm);
        register_with_key(&world, name, Role::Analyst, &key);
        let given = ask_with(&world.url, &key.assertion(&world, name));
        assert_eq!(given.status, 200, "{algorithm:?}: {}", given.text());
        assert_eq!(status(&world.url, given.json()["access_token"].as_str().unwrap()), 200);
        for header in [
            json!({ "alg": format!("{algorithm:?}"), "typ": "JWT" }),
            json!({ "alg": format!("{algorithm:?}"), "typ": "client-authentication+jwt", "kid": key.read().id() }),
        ] {
            let listed = with(&claims(&world, name), "aud", json!([world.url]));
            assert_eq!(ask_with(&world.url, &key.sign(&header, &listed)).status, 200, "{header}");
        }
    }
}

#[test]
fn an_assertion_serves_once_on_any_node_and_after_a_restart() {
    let world = World::with_projects();
    let key = Key::new(Algorithm::EdDSA);
    register_with_key(&world, "machine", Role::Analyst, &key);
    let assertion = key.assertion(&world, "machine");
    let other = node(&world);
    // At the same moment on two nodes: one of them is the first.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = |url: &str| ask_with(url, &assertion).status;
        let asked: Vec<_> = [&world.url, &other, &world.url, &other].map(|url| scope.spawn(move || ask(url))).into();
        asked.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert!(served == 1 && statuses.iter().all(|status| matches!(status, 200 | 401)), "{statuses:?}");
    // The same identifier in another assertion is the same identifier.
    let mut again = claims(&world, "machine");
    again["jti"] = crate::support::oauth::claims_of(&assertion)["jti"].clone();
    again["exp"] = json!(world.desk.clock.now().as_seconds() + 120);
    let again = key.sign(&header_of(&assertion), &again);
    // A node started since has nothing in memory: what it knows is on disk.
    let started = node(&world);
    for url in [&world.url, &other, &started] {
        assert_eq!(ask_with(url, &assertion).status, 401);
        assert_eq!(ask_with(url, &again).status, 401);
    }
    // What another client signs has identifiers of its own.
    register_with_key(&world, "machine-two", Role::Analyst, &key);
    let fresh = key.assertion(&world, "machine-two");
    assert_eq!(ask_with(&world.url, &fresh).status, 200);
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

/// Assertions of `machine`, each wrong in one way.
fn forgeries(world: &World, key: &Key, other: &Key) -> Vec<(&'static str, String)> {
    let now = world.desk.clock.now().as_seconds();
    let claims = || claims(world, "machine");
    let head = json!({ "alg": "ES256" });
    let ours = |claims: Value| key.sign(&head, &claims);
    let under = |header: Value| key.sign(&header, &claims());
    let public = key.public.to_string();
    let hmac = |header: Value| {
        sign(&header.to_string(), &claims().to_string(), &EncodingKey::from_secret(public.as_bytes()), Algorithm::HS256)
    };
    let twice = |text: &str| {
        let claims = claims().to_string().replacen('{', &format!("{{{text},"), 1);
        sign(&head.to_string(), &claims, &key.private, Algorithm::ES256)
    };
    let valid = ours(claims());
    let cut = valid.rsplit_once('.').unwrap().0.to_owned();
    let token = world.caller("analyst").token();
    let unsigned = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#);
    vec![
        ("nothing", String::new()),
        ("no assertion", "a.b.c".to_owned()),
        ("an access token", token),
        ("no signature", format!("{cut}.")),
        ("alg none", format!("{unsigned}.{}.", cut.split_once('.').unwrap().1)),
        ("HS256 keyed with the public key", hmac(json!({ "alg": "HS256" }))),
        ("ES256 said, HS256 done", hmac(head.clone())),
        ("EdDSA said, ES256 done", under(json!({ "alg": "EdDSA" }))),
        ("ES384 said", under(json!({ "alg": "ES384" }))),
        ("no algorithm", under(json!({}))),
        ("another's key", other.sign(&json!({ "alg": "ES256" }), &claims())),
        ("another kind of key", Key::new(Algorithm::EdDSA).sign(&json!({ "alg": "EdDSA" }), &claims())),
        ("another key named", under(json!({ "alg": "ES256", "kid": other.read().id() }))),
        ("an unknown key named", under(json!({ "alg": "ES256", "kid": "x" }))),
        ("its own key in the header", other.sign(&json!({ "alg": "ES256", "jwk": other.public }), &claims())),
        ("an address of keys", under(json!({ "alg": "ES256", "jku": "https://elsewhere.example.org" }))),
        ("an address of certificates", under(json!({ "alg": "ES256", "x5u": "https://elsewhere.example.org" }))),
        ("a critical extension", under(json!({ "alg": "ES256", "crit": ["exp"] }))),
        ("claims that are not encoded", under(json!({ "alg": "ES256", "b64": false }))),
        ("the type of an access token", under(json!({ "alg": "ES256", "typ": "at+jwt" }))),
        ("another's name as issuer", ours(with(&claims(), "iss", json!("analyst")))),
        ("another's name as subject", ours(with(&claims(), "sub", json!("analyst")))),
        ("another's name", {
            let claims = with(&with(&claims(), "iss", json!("analyst")), "sub", json!("analyst"));
            ours(claims)
        }),
        ("a name that is not there", ours(with(&with(&claims(), "iss", json!("nobody")), "sub", json!("nobody")))),
        ("no issuer", ours(without(&claims(), "iss"))),
        ("no subject", ours(without(&claims(), "sub"))),
        ("no audience", ours(without(&claims(), "aud"))),
        ("no end", ours(without(&claims(), "exp"))),
        ("no name of its own", ours(without(&claims(), "jti"))),
        ("an empty name of its own", ours(with(&claims(), "jti", json!("")))),
        ("a name of its own beyond measure", ours(with(&claims(), "jti", json!("x".repeat(300))))),
        ("a number as name of its own", ours(with(&claims(), "jti", json!(7)))),
        ("the token endpoint as audience", ours(with(&claims(), "aud", json!(format!("{}/oauth/token", world.url))))),
        ("another audience", ours(with(&claims(), "aud", json!("https://elsewhere.example.org")))),
        (
            "our audience among others",
            ours(with(&claims(), "aud", json!([world.url, "https://elsewhere.example.org"]))),
        ),
        ("our audience with a slash", ours(with(&claims(), "aud", json!(format!("{}/", world.url))))),
        ("no audience in the list", ours(with(&claims(), "aud", json!([])))),
        ("an end that has come", ours(with(&claims(), "exp", json!(now)))),
        ("an end long past", ours(with(&claims(), "exp", json!(1)))),
        ("an end too far away", ours(with(&claims(), "exp", json!(now + 601)))),
        ("an end beyond the years", ours(with(&claims(), "exp", json!(i64::MAX)))),
        ("an end as text", ours(with(&claims(), "exp", json!((now + 60).to_string())))),
        ("an end with a fraction", ours(with(&claims(), "exp", json!(now as f64 + 60.5)))),
        ("an issue to come", ours(with(&claims(), "iat", json!(now + 31)))),
        ("a beginning to come", ours(with(&claims(), "nbf", json!(now + 31)))),
        ("an end twice", twice(&format!("\"exp\":{}", now + 60))),
        ("a subject twice", twice("\"sub\":\"analyst\"")),
        ("padded", format!("{valid}==")),
        ("one sign more", format!("{valid}A")),
        ("cut", valid[..valid.len() - 1].to_owned()),
    ]
}

#[test]
fn forged_assertions_are_refused_in_the_same_words() {
    let world = World::with_projects();
    let (key, other) = (Key::new(Algorithm::ES256), Key::new(Algorithm::ES256));
    register_with_key(&world, "machine", Role::Analyst, &key);
    register_with_key(&world, "neighbour", Role::Analyst, &other);
    assert_eq!(ask_with(&world.url, &key.sign(&json!({ "alg": "ES256" }), &claims(&world, "machine"))).status, 200);
    let usual = post(&world.url, "/oauth/token", "", "grant_type=client_credentials").text();
    let forgeries = forgeries(&world, &key, &other);
    assert!(forgeries.len() >= 50, "{}", forgeries.len());
    for (name, assertion) in &forgeries {
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            let form = format!(
                "grant_type=client_credentials&token=x&client_assertion_type={ASSERTION_TYPE}&client_assertion={assertion}"
            );
            let refused = post(&world.url, path, "", &form);
            assert_eq!((refused.status, refused.text()), (401, usual.clone()), "{path} with {name}");
        }
    }
    // Another client's assertion under a name of one's own.
    let form = format!(
        "grant_type=client_credentials&client_id=neighbour&client_assertion_type={ASSERTION_TYPE}&client_assertion={}",
        key.sign(&json!({ "alg": "ES256" }), &claims(&world, "machine"))
    );
    assert_eq!(post(&world.url, "/oauth/token", "", &form).status, 401);
}

#[test]
fn a_key_is_changed_for_another_without_a_gap() {
    let world = World::with_projects();
    let (old, new) = (Key::new(Algorithm::ES256), Key::new(Algorithm::EdDSA));
    register_with_key(&world, "machine", Role::Analyst, &old);
    let works = |key: &Key| ask_with(&world.url, &key.assertion(&world, "machine")).status == 200;
    assert!(works(&old) && !works(&new));
    add_key(&world.desk, &operator(), "machine", &new.read()).unwrap();
    assert!(works(&old) && works(&new));
    let third = add_key(&world.desk, &operator(), "machine", &Key::new(Algorithm::EdDSA).read()).unwrap_err();
    assert_eq!(third.refusal().code.as_str(), "CREDENTIALS_FULL");
    end_credential(&world.desk, &operator(), "machine", &old.read().id()).unwrap();
    assert!(!works(&old) && works(&new));
    pass(&world, 1);
    assert!(!works(&old) && works(&new));
}
