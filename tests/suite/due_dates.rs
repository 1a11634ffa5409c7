//! What projects owe, where they stand, and later due dates.

use jiff::civil::date;
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::dump::dump;
use crate::support::statement::{action, submission};
use crate::support::{Caller, World};

const EXTEND: &str = "mutation Extend($input: DueDateExtendInput!) { dueDateExtend(input: $input) \
    { extension { period extendedTo reason by } userErrors { code path message } } }";

fn extend(caller: &Caller, project: &str, period: &str, due_on: &str) -> Value {
    let input = json!({ "project": project, "period": period, "dueOn": due_on, "reason": "The building burnt." });
    caller.ask(EXTEND, json!({ "input": input }))["dueDateExtend"].clone()
}

fn refused(payload: &Value) -> (&str, &str) {
    let error = &payload["userErrors"][0];
    (error["code"].as_str().unwrap_or_default(), error["path"].as_str().unwrap_or_default())
}

/// Where a project stands with 2023-Q1 to 2023-Q3, as GraphQL and REST both tell.
fn standings(world: &World, caller: &str, code: &str) -> Vec<String> {
    let project = world.project(code).id.to_string();
    let document = "query ($id: ID!) { project(id: $id) { obligations \
        { period standing dueOn extendedTo late extensions { reason } report { id obligation { standing } } } } }";
    let by_graphql = world.caller(caller).ask(document, json!({ "id": project }))["project"]["obligations"].clone();
    let by_rest = world.caller(caller).get(&format!("/v1/projects/{project}/obligations")).body;
    let (by_graphql, by_rest) = (by_graphql.as_array().unwrap(), by_rest.as_array().unwrap());
    assert_eq!(by_graphql.len(), by_rest.len());
    for (one, other) in by_graphql.iter().zip(by_rest) {
        for field in ["period", "standing", "dueOn", "extendedTo", "late"] {
            assert_eq!(one[field], other[field], "{field}");
        }
        let of_report = &one["report"]["obligation"]["standing"];
        assert!(of_report.is_null() || *of_report == one["standing"]);
    }
    let told = |owed: &Value| {
        let flags = [("late", owed["late"] == true), ("extended", !owed["extendedTo"].is_null())];
        let flags: String = flags.iter().filter(|(_, set)| *set).map(|(flag, _)| format!(" {flag}")).collect();
        format!("{} {}{flags}", owed["period"].as_str().unwrap(), owed["standing"].as_str().unwrap())
    };
    by_graphql.iter().take(3).map(told).collect()
}

#[test]
fn standings_follow_the_calendar_and_the_report() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let told = |caller: &str| standings(&world, caller, "ALPHA");

    world.turn_to(date(2023, 4, 30));
    assert_eq!(told("partner-alpha"), ["2023-Q1 EXPECTED", "2023-Q2 NOT_OPEN", "2023-Q3 NOT_OPEN"]);
    world.turn_to(date(2023, 5, 1));
    assert_eq!(told("analyst"), ["2023-Q1 OVERDUE", "2023-Q2 NOT_OPEN", "2023-Q3 NOT_OPEN"]);

    let (report, version) = submit(&partner, submission(&project, "2023-Q1", 0, Vec::new()));
    assert_eq!(told("officer-one")[0], "2023-Q1 SUBMITTED late");
    let recall = json!({ "input": { "report": report, "version": version } });
    partner.ask(&action("reportRecall"), recall);
    assert_eq!(told("officer-one")[0], "2023-Q1 OVERDUE");
    let (_, version) = submit(&partner, submission(&project, "2023-Q1", 1, Vec::new()));
    approve(&world, &report, version);
    assert_eq!(told("officer-one")[0], "2023-Q1 APPROVED late");

    // Q2 is skipped: once Q3 has a version it cannot be reported any more, so it is not overdue for ever.
    world.turn_to(date(2023, 10, 2));
    assert_eq!(told("officer-one")[1..], ["2023-Q2 OVERDUE", "2023-Q3 EXPECTED"]);
    submit(&partner, submission(&project, "2023-Q3", 2, Vec::new()));
    assert_eq!(told("officer-one")[1..], ["2023-Q2 SUPERSEDED", "2023-Q3 SUBMITTED"]);
}

