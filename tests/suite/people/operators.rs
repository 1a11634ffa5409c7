//! Accounts as operators see to them, through REST and at the console, and nobody else does.

use serde_json::{Value, json};

use super::{PASSWORD, reads, who};
use crate::support::World;
use crate::support::browser::Browser;
use crate::support::console::Console;
use crate::support::dump::dump;
use crate::support::raw::{Raw, bearer, request};
use crate::support::world::some_siret;

fn send(world: &World, caller: &str, start: &str, more: &str, body: &Value) -> Raw {
    let token = world.caller(caller).token();
    let headers = format!("{}Content-Type: application/json\r\n{more}", bearer(Some(&token)));
    request(&world.url, start, &headers, body.to_string().as_bytes())
}

#[test]
fn an_operator_registers_changes_and_takes_back_accounts() {
    let world = World::with_projects();
    let siret = some_siret(2).to_string();
    let input =
        json!({ "name": "alpha/clerk", "role": "partner", "organisation": siret, "expiresAt": "2024-12-31T23:00:00Z" });
    let rehearsed = send(&world, "operator", "POST /v1/accounts?dryRun=true", "", &input);
    assert_eq!((rehearsed.status, &rehearsed.json()["password"]), (200, &Value::Null), "{}", rehearsed.text());
    let key = "Idempotency-Key: account-1\r\n";
    let made = send(&world, "operator", "POST /v1/accounts", key, &input);
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let (id, once) = (made["id"].as_str().unwrap().to_owned(), made["password"].as_str().unwrap().to_owned());
    let again = send(&world, "operator", "POST /v1/accounts", key, &input).json();
    assert_eq!((&again["id"], &again["password"]), (&json!(id), &Value::Null), "a password is shown once");
    let taken = send(&world, "operator", "POST /v1/accounts", "", &input);
    assert_eq!((taken.status, taken.code().as_str()), (409, "ALREADY_REGISTERED"));

    let browser = Browser::new(&world.url);
    assert_eq!(browser.sign_in("alpha/clerk", &once, Some(PASSWORD)).status, 303);
    let projects = browser.get("/v1/projects").json();
    let codes: Vec<_> = projects["items"].as_array().unwrap().iter().map(|item| item["code"].clone()).collect();
    assert_eq!(codes, [json!("ALPHA")], "a partner's person sees what the partner sees");

    let act = |rest: &str, body: Value| send(&world, "operator", &format!("POST /v1/accounts/{id}{rest}"), "", &body);
    let found = send(&world, "operator", "GET /v1/accounts/alpha%2Fclerk", "", &Value::Null).json();
    assert_eq!((&found["id"], &found["standing"]), (&json!(id), &json!("ACTIVE")));
    assert!(found["signedInAt"].is_string() && found["oneTimeUntil"].is_null() && found["name"].is_null(), "{found}");
    assert_eq!(act("/sessions/end", json!({})).status, 200);
    assert_eq!(reads(&browser), 401);
    assert_eq!(act("/suspension", json!({})).json()["standing"], "SUSPENDED");
    assert_eq!(browser.sign_in("alpha/clerk", PASSWORD, None).status, 401);
    assert_eq!(act("/resumption", json!({})).json()["standing"], "ACTIVE");
    assert_eq!(browser.sign_in("alpha/clerk", PASSWORD, None).status, 303);
    let reset = act("/password", json!({})).json();
    assert_eq!(reads(&browser), 401);
    let once = reset["password"].as_str().unwrap();
    assert_eq!(browser.sign_in("alpha/clerk", PASSWORD, None).status, 401);
    assert_eq!(browser.sign_in("alpha/clerk", once, Some("deux chiens noirs et un puits")).status, 303);
    let start = format!("PATCH /v1/accounts/{id}");
    let revised = send(
        &world,
        "operator",
        &start,
        "",
        &json!({ "role": "ANALYST", "noOrganisation": true, "neverExpires": true }),
    );
    assert_eq!(revised.json()["role"], "ANALYST", "{}", revised.text());
    assert_eq!((&revised.json()["organisation"], &revised.json()["expiresAt"]), (&Value::Null, &Value::Null));
    assert_eq!(browser.get("/v1/programmes/TEST/totals").status, 200, "an analyst, in the same session");
    for (body, code, path) in [
        (json!({ "role": "PARTNER" }), "REQUEST_MALFORMED", "organisation"),
        (json!({ "role": "KING" }), "CODE_UNKNOWN", "role"),
        (json!({ "organisation": "org_1" }), "NOT_FOUND", "organisation"),
        (json!({ "expiresAt": "2024-01-01T00:00:00Z" }), "INSTANT_INVALID", "expiresAt"),
        (json!({ "expiresAt": "2024-12-31T00:00:00Z", "neverExpires": true }), "REQUEST_MALFORMED", "neverExpires"),
    ] {
        let refused = send(&world, "operator", &start, "", &body);
        assert_eq!(
            (refused.code().as_str(), refused.json()["path"].as_str()),
            (code, Some(path)),
            "{}",
            refused.text()
        );
    }
    assert_eq!(who(&browser), json!(id));
    let listed = send(&world, "operator", "GET /v1/accounts", "", &Value::Null).json();
    assert_eq!(listed["items"][0]["id"], json!(id));
    let verbs =
        ["registered", "suspended", "resumed", "password_reset", "password_changed", "sessions_ended", "revised"];
    let kept = dump(&world.database);
    for verb in verbs {
        assert!(
            kept.iter().any(|row| row.starts_with("journal: ") && row.contains(&format!("account.{verb}"))),
            "{verb}"
        );
    }
}

