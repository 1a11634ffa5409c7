//! The token endpoint and its neighbours: secrets, scopes, errors in the words of RFC 6749, metadata, introspection.

use faisceau::access::operations::{issue_token_at_the_console, register_client};
use faisceau::access::role::Role;
use serde_json::{Value, json};

use super::{operator, pass, status};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::oauth::{ASSERTION_TYPE, basic, claims_of, header_of, post};
use crate::support::raw::{bearer, graphql, request};

#[test]
fn a_token_holds_exactly_what_the_standard_asks() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let given =
        post(&world.url, "/oauth/token", &basic("partner-alpha", &partner.secret), "grant_type=client_credentials");
    assert_eq!(given.status, 200, "{}", given.text());
    assert!(given.head.contains("cache-control: no-store"), "{}", given.head);
    let given = given.json();
    let all = "directory:read reports:read records:read reports:write figures:read";
    assert_eq!(
        (&given["token_type"], &given["expires_in"], &given["scope"]),
        (&json!("Bearer"), &json!(600), &json!(all))
    );
    let token = given["access_token"].as_str().unwrap();
    let (header, claims) = (header_of(token), claims_of(token));
    let now = world.desk.clock.now().as_seconds();
    let jti = claims["jti"].as_str().unwrap().to_owned();
    let expected = json!({
        "iss": world.url, "aud": world.url, "sub": "partner-alpha", "client_id": "partner-alpha", "iat": now, "nbf": now,
        "exp": now + 600, "jti": jti, "scope": all,
    });
    assert_eq!(claims, expected);
    let keys = request(&world.url, "GET /.well-known/jwks.json", "", b"").json();
    assert_eq!(header, json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": keys["keys"][0]["kid"] }));
    assert_eq!(status(&world.url, token), 200);
    pass(&world, 599);
    assert_eq!(status(&world.url, token), 200);
    pass(&world, 1);
    assert_eq!(status(&world.url, token), 401, "ten minutes are over");
}

#[test]
fn a_token_is_narrowed_to_the_scopes_asked_for() {
    let world = World::with_projects();
    let secret = world.caller("partner-alpha").secret;
    let ask = |scope: &str| {
        let form = format!("grant_type=client_credentials&scope={scope}");
        post(&world.url, "/oauth/token", &basic("partner-alpha", &secret), &form)
    };
    let narrowed = ask("directory%3Aread").json();
    assert_eq!(narrowed["scope"], "directory:read");
    let headers = bearer(narrowed["access_token"].as_str());
    assert_eq!(request(&world.url, "GET /v1/programmes", &headers, b"").status, 200);
    let refused = graphql(&world.url, &headers, "{ reports(first: 1) { nodes { id } } }", &json!({}));
    assert_eq!(refused.code(), "SCOPE_INSUFFICIENT", "{}", refused.text());
    let project = world.project("ALPHA").id;
    let refused = request(&world.url, &format!("GET /v1/projects/{project}/waivers"), &headers, b"");
    assert_eq!((refused.status, refused.code().as_str()), (403, "SCOPE_INSUFFICIENT"));
    assert!(refused.head.contains("www-authenticate: Bearer error=\"insufficient_scope\""), "{}", refused.head);
    for wrong in ["reports:review", "root", "", "directory:read%20root", "directory:read,reports:read", "openid"] {
        let refused = ask(wrong);
        assert_eq!((refused.status, refused.code().as_str()), (400, "invalid_scope"), "{wrong:?}");
    }
}

