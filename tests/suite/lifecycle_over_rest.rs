//! A report's whole life through REST alone: submitted, certified, reviewed, returned, corrected, approved, reopened, annulled.

use faisceau::access::role::Role;
use faisceau::directory::programme::ProgrammeDetails;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::support::dump::dump;
use crate::support::statement::present;
use crate::support::world::{Answered, programme};
use crate::support::{Caller, World};

const JSON: (&str, &str) = ("content-type", "application/json");

fn send(caller: &Caller, path: &str, body: &Value) -> Answered {
    caller.send(path, &[JSON], body.to_string().as_bytes())
}

/// Something done that must be done, and where the report then stands.
fn done(caller: &Caller, path: &str, body: &Value) -> Value {
    let answered = send(caller, path, body);
    assert_eq!(answered.status, 200, "{path}: {}", answered.text);
    answered.body["state"].clone()
}

/// What refuses something: its status and code.
fn refused(caller: &Caller, path: &str, body: &Value) -> (u16, String) {
    let answered = send(caller, path, body);
    (answered.status, answered.body["code"].as_str().unwrap_or_default().to_owned())
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Submits one participation for 2023-Q1 and gives the report.
fn submit(partner: &Caller, project: &str, base_version: u32, entry_on: &str) -> String {
    let path = format!("/v1/projects/{project}/reports/2023-Q1/submissions");
    let statement = json!({
        "baseVersion": base_version, "participations": [present("A-1", "9903017421", entry_on)],
        "justifications": [{ "code": "ENTRY_CHANGED", "text": "Corrected." }],
    });
    let answered = send(partner, &path, &statement);
    assert_eq!(answered.status, 201, "{}", answered.text);
    answered.body["report"]["id"].as_str().unwrap().to_owned()
}

fn supported(world: &World) -> String {
    let totals = world.caller("analyst").get("/v1/programmes/TEST/totals");
    totals.body["figures"][0]["numerator"].as_str().unwrap().to_owned()
}

#[test]
fn a_report_lives_its_whole_life_over_rest() {
    let world = World::with_projects_of(ProgrammeDetails { certification: true, ..programme() });
    let project = world.project("ALPHA");
    let director = world.register_client("director", Role::Partner, Some(&project.details.lead));
    let (partner, one, two) = (world.caller("partner-alpha"), world.caller("officer-one"), world.caller("officer-two"));
    let project = project.id.to_string();
    world.turn_to(date(2023, 5, 20));

    // The due date has passed: an extension makes the submission timely.
    let path = format!("/v1/projects/{project}/reports/2023-Q1/extensions");
    let extension = json!({ "dueOn": "2023-05-31", "reason": "Floods." });
    assert_eq!(refused(&partner, &path, &extension), refusal(403, "FORBIDDEN"));
    let extended = send(&one, &path, &extension);
    assert_eq!((extended.status, &extended.body["extendedTo"]), (201, &json!("2023-05-31")), "{}", extended.text);
    assert_eq!(refused(&one, &path, &extension), refusal(422, "DUE_DATE_NOT_LATER"));

    let report = submit(&partner, &project, 0, "2023-02-01");
    let at = |verb: &str| format!("/v1/reports/{report}/{verb}");
    let first = json!({ "version": 1 });
    assert_eq!(refused(&partner, &at("certification"), &first), refusal(403, "CERTIFIER_IS_SUBMITTER"));
    assert_eq!(done(&partner, &at("recall"), &first), "DRAFT");
    submit(&partner, &project, 1, "2023-02-02");
    let second = json!({ "version": 2 });
    assert_eq!(refused(&one, &at("review"), &second), refusal(409, "TRANSITION_REFUSED"), "not certified yet");
    assert_eq!(done(&director, &at("certification"), &second), "SUBMITTED");
    assert_eq!(refused(&one, &at("review"), &first), refusal(409, "VERSION_CONFLICT"));
    assert_eq!(done(&one, &at("review"), &second), "IN_REVIEW");

    // Returned with a reason at a place, which the partner reads and analysts do not.
    let reasons = json!([{ "path": "participations[reference=A-1].entryOn", "text": "Is it the first?" }]);
    let mut back = json!({ "version": 2, "reason": "See below.", "reasons": reasons });
    back["reasons"][0]["path"] = "participations[reference=A-9]".into();
    assert_eq!(refused(&one, &at("return"), &back), refusal(422, "PATH_INVALID"));
    back["reasons"] = reasons;
    assert_eq!(done(&one, &at("return"), &back), "RETURNED");
    let given = partner.get(&at("return-reasons"));
    assert_eq!(given.body[0]["text"], "Is it the first?", "{}", given.text);
    assert_eq!(world.caller("analyst").get(&at("return-reasons")).status, 403);

    submit(&partner, &project, 2, "2023-02-01");
    let third = json!({ "version": 3 });
    done(&director, &at("certification"), &third);
    done(&one, &at("review"), &third);
    assert_eq!(refused(&world.caller("officer-of-alpha"), &at("approval"), &third), refusal(403, "FOUR_EYES"));
    assert_eq!(supported(&world), "0");
    assert_eq!(done(&two, &at("approval"), &third), "APPROVED");
    assert_eq!(supported(&world), "1");

    let reopening = json!({ "version": 3, "reason": "One is missing." });
    assert_eq!(done(&one, &at("reopening"), &reopening), "RETURNED");
    assert_eq!(supported(&world), "1", "the approved version stays in force");
    assert_eq!(done(&one, &at("annulment"), &json!({ "version": 3, "reason": "Another project's." })), "RETURNED");
    assert_eq!(supported(&world), "0");

    let life = partner.get(&format!("/v1/reports/{report}"));
    let steps = life.body["transitions"].as_array().unwrap();
    let actions: Vec<&str> = steps.iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "SUBMIT",
            "RECALL",
            "SUBMIT",
            "CERTIFY",
            "START_REVIEW",
            "RETURN",
            "SUBMIT",
            "CERTIFY",
            "START_REVIEW",
            "APPROVE",
            "REOPEN",
            "ANNUL"
        ]
    );
    assert_eq!((&life.body["state"], &life.body["currentVersion"]), (&json!("RETURNED"), &json!(3)), "{}", life.text);
    assert_eq!(steps[10]["reason"], "One is missing.");
}

