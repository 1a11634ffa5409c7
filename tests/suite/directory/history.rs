//! A change of the directory is seen from its position on: what was answered before is answered again.

use serde_json::{Value, json};

use super::{mutate, send};
use crate::support::World;

fn totals(world: &World, query: &str) -> Value {
    let answered = world.caller("analyst").get(&format!("/v1/programmes/TEST/totals{query}"));
    assert_eq!(answered.status, 200, "{}", answered.text);
    answered.body
}

fn again(world: &World, answer: &Value) -> Value {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    totals(world, &format!("?asOf={}&day={}", text("position"), text("day")))
}

fn figure(answer: &Value, indicator: &str) -> Value {
    let figures = answer["figures"].as_array().unwrap();
    figures.iter().find(|figure| figure["indicator"] == indicator).unwrap()["numerator"].clone()
}

#[test]
fn a_due_date_counts_from_its_position_on() {
    let world = World::with_projects();
    let before = totals(&world, "");
    assert_eq!(before["coverage"]["period"], "2024-Q1", "due on 30 April");
    let officer = world.caller("officer-one");
    let start = "PATCH /v1/programmes/TEST/periods/2024-Q1";
    assert_eq!(send(&world, &officer, start, "", &json!({ "dueOn": "2024-06-30" })).status, 200);
    let after = totals(&world, "");
    assert_eq!(after["coverage"]["period"], "2023-Q4");
    assert_eq!(again(&world, &before), before);
    assert_eq!(send(&world, &officer, start, "", &json!({ "dueOn": "2024-05-01" })).status, 200);
    assert_eq!(totals(&world, "")["coverage"]["period"], "2024-Q1");
    assert_eq!(again(&world, &after), after);
    let world = world.restarted();
    assert_eq!((again(&world, &before), again(&world, &after)), (before, after), "also read from scratch");
}

#[test]
fn a_period_is_expected_from_its_addition_on() {
    let world = World::with_projects();
    world.turn_to(jiff::civil::date(2025, 6, 1));
    let before = totals(&world, "");
    assert_eq!(
        before["coverage"],
        json!({
            "period": "2024-Q4", "expected": 2, "inForce": 0, "partial": 0, "missing": 2, "late": 0,
            "aggregateOnly": 0
        })
    );
    let period = json!({ "programme": "TEST", "code": "2025-Q1", "dueOn": "2025-04-30" });
    assert_eq!(mutate(&world.caller("officer-one"), "periodAdd", "__typename", &period)["userErrors"], json!([]));
    assert_eq!(totals(&world, "")["coverage"]["period"], "2025-Q1");
    assert_eq!(totals(&world, "")["coverage"]["expected"], 0, "no agreement meets it");
    assert_eq!(again(&world, &before), before);
}

#[test]
fn an_amendment_counts_from_its_position_on() {
    let world = World::with_projects();
    let before = totals(&world, "");
    assert_eq!(figure(&before, "GRANTS"), "220000.00");
    let alpha = world.project("ALPHA").id.to_string();
    let amendment = json!({
        "project": alpha, "number": 1, "signedOn": "2024-05-01", "reason": "More people.", "grant": "150000.00",
    });
    let officer = world.caller("officer-one");
    assert_eq!(mutate(&officer, "projectAmend", "project { id }", &amendment)["userErrors"], json!([]));
    assert_eq!(figure(&totals(&world, ""), "GRANTS"), "270000.00");
    assert_eq!(again(&world, &before), before);
}

#[test]
fn a_revision_of_a_programme_leaves_earlier_answers() {
    let world = World::with_projects();
    let before = totals(&world, "");
    let revision =
        json!({ "programme": "TEST", "nameEn": "Renamed", "disclosureThreshold": 11, "certification": true });
    let officer = world.caller("officer-one");
    assert_eq!(mutate(&officer, "programmeRevise", "__typename", &revision)["userErrors"], json!([]));
    let after = totals(&world, "");
    let next = before["position"].as_str().unwrap().parse::<i64>().unwrap() + 1;
    assert_eq!(after["position"], next.to_string());
    assert_eq!(again(&world, &before), before);
    let found = officer.ask(
        "{ programme(code: \"TEST\") { name(language: EN) disclosureThreshold certification periods { code } } }",
        json!({}),
    );
    assert_eq!(
        (&found["programme"]["name"], &found["programme"]["disclosureThreshold"], &found["programme"]["certification"]),
        (&json!("Renamed"), &json!(11), &json!(true))
    );
    assert_eq!(found["programme"]["periods"].as_array().unwrap().len(), 8, "what was not revised stays");
}
