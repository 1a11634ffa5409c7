//! Token buckets: an organisation that asks too much feels it, and nobody else does.

use faisceau::access::role::Role;

use super::{ask, get, header, token};
use crate::support::World;
use crate::support::raw::Raw;

const DOCUMENT: &str = "{ viewer { client } }";

/// Few requests, and none in the time of a test to fill up.
fn strict() -> World {
    World::with_settings(&[
        ("rate_per_second", "1"),
        ("rate_burst", "40"),
        ("anonymous_rate_per_second", "1"),
        ("anonymous_rate_burst", "20"),
        ("trusted_proxies", "127.0.0.1"),
    ])
}

/// Asks until it is refused, at most so often.
fn until_refused(most: usize, mut ask: impl FnMut() -> Raw) -> Raw {
    (0..most).map(|_| ask()).find(|answered| answered.status == 429).expect("a refusal")
}

#[test]
fn an_organisation_is_held_to_its_bucket_by_every_door_and_others_are_not() {
    let world = strict();
    let alpha = world.project("ALPHA").details.lead;
    world.register_client("partner-alpha-two", Role::Partner, Some(&alpha));
    let one = token(&world, "partner-alpha");
    let two = token(&world, "partner-alpha-two");
    let first = ask(&world, &one, DOCUMENT);
    assert_eq!(header(&first, "ratelimit-policy").as_deref(), Some("\"organisation\";q=40;w=40"));
    let rest = header(&first, "ratelimit").unwrap();
    assert!(first.status == 200 && rest.starts_with("\"organisation\";r=3") && rest.contains(";t="), "{rest}");

    let refused = until_refused(60, || ask(&world, &one, DOCUMENT));
    assert_eq!(header(&refused, "content-type").as_deref(), Some("application/problem+json"));
    assert_eq!((refused.json()["code"].as_str(), refused.json()["status"].as_u64()), (Some("RATE_LIMITED"), Some(429)));
    assert!(refused.json()["remedy"].as_str().unwrap().contains("Retry-After"));
    let wait: u64 = header(&refused, "retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert!(header(&refused, "ratelimit").unwrap().starts_with("\"organisation\";r=0;t="));

    // The same bucket for the organisation's other client, and for REST.
    until_refused(3, || ask(&world, &two, DOCUMENT));
    until_refused(3, || get(&world, &one, "/v1/projects"));
    // Nobody else feels it, and health is not counted.
    for other in ["partner-beta", "analyst", "auditor"] {
        assert_eq!(ask(&world, &token(&world, other), DOCUMENT).status, 200, "{other}");
    }
    assert!((0..60).all(|_| get(&world, &one, "/health").status == 200));

    // Who waits as told is served.
    std::thread::sleep(std::time::Duration::from_secs(wait));
    assert_eq!(ask(&world, &one, DOCUMENT).status, 200);
}

#[test]
fn callers_without_a_token_are_held_to_their_address_as_the_proxy_tells_it() {
    let world = strict();
    let from = |address: &str| format!("X-Forwarded-For: {address}\r\n");
    let refused = until_refused(30, || get(&world, &from("192.0.2.7"), "/v1/code-lists"));
    assert!(header(&refused, "ratelimit-policy").unwrap().starts_with("\"address\";q=20"));
    // What the caller itself wrote before the proxy's entry is nothing.
    assert_eq!(get(&world, &from("198.51.100.1, 192.0.2.7"), "/v1/code-lists").status, 429);
    assert_eq!(get(&world, &from("192.0.2.8"), "/v1/code-lists").status, 200);
    // Guessing is asking: tokens that do not hold, and secrets at the token endpoint.
    let guess = format!("{}Authorization: Bearer guess\r\n", from("192.0.2.9"));
    assert_eq!(get(&world, &guess, "/v1/projects").status, 401);
    until_refused(30, || get(&world, &guess, "/v1/projects"));
    let guess = format!("{}Authorization: Basic eDp5\r\n", from("192.0.2.10"));
    until_refused(30, || super::request(&world.url, "POST /oauth/token", &guess, b"grant_type=client_credentials"));
    // One site of IPv6 is one address.
    until_refused(30, || get(&world, &from("2001:db8::1"), "/v1/code-lists"));
    assert_eq!(get(&world, &from("2001:db8::ffff"), "/v1/code-lists").status, 429);
    assert_eq!(get(&world, &from("2001:db8:0:1::1"), "/v1/code-lists").status, 200);
    // A token that holds is counted by its organisation.
    let known = format!("{}{}", token(&world, "partner-alpha"), from("192.0.2.7"));
    assert_eq!(ask(&world, &known, DOCUMENT).status, 200);
}