#[test]
fn a_submission_within_the_extension_is_not_late() {
    let world = World::with_projects();
    let (partner, officer) = (world.caller("partner-alpha"), world.caller("officer-one"));
    let project = world.project("ALPHA").id.to_string();
    world.turn_to(date(2023, 5, 2));
    assert_eq!(standings(&world, "partner-alpha", "ALPHA")[0], "2023-Q1 OVERDUE");

    let extended = extend(&officer, &project, "2023-Q1", "2023-05-10");
    assert_eq!(
        extended,
        json!({ "extension": { "period": "2023-Q1", "extendedTo": "2023-05-10", "reason": "The building burnt.",
            "by": "officer-one" }, "userErrors": [] })
    );
    assert_eq!(standings(&world, "partner-alpha", "ALPHA")[0], "2023-Q1 EXPECTED extended");
    assert_eq!(standings(&world, "officer-one", "BETA")[0], "2023-Q1 OVERDUE", "the extension is one project's");
    extend(&officer, &project, "2023-Q1", "2023-05-15");

    world.turn_to(date(2023, 5, 15));
    submit(&partner, submission(&project, "2023-Q1", 0, Vec::new()));
    assert_eq!(standings(&world, "partner-alpha", "ALPHA")[0], "2023-Q1 SUBMITTED extended");
    world.turn_to(date(2023, 5, 16));
    submit(&world.caller("partner-beta"), submission(world.project("BETA").id.as_str(), "2023-Q1", 0, Vec::new()));
    assert_eq!(standings(&world, "officer-one", "BETA")[0], "2023-Q1 SUBMITTED late");
}

#[test]
fn a_due_date_is_extended_by_officers_only_and_only_to_a_later_day() {
    let world = World::with_projects();
    let officer = world.caller("officer-one");
    let (alpha, elsewhere) = (world.project("ALPHA").id.to_string(), faisceau::id::ProjectId::new().to_string());
    assert_eq!(extend(&officer, &alpha, "2023-Q1", "2023-06-01")["userErrors"], json!([]));
    let before = dump(&world.database);
    for (project, period, day, expected) in [
        (&alpha, "2023-Q1", "2023-06-01", ("DUE_DATE_NOT_LATER", "input.dueOn")),
        (&alpha, "2023-Q1", "2023-05-31", ("DUE_DATE_NOT_LATER", "input.dueOn")),
        (&alpha, "2023-Q2", "2023-07-31", ("DUE_DATE_NOT_LATER", "input.dueOn")),
        (&alpha, "2025-Q1", "2026-01-01", ("PERIOD_INVALID", "input.period")),
        (&alpha, "2023", "2026-01-01", ("PERIOD_INVALID", "input.period")),
        (&alpha, "2023-Q1", "tomorrow", ("DATE_INVALID", "input.dueOn")),
        (&elsewhere, "2023-Q1", "2023-06-02", ("NOT_FOUND", "input.project")),
    ] {
        let payload = extend(&officer, project, period, day);
        assert_eq!(refused(&payload), expected, "{period} {day}");
    }
    for caller in ["partner-alpha", "partner-beta", "analyst", "auditor", "operator"] {
        let input = json!({ "project": alpha, "period": "2023-Q1", "dueOn": "2024-06-02", "reason": "Please." });
        let answered = world.caller(caller).post(EXTEND, json!({ "input": input }));
        assert_eq!(answered.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{caller}");
    }
    let input = json!({ "project": alpha, "period": "2023-Q1", "dueOn": "2024-06-02", "reason": "x", "dryRun": true });
    let rehearsed = officer.ask(EXTEND, json!({ "input": input }));
    assert_eq!(rehearsed["dueDateExtend"]["extension"]["extendedTo"], "2024-06-02");
    assert_eq!(dump(&world.database), before);
}

#[test]
fn a_programmes_obligations_come_in_pages() {
    let world = World::with_projects();
    let page = |after: &str| {
        world.caller("officer-one").get(&format!("/v1/programmes/TEST/obligations?period=2023-Q1&first=1{after}"))
    };
    let first = page("").body;
    let next = first["next"].as_str().unwrap();
    let second = page(&format!("&after={next}")).body;
    assert_eq!(
        (&first["items"][0]["projectCode"], &second["items"][0]["projectCode"]),
        (&"ALPHA".into(), &"BETA".into())
    );
    assert!(second["next"].is_null(), "{second}");
    let own = world.caller("partner-beta").get("/v1/programmes/TEST/obligations?period=2023-Q1").body;
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    let unknown = world.caller("officer-one").get("/v1/programmes/TEST/obligations?period=1999-Q1");
    assert_eq!((unknown.status, &unknown.body["code"]), (422, &"PERIOD_INVALID".into()));
}
