//! Clients as operators see to them through REST, and nobody else does.

use faisceau::access::operations as access;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::{operator, status};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::oauth::{Key, ask_with, basic, post};
use crate::support::raw::{Raw, bearer, request};

fn send(world: &World, caller: &str, start: &str, more: &str, body: &Value) -> Raw {
    let token = world.caller(caller).token();
    let headers = format!("{}Content-Type: application/json\r\n{more}", bearer(Some(&token)));
    request(&world.url, start, &headers, body.to_string().as_bytes())
}

fn works(world: &World, name: &str, secret: &str) -> bool {
    post(&world.url, "/oauth/token", &basic(name, secret), "grant_type=client_credentials").status == 200
}

#[test]
fn an_operator_registers_narrows_and_takes_back_clients() {
    let world = World::with_projects();
    let (alpha, beta) = (world.project("ALPHA"), world.project("BETA"));
    let input = json!({
        "name": "alpha/second", "role": "partner", "organisation": alpha.details.lead.as_str(),
        "projects": ["TEST:ALPHA"], "networks": ["127.0.0.0/8"], "scopes": ["directory:read", "reports:write"],
        "expiresAt": "2024-12-31T23:00:00Z",
    });
    let rehearsed = send(&world, "operator", "POST /v1/clients?dryRun=true", "", &input);
    assert_eq!((rehearsed.status, &rehearsed.json()["secret"]), (200, &Value::Null), "{}", rehearsed.text());
    let once = "Idempotency-Key: register-1\r\n";
    let made = send(&world, "operator", "POST /v1/clients", once, &input);
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert_eq!(made["projects"], json!([alpha.id.as_str()]));
    assert_eq!((&made["standing"], &made["expiresAt"]), (&json!("ACTIVE"), &json!("2024-12-31T23:00:00.000000Z")));
    let again = send(&world, "operator", "POST /v1/clients", once, &input);
    assert_eq!((again.status, &again.json()["secret"]), (201, &Value::Null), "a secret is shown once");
    assert!(works(&world, "alpha/second", &secret));
    assert!(dump(&world.database).iter().all(|row| !row.contains(&secret)), "the secret is kept nowhere");

    let at = |rest: &str| format!("/v1/clients/alpha%2Fsecond{rest}");
    let found = send(&world, "operator", &format!("GET {}", at("")), "", &Value::Null).json();
    assert_eq!((&found["name"], &found["secret"]), (&json!("alpha/second"), &Value::Null));
    let act = |rest: &str, body: Value| send(&world, "operator", &format!("POST {}", at(rest)), "", &body);
    let rotated = act("/secrets", json!({ "overlapHours": 0 })).json();
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert!(!works(&world, "alpha/second", &secret) && works(&world, "alpha/second", &new));
    let key = Key::new(Algorithm::ES256);
    assert_eq!(act("/keys", json!({ "key": key.public.to_string() })).status, 200);
    let given = ask_with(&world.url, &key.assertion(&world, "alpha/second"));
    let token = given.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(status(&world.url, &token), 200);
    assert_eq!(act("/suspension", json!({})).json()["standing"], "SUSPENDED");
    assert_eq!(status(&world.url, &token), 401);
    assert_eq!(act("/resumption", json!({})).json()["standing"], "ACTIVE");
    assert_eq!(status(&world.url, &token), 200);
    let ended = act(&format!("/credentials/{}/end", key.read().id()), json!({}));
    assert_eq!(ended.status, 200, "{}", ended.text());
    assert_eq!(ask_with(&world.url, &key.assertion(&world, "alpha/second")).status, 401);
    let widened =
        send(&world, "operator", &format!("PATCH {}", at("")), "", &json!({ "projects": [], "neverExpires": true }));
    assert_eq!((&widened.json()["projects"], &widened.json()["expiresAt"]), (&json!([]), &Value::Null));
    for (body, code) in [
        (json!({ "projects": [beta.id.as_str()] }), "PROJECTS_MISPLACED"),
        (json!({ "projects": ["TEST:NOWHERE"] }), "NOT_FOUND"),
        (json!({ "networks": ["192.0.2.7/24"] }), "NETWORK_INVALID"),
        (json!({ "scopes": ["reports:review"] }), "SCOPE_INVALID"),
        (json!({ "expiresAt": "2024-01-01T00:00:00Z" }), "INSTANT_INVALID"),
    ] {
        assert_eq!(send(&world, "operator", &format!("PATCH {}", at("")), "", &body).code(), code);
    }
    assert_eq!(act("/revocation", json!({})).json()["standing"], "REVOKED");
    assert_eq!(act("/secrets", json!({})).code(), "CLIENT_REVOKED");
    assert!(!works(&world, "alpha/second", &new));
    let listed = send(&world, "operator", "GET /v1/clients?first=200", "", &Value::Null).json();
    let names: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"alpha/second") && names.contains(&"analyst") && names.is_sorted(), "{names:?}");
}