/// Requests that get no token: headers, form, status, error.
fn wrong_requests(secret: &str) -> Vec<(&'static str, String, String, u16, &'static str)> {
    let right = basic("partner-alpha", secret);
    let form = "grant_type=client_credentials";
    let same = |name: &'static str, headers: &str| (name, headers.to_owned(), form.to_owned(), 401, "invalid_client");
    let mut wrong = vec![
        same("no proof", ""),
        same("a wrong secret", &basic("partner-alpha", "wrong")),
        same("an empty secret", &basic("partner-alpha", "")),
        same("another's secret", &basic("partner-beta", secret)),
        same("a client that is not there", &basic("nobody", secret)),
        same("a name that is none", &basic("no body", secret)),
        same("a name with a zero", &basic("partner-alpha\0", secret)),
        same("a secret with a space", &basic("partner-alpha", &format!("{secret} "))),
        same("no colon", "Authorization: Basic cGFydG5lcg==\r\n"),
        same("no base 64", "Authorization: Basic !!\r\n"),
        same("another scheme", &format!("Authorization: Bearer {secret}\r\n")),
    ];
    let more = [
        ("no grant", "", 400, "invalid_request"),
        ("another grant", "grant_type=password", 400, "unsupported_grant_type"),
        ("a grant twice", "grant_type=client_credentials&grant_type=client_credentials", 400, "invalid_request"),
        (
            "a scope twice",
            "grant_type=client_credentials&scope=directory:read&scope=directory:read",
            400,
            "invalid_request",
        ),
        ("a secret in the form", "grant_type=client_credentials&client_secret=x", 400, "invalid_request"),
        ("another name in the form", "grant_type=client_credentials&client_id=partner-beta", 401, "invalid_client"),
    ];
    wrong.extend(more.map(|(name, form, status, error)| (name, right.clone(), form.to_owned(), status, error)));
    let both = format!("{form}&client_assertion_type={ASSERTION_TYPE}&client_assertion=a.b.c");
    wrong.push(("two proofs", right.clone(), both, 400, "invalid_request"));
    wrong.push(("two headers", right.repeat(2), form.to_owned(), 400, "invalid_request"));
    let bare = format!("{form}&client_assertion=a.b.c");
    wrong.push(("an assertion of no type", String::new(), bare, 400, "invalid_request"));
    wrong
}

#[test]
fn errors_are_said_in_the_words_of_the_standard() {
    let world = World::with_projects();
    let secret = world.caller("partner-alpha").secret;
    let before = dump(&world.database);
    let mut strangers = Vec::new();
    for (name, headers, form, status, error) in wrong_requests(&secret) {
        for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
            if path != "/oauth/token" && error != "invalid_client" {
                continue;
            }
            let refused = post(&world.url, path, &headers, &form);
            assert_eq!((refused.status, refused.code().as_str()), (status, error), "{path} {name}: {}", refused.text());
            assert!(refused.head.contains("content-type: application/json"), "{name}: {}", refused.head);
            assert_eq!(refused.head.contains("www-authenticate: Basic"), status == 401, "{name}: {}", refused.head);
            if error == "invalid_client" {
                strangers.push(refused.text());
            }
        }
    }
    strangers.dedup();
    assert_eq!(strangers.len(), 1, "whoever is not known is told the same: {strangers:?}");
    let json = request(&world.url, "POST /oauth/token", "Content-Type: application/json\r\n", b"{}");
    assert_eq!((json.status, json.code().as_str()), (400, "invalid_request"));
    assert_eq!(request(&world.url, "GET /oauth/token", "", b"").status, 405);
    let long = format!("grant_type=client_credentials&scope={}", "x".repeat(20_000));
    assert_eq!(post(&world.url, "/oauth/token", "", &long).status, 413);
    assert_eq!(dump(&world.database), before);
}

#[test]
fn a_secret_may_come_written_as_in_a_form() {
    let world = World::with_projects();
    let secret = world.caller("partner-alpha").secret;
    // As the standard asks, and as strict clients do: everything but letters and digits escaped.
    let escaped: String = secret
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_string() } else { format!("%{:02X}", sign as u32) })
        .collect();
    let given = post(&world.url, "/oauth/token", &basic("partner%2Dalpha", &escaped), "grant_type=client_credentials");
    assert_eq!(given.status, 200, "{}", given.text());
}

