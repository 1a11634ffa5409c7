//! The difference of two versions, field by field, and what it does to the project's figures.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::statement::{justified, left, permanent, present, submission};

/// A world in which project ALPHA has three versions: 2 changes A-2, adds A-3 and finance, removes A-1; 3 is 1 again.
fn three_versions() -> (World, String) {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let one = || present("A-1", "9903017421", "2023-02-01");
    let two = || present("A-2", "9903017422", "2023-02-01");
    let (report, first) = submit(&partner, submission(&project, "2023-Q1", 0, vec![one(), two()]));
    approve(&world, &report, first);
    let mut changed = left(two(), permanent("2023-05-10"));
    changed["frenchAtEntry"] = "B1".into();
    changed["supports"] = json!([{ "kind": "INTENSIVE_FRENCH", "quarter": "2023-Q2", "hours": 20 }]);
    let added = present("A-3", "9903017423", "2023-05-01");
    let mut input = justified(submission(&project, "2023-Q2", 1, vec![changed, added]));
    input["finance"] = json!({ "spending": "1000.00" });
    submit(&partner, input);
    let mut input = justified(submission(&project, "2023-Q3", 2, vec![one(), two()]));
    input["finance"] = json!({ "spending": "1500.00" });
    submit(&partner, input);
    (world, project)
}

fn difference(world: &World, caller: &str, project: &str, query: &str) -> Value {
    let found = world.caller(caller).get(&format!("/v1/projects/{project}/differences?{query}"));
    assert_eq!(found.status, 200, "{}", found.text);
    found.body
}

fn field(name: &str, before: Value, after: Value) -> Value {
    json!({ "field": name, "before": before, "after": after })
}

#[test]
fn every_record_and_field_that_is_not_alike_is_told_in_order() {
    let (world, project) = three_versions();
    let found = difference(&world, "partner-alpha", &project, "from=1&to=2");
    assert_eq!((&found["added"], &found["removed"], &found["changed"]), (&2.into(), &1.into(), &1.into()));
    let items = found["items"].as_array().unwrap();
    let heads: Vec<String> = items
        .iter()
        .map(|item| format!("{} {}", item["kind"].as_str().unwrap(), item["path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        heads,
        [
            "REMOVED participations[reference=A-1]",
            "CHANGED participations[reference=A-2]",
            "ADDED participations[reference=A-3]",
            "ADDED finance",
        ]
    );
    assert_eq!(
        items[1]["fields"],
        json!([
            field("exit.contract", json!(null), json!("PERMANENT")),
            field("exit.contractFrom", json!(null), json!("2023-05-10")),
            field("exit.financialAutonomy", json!(null), json!("NOT_COLLECTED")),
            field("exit.french", json!(null), json!("NOT_COLLECTED")),
            field("exit.housing", json!(null), json!("NOT_COLLECTED")),
            field("exit.on", json!(null), json!("2023-05-10")),
            field("exit.situation", json!(null), json!("EMPLOYMENT")),
            field("frenchAtEntry", json!("A2"), json!("B1")),
            field("supports.INTENSIVE_FRENCH.2023-Q2", json!(null), json!("20")),
        ])
    );
    assert!(items[0]["fields"].as_array().unwrap().contains(&field("identity", json!("GIVEN"), json!(null))));
    assert_eq!(items[3]["fields"], json!([field("spending", json!(null), json!("1000.00"))]));

    // The other way round it is the same mirrored; between 1 and 3 only finance is not alike.
    let back = difference(&world, "officer-one", &project, "from=2&to=1");
    assert_eq!((&back["added"], &back["removed"], &back["changed"]), (&1.into(), &2.into(), &1.into()));
    let same = difference(&world, "auditor", &project, "from=1&to=3");
    assert_eq!(same["items"].as_array().unwrap().len(), 1, "{same}");
    assert_eq!(difference(&world, "auditor", &project, "from=2&to=2")["items"], json!([]));
}

#[test]
fn the_effect_is_that_of_the_one_and_the_other_version_in_force() {
    let (world, project) = three_versions();
    let effect = |found: &Value, indicator: &str| {
        let effects = found["effects"].as_array().unwrap();
        let one = effects.iter().find(|one| one["indicator"] == indicator && one["unit"] == "PERSON").unwrap();
        (one["before"]["numerator"].clone(), one["after"]["numerator"].clone(), one["change"].clone())
    };
    let told = |before: &str, after: &str, change: &str| (before.into(), after.into(), change.into());
    let found = difference(&world, "partner-alpha", &project, "from=1&to=2");
    assert_eq!(effect(&found, "SUPPORTED"), told("2", "2", "0"));
    assert_eq!(effect(&found, "EXITS"), told("0", "1", "1"));
    assert_eq!(effect(&found, "SUSTAINABLE_EXITS"), told("0", "1", "1"));
    let back = difference(&world, "partner-alpha", &project, "from=2&to=3");
    assert_eq!(effect(&back, "EXITS"), told("1", "0", "-1"));

    // Version 1 is in force, so what stands before is what the project's own figures say; version 2 never was.
    let document = "query ($id: ID!) { project(id: $id) { consolidation { figures(indicators: [\"EXITS\", \"PRESENT\"]) \
        { numerator } } difference(from: 1, to: 2) { effects { indicator before { numerator } change } } } }";
    let asked = world.caller("partner-alpha").ask(document, json!({ "id": project }))["project"].clone();
    for (place, indicator) in ["EXITS", "PRESENT"].into_iter().enumerate() {
        let effects = asked["difference"]["effects"].as_array().unwrap();
        let one = effects.iter().find(|one| one["indicator"] == indicator).unwrap();
        assert_eq!(one["before"]["numerator"], asked["consolidation"]["figures"][place]["numerator"], "{indicator}");
    }
}

#[test]
fn a_difference_comes_in_pages_and_only_to_those_who_read_records() {
    let (world, project) = three_versions();
    let whole = difference(&world, "auditor", &project, "from=1&to=2")["items"].clone();
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = difference(&world, "auditor", &project, &format!("from=1&to=2&first=1{after}"));
        paged.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(Value::from(paged), whole);

    let get =
        |caller: &str, query: &str| world.caller(caller).get(&format!("/v1/projects/{project}/differences?{query}"));
    for (caller, query, status, code) in [
        ("analyst", "from=1&to=2", 403, "FORBIDDEN"),
        ("operator", "from=1&to=2", 403, "FORBIDDEN"),
        ("partner-beta", "from=1&to=2", 404, "NOT_FOUND"),
        ("auditor", "from=1&to=4", 404, "NOT_FOUND"),
        ("auditor", "from=0&to=1", 404, "NOT_FOUND"),
        ("auditor", "from=1", 400, "PARAMETER_INVALID"),
        ("auditor", "from=-1&to=2", 400, "PARAMETER_INVALID"),
        ("auditor", "from=1&to=2&after=!", 422, "PAGE_INVALID"),
    ] {
        let answered = get(caller, query);
        assert_eq!((answered.status, answered.body["code"].as_str()), (status, Some(code)), "{caller} {query}");
    }
}