#[test]
fn nobody_else_sees_to_clients() {
    let world = World::with_projects();
    let before = access::find_client(&world.desk, &operator(), "analyst").unwrap();
    for caller in ["partner-alpha", "officer-one", "analyst", "auditor"] {
        for (start, body) in [
            ("GET /v1/clients", json!({})),
            ("GET /v1/clients/analyst", json!({})),
            ("GET /v1/clients/nobody", json!({})),
            ("POST /v1/clients", json!({ "name": "mine", "role": "OPERATOR" })),
            ("PATCH /v1/clients/analyst", json!({ "neverExpires": true })),
            ("POST /v1/clients/analyst/secrets", json!({})),
            ("POST /v1/clients/analyst/keys", json!({ "key": "x" })),
            ("POST /v1/clients/analyst/suspension", json!({})),
            ("POST /v1/clients/analyst/resumption", json!({})),
            ("POST /v1/clients/nobody/revocation", json!({})),
            ("POST /v1/clients/analyst/credentials/secret-1/end", json!({})),
        ] {
            let refused = send(&world, caller, start, "", &body);
            assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{caller} {start}");
        }
    }
    let after = access::find_client(&world.desk, &operator(), "analyst").unwrap();
    let plain = |record: Option<faisceau::access::client::ClientRecord>| record.map(|record| record.client);
    assert_eq!(plain(before), plain(after));
}

#[test]
fn what_no_client_can_be_is_refused_with_a_place_and_a_remedy() {
    let world = World::with_projects();
    let organisation = world.project("ALPHA").details.lead.to_string();
    for (input, code, path) in [
        (json!({ "name": "two words", "role": "ANALYST" }), "SHORT_CODE_INVALID", "name"),
        (json!({ "name": "9903017422", "role": "ANALYST" }), "TEXT_HOLDS_IDENTITY", "name"),
        (json!({ "name": "one", "role": "KING" }), "CODE_UNKNOWN", "role"),
        (json!({ "name": "one", "role": "PARTNER" }), "REQUEST_MALFORMED", "organisation"),
        (json!({ "name": "one", "role": "PARTNER", "organisation": "org_1" }), "NOT_FOUND", "organisation"),
        (
            json!({ "name": "one", "role": "ANALYST", "organisation": organisation, "projects": ["TEST:ALPHA"] }),
            "PROJECTS_MISPLACED",
            "projects",
        ),
        (
            json!({ "name": "one", "role": "ANALYST", "key": "-----BEGIN PRIVATE KEY-----" }),
            "PUBLIC_KEY_INVALID",
            "key",
        ),
        (json!({ "name": "analyst", "role": "ANALYST" }), "CLIENT_ID_TAKEN", ""),
        (json!({ "name": "one", "role": "ANALYST", "secret": "mine" }), "REQUEST_MALFORMED", "secret"),
    ] {
        let refused = send(&world, "operator", "POST /v1/clients", "", &input);
        assert_eq!(refused.code(), code, "{input}: {}", refused.text());
        assert_eq!(refused.json()["path"].as_str().unwrap_or_default(), path, "{input}: {}", refused.text());
        assert!(refused.json()["remedy"].as_str().is_some_and(|remedy| remedy.ends_with('.')), "{}", refused.text());
    }
}
