//! Statements that do not hold: a clear code at a clear place, nothing repeated back, and nothing left behind.

use jiff::civil::date;
use serde_json::{Value, json};

use crate::first_steps::submit;
use crate::support::World;
use crate::support::dump::dump;
use crate::support::raw::{Raw, bearer, graphql};
use crate::support::statement::{SUBMIT, permanent, present, submission};
use crate::support::world::project;

/// What callers write where it does not belong, and what must never come back.
pub const MARK: &str = "Jeanne-Marie7";

/// A name, where in the input, the value put there, and the code and the place of the refusal.
pub type Case = (&'static str, Value, &'static str, &'static str);

/// Puts a value at a JSON pointer, making the way to it.
fn put(input: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match input.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.insert(name.to_owned(), value)),
        _ => panic!("no object at {parent}"),
    }
}

/// The first refusal: a user error or a GraphQL error; its code and its path.
fn refusal(answered: &Raw) -> (String, String) {
    let body = answered.json();
    let user_error =
        body["data"].as_object().and_then(|data| data.values().next()).map(|root| root["userErrors"][0].clone());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match user_error {
        Some(error) if error.is_object() => (text(&error["code"]), text(&error["path"])),
        _ => (answered.code(), text(&body["errors"][0]["extensions"]["path"])),
    }
}

/// Tries each case in turn; what is odd of the answers.
pub fn tried(world: &World, caller: &str, document: &str, input: &Value, cases: &[Case]) -> Vec<String> {
    let token = bearer(Some(&world.caller(caller).token()));
    let mut wrong = Vec::new();
    for (pointer, value, code, path) in cases {
        let mut input = input.clone();
        put(&mut input, pointer, value.clone());
        let answered = graphql(&world.url, &token, document, &json!({ "input": input }));
        let found = refusal(&answered);
        if found != ((*code).to_owned(), (*path).to_owned()) || answered.text().contains(MARK) {
            let shown: String = answered.text().chars().take(400).collect();
            let value: String = value.to_string().chars().take(60).collect();
            wrong.push(format!("{pointer} = {value}: {found:?}, expected {code} at {path}\n    {shown}"));
        }
    }
    wrong
}

