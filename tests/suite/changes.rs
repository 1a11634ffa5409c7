//! Following the journal: nothing missed, nothing twice, in an order that never changes, however late a commit is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use faisceau::storage::Party;
use faisceau::storage::journal::{self, Entry};
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::database::on_postgresql;
use crate::support::statement::{action, present, submission};
use crate::support::{Caller, World};

/// Whoever follows: what it has, and from where it asks on.
struct Follower {
    caller: Caller,
    seen: Vec<(i64, String)>,
}

impl Follower {
    fn new(world: &World, client: &str) -> Self {
        Self { caller: world.caller(client), seen: Vec::new() }
    }

    /// Asks until there is no more for now.
    fn follow(&mut self, first: u32) {
        loop {
            let after = self.seen.last().map_or(0, |(sequence, _)| *sequence);
            let found = self.caller.get(&format!("/v1/changes?after={after}&first={first}"));
            assert_eq!(found.status, 200, "{}", found.text);
            for item in found.body["items"].as_array().unwrap() {
                let sequence = item["sequence"].as_str().unwrap().parse().unwrap();
                self.seen.push((sequence, item["subject"].as_str().unwrap().to_owned()));
            }
            if found.body["hasMore"] == false {
                return;
            }
        }
    }

    fn subjects(&self) -> Vec<&str> {
        self.seen.iter().map(|(_, subject)| subject.as_str()).collect()
    }
}

/// Writes an entry whose transaction lasts as long as `meanwhile` does.
fn write(world: &World, subject: &str, mut meanwhile: impl FnMut()) {
    let written = world.desk.store.on_behalf_of(Party::Staff(None)).write(|connection| {
        let entry = Entry { kind: "test.written", actor: "test", organisation: None, subject, detail: json!({}) };
        journal::append(connection, world.desk.clock.now(), &entry)?;
        meanwhile();
        Ok(())
    });
    written.unwrap();
}

#[test]
fn an_entry_that_commits_late_is_not_missed() {
    let world = World::with_projects();
    let mut follower = Follower::new(&world, "auditor");
    follower.follow(200);
    let known = follower.seen.len();
    // Someone who follows by identifier, as one might without sequences.
    let mut by_id: Vec<String> = Vec::new();
    let follow_by_id = |by_id: &mut Vec<String>| {
        let last = by_id.last().cloned().unwrap_or_default();
        let later = format!("SELECT id AS value FROM journal WHERE id > '{last}' ORDER BY id");
        by_id.extend(world.database.sql(&later));
    };
    follow_by_id(&mut by_id);

    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| {
            let (begun, may_end) = (begun, may_end);
            write(&world, "slow", || {
                begun.send(()).unwrap();
                may_end.recv().unwrap();
            });
        });
        has_begun.recv().unwrap();
        // SQLite has one writer: nothing can overtake it there.
        if on_postgresql() {
            write(&world, "fast", || {});
            follower.follow(200);
            follow_by_id(&mut by_id);
            assert_eq!(follower.subjects()[known..], ["fast"]);
        }
        end.send(()).unwrap();
        slow.join().unwrap();
    });
    follower.follow(200);
    follow_by_id(&mut by_id);
    let expected: &[&str] = if on_postgresql() { &["fast", "slow"] } else { &["slow"] };
    assert_eq!(follower.subjects()[known..], *expected);
    let all = world.database.sql("SELECT id AS value FROM journal").len();
    assert_eq!(by_id.len(), if on_postgresql() { all - 1 } else { all }, "whoever follows by identifier misses it");
}