#[test]
fn a_late_report_is_approved_only_by_whoever_says_so() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let report = submit(&world.caller("partner-alpha"), &project, 0, "2023-02-01");
    let at = |verb: &str| format!("/v1/reports/{report}/{verb}");
    done(&world.caller("officer-one"), &at("review"), &json!({ "version": 1 }));
    let officer = world.caller("officer-two");
    let unaware = send(&officer, &at("approval"), &json!({ "version": 1 }));
    assert_eq!((unaware.status, &unaware.body["code"]), (409, &json!("LATE_NOT_ACKNOWLEDGED")), "{}", unaware.text);
    assert_eq!(unaware.body["path"], "acknowledgeLate");
    assert_eq!(done(&officer, &at("approval"), &json!({ "version": 1, "acknowledgeLate": true })), "APPROVED");
}

#[test]
fn a_dry_run_and_a_repetition_over_rest_do_nothing_twice() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let report = submit(&world.caller("partner-alpha"), &project, 0, "2023-02-01");
    let officer = world.caller("officer-one");
    let (path, body) = (format!("/v1/reports/{report}/review"), json!({ "version": 1 }));
    let before = dump(&world.database);
    assert_eq!(done(&officer, &format!("{path}?dryRun=true"), &body), "IN_REVIEW", "what would come of it");
    assert_eq!(dump(&world.database), before, "a dry run keeps nothing");

    let with_key = |body: &Value| officer.send(&path, &[JSON, ("idempotency-key", "k-1")], body.to_string().as_bytes());
    let first = with_key(&body);
    let again = with_key(&body);
    assert_eq!((first.status, &first.text), (200, &again.text), "the same answer, though the report has moved on");
    assert_eq!(world.database.sql("SELECT id AS value FROM journal WHERE kind = 'report.review_started'").len(), 1);
    let other = with_key(&json!({ "version": 2 }));
    assert_eq!((other.status, &other.body["code"]), (422, &json!("IDEMPOTENCY_KEY_REUSED")), "{}", other.text);

    // What is malformed is said whole, and nothing is done.
    let after = dump(&world.database);
    let path = format!("/v1/reports/{report}/return");
    let reasons = json!([{ "path": "nowhere[", "text": "" }]);
    let wrong = send(&officer, &path, &json!({ "version": -1, "reason": "7503123456", "reasons": reasons }));
    let paths: Vec<&str> =
        wrong.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["version", "reason", "reasons[0].path", "reasons[0].text"], "{}", wrong.text);
    assert!(!wrong.text.contains("7503123456"));
    for body in [json!({}), json!({ "version": 1, "reason": "x", "also": 1 }), json!({ "version": "1", "reason": "x" })]
    {
        let refused = send(&officer, &path, &body);
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (400, &json!("REQUEST_MALFORMED")),
            "{body}: {}",
            refused.text
        );
    }
    assert_eq!(dump(&world.database), after);
}
