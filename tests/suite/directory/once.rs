//! Idempotency keys of the directory's writes: one effect, the same answer, through REST and GraphQL.

use serde_json::{Value, json};

use super::{mutate, send, user_errors};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::world::some_siret;

const KEY: &str = "Idempotency-Key: \"one\"\r\n";

fn organisation(number: u32) -> Value {
    json!({ "siret": some_siret(number).as_str(), "name": "Les toits" })
}

#[test]
fn a_request_sent_again_with_its_key_has_one_effect_and_gets_the_same_answer() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let first = send(&world, &officer, "POST /v1/organisations", KEY, &organisation(60));
    assert_eq!(first.status, 201, "{}", first.text());
    let before = dump(&world.database);
    let again = send(&world, &officer, "POST /v1/organisations", KEY, &organisation(60));
    assert_eq!((again.status, again.text()), (201, first.text()));
    let other = send(&world, &officer, "POST /v1/organisations", KEY, &organisation(61));
    assert_eq!((other.status, other.code().as_str()), (422, "IDEMPOTENCY_KEY_REUSED"));
    let elsewhere = send(&world, &officer, "PATCH /v1/programmes/TEST", KEY, &organisation(60));
    assert_eq!(elsewhere.status, 400, "another route reads another body: {}", elsewhere.text());
    let revision = send(&world, &officer, "PATCH /v1/programmes/TEST", KEY, &json!({ "nameEn": "x" }));
    assert_eq!(revision.code(), "IDEMPOTENCY_KEY_REUSED", "a key is for one route");
    assert_eq!(dump(&world.database), before);
    let refused = send(&world, &officer, "POST /v1/organisations", "Idempotency-Key: a b\r\n", &organisation(62));
    assert_eq!(refused.code(), "IDEMPOTENCY_KEY_INVALID");
    let others = send(&world, &world.caller("operator"), "POST /v1/organisations", KEY, &organisation(62));
    assert_eq!(others.status, 201, "keys belong to a client: {}", others.text());
}

#[test]
fn a_mutation_sent_again_with_its_key_has_one_effect_and_gets_the_same_answer() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    let mut payment = json!({
        "project": alpha, "kind": "ADVANCE", "amount": "1.00", "paidOn": "2024-05-01", "idempotencyKey": "two"
    });
    let first = mutate(&officer, "paymentRecord", "payment { id }", &payment);
    assert_eq!(first["userErrors"], json!([]));
    let before = dump(&world.database);
    assert_eq!(mutate(&officer, "paymentRecord", "payment { id }", &payment), first);
    payment["amount"] = "2.00".into();
    let reused = mutate(&officer, "paymentRecord", "payment { id }", &payment);
    assert_eq!(user_errors(&reused)[0].0, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(dump(&world.database), before);
}

#[test]
fn duplicates_sent_at_the_same_moment_have_one_effect() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    officer.token();
    let path = format!("POST /v1/projects/{}/payments", world.project("ALPHA").id);
    let body = json!({ "kind": "ADVANCE", "amount": "1.00", "paidOn": "2024-05-01" });
    let answers: Vec<(u16, String)> = std::thread::scope(|scope| {
        let one = || {
            let answered = send(&world, &officer, &path, KEY, &body);
            (answered.status, answered.text())
        };
        let senders: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.0 == 201 && *answer == answers[0]), "{answers:?}");
    assert_eq!(world.database.sql("SELECT id AS value FROM payments").len(), 1);
}