pub fn long(length: usize) -> Value {
    "x".repeat(length).into()
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn statement_cases() -> Vec<Case> {
    let first = "input.participations[0]";
    let mut cases: Vec<Case> = vec![
        ("/project", MARK.into(), "NOT_FOUND", "input.project"),
        ("/project", "prj_00000000000000000000000000000000".into(), "NOT_FOUND", "input.project"),
        ("/project", true.into(), "VARIABLE_INVALID", "variables.input.project"),
        ("/project", json!(null), "VARIABLE_INVALID", "variables.input.project"),
        ("/period", MARK.into(), "PERIOD_INVALID", "input.period"),
        ("/period", "2024-Q5".into(), "PERIOD_INVALID", "input.period"),
        ("/period", "2024-Q2".into(), "PERIOD_CLOSED", "input.period"),
        ("/period", "2024-Q4".into(), "PERIOD_CLOSED", "input.period"),
        ("/period", "2031-Q1".into(), "PERIOD_CLOSED", "input.period"),
        ("/period", "2022-Q4".into(), "PERIOD_CLOSED", "input.period"),
        ("/baseVersion", 1.into(), "VERSION_CONFLICT", "input.baseVersion"),
        ("/baseVersion", 2_147_483_647.into(), "VERSION_CONFLICT", "input.baseVersion"),
        ("/baseVersion", (-1).into(), "REQUEST_MALFORMED", "input.baseVersion"),
        ("/baseVersion", 2_147_483_648_u64.into(), "VARIABLE_INVALID", "variables.input.baseVersion"),
        ("/baseVersion", 0.5.into(), "VARIABLE_INVALID", "variables.input.baseVersion"),
        ("/baseVersion", MARK.into(), "VARIABLE_INVALID", "variables.input.baseVersion"),
        ("/participations", MARK.into(), "VARIABLE_INVALID", "variables.input.participations"),
        ("/participations", json!([null]), "VARIABLE_INVALID", "variables.input.participations[0]"),
        ("/justifications", json!([{ "code": "X" }]), "VARIABLE_INVALID", "variables.input.justifications[0].text"),
        ("/justifications", json!([{ "code": "X", "text": "" }]), "TEXT_TOO_LONG", "input.justifications[0].text"),
        (
            "/justifications",
            json!([{ "code": "X", "text": long(1001) }]),
            "TEXT_TOO_LONG",
            "input.justifications[0].text",
        ),
        (
            "/justifications",
            json!([{ "code": "X", "text": "a\u{7}" }]),
            "TEXT_TOO_LONG",
            "input.justifications[0].text",
        ),
        (
            "/justifications",
            json!([{ "code": "X", "text": "It is 7503123456." }]),
            "TEXT_HOLDS_IDENTITY",
            "input.justifications[0].text",
        ),
        (
            "/justifications",
            json!([{ "code": "X", "text": "It is 1841276451089 and no other." }]),
            "TEXT_HOLDS_IDENTITY",
            "input.justifications[0].text",
        ),
        (
            "/justifications",
            json!([{ "code": "X", "text": "1 84 12 76 451 089 46 4 May" }]),
            "TEXT_HOLDS_IDENTITY",
            "input.justifications[0].text",
        ),
        ("/surprise", MARK.into(), "VARIABLE_INVALID", "variables.input.surprise"),
    ];
    let at = |field: &str| -> &'static str { format!("{first}.{field}").leak() };
    let typed = |field: &str| -> &'static str { format!("variables.{first}.{field}").leak() };
    for value in [
        json!(""),
        long(41),
        json!("a b"),
        json!("a\u{0}b"),
        json!("a\u{1f}"),
        json!("é"),
        json!("'; DROP TABLE reports --"),
    ] {
        cases.push(("/participations/0/reference", value, "SHORT_CODE_INVALID", at("reference")));
    }
    for value in ["7503123456", "A-7503123456", "1841276451089", "184122A451089"] {
        cases.push(("/participations/0/reference", value.into(), "TEXT_HOLDS_IDENTITY", at("reference")));
    }
    for day in [
        "2024-02-30",
        "0000-01-01",
        "9999-99-99",
        "1899-12-31",
        "2101-01-01",
        "2024-2-3",
        "2024-W01-1",
        "20240115T1",
        "15/01/2024",
        "2024-01-1 ",
        "+002024-01",
        "",
        MARK,
    ] {
        cases.push(("/participations/0/entryOn", day.into(), "DATE_INVALID", at("entryOn")));
        cases.push(("/participations/0/exit/contractFrom", day.into(), "DATE_INVALID", at("exit.contractFrom")));
    }
    for year in ["0000", "1899", "2101", "90", "+990", "1990.0", MARK] {
        cases.push(("/participations/0/birthYear", year.into(), "BIRTH_YEAR_INVALID", at("birthYear")));
    }
    for department in ["", "6", "lyon", "6900", "2a", MARK] {
        cases.push((
            "/participations/0/residenceDepartment",
            department.into(),
            "CODE_UNKNOWN",
            at("residenceDepartment"),
        ));
    }
    for hours in [-1, 2001, i32::MAX, i32::MIN] {
        let support = json!([{ "kind": "INTENSIVE_FRENCH", "quarter": "2023-Q1", "hours": hours }]);
        cases.push(("/participations/0/supports", support, "HOURS_INVALID", at("supports[0].hours")));
    }
    for hours in [json!(1_000_000_000_000_000_000_i64), json!("NaN"), json!("1e9"), json!(1.5), json!(1e300)] {
        let support = json!([{ "kind": "INTENSIVE_FRENCH", "quarter": "2023-Q1", "hours": hours }]);
        cases.push(("/participations/0/supports", support, "VARIABLE_INVALID", typed("supports[0].hours")));
    }
    for (field, pointer) in [
        ("sex", "/participations/0/sex"),
        ("frenchAtEntry", "/participations/0/frenchAtEntry"),
        ("education", "/participations/0/education"),
        ("exit.situation", "/participations/0/exit/situation"),
        ("identity", "/participations/0/identity"),
    ] {
        cases.push((pointer, MARK.into(), "VARIABLE_INVALID", typed(field)));
        cases.push((pointer, 7_503_123_456_u64.into(), "VARIABLE_INVALID", typed(field)));
    }
    cases.push((
        "/participations/0/identity",
        json!({ "number": { "scheme": "AGDREF", "value": "9903017422" }, "stageOne": "00" }),
        "VARIABLE_INVALID",
        typed("identity"),
    ));
    // What the rules find blocks the whole statement.
    for (pointer, value) in [
        ("/participations/0/residenceDepartment", "20"),
        ("/participations/0/residenceDepartment", "99"),
        ("/participations/0/entryOn", "2023-12-31"),
        ("/participations/0/entryOn", "1900-01-01"),
        ("/participations/0/birthYear", "2020"),
        ("/participations/0/exit/on", "2023-01-01"),
        ("/participations/0/reference", "A-2"),
    ] {
        cases.push((pointer, value.into(), "FINDINGS_BLOCK", ""));
    }
    for (scheme, number) in [("AGDREF", MARK), ("AGDREF", "75031234567"), ("NIR", "7503123456"), ("PROGRAMME", "é'\"")]
    {
        let identity = json!({ "number": { "scheme": scheme, "value": number } });
        cases.push(("/participations/0/identity", identity, "FINDINGS_BLOCK", ""));
    }
    cases.push(("/participations/0/identity", json!({ "stageOne": MARK }), "FINDINGS_BLOCK", ""));
    cases
}

#[test]
fn a_statement_that_does_not_hold_is_refused_in_place_and_leaves_nothing() {
    let world = World::with_projects();
    let mut first = present("A-1", "9903017421", "2023-02-01");
    first["exit"] = permanent("2023-03-10");
    let participations = vec![first, present("A-2", "9903017422", "2023-02-01")];
    let input = submission(&world.project("ALPHA").id.to_string(), "2023-Q1", 0, participations);
    let before = dump(&world.database);
    let cases = statement_cases();
    let wrong = tried(&world, "partner-alpha", SUBMIT, &input, &cases);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));

    let beta = world.project("BETA").id.to_string();
    let foreign = [("/project", beta.into(), "NOT_FOUND", "input.project")];
    assert_eq!(tried(&world, "partner-alpha", SUBMIT, &input, &foreign), Vec::<String>::new());
    assert_eq!(dump(&world.database), before, "something was left behind");

    submit(&world.caller("partner-alpha"), input.clone());
    assert_ne!(dump(&world.database), before, "the statement that the cases start from holds");
    let kept = dump(&world.database);
    let twice = [
        ("/baseVersion", 0.into(), "VERSION_CONFLICT", "input.baseVersion"),
        ("/baseVersion", 1.into(), "TRANSITION_REFUSED", ""),
    ];
    assert_eq!(tried(&world, "partner-alpha", SUBMIT, &input, &twice), Vec::<String>::new());
    assert_eq!(dump(&world.database), kept);
}

#[test]
fn a_period_that_the_agreement_does_not_meet_is_closed() {
    let world = World::with_projects();
    let operator = faisceau::access::operations::at_the_console(faisceau::access::role::Role::Operator);
    let alpha = world.project("ALPHA");
    let mut details = project("LATER", &alpha.details.lead, &alpha.details.lead, "69", 100, 100);
    details.agreement_from = date(2023, 7, 1);
    let later =
        faisceau::directory::operations::register_project(&world.desk, &operator, &alpha.programme, details).unwrap();
    let before = dump(&world.database);
    let input = submission(&later.id.to_string(), "2023-Q2", 0, vec![]);
    let cases = [("/period", "2023-Q2".into(), "PERIOD_CLOSED", "input.period")];
    assert_eq!(tried(&world, "partner-alpha", SUBMIT, &input, &cases), Vec::<String>::new());
    assert_eq!(dump(&world.database), before);
}
