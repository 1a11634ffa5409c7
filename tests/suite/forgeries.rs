//! Made-up access tokens, told to every route: each is refused in the same words, and nothing tells one from another.

use std::collections::BTreeMap;

use faisceau::api::routes::{Entry, ROUTES};
use serde_json::json;

use crate::strangers::VISITS;
use crate::support::World;
use crate::support::dump::dump;
use crate::support::forge::Forger;
use crate::support::raw::{Raw, bearer, graphql, request};

/// An answer without what differs from request to request.
fn compared(answered: &Raw) -> (u16, String, String) {
    let varies = |line: &&str| !line.starts_with("x-request-id:") && !line.starts_with("date:");
    let mut head: Vec<&str> = answered.head.lines().filter(varies).collect();
    head.sort_unstable();
    (answered.status, head.join("\n"), answered.text())
}

#[test]
fn every_forgery_is_refused_on_every_route_in_the_same_words() {
    let world = World::with_projects();
    let forger = Forger::of(&world);
    let valid = world.caller("officer-one").token();
    let control = forger.signed(&forger.header().to_string(), &forger.claims().to_string());
    for token in [&valid, &control] {
        let known = graphql(&world.url, &bearer(Some(token)), "{ viewer { client } }", &json!({}));
        assert_eq!(known.json()["data"]["viewer"]["client"], "officer-one", "the tokens that lies start from hold");
    }
    let lies = forger.lies(&valid);
    let names: BTreeMap<&str, &str> = lies.iter().map(|(name, headers)| (*name, headers.as_str())).collect();
    assert!(names.len() == lies.len() && lies.len() >= 130, "{} lies, {} names", lies.len(), names.len());
    let before = dump(&world.database);
    let mut refused = 0;
    for ((method, _, target, _), (_, _, entry)) in VISITS.iter().zip(ROUTES) {
        if *entry == Entry::Open {
            continue;
        }
        let start = format!("{method} {target}");
        let usual = compared(&request(&world.url, &start, "Authorization: Bearer x\r\n", b""));
        assert_eq!(usual.0, 401, "{start}");
        assert!(usual.1.contains("www-authenticate: Bearer error=\"invalid_token\""), "{start}: {}", usual.1);
        for (lie, headers) in &lies {
            assert_eq!(compared(&request(&world.url, &start, headers, b"")), usual, "{start} with {lie}");
            refused += 1;
        }
    }
    assert!(refused > 5000, "{refused} refusals");
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn a_token_anywhere_but_in_its_header_is_no_token() {
    let world = World::with_projects();
    let token = world.caller("officer-one").token();
    let stranger = compared(&request(&world.url, "GET /v1/programmes", "", b""));
    assert_eq!(stranger.0, 401);
    for (start, headers) in [
        (format!("GET /v1/programmes?access_token={token}"), String::new()),
        ("GET /v1/programmes".to_owned(), format!("Cookie: access_token={token}\r\n")),
        ("GET /v1/programmes".to_owned(), format!("X-Access-Token: {token}\r\n")),
        ("GET /v1/programmes".to_owned(), format!("Proxy-Authorization: Bearer {token}\r\n")),
        ("GET /v1/programmes".to_owned(), format!("DPoP: {token}\r\n")),
    ] {
        assert_eq!(compared(&request(&world.url, &start, &headers, b"")), stranger, "{headers}");
    }
    // The scheme alone is written as one likes (RFC 9110, section 11.1).
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let known = request(&world.url, "GET /v1/programmes", &format!("Authorization: {scheme} {token}\r\n"), b"");
        assert_eq!(known.status, 200, "{scheme}");
    }
}
