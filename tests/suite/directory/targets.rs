//! Targets for indicators that an officer added: taken in the programme that knows them, refused elsewhere, told with names.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::import::document;
use super::{mutate, send};
use crate::definitions::{add, four_months};
use crate::support::console::Console;
use crate::support::dump::dump;
use crate::support::operations::{programme_input, project_input};
use crate::support::world::some_siret;
use crate::support::{Caller, World};

/// What whoever names an unknown indicator is told to do.
const REMEDY: &str = "Use a code of the list.";

/// Adds a version in which LASTING_EXITS has a name, or which has no such indicator.
fn add_version(officer: &Caller, code: &str, standing: bool, name: Option<&str>) {
    let mut version = four_months();
    version["code"] = code.into();
    version["standing"] = standing.into();
    match name {
        Some(name) => version["indicators"][0]["nameEn"] = name.into(),
        None => version["indicators"] = json!([]),
    }
    assert_eq!(add(officer, &version)["userErrors"], json!([]), "{code}");
}

fn aim(project: &str, indicator: &str, value: &str) -> Value {
    json!({ "project": project, "indicator": indicator, "value": value })
}

/// The targets of a project with the names of their indicators.
fn named(caller: &Caller, project: &str) -> Value {
    let document = "query ($id: ID!) { project(id: $id) { targets { \
        indicator { code name french: name(language: FR) definition unit } period value } } }";
    caller.ask(document, json!({ "id": project }))["project"]["targets"].clone()
}

/// Writes a body where the console finds it.
fn file(world: &World, body: &Value) -> PathBuf {
    let file = world.database.folder().join("body.json");
    std::fs::write(&file, body.to_string()).unwrap();
    file
}

/// Registers a programme OTHER with a project, and gives the project.
fn project_of_another_programme(world: &World) -> String {
    let officer = world.caller("officer-one");
    let programme = programme_input("OTHER");
    assert_eq!(send(world, &officer, "POST /v1/programmes", "", &programme).status, 201);
    let project = project_input("ELSEWHERE", "OTHER", some_siret(2).as_str());
    let registered = send(world, &officer, "POST /v1/projects", "", &project);
    registered.json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_target_is_set_for_an_added_indicator_through_every_door() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    let route = format!("PUT /v1/projects/{alpha}/targets/LASTING_EXITS");
    assert_eq!(send(&world, &officer, &route, "", &json!({ "value": "1" })).code(), "CODE_UNKNOWN", "not yet known");
    add_version(&officer, "V2", false, Some("Lasting exits"));

    // A dry run answers the indicator, and keeps nothing.
    let before = dump(&world.database);
    let selection = "target { indicator { name definition } value }";
    let mut dry = aim(&alpha, "LASTING_EXITS", "30");
    dry["dryRun"] = true.into();
    let expected = json!({ "indicator": { "name": "Lasting exits", "definition": "V2" }, "value": "30.00" });
    assert_eq!(mutate(&officer, "targetSet", selection, &dry)["target"], expected);
    let answered = send(&world, &officer, &format!("{route}?dryRun=true"), "", &json!({ "value": "30" }));
    assert_eq!(answered.status, 200, "{}", answered.text());
    assert_eq!(dump(&world.database), before);

    let payload = mutate(&officer, "targetSet", selection, &aim(&alpha, "LASTING_EXITS", "30"));
    assert_eq!((&payload["target"], &payload["userErrors"]), (&expected, &json!([])));
    let answered = send(&world, &officer, &format!("{route}/2024-Q3"), "", &json!({ "value": "7.5" }));
    let resource = json!({ "indicator": "LASTING_EXITS", "period": "2024-Q3", "value": "7.50" });
    assert_eq!((answered.status, answered.json()), (200, resource.clone()));
    let mut body = aim(&alpha, "LASTING_EXITS", "8");
    body["period"] = "2024-Q4".into();
    Console(&world.database).run(&["directory", "target-set", file(&world, &body).to_str().unwrap()]);

    // The partner reads it too, with its names.
    let partner = world.caller("partner-alpha");
    let target = |period: Value, value: &str| {
        let indicator = json!({ "code": "LASTING_EXITS", "name": "Lasting exits", "french": "Sorties stables",
            "definition": "V2", "unit": "COUNT" });
        json!({ "indicator": indicator, "period": period, "value": value })
    };
    let all = [(Value::Null, "30.00"), ("2024-Q3".into(), "7.50"), ("2024-Q4".into(), "8.00")];
    let all: Vec<Value> = all.into_iter().map(|(period, value)| target(period, value)).collect();
    assert_eq!(named(&partner, &alpha), json!(all));
    assert_eq!(named(&officer, &alpha), json!(all));
    let listed = partner.get(&format!("/v1/projects/{alpha}/targets")).body;
    assert_eq!(listed["items"][1], resource);
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
}

