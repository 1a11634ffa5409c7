//! The headers of every answer, and what browsers may do.

use faisceau::api::routes::ROUTES;

use super::{ask, get, header, token};
use crate::support::World;
use crate::support::raw::{Raw, request};

/// What every answer says, whoever made it.
const ALWAYS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
];

fn wrong(what: &str, answered: &Raw) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, value) in ALWAYS {
        if header(answered, name).as_deref() != Some(value) {
            wrong.push(format!("{what}: {name} is {:?}", header(answered, name)));
        }
    }
    let policy = header(answered, "content-security-policy").unwrap_or_default();
    if !policy.contains("default-src 'none'") || !policy.contains("frame-ancestors 'none'") || policy.contains("'un") {
        wrong.push(format!("{what}: its content security policy is {policy:?}"));
    }
    for (name, holds) in [
        ("strict-transport-security", header(answered, "strict-transport-security").is_none()),
        ("access-control-allow-origin", header(answered, "access-control-allow-origin").is_none()),
        ("server", header(answered, "server").is_none()),
        ("x-request-id", header(answered, "x-request-id").is_some()),
    ] {
        if !holds {
            wrong.push(format!("{what}: {name}"));
        }
    }
    wrong
}

#[test]
fn every_answer_of_every_route_has_the_security_headers_and_personal_ones_are_not_kept() {
    let world = World::with_projects();
    let officer = token(&world, "officer-one");
    let mut odd = Vec::new();
    for (method, pattern, entry) in ROUTES {
        let path = pattern.replace(['{', '}'], "");
        for headers in ["", &officer, "Authorization: Bearer x\r\n"] {
            let answered = request(&world.url, &format!("{method} {path}"), headers, b"");
            odd.extend(wrong(&format!("{method} {pattern}"), &answered));
            let cache = header(&answered, "cache-control").unwrap_or_default();
            if *entry != faisceau::api::routes::Entry::Open && cache != "no-store" {
                odd.push(format!("{method} {pattern}: cache-control is {cache:?}"));
            }
        }
    }
    let totals = get(&world, &officer, "/v1/programmes/TEST/totals");
    assert_eq!((totals.status, header(&totals, "cache-control").as_deref()), (200, Some("no-store")));
    for (start, body) in [("GET /nowhere", ""), ("DELETE /health", ""), ("BREW /graphql", ""), ("POST /graphql", "{")] {
        odd.extend(wrong(start, &request(&world.url, start, "", body.as_bytes())));
    }
    assert_eq!(odd, Vec::<String>::new());
}

#[test]
fn browsers_are_held_to_tls_only_where_it_stands_before() {
    let world = World::with_settings(&[
        ("public_url", "https://faisceau.example.org"),
        ("trusted_proxies", "127.0.0.1"),
        ("hsts_seconds", "31536000"),
    ]);
    let answered = get(&world, "", "/health");
    assert_eq!(header(&answered, "strict-transport-security").as_deref(), Some("max-age=31536000"));
}

#[test]
fn pages_of_other_origins_call_only_if_they_are_named() {
    let preflight = |world: &World, origin: &str| {
        let headers = format!(
            "Origin: {origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization\r\n"
        );
        request(&world.url, "OPTIONS /graphql", &headers, b"")
    };
    let allowed = |answered: &Raw| header(answered, "access-control-allow-origin");
    let closed = World::with_projects();
    assert_eq!(allowed(&preflight(&closed, "https://tableau.example.org")), None);

    let world = World::with_settings(&[("cors_origins", "https://tableau.example.org")]);
    let answered = preflight(&world, "https://tableau.example.org");
    assert_eq!((answered.status, allowed(&answered).as_deref()), (200, Some("https://tableau.example.org")));
    assert_eq!(header(&answered, "access-control-allow-credentials"), None);
    for origin in ["https://tableau.example.org.evil.example", "http://tableau.example.org", "null"] {
        assert_eq!(allowed(&preflight(&world, origin)), None, "{origin}");
    }
    let headers = format!("{}Origin: https://tableau.example.org\r\n", token(&world, "analyst"));
    let asked = ask(&world, &headers, "{ viewer { client } }");
    assert_eq!((asked.status, allowed(&asked).as_deref()), (200, Some("https://tableau.example.org")));
    assert!(header(&asked, "access-control-expose-headers").unwrap().to_lowercase().contains("retry-after"));
    assert_eq!(allowed(&get(&world, "Origin: https://other.example.org\r\n", "/health")), None);
}

#[test]
fn the_playground_runs_nothing_inline_and_can_be_switched_off() {
    let world = World::with_projects();
    let page = get(&world, "", "/playground");
    let policy = header(&page, "content-security-policy").unwrap();
    assert!(page.status == 200 && policy.contains("script-src 'self'") && !policy.contains("'un"), "{policy}");
    assert!(!page.text().contains("<script>") && !page.text().contains("onload="));

    let closed = World::with_settings(&[("playground", "false")]);
    for path in ["/playground", "/playground/examples.json", "/playground/playground.js"] {
        let answered = get(&closed, "", path);
        assert_eq!((answered.status, answered.code().as_str()), (404, "ROUTE_NOT_FOUND"), "{path}");
    }
}
