//! A whole directory at once: all of it or nothing, and every problem said with its place.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{mutate, parts, send, stored, user_errors};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::world::some_siret;

pub fn document() -> Value {
    let [lead, member] = [some_siret(70).to_string(), some_siret(71).to_string()];
    json!({
        "programme": {
            "code": "OLD", "nameEn": "Old", "nameFr": "Ancien", "envelope": "1000.00", "firstOn": "2020-01-01",
            "calls": [{ "code": "W1", "nameEn": "Wave", "nameFr": "Vague" }],
            "periods": [{ "code": "2020-Q1", "dueOn": "2020-04-30" }, { "code": "2020-Q2", "dueOn": "2020-07-31" }],
        },
        "organisations": [{ "siret": lead, "name": "Les clés", "esus": true }, { "siret": member, "name": "Les toits" }],
        "projects": [
            {
                "programme": "OLD", "code": "BATIR", "title": "Bâtir", "call": "W1", "lead": lead,
                // The funder is registered already.
                "members": [{ "organisation": member, "role": "HOUSING" },
                    { "organisation": some_siret(1).as_str(), "role": "SOCIAL" }],
                "department": "69", "sector": "Construction", "agreementFrom": "2020-01-01",
                "agreementTo": "2020-12-31", "targetParticipants": 10, "eligibleCost": "100.00", "grant": "50.00",
            },
            {
                "programme": "OLD", "code": "LOGER", "title": "Loger", "call": "W1", "lead": member,
                "department": "13", "sector": "Housing", "agreementFrom": "2020-01-01", "agreementTo": "2020-12-31",
                "targetParticipants": 5, "eligibleCost": "80.00", "grant": "40.00",
            },
        ],
        "amendments": [
            { "project": "BATIR", "number": 1, "signedOn": "2020-06-01", "reason": "More.", "grant": "60.00" },
        ],
        "payments": [
            { "project": "BATIR", "kind": "ADVANCE", "amount": "50.00", "paidOn": "2020-02-01" },
            { "project": "BATIR", "kind": "BALANCE", "amount": "10.00", "paidOn": "2021-02-01" },
        ],
        "targets": [
            { "project": "BATIR", "indicator": "SUPPORTED", "value": "10" },
            { "project": "LOGER", "indicator": "SUPPORTED", "period": "2020-Q2", "value": "3" },
        ],
    })
}

fn post(world: &World, body: &Value) -> crate::support::raw::Raw {
    send(world, &world.caller("operator"), "POST /v1/directory", "", body)
}