#[test]
fn the_metadata_names_what_is_there() {
    let world = World::empty();
    let metadata = request(&world.url, "GET /.well-known/oauth-authorization-server", "", b"").json();
    assert_eq!(metadata["issuer"], world.url);
    for (member, method) in [
        ("token_endpoint", "POST"),
        ("introspection_endpoint", "POST"),
        ("revocation_endpoint", "POST"),
        ("jwks_uri", "GET"),
    ] {
        let address = metadata[member].as_str().unwrap();
        let path = address.strip_prefix(&world.url).expect("an address of ours");
        assert_ne!(request(&world.url, &format!("{method} {path}"), "", b"").status, 404, "{address}");
    }
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["private_key_jwt", "client_secret_basic"]));
    assert_eq!(metadata["token_endpoint_auth_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
    let keys = request(&world.url, "GET /.well-known/jwks.json", "", b"").json();
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
    assert!(key["d"].is_null() && key["kid"].as_str().is_some_and(|kid| kid.len() == 43), "{key}");
}

#[test]
fn a_token_is_told_of_to_its_client_and_to_operators_only() {
    let world = World::with_projects();
    let (alpha, beta, operator_client) =
        (world.caller("partner-alpha"), world.caller("partner-beta"), world.caller("operator"));
    let token = alpha.token();
    let ask = |name: &str, secret: &str, token: &str| -> Value {
        let answered = post(&world.url, "/oauth/introspect", &basic(name, secret), &format!("token={token}"));
        assert_eq!(answered.status, 200, "{}", answered.text());
        answered.json()
    };
    let told = ask("partner-alpha", &alpha.secret, &token);
    let claims = claims_of(&token);
    assert_eq!(told["active"], true);
    for name in ["iss", "aud", "sub", "client_id", "iat", "nbf", "exp", "jti", "scope"] {
        assert_eq!(told[name], claims[name], "{name}");
    }
    assert_eq!(ask("operator", &operator_client.secret, &token), told);
    let nothing = json!({ "active": false });
    assert_eq!(ask("partner-beta", &beta.secret, &token), nothing, "another's token");
    assert_eq!(ask("partner-beta", &beta.secret, "x.y.z"), nothing, "no token");
    let expired = issue_token_at_the_console(&world.desk, &operator(), "partner-alpha", 0).unwrap();
    assert_eq!(ask("partner-alpha", &alpha.secret, &expired), nothing, "an old token");
    let nameless = post(&world.url, "/oauth/introspect", &basic("partner-alpha", &alpha.secret), "");
    assert_eq!((nameless.status, nameless.code().as_str()), (400, "invalid_request"));
    let revoke = |name: &str, secret: &str, token: &str| {
        let answered = post(&world.url, "/oauth/revoke", &basic(name, secret), &format!("token={token}"));
        assert_eq!((answered.status, answered.text().as_str()), (200, ""));
    };
    revoke("partner-beta", &beta.secret, &token);
    assert_eq!(status(&world.url, &token), 200, "another client gave it back, which is nothing");
    revoke("partner-alpha", &alpha.secret, &token);
    revoke("partner-alpha", &alpha.secret, &token);
    revoke("partner-alpha", &alpha.secret, "x.y.z");
    assert_eq!(ask("partner-alpha", &alpha.secret, &token), nothing);
    assert_eq!(status(&world.url, &token), 401);
}

#[test]
fn the_console_makes_no_token_that_outlives_its_key() {
    let world = World::with_projects();
    let ask = |seconds| issue_token_at_the_console(&world.desk, &operator(), "analyst", seconds);
    assert!(ask(86_400).is_ok() && ask(86_401).is_err());
    let client = faisceau::access::client::Client::new("another".parse().unwrap(), Role::Partner, None);
    assert!(register_client(&world.desk, &operator(), client).is_err(), "a partner of nobody");
}
