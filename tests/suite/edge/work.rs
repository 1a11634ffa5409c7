//! A service that has its hands full: what is submitted comes in before what is read, and it still says that it is well.

use std::io::Write;
use std::time::{Duration, Instant};

use faisceau::api::edge::gate::{Class, Place};
use serde_json::json;

use super::{ask, get, header, token};
use crate::support::World;
use crate::support::raw::{connect, read};
use crate::support::statement::{SUBMIT, submission};

/// Takes every place that a class of work can take.
fn fill(world: &World, class: Class) -> Vec<Place> {
    std::iter::from_fn(|| world.edge.gate.enter(class).ok()).collect()
}

#[test]
fn when_all_hands_are_full_submissions_come_in_before_reading_and_reading_before_exports() {
    let world = World::with_settings(&[("work_at_once", "8"), ("exports_at_once", "1")]);
    let (analyst, partner) = (token(&world, "analyst"), world.caller("partner-alpha"));
    let project = world.project("ALPHA").id.to_string();
    let submit = || partner.post(SUBMIT, json!({ "input": submission(&project, "2023-Q1", 0, vec![]) }));
    let csv = format!("{}Accept: text/csv\r\n", token(&world, "officer-one"));
    let export = || get(&world, &csv, "/v1/versions/none/findings");
    assert_eq!(export().status, 404, "there is no such version, but there is a place");

    let exports = fill(&world, Class::Export);
    let refused = export();
    assert_eq!((refused.status, refused.code().as_str()), (503, "BUSY"));
    assert_eq!(header(&refused, "retry-after").as_deref(), Some("1"));
    assert_eq!(get(&world, &analyst, "/v1/programmes/TEST/totals").status, 200);

    let reading = fill(&world, Class::Reading);
    let refused = get(&world, &analyst, "/v1/programmes/TEST/totals");
    assert_eq!((refused.status, header(&refused, "retry-after").as_deref()), (503, Some("1")));
    let in_graphql = ask(&world, &analyst, "{ projects(first: 1) { nodes { code } } }");
    assert_eq!((in_graphql.status, in_graphql.code().as_str()), (503, "BUSY"), "{}", in_graphql.text());
    assert_eq!(header(&in_graphql, "retry-after").as_deref(), Some("1"));
    assert_ne!(submit().body["errors"][0]["extensions"]["code"], "BUSY", "a submission comes in");

    let submissions = fill(&world, Class::Submission);
    let refused = submit();
    assert_eq!((refused.status, &refused.body["errors"][0]["extensions"]["code"]), (503, &"BUSY".into()));
    for _ in 0..20 {
        assert_eq!(get(&world, "", "/health").status, 200, "a busy service is well");
    }
    drop((exports, reading, submissions));
    assert_eq!(get(&world, &analyst, "/v1/programmes/TEST/totals").status, 200);
}

#[test]
fn health_answers_while_every_connection_that_reads_is_at_work() {
    let world = World::with_projects();
    let analyst = token(&world, "analyst");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                world.desk.store.read(|_| {
                    std::thread::sleep(Duration::from_secs(4));
                    Ok(())
                })
            });
        }
        // The service in this process shares that store's connections.
        std::thread::sleep(Duration::from_millis(300));
        let busy = get(&world, &analyst, "/v1/programmes");
        assert_eq!((busy.status, busy.code().as_str()), (503, "BUSY"), "{}", busy.text());
        let started = Instant::now();
        assert_eq!(get(&world, "", "/health").status, 200);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    });
}

#[test]
fn beyond_the_limit_of_connections_newcomers_wait_and_are_served_when_slow_ones_are_gone() {
    let world = World::with_settings(&[("connections", "16")]);
    let held: Vec<_> = (0..64)
        .map(|_| {
            let mut stream = connect(&world.url);
            stream.write_all(b"GET /health HTTP/1.1\r\nX-Slow: ").unwrap();
            stream
        })
        .collect();
    let started = Instant::now();
    let mut stream = connect(&world.url);
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let answered = read(stream);
    assert_eq!(answered.status, 200);
    assert!(started.elapsed() > Duration::from_secs(1), "nothing was full: {:?}", started.elapsed());
    drop(held);
}