/// The same directory as files, separated as a spreadsheet of a French office does.
fn write_files(folder: &Path) {
    let document = document();
    let cell = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let write = |file: &str, rows: Vec<Value>, more: &str| {
        let names: Vec<String> = rows
            .iter()
            .flat_map(|row| row.as_object().unwrap().keys())
            .filter(|name| !["calls", "periods", "members"].contains(&name.as_str()))
            .fold(Vec::new(), |mut names, name| {
                if !names.contains(name) {
                    names.push(name.clone());
                }
                names
            });
        let line = |row: &Value| {
            let cells = names.iter().map(|name| row.get(name).map(cell).unwrap_or_default());
            cells.collect::<Vec<_>>().join(";")
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        let text = format!("\u{feff}{}\r\n{}\r\n{more}", names.join(";"), lines.join("\r\n"));
        std::fs::write(folder.join(file), text).unwrap();
    };
    let list = |value: &Value| value.as_array().unwrap().clone();
    let programme = &document["programme"];
    write("programme.csv", vec![programme.clone()], "");
    write("calls.csv", list(&programme["calls"]), "");
    write("periods.csv", list(&programme["periods"]), "");
    for file in ["organisations", "projects", "amendments", "payments", "targets"] {
        write(&format!("{file}.csv"), list(&document[file]), "");
    }
    let member = |member: &Value| {
        let mut member = member.clone();
        member["project"] = "BATIR".into();
        member
    };
    write("members.csv", list(&document["projects"][0]["members"]).iter().map(member).collect(), "");
}

fn import(world: &World, from: &Path, more: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faisceau"));
    command.arg("import").arg(from).args(["--database-url", world.database.url(), "--keys"]);
    let output = command.arg(world.database.keys()).args(more).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

#[test]
fn a_whole_directory_is_registered_alike_from_every_door() {
    let [by_rest, by_graphql, by_file, by_folder] = [(); 4].map(|()| World::with_projects());
    let answered = post(&by_rest, &document());
    assert_eq!(answered.status, 201, "{}", answered.text());
    let imported = answered.json();
    assert_eq!(imported["projects"][0]["code"], "BATIR");
    assert_eq!(imported["organisations"][1]["siret"], some_siret(71).as_str());
    let project = imported["projects"][0]["id"].as_str().unwrap();
    let officer = by_rest.caller("officer-one");
    assert_eq!(officer.get(&format!("/v1/projects/{project}")).body["grant"]["amount"], "60.00");

    let selection = "imported { programme { code } projects { code id } paymentCount }";
    let payload = mutate(&by_graphql.caller("operator"), "directoryImport", selection, &document());
    assert_eq!((&payload["userErrors"], &payload["imported"]["paymentCount"]), (&json!([]), &json!(2)));

    let file = by_file.database.folder().join("directory.json");
    std::fs::write(&file, document().to_string()).unwrap();
    let (done, said) = import(&by_file, &file, &[]);
    assert!(done, "{said}");

    let folder = by_folder.database.folder().join("directory");
    std::fs::create_dir(&folder).unwrap();
    write_files(&folder);
    let before = dump(&by_folder.database);
    let (done, said) = import(&by_folder, &folder, &["--dry-run"]);
    assert!(done && dump(&by_folder.database) == before, "{said}");
    let (done, said) = import(&by_folder, &folder, &[]);
    assert!(done, "{said}");

    let expected = stored(&by_rest);
    for world in [&by_graphql, &by_file, &by_folder] {
        assert_eq!(stored(world), expected);
    }
}

#[test]
fn the_same_directory_again_is_registered_already() {
    let world = World::with_projects();
    assert_eq!(post(&world, &document()).status, 201);
    let before = dump(&world.database);
    let expected = ["programme.code", "organisations[0].siret", "organisations[1].siret"]
        .map(|path| ("ALREADY_REGISTERED".to_owned(), path.to_owned()));
    let refused = post(&world, &document());
    assert_eq!((refused.status, parts(&refused.json()["errors"])), (409, expected.to_vec()), "{}", refused.text());
    let payload = mutate(&world.caller("operator"), "directoryImport", "imported { paymentCount }", &document());
    assert_eq!(user_errors(&payload), expected.map(|(code, path)| (code, format!("input.{path}"))));
    assert_eq!(payload["imported"], Value::Null);
    assert_eq!(dump(&world.database), before);
}

#[test]
fn a_fault_in_the_last_row_stores_nothing() {
    let world = World::with_projects();
    let before = dump(&world.database);
    let faults: [(&str, Value, &str); 5] = [
        ("/targets/1/period", "2031-Q1".into(), "CODE_UNKNOWN"),
        ("/targets/1/value", "x".into(), "AMOUNT_INVALID"),
        ("/targets/1/project", "NOWHERE".into(), "NOT_FOUND"),
        ("/payments/1/amount", "10.01".into(), "PAYMENTS_ABOVE_GRANT"),
        ("/payments/1/paidOn", "2024-05-16".into(), "DAY_AHEAD"),
    ];
    for (pointer, value, code) in faults {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        let refused = post(&world, &document);
        let path = pointer.trim_start_matches('/').replacen("/1/", "[1].", 1);
        assert_eq!(parts(&refused.json()["errors"]), [(code.to_owned(), path)], "{}", refused.text());
        assert_eq!(dump(&world.database), before, "{pointer}");
    }
    // The same member under both its names: seen only while it is written, after everything before it.
    let mut document = document();
    let funder = world.caller("operator").get(&format!("/v1/organisations/{}", some_siret(1))).body["id"].clone();
    document["projects"][1]["members"] = json!([
        { "organisation": some_siret(1).as_str(), "role": "SOCIAL" }, { "organisation": funder, "role": "SOCIAL" }
    ]);
    let refused = post(&world, &document);
    let expected = ("ALREADY_REGISTERED".to_owned(), "projects[1].members[1].organisation".to_owned());
    assert_eq!(parts(&refused.json()["errors"]), [expected], "{}", refused.text());
    assert_eq!(dump(&world.database), before);
}

#[test]
fn every_problem_of_a_document_comes_at_once_and_none_of_its_consequences() {
    let world = World::with_projects();
    let mut document = document();
    for (pointer, value) in [
        ("/programme/code", json!("TEST")),
        ("/programme/calls/0/nameFr", json!("")),
        ("/organisations/1/name", json!("Mr 7503123456")),
        ("/projects/0/grant", json!("100.01")),
        ("/projects/0/programme", json!("TEST")),
        ("/projects/1/programme", json!("TEST")),
        ("/projects/1/lead", json!(some_siret(99).as_str())),
        ("/projects/1/code", json!("BATIR")),
        ("/amendments/0/number", json!(2)),
        ("/targets/1/project", json!("BATIR")),
        ("/targets/0/indicator", json!("HAPPINESS")),
    ] {
        *document.pointer_mut(pointer).unwrap() = value;
    }
    let before = dump(&world.database);
    let refused = post(&world, &document);
    let mut said = parts(&refused.json()["errors"]);
    said.sort();
    // The unread organisation and call are named elsewhere, which is not said again.
    let expected = [
        ("ALREADY_REGISTERED", "programme.code"),
        ("ALREADY_REGISTERED", "projects[1].code"),
        ("AMENDMENT_OUT_OF_ORDER", "amendments[0].number"),
        ("CODE_UNKNOWN", "targets[0].indicator"),
        ("GRANT_ABOVE_COST", "projects[0].grant"),
        ("TEXT_HOLDS_IDENTITY", "organisations[1].name"),
        ("TEXT_TOO_LONG", "programme.calls[0].nameFr"),
    ];
    assert_eq!(said, expected.map(|(code, path)| (code.to_owned(), path.to_owned())), "{}", refused.text());
    assert!(!refused.text().contains("7503123456"));
    assert_eq!(dump(&world.database), before);
}

#[test]
fn problems_of_files_say_file_and_line() {
    let world = World::with_projects();
    let folder = world.database.folder().join("directory");
    std::fs::create_dir(&folder).unwrap();
    write_files(&folder);
    let change = |file: &str, from: &str, to: &str| {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {text}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    change("payments.csv", "10.00", "10.01");
    change("members.csv", "SOCIAL", "SOCIABLE");
    change("organisations.csv", "Les toits", "");
    change("periods.csv", "2020-07-31", "31/07/2020");
    change("targets.csv", "LOGER", "NOWHERE");
    let before = dump(&world.database);
    let (done, said) = import(&world, &folder, &[]);
    assert!(!done, "{said}");
    for line in [
        "members.csv line 3, role: REQUEST_MALFORMED",
        "organisations.csv line 3, name: REQUEST_MALFORMED",
        "periods.csv line 3, dueOn: DATE_INVALID",
    ] {
        assert!(said.contains(line), "{line} is not in: {said}");
    }
    assert_eq!(dump(&world.database), before);
    // With those put right, what they hid shows.
    write_files(&folder);
    change("payments.csv", "10.00", "10.01");
    change("members.csv", "BATIR", "NOWHERE");
    change("targets.csv", "LOGER", "NOWHERE");
    let (done, said) = import(&world, &folder, &[]);
    assert!(!done, "{said}");
    for line in [
        "payments.csv line 3, amount: PAYMENTS_ABOVE_GRANT",
        "members.csv line 2, project: NOT_FOUND",
        "targets.csv line 3, project: NOT_FOUND",
    ] {
        assert!(said.contains(line), "{line} is not in: {said}");
    }
    change("payments.csv", "10.01", "10.01;more");
    let (done, said) = import(&world, &folder, &[]);
    assert!(!done && said.contains("payments.csv line 3: ROW_RAGGED"), "{said}");
    std::fs::remove_file(folder.join("programme.csv")).unwrap();
    let (done, said) = import(&world, &folder, &[]);
    assert!(!done && said.contains("programme: REQUEST_MALFORMED"), "{said}");
    assert_eq!(dump(&world.database), before);
}
