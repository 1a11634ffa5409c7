//! Closings: four eyes before they are published, open to anyone afterwards, and never another word changed.

mod attack;
#[path = "../../disclosure/attacker.rs"]
mod attacker;
mod published;
mod story;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::raw::request;
use crate::support::statement::{justified, left, permanent, present, submission};
use crate::support::world::Caller;

/// Prepares a closing through REST.
fn prepare(caller: &Caller, body: &Value) -> crate::support::world::Answered {
    let headers = [("content-type", "application/json")];
    caller.send("/v1/programmes/TEST/closings", &headers, body.to_string().as_bytes())
}

/// Does a step through GraphQL; gives the closing, or the code of what refused it.
fn step(caller: &Caller, name: &str, mut input: Value) -> Value {
    let type_name = format!("Closing{}Input", name.strip_prefix("closing").unwrap());
    let document = format!(
        "mutation S($input: {type_name}!) {{ {name}(input: $input) {{ closing {{ id state digest signature {{ key value }} \
         steps {{ action actor }} }} userErrors {{ code path }} }} }}"
    );
    let done = caller.ask(&document, json!({ "input": input.take() }))[name].clone();
    match done["userErrors"][0]["code"].as_str() {
        Some(code) => code.into(),
        None => done["closing"].clone(),
    }
}

/// A closing of programme TEST from its preparation to its publication.
fn published(world: &World, body: &Value) -> String {
    let prepared = prepare(&world.caller("officer-one"), body);
    assert_eq!(prepared.status, 201, "{}", prepared.text);
    let id = prepared.body["id"].as_str().unwrap().to_owned();
    let other = world.caller("officer-two");
    assert_eq!(step(&other, "closingReview", json!({ "closing": id }))["state"], "REVIEWED");
    assert_eq!(step(&other, "closingPublish", json!({ "closing": id }))["state"], "PUBLISHED");
    id
}

/// A world whose projects have an approved report of some people each.
pub fn reported() -> World {
    let world = World::with_projects();
    for (code, partner, count) in [("ALPHA", "partner-alpha", 7), ("BETA", "partner-beta", 3)] {
        let people = (0..count).map(|number| {
            let agdref = format!("99030{}{number:04}", if code == "ALPHA" { 1 } else { 2 });
            let person = present(&format!("{code}-{number}"), &agdref, "2023-02-01");
            if number % 2 == 0 { left(person, permanent("2023-03-10")) } else { person }
        });
        let project = world.project(code).id.to_string();
        let (report, version) = submit(&world.caller(partner), submission(&project, "2023-Q1", 0, people.collect()));
        approve(&world, &report, version);
    }
    world
}