#[test]
fn everybody_who_follows_gets_every_entry_once_in_one_order() {
    const WRITERS: usize = 4;
    const EACH: usize = 12;
    let world = World::with_projects();
    let done = AtomicBool::new(false);
    let (mut one, mut other) = (Follower::new(&world, "auditor"), Follower::new(&world, "officer-one"));
    std::thread::scope(|scope| {
        for follower in [&mut one, &mut other] {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    follower.follow(7);
                }
                follower.follow(7);
            });
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let world = &world;
                scope.spawn(move || {
                    for number in 0..EACH {
                        let pause = Duration::from_millis(((writer * 7 + number * 5) % 13) as u64);
                        write(world, &format!("{writer}/{number}"), || std::thread::sleep(pause));
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
    });
    assert_eq!(one.seen, other.seen, "two followers have one order");
    assert!(one.seen.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0), "sequences have no gap: {:?}", one.seen);
    let mut again = Follower::new(&world, "auditor");
    again.follow(200);
    assert_eq!(again.seen, one.seen, "the order never changes");
    for writer in 0..WRITERS {
        let of_writer: Vec<&str> =
            one.subjects().into_iter().filter(|subject| subject.starts_with(&format!("{writer}/"))).collect();
        let expected: Vec<String> = (0..EACH).map(|number| format!("{writer}/{number}")).collect();
        assert_eq!(of_writer, expected, "each entry once, and after what its writer committed before");
    }
    let rows = world.database.sql("SELECT id AS value FROM journal").len();
    assert_eq!(one.seen.len(), rows);
}

#[test]
fn changes_tell_what_happened_within_reach_and_what_is_gone() {
    let world = World::with_projects();
    let (alpha, beta) = (world.project("ALPHA"), world.project("BETA"));
    let stays = || vec![present("A-1", "9903017421", "2023-02-01")];
    let (report, version) =
        submit(&world.caller("partner-alpha"), submission(alpha.id.as_str(), "2023-Q1", 0, stays()));
    let officer = world.caller("officer-one");
    let before = officer.ask("{ newestSequence }", json!({}))["newestSequence"].clone();
    submit(&world.caller("partner-beta"), submission(beta.id.as_str(), "2023-Q1", 0, Vec::new()));
    approve(&world, &report, version);
    let annul = json!({ "input": { "report": report, "version": version, "reason": "Wrong project." } });
    officer.ask(&action("reportAnnul"), annul);

    let document = "query ($after: Sequence) { changes(after: $after, first: 200) { edges { cursor node \
        { sequence kind subjectType subject version project organisation tombstone } } pageInfo { hasNextPage } } }";
    let changes = |caller: &str| world.caller(caller).ask(document, json!({ "after": before }))["changes"].clone();
    let of_partner = changes("partner-alpha");
    let told: Vec<(String, bool)> = of_partner["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let node = &edge["node"];
            assert_eq!(edge["cursor"], node["sequence"]);
            assert_eq!(
                (&node["subject"], &node["subjectType"], &node["version"], &node["project"], &node["organisation"]),
                (
                    &json!(report),
                    &json!("REPORT"),
                    &json!(1),
                    &json!(alpha.id.as_str()),
                    &json!(alpha.details.lead.as_str())
                )
            );
            (node["kind"].as_str().unwrap().to_owned(), node["tombstone"].as_bool().unwrap())
        })
        .collect();
    let expected = [("report.review_started", false), ("report.approved", false), ("report.annulled", true)];
    assert_eq!(told, expected.map(|(kind, gone)| (kind.to_owned(), gone)));
    assert_eq!(changes("officer-one")["edges"].as_array().unwrap().len(), 4, "staff follow everybody");

    // Lists filtered by the same sequence hold what happened to each, once, within reach.
    let list = |caller: &str, list: &str, since: &Value| -> Vec<String> {
        let document =
            format!("query ($since: Sequence) {{ {list}(changedSince: $since, first: 200) {{ nodes {{ id }} }} }}");
        let found = world.caller(caller).ask(&document, json!({ "since": since }));
        found[list]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list("partner-alpha", "reports", &before), [report.as_str()]);
    assert_eq!(list("officer-one", "reports", &before).len(), 2);
    assert_eq!(list("officer-one", "projects", &before), Vec::<String>::new());
    assert_eq!(list("officer-one", "projects", &json!("0")).len(), 2);
    let now = officer.ask("{ newestSequence }", json!({}))["newestSequence"].clone();
    assert_eq!(list("officer-one", "reports", &now), Vec::<String>::new());

    let refused = officer.get("/v1/changes?after=-1");
    assert_eq!((refused.status, &refused.body["code"]), (400, &"PARAMETER_INVALID".into()));
    assert_eq!(world.caller("operator").get("/v1/changes").status, 403);
}
