//! A request sent again under its key has one effect and gets the same answer.

use serde_json::{Value, json};

use crate::formats::route;
use crate::support::dump::dump;
use crate::support::operations::programme_input;
use crate::support::statement::{SUBMIT, present, submission};
use crate::support::{Caller, World};

const REGISTER: &str = "mutation R($input: ProgrammeRegisterInput!) { programmeRegister(input: $input) \
    { programme { id code name } userErrors { code path } } }";

fn rows(world: &World, table: &str) -> usize {
    dump(&world.database).iter().filter(|row| row.starts_with(&format!("{table}: "))).count()
}

fn sent(partner: &Caller, project: &str, key: &str, entry_on: &str) -> crate::support::Answered {
    let body = json!({ "baseVersion": 0, "participations": [present("A-1", "9903017422", entry_on)] }).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    partner.send(&route(project, "2023-Q1", ""), &headers, body.as_bytes())
}

#[test]
fn a_mutation_sent_again_gets_its_answer_again() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let mut input = programme_input("AGAIN");
    input["idempotencyKey"] = "key-1".into();
    let first = officer.post(REGISTER, json!({ "input": input }));
    assert_eq!(first.body["data"]["programmeRegister"]["programme"]["code"], "AGAIN", "{}", first.text);
    let before = dump(&world.database);
    assert_eq!(officer.post(REGISTER, json!({ "input": input })), first);
    assert_eq!(dump(&world.database), before, "one effect");
    let mut other = input.clone();
    other["nameEn"] = "Something else".into();
    let refused = officer.ask(REGISTER, json!({ "input": other }));
    assert_eq!(
        refused["programmeRegister"]["userErrors"],
        json!([{ "code": "IDEMPOTENCY_KEY_REUSED", "path": "input.idempotencyKey" }])
    );
    let mut without = programme_input("AGAIN");
    without["idempotencyKey"] = "key-2".into();
    let refused = officer.ask(REGISTER, json!({ "input": without }));
    assert_eq!(
        refused["programmeRegister"]["userErrors"][0]["code"], "ALREADY_REGISTERED",
        "another key, another request"
    );
    // Keys belong to their client.
    let stranger = world.caller("officer-two").ask(REGISTER, json!({ "input": input }));
    assert_eq!(stranger["programmeRegister"]["userErrors"][0]["code"], "ALREADY_REGISTERED");
    assert!(dump(&world.database).iter().all(|row| !row.contains("key-1")), "keys are kept as hashes only");
}

#[test]
fn a_submission_sent_again_gets_its_receipt_again_even_when_the_report_has_moved_on() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let first = sent(&partner, &project, "push-1", "2023-01-10");
    assert_eq!(first.status, 201, "{}", first.text);
    let report = first.body["report"]["id"].clone();
    let recall = json!({ "input": { "report": report, "version": 1 } });
    partner.ask(&crate::support::statement::action("reportRecall"), recall);
    assert_eq!(sent(&partner, &project, "push-1", "2023-01-10"), first);
    let other = sent(&partner, &project, "push-1", "2023-01-11");
    assert_eq!((other.status, &other.body["code"]), (422, &json!("IDEMPOTENCY_KEY_REUSED")), "{}", other.text);
    assert_eq!(rows(&world, "report_versions"), 1);
    // The same through GraphQL, where the key may come as a header or in the input.
    let mut input = submission(&project, "2023-Q1", 1, vec![present("A-1", "9903017422", "2023-01-12")]);
    input["justifications"] = json!([{ "code": "ENTRY_CHANGED", "text": "Corrected." }]);
    input["idempotencyKey"] = "push-2".into();
    let first = partner.post(SUBMIT, json!({ "input": input }));
    assert_eq!(first.body["data"]["reportSubmit"]["version"]["number"], 2, "{}", first.text);
    assert_eq!(partner.post(SUBMIT, json!({ "input": input })), first);
    assert_eq!(rows(&world, "report_versions"), 2);
}

#[test]
fn duplicates_at_the_same_moment_have_one_effect() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    for round in 0..3 {
        let callers: Vec<Caller> = (0..4).map(|_| world.caller("partner-alpha")).collect();
        callers.iter().for_each(|caller| drop(caller.token()));
        let key = format!("round-{round}");
        let base = rows(&world, "report_versions");
        let body = json!({
            "baseVersion": base, "participations": [present("A-1", "9903017422", &format!("2023-01-1{round}"))],
            "justifications": [{ "code": "ENTRY_CHANGED", "text": "Corrected." }],
        })
        .to_string();
        let answers: Vec<_> = std::thread::scope(|scope| {
            let send = |caller| {
                let (route, key, body) = (route(&project, "2023-Q1", ""), &key, &body);
                scope.spawn(move || {
                    let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
                    Caller::send(caller, &route, &headers, body.as_bytes())
                })
            };
            let threads: Vec<_> = callers.iter().map(send).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(rows(&world, "report_versions"), base + 1, "{answers:?}");
        let accepted: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert!(accepted.iter().all(|answer| **answer == *accepted[0]), "{answers:?}");
        // Whoever came while the first was being stored either got its answer or is told that the base has moved on.
        for answer in &answers {
            assert!(answer.status == 201 || answer.body["code"] == "VERSION_CONFLICT", "{}", answer.text);
        }
        let report = accepted[0].body["report"]["id"].clone();
        let recall = json!({ "input": { "report": report, "version": base + 1 } });
        callers[0].ask(&crate::support::statement::action("reportRecall"), recall);
    }
}

#[test]
fn keys_that_are_none_are_refused() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    for key in ["", "two words", &"x".repeat(201)] {
        let refused = sent(&partner, &project, key, "2023-01-10");
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!("IDEMPOTENCY_KEY_INVALID")), "{key:?}");
    }
    assert_eq!(rows(&world, "report_versions"), 0);
}

#[test]
fn a_dry_run_of_any_mutation_keeps_nothing() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let before = dump(&world.database);
    let mut input = programme_input("REHEARSED");
    input["dryRun"] = true.into();
    input["idempotencyKey"] = "rehearsal".into();
    let answered = officer.ask(REGISTER, json!({ "input": input }));
    assert_eq!(answered["programmeRegister"]["programme"]["code"], "REHEARSED");
    assert_eq!(answered["programmeRegister"]["userErrors"], json!([]));
    assert_eq!(dump(&world.database), before);
    input["dryRun"] = Value::Bool(false);
    let answered = officer.ask(REGISTER, json!({ "input": input }));
    assert_eq!(answered["programmeRegister"]["programme"]["code"], "REHEARSED", "a rehearsal uses up no key");
}