#[test]
fn nobody_else_sees_to_accounts_and_no_client_passes_for_one() {
    let world = World::with_projects();
    let (id, _) = super::register(&world, "analyst-7", faisceau::access::role::Role::Analyst);
    let before = dump(&world.database);
    for caller in ["partner-alpha", "officer-one", "analyst", "auditor"] {
        for (start, body) in [
            ("GET /v1/accounts".to_owned(), json!({})),
            (format!("GET /v1/accounts/{id}"), json!({})),
            ("GET /v1/accounts/nobody".to_owned(), json!({})),
            ("POST /v1/accounts".to_owned(), json!({ "name": "mine", "role": "OPERATOR" })),
            (format!("PATCH /v1/accounts/{id}"), json!({ "role": "OPERATOR" })),
            (format!("POST /v1/accounts/{id}/suspension"), json!({})),
            (format!("POST /v1/accounts/{id}/resumption"), json!({})),
            (format!("POST /v1/accounts/{id}/password"), json!({})),
            (format!("POST /v1/accounts/{id}/sessions/end"), json!({})),
        ] {
            let refused = send(&world, caller, &start, "", &body);
            assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{caller} {start}");
        }
    }
    // Not the account's own identifier: one that is drawn may happen to hold ten digits, and is refused for that first.
    let like_an_account = "acc_01a205faedb076b181ca59ec06b54602";
    let client = json!({ "name": like_an_account, "role": "OFFICER" });
    let refused = send(&world, "operator", "POST /v1/clients", "", &client);
    assert_eq!((refused.status, refused.code().as_str()), (409, "CLIENT_ID_TAKEN"));
    assert_eq!(dump(&world.database), before);
}

#[test]
fn accounts_are_seen_to_at_the_console_too() {
    let world = World::with_projects();
    let console = Console(&world.database);
    let printed =
        console.run(&["account", "add", "officer-7", "--role", "OFFICER", "--organisation", some_siret(1).as_str()]);
    let line = |name: &str| {
        let found = printed.out.lines().find_map(|line| line.strip_prefix(&format!("{name}=")).map(str::to_owned));
        found.unwrap_or_else(|| panic!("{}", printed.out))
    };
    let (id, once) = (line("account"), line("password"));
    let shown = console.run(&["account", "show", "officer-7"]).out;
    assert!(shown.starts_with(&format!("{id} LOCAL OFFICER ACTIVE\n")), "{shown}");
    assert!(console.run(&["account", "list"]).out.contains(&id));
    let changed = console.run(&["account", "change", &id, "--role", "ANALYST", "--organisation", ""]).out;
    assert!(
        changed.starts_with(&format!("{id} LOCAL ANALYST ACTIVE\n")) && !changed.contains("organisation"),
        "{changed}"
    );
    let suspended = console.run(&["account", "suspend", "officer-7"]).out;
    assert!(suspended.contains("SUSPENDED"), "{suspended}");
    assert!(console.run(&["account", "resume", "officer-7"]).out.contains("ACTIVE"));
    let reset = console.run(&["account", "reset-password", "officer-7"]).out;
    assert!(reset.contains("password=") && !reset.contains(&once), "{reset}");
    console.run(&["account", "end-sessions", "officer-7"]);
    let said = console.refused(&["account", "show", "nobody"]);
    assert!(said.contains("faisceau account list"), "{said}");
    assert!(console.refused(&["account", "add", "x", "--role", "PARTNER"]).contains("organisation"));
}