#[test]
fn an_indicator_of_another_programme_is_unknown_and_leaves_nothing() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let elsewhere = project_of_another_programme(&world);
    add_version(&officer, "V2", true, Some("Lasting exits"));
    let before = dump(&world.database);
    let route = format!("PUT /v1/projects/{elsewhere}/targets/LASTING_EXITS");
    let document = "mutation M($input: TargetSetInput!) { targetSet(input: $input) { target { value } \
        userErrors { code path remedy } } }";
    for dry_run in [true, false] {
        let mut input = aim(&elsewhere, "LASTING_EXITS", "3");
        input["dryRun"] = dry_run.into();
        let payload = officer.ask(document, json!({ "input": input }))["targetSet"].clone();
        let expected = json!([{ "code": "CODE_UNKNOWN", "path": "input.indicator", "remedy": REMEDY }]);
        assert_eq!((&payload["target"], &payload["userErrors"]), (&Value::Null, &expected), "dry run: {dry_run}");
        let refused = send(&world, &officer, &format!("{route}?dryRun={dry_run}"), "", &json!({ "value": "3" }));
        let problem = refused.json();
        let parts = [&problem["code"], &problem["path"], &problem["remedy"]];
        assert_eq!((refused.status, parts), (422, [&"CODE_UNKNOWN".into(), &"indicator".into(), &REMEDY.into()]));
        assert!(refused.text().contains("list indicators") && !refused.text().contains("LASTING_EXITS"));
        let file = file(&world, &aim(&elsewhere, "LASTING_EXITS", "3"));
        let mut arguments = vec!["directory", "target-set", file.to_str().unwrap()];
        arguments.extend(dry_run.then_some("--dry-run"));
        let said = Console(&world.database).refused(&arguments);
        assert!(said.contains("indicator: CODE_UNKNOWN") && said.contains(REMEDY), "{said}");
    }
    // A project that is not found is all that is said of it.
    let unknown = mutate(&officer, "targetSet", "__typename", &aim("prj_1", "LASTING_EXITS", "3"));
    assert_eq!(unknown["userErrors"], json!([{ "code": "NOT_FOUND", "path": "input.project" }]));
    assert_eq!(dump(&world.database), before);

    let mut version = four_months();
    version["programme"] = "OTHER".into();
    assert_eq!(add(&officer, &version)["userErrors"], json!([]));
    let taken = send(&world, &officer, &route, "", &json!({ "value": "3" }));
    assert_eq!(taken.status, 200, "once that programme knows it: {}", taken.text());
}

