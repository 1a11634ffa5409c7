//! Reasons of returns at places of a version, and the partner's answers.

use serde_json::{Value, json};

use crate::first_steps::submit;
use crate::support::dump::dump;
use crate::support::raw::{bearer, request};
use crate::support::statement::{SUBMIT, action, justified, left, permanent, present, submission};
use crate::support::{Caller, World};

fn act(caller: &Caller, name: &str, input: Value) -> Value {
    caller.ask(&action(name), json!({ "input": input }))[name].clone()
}

/// A world in which project ALPHA has version 1 under review, with participations and an activity T-1.
fn under_review() -> (World, String, String) {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let participations = vec![
        present("A-1", "9903017421", "2023-02-01"),
        left(present("A-2", "9903017422", "2023-02-01"), permanent("2023-03-10")),
    ];
    let mut input = submission(&project, "2023-Q1", 0, participations);
    input["activities"] =
        json!([{ "reference": "T-1", "kind": "TECHNICAL_TRAINING", "on": "2023-02-10", "hours": 3, "headcount": 8 }]);
    let (report, version) = submit(&world.caller("partner-alpha"), input);
    act(&world.caller("officer-one"), "reportStartReview", json!({ "report": report, "version": version }));
    (world, project, report)
}

fn reasons(caller: &Caller, report: &str) -> Value {
    let document = "query ($id: ID!) { report(id: $id) { returnReasonCounts { unanswered answered } \
        returnReasons { id version path text answer answeredIn } } }";
    caller.ask(document, json!({ "id": report }))["report"].clone()
}

fn give(world: &World, report: &str, reasons: Value) -> Value {
    let input = json!({ "report": report, "version": 1, "reason": "See below.", "reasons": reasons });
    act(&world.caller("officer-one"), "reportReturn", input)
}