#[test]
fn a_closing_needs_two_people_and_then_belongs_to_everybody() {
    let world = reported();
    let (one, two) = (world.caller("officer-one"), world.caller("officer-two"));
    let prepared = prepare(&one, &json!({ "name": "Figures of spring", "day": "2024-03-31" })).body;
    let id = prepared["id"].as_str().unwrap().to_owned();
    assert_eq!((&prepared["state"], &prepared["day"]), (&json!("PREPARED"), &json!("2024-03-31")));
    let path = format!("/v1/closings/{id}");

    // Nobody outside sees it yet, and no partner.
    let stranger = || request(&world.url, &format!("GET {path}"), "", b"");
    assert_eq!((stranger().status, stranger().code().as_str()), (404, "NOT_FOUND"));
    assert_eq!(world.caller("partner-alpha").get(&path).status, 404);
    assert_eq!(world.caller("analyst").get(&path).body["state"], "PREPARED");
    let list = || request(&world.url, "GET /v1/closings", "", b"").json();
    assert_eq!(list()["items"], json!([]));

    // Four eyes, in order.
    assert_eq!(step(&two, "closingPublish", json!({ "closing": id })), "CLOSING_STATE_REFUSED");
    assert_eq!(step(&one, "closingReview", json!({ "closing": id })), "CLOSING_FOUR_EYES");
    assert_eq!(step(&two, "closingReview", json!({ "closing": id }))["state"], "REVIEWED");
    assert_eq!(step(&one, "closingPublish", json!({ "closing": id })), "CLOSING_FOUR_EYES");
    let done = step(&two, "closingPublish", json!({ "closing": id }));
    assert_eq!((&done["state"], &done["digest"]), (&json!("PUBLISHED"), &prepared["digest"]));
    assert_eq!(step(&two, "closingPublish", json!({ "closing": id })), "CLOSING_STATE_REFUSED");
    let gone = step(&two, "closingCancel", json!({ "closing": id, "reason": "Too late." }));
    assert_eq!(gone, "CLOSING_STATE_REFUSED");

    // Anyone reads it, and nobody learns who did it.
    assert_eq!(list()["items"][0]["id"], json!(id));
    let open =
        "{ closings { id state steps { actor } tables(code: \"PERSONS\") { rows { level figures { code } } } } }";
    let told = crate::support::raw::graphql(&world.url, "", open, &json!({})).json()["data"]["closings"][0].clone();
    assert_eq!((&told["state"], &told["steps"]), (&json!("PUBLISHED"), &json!([])));
    assert_eq!(told["tables"][0]["rows"][0]["level"], "NATION");
    let kinds = world.database.sql("SELECT kind AS value FROM journal WHERE kind LIKE 'closing.%' ORDER BY at_us, id");
    assert_eq!(kinds, ["closing.prepared", "closing.reviewed", "closing.published"]);
}

#[test]
fn whoever_may_not_close_cannot_and_what_is_wrong_is_said() {
    let world = reported();
    for client in ["partner-alpha", "analyst", "auditor", "operator"] {
        let refused = prepare(&world.caller(client), &json!({ "name": "Mine" }));
        assert_eq!((refused.status, refused.body["code"].as_str()), (403, Some("FORBIDDEN")), "{client}");
    }
    let officer = world.caller("officer-one");
    let id = prepare(&officer, &json!({ "name": "First" })).body["id"].clone();
    for (body, status, code) in [
        (json!({ "name": "Later", "position": "99999" }), 422, "AS_OF_INVALID"),
        (json!({ "name": "Later", "day": "2024-02-31" }), 422, "DATE_INVALID"),
        (json!({ "name": "Correction", "revises": id, "reason": "A slip." }), 422, "CLOSING_NOT_PUBLISHED"),
        (json!({ "name": "Of 9903017401" }), 422, "TEXT_HOLDS_IDENTITY"),
    ] {
        let refused = prepare(&officer, &body);
        let told = &refused.body;
        let first = if told["errors"][0]["code"].is_string() { &told["errors"][0]["code"] } else { &told["code"] };
        assert_eq!((refused.status, first.as_str()), (status, Some(code)), "{}", refused.text);
    }
    let gone = step(&officer, "closingCancel", json!({ "closing": id, "reason": "Another name is wanted." }));
    assert_eq!(gone["state"], "CANCELLED");
}

#[test]
fn a_correction_is_another_closing_and_both_stay() {
    let world = reported();
    let first = published(&world, &json!({ "name": "First", "day": "2024-03-31" }));
    let before = request(&world.url, &format!("GET /v1/closings/{first}/content"), "", b"").text();
    let reason = "One report was annulled.";
    let second =
        published(&world, &json!({ "name": "Corrected", "day": "2024-03-31", "revises": first, "reason": reason }));
    let read = |id: &str| request(&world.url, &format!("GET /v1/closings/{id}"), "", b"").json();
    assert_eq!(read(&first)["revisedBy"], json!(second));
    let correction = read(&second);
    assert_eq!((&correction["revises"], &correction["revisionReason"]), (&json!(first), &json!(reason)));
    let after = request(&world.url, &format!("GET /v1/closings/{first}/content"), "", b"").text();
    assert_eq!(before, after, "what was published stays, byte by byte");
}