#[test]
fn the_programme_of_an_import_is_new_and_knows_what_comes_with_the_program() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    add_version(&officer, "V2", true, Some("Lasting exits"));
    let before = dump(&world.database);
    let mut directory = document();
    directory["targets"][1]["indicator"] = "LASTING_EXITS".into();
    let refusals = |at: &str| json!([{ "code": "CODE_UNKNOWN", "path": format!("{at}targets[1].indicator") }]);
    for dry_run in [true, false] {
        let refused = send(&world, &officer, &format!("POST /v1/directory?dryRun={dry_run}"), "", &directory);
        let error = &refused.json()["errors"][0];
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert_eq!([&error["code"], &error["path"]], ["CODE_UNKNOWN", "targets[1].indicator"]);
        let mut input = directory.clone();
        input["dryRun"] = dry_run.into();
        assert_eq!(mutate(&officer, "directoryImport", "__typename", &input)["userErrors"], refusals("input."));
    }
    let said = Console(&world.database).refused(&["import", file(&world, &directory).to_str().unwrap()]);
    assert!(said.contains("targets[1].indicator: CODE_UNKNOWN"), "{said}");
    assert_eq!(dump(&world.database), before);

    // Registered without it, the programme gets the version, and then the target.
    directory["targets"].as_array_mut().unwrap().pop();
    let imported = send(&world, &officer, "POST /v1/directory", "", &directory);
    assert_eq!(imported.status, 201, "{}", imported.text());
    let loger = imported.json()["projects"][1]["id"].as_str().unwrap().to_owned();
    let mut version = four_months();
    version["programme"] = "OLD".into();
    assert_eq!(add(&officer, &version)["userErrors"], json!([]));
    let payload = mutate(&officer, "targetSet", "target { value }", &aim(&loger, "LASTING_EXITS", "3"));
    assert_eq!(payload["target"]["value"], "3.00", "{payload}");
    assert_eq!(named(&officer, &loger)[0]["indicator"]["french"], "Sorties stables");
}

#[test]
fn the_indicator_of_a_target_is_that_of_the_standing_version_else_of_the_newest() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    let told = || {
        let told = named(&officer, &alpha);
        let of = |target: &Value| {
            let indicator = &target["indicator"];
            ["code", "definition", "name"].map(|name| indicator[name].as_str().unwrap().to_owned()).join(" ")
        };
        told.as_array().unwrap().iter().map(of).collect::<Vec<String>>()
    };
    add_version(&officer, "V2", true, Some("Second"));
    for indicator in ["LASTING_EXITS", "OTHER_TRAINING_EXITS", "SUPPORTED"] {
        let payload = mutate(&officer, "targetSet", "target { value }", &aim(&alpha, indicator, "1"));
        assert_eq!(payload["userErrors"], json!([]), "{indicator}");
    }
    // What V2 withdrew is told as it comes with the program.
    let others = |standing: &str| {
        let came = ["OTHER_TRAINING_EXITS V1 Exits to other training".to_owned()];
        came.into_iter().chain([format!("SUPPORTED {standing} Supported")])
    };
    let expected = |first: &str, standing: &str| [first.to_owned()].into_iter().chain(others(standing)).collect();
    let expect: Vec<String> = expected("LASTING_EXITS V2 Second", "V2");
    assert_eq!(told(), expect);
    add_version(&officer, "V3", false, Some("Third"));
    assert_eq!(told(), expect, "V2 stands");
    add_version(&officer, "V4", true, None);
    let expect: Vec<String> = expected("LASTING_EXITS V3 Third", "V4");
    assert_eq!(told(), expect, "V4 stands and has it not; V3 is the newest that has it");
    let payload = mutate(&officer, "targetSet", "target { indicator { name } }", &aim(&alpha, "LASTING_EXITS", "2"));
    assert_eq!(payload["target"]["indicator"]["name"], "Third", "what does not stand is known all the same");
}

#[test]
fn a_target_for_what_comes_with_the_program_reads_no_definitions() {
    let world = World::with_projects();
    let (officer, alpha) = (world.caller("officer-one"), world.project("ALPHA").id.to_string());
    add_version(&officer, "V2", true, Some("Lasting exits"));
    // Whoever reads this version now fails.
    world.database.execute("UPDATE definition_versions SET content = '{}'");
    let set = |indicator: &str| {
        send(&world, &officer, &format!("PUT /v1/projects/{alpha}/targets/{indicator}"), "", &json!({ "value": "1" }))
    };
    assert_eq!([set("SUPPORTED").status, set("LASTING_EXITS").status], [200, 500]);
    let read = |selection: &str| {
        let document = format!("query ($id: ID!) {{ project(id: $id) {{ targets {{ {selection} }} }} }}");
        officer.post(&document, json!({ "id": alpha })).body
    };
    assert_eq!(read("value")["errors"], Value::Null, "nor does whoever asks for no indicator");
    assert_eq!(read("indicator { code }")["errors"][0]["extensions"]["code"], "INTERNAL_ERROR");
}