#[test]
fn reasons_stand_at_places_and_the_partner_answers_them_with_its_next_submission() {
    let (world, project, report) = under_review();
    let partner = world.caller("partner-alpha");
    let given = json!([
        { "path": "participations[reference=A-2].exit.on", "text": "The agreement ended before." },
        { "path": "activities[reference=T-1]", "text": "Who led it?" },
        { "path": "finance", "text": "Missing." },
    ]);
    assert_eq!(give(&world, &report, given)["report"]["state"], "RETURNED");

    let listed = reasons(&partner, &report);
    assert_eq!(listed["returnReasonCounts"], json!({ "unanswered": 3, "answered": 0 }));
    let ids: Vec<&str> =
        listed["returnReasons"].as_array().unwrap().iter().map(|reason| reason["id"].as_str().unwrap()).collect();
    assert_eq!(listed["returnReasons"][0]["path"], "participations[reference=A-2].exit.on");

    // Analysts read counts, never places.
    let analyst = world.caller("analyst");
    let counted = analyst
        .ask("query ($id: ID!) { report(id: $id) { returnReasonCounts { unanswered } } }", json!({ "id": report }));
    assert_eq!(counted["report"]["returnReasonCounts"]["unanswered"], 3);
    let refused =
        analyst.post("query ($id: ID!) { report(id: $id) { returnReasons { path } } }", json!({ "id": report }));
    assert_eq!(refused.body["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert!(!refused.text.contains("A-2"));

    // What is no open reason of this project is refused, rehearsed or not, and nothing is stored.
    let participations =
        || vec![present("A-1", "9903017421", "2023-02-01"), present("A-2", "9903017422", "2023-02-01")];
    let mut input = justified(submission(&project, "2023-Q1", 1, participations()));
    let before = dump(&world.database);
    let foreign = faisceau::id::ReasonId::new().to_string();
    for (answers, place) in [
        (json!([{ "reason": foreign, "text": "Done." }]), 0),
        (json!([{ "reason": "first", "text": "Done." }]), 0),
        (json!([{ "reason": ids[0], "text": "Done." }, { "reason": ids[0], "text": "Again." }]), 1),
    ] {
        for dry_run in [true, false] {
            input["answers"] = answers.clone();
            input["dryRun"] = dry_run.into();
            let payload = partner.ask(SUBMIT, json!({ "input": input }))["reportSubmit"].clone();
            let error = &payload["userErrors"][0];
            assert_eq!(error["code"], "REASON_UNKNOWN", "{payload}");
            assert_eq!(error["path"], format!("input.answers[{place}].reason"));
        }
    }
    assert_eq!(dump(&world.database), before);

    input["dryRun"] = false.into();
    input["answers"] =
        json!([{ "reason": ids[0], "text": "Corrected." }, { "reason": ids[2], "text": "Not yet known." }]);
    let (_, second) = submit(&partner, input);
    let listed = reasons(&world.caller("officer-one"), &report);
    assert_eq!(listed["returnReasonCounts"], json!({ "unanswered": 1, "answered": 2 }));
    assert_eq!(listed["returnReasons"][0]["answer"], "Corrected.");
    assert_eq!(listed["returnReasons"][0]["answeredIn"], second);
    assert_eq!(listed["returnReasons"][1]["answer"], Value::Null, "what has no answer stays listed");
}

#[test]
fn places_must_exist_and_texts_hold_no_identity() {
    let (world, _, report) = under_review();
    let before = dump(&world.database);
    for (path, text, code, at) in [
        ("participations[reference=A-3]", "Why?", "PATH_INVALID", "path"),
        ("activities[reference=A-1]", "Why?", "PATH_INVALID", "path"),
        ("participations[reference=A-1].exit.day", "Why?", "PATH_INVALID", "path"),
        ("participation", "Why?", "PATH_INVALID", "path"),
        ("participations[reference=9912345678]", "Why?", "PATH_INVALID", "path"),
        ("finance", "9912345678 is wrong", "TEXT_HOLDS_IDENTITY", "text"),
        ("finance", "", "TEXT_TOO_LONG", "text"),
    ] {
        let payload =
            give(&world, &report, json!([{ "path": "finance", "text": "Why?" }, { "path": path, "text": text }]));
        let error = &payload["userErrors"][0];
        assert_eq!(
            (error["code"].as_str(), error["path"].as_str()),
            (Some(code), Some(&*format!("input.reasons[1].{at}")))
        );
    }
    let many: Vec<Value> = (0..201).map(|_| json!({ "path": "finance", "text": "Why?" })).collect();
    assert_eq!(give(&world, &report, many.into())["userErrors"][0]["code"], "TOO_MANY_REASONS");
    assert_eq!(dump(&world.database), before);
}

#[test]
fn answers_come_with_files_too() {
    let (world, project, report) = under_review();
    let places = ["finance", "narrative", "declaredFigures"];
    let given: Vec<Value> = places.iter().map(|path| json!({ "path": path, "text": "Missing." })).collect();
    give(&world, &report, given.into());
    let partner = world.caller("partner-alpha");
    let listed = reasons(&partner, &report);
    let id = |place: usize| listed["returnReasons"][place]["id"].as_str().unwrap();
    let answered = |place: usize| {
        let listed = reasons(&world.caller("auditor"), &report);
        listed["returnReasons"][place]["answeredIn"].clone()
    };
    let route = format!("POST /v1/projects/{project}/reports/2023-Q1/submissions");
    let send = |query: &str, kind: &str, body: String| {
        let headers = format!("{}Content-Type: {kind}\r\n", bearer(Some(&partner.token())));
        let sent = request(&world.url, &format!("{route}?{query}"), &headers, body.as_bytes());
        (sent.status, sent.text())
    };
    let recall = |version: u64| {
        act(&partner, "reportRecall", json!({ "report": report, "version": version }));
    };
    let stays = [present("A-1", "9903017421", "2023-02-01"), present("A-2", "9903017422", "2023-02-01")];
    let document = json!({ "baseVersion": 1, "participations": stays, "justifications": [{ "code": "EXIT_WITHDRAWN", "text": "Stayed." }],
            "answers": [{ "reason": id(0), "text": "Added." }] });
    let (status, text) = send("", "application/json", document.to_string());
    assert_eq!(status, 201, "{text}");
    assert_eq!(answered(0), 2);

    recall(2);
    let line = json!({ "answer": { "reason": id(1), "text": "Added." } });
    let (status, text) = send("baseVersion=2&mode=UPSERT", "application/x-ndjson", format!("{line}\n"));
    assert_eq!(status, 201, "{text}");
    assert_eq!(answered(1), 3);

    recall(3);
    let header = "reference;entry_on;sex;birth_year;protection_status;french_at_entry;education;labour_status;residence_department\n\
        A-1;2023-02-01;F;1990;REFUGEE;A2;LEVEL_3;UNEMPLOYED;69\n";
    let query =
        format!("baseVersion=3&mode=UPSERT&justification=IDENTITY_DISAPPEARED:Withdrawn.&answer={}:Added.", id(2));
    let (status, text) = send(&query, "text/csv", header.to_owned());
    assert_eq!(status, 201, "{text}");
    assert_eq!(answered(2), 4);
    let (status, text) = send(&query.replace("baseVersion=3", "baseVersion=4"), "text/csv", header.to_owned());
    assert!(status == 409, "a report with the funder takes nothing: {status} {text}");
}