/// The groups of a row as changes name them; nothing where the place is whole.
fn named(row: &Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let groups = row["groups"].as_array().unwrap().iter();
    let groups: Vec<String> =
        groups.map(|group| format!("{}={}", text(&group["dimension"]), text(&group["code"]))).collect();
    if groups.is_empty() { Value::Null } else { groups.join(",").into() }
}

/// Every figure of a closing by table, place, groups and code.
fn figures(world: &World, id: &str) -> BTreeMap<String, Value> {
    let content = request(&world.url, &format!("GET /v1/closings/{id}/content"), "", b"").json();
    let mut figures = BTreeMap::new();
    for table in content["tables"].as_array().unwrap() {
        for row in table["rows"].as_array().unwrap() {
            for figure in row["figures"].as_array().unwrap() {
                let at = [&table["code"], &row["level"], &row["place"], &named(row), &figure["code"]];
                let told = ["suppressed", "value", "numerator", "denominator"].map(|name| figure[name].clone());
                figures.insert(json!(at).to_string(), json!(told));
            }
        }
    }
    figures
}

#[test]
fn a_correction_shows_what_it_changed_and_to_staff_by_whom() {
    let world = reported();
    let first = published(&world, &json!({ "name": "First", "day": "2024-03-31" }));
    let people = (0..30).map(|number| present(&format!("A-{number}"), &format!("990303{number:04}"), "2023-05-01"));
    let project = world.project("ALPHA").id.to_string();
    let partner = world.caller("partner-alpha");
    let (report, version) = submit(&partner, justified(submission(&project, "2023-Q2", 1, people.collect())));
    approve(&world, &report, version);
    let body = json!({ "name": "Second", "day": "2024-03-31", "revises": first, "reason": "A report came late." });
    let second = published(&world, &body);

    let path = format!("/v1/closings/{second}/changes");
    let open = request(&world.url, &format!("GET {path}"), "", b"").json();
    let (before, now) = (figures(&world, &first), figures(&world, &second));
    let mut told = BTreeMap::new();
    for change in open["items"].as_array().unwrap() {
        assert_eq!(change["projects"], json!([]), "the public is not told whose report it was");
        let at =
            json!([change["table"], change["level"], change["place"], change["group"], change["code"]]).to_string();
        told.insert(at, [&change["before"], &change["after"]].map(|figure| figure["value"].clone()));
    }
    let value = |figure: Option<&Value>| figure.map_or(Value::Null, |figure| figure[1].clone());
    let differs = now.iter().filter(|(at, figure)| before.get(*at) != Some(figure));
    let differs: BTreeMap<String, [Value; 2]> =
        differs.map(|(at, figure)| (at.clone(), [value(before.get(at)), value(Some(figure))])).collect();
    assert_eq!(told, differs);
    assert!(told.values().any(|[_, after]| after.is_i64()), "something is to be read: {told:?}");

    let staff = world.caller("analyst").get(&path).body;
    assert!(staff["items"].as_array().unwrap().iter().any(|change| change["projects"] == json!(["ALPHA"])), "{staff}");
    let document = "query C($id: ID!) { closing(id: $id) { changes { table code projects before { value } } } }";
    let same = world.caller("analyst").ask(document, json!({ "id": second }));
    assert_eq!(same["closing"]["changes"].as_array().unwrap().len(), told.len());
    let none = request(&world.url, &format!("GET /v1/closings/{first}/changes"), "", b"").json();
    assert_eq!(none["items"], json!([]), "it corrects none");
}

#[test]
fn what_was_prepared_before_another_publication_is_prepared_again() {
    let world = reported();
    let (one, two) = (world.caller("officer-one"), world.caller("officer-two"));
    let early = prepare(&one, &json!({ "name": "Early" })).body["id"].clone();
    published(&world, &json!({ "name": "Faster" }));
    step(&two, "closingReview", json!({ "closing": early }));
    assert_eq!(step(&two, "closingPublish", json!({ "closing": early })), "CLOSING_OUTDATED");
}
