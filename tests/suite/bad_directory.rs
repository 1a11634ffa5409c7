//! Directory entries and texts that do not hold: a clear code at a clear place, nothing repeated, nothing left behind.

use serde_json::{Value, json};

use crate::bad_input::{Case, MARK, long, tried};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::operations::{programme_input, project_input};
use crate::support::raw::{bearer, graphql, request};
use crate::support::world::some_siret;

fn register(name: &str, type_name: &str) -> String {
    format!(
        "mutation Register($input: {type_name}!) {{ {name}(input: $input) {{ __typename userErrors {{ code path message }} }} }}"
    )
}

#[test]
fn a_directory_entry_that_does_not_hold_is_refused_in_place_and_leaves_nothing() {
    let world = World::with_projects();
    let alpha = world.project("ALPHA");
    let before = dump(&world.database);
    let mut cases: Vec<Case> = Vec::new();
    for amount in
        ["-1.00", "1000000000000000000", "10000000000.00", "NaN", "Infinity", "1e9", "1.234", "1,50", "", ".5", MARK]
    {
        cases.push(("/envelope", amount.into(), "AMOUNT_INVALID", "input.envelope"));
    }
    for code in ["", "a b", "7503123456", "a\u{0}"] {
        let expected = if code.starts_with('7') { "TEXT_HOLDS_IDENTITY" } else { "SHORT_CODE_INVALID" };
        cases.push(("/code", code.into(), expected, "input.code"));
    }
    for day in ["2024-02-30", "0000-01-01", "9999-99-99", "1899-12-31", MARK] {
        cases.push(("/firstOn", day.into(), "DATE_INVALID", "input.firstOn"));
        cases.push((
            "/periods",
            json!([{ "code": "2023-Q1", "dueOn": day }]),
            "DATE_INVALID",
            "input.periods[0].dueOn",
        ));
    }
    cases.extend([
        ("/envelope", json!(1e300), "VARIABLE_INVALID", "variables.input.envelope"),
        ("/code", "TEST".into(), "ALREADY_REGISTERED", ""),
        ("/nameEn", long(201), "TEXT_TOO_LONG", "input.nameEn"),
        ("/nameFr", "a\u{1b}[31m".into(), "TEXT_TOO_LONG", "input.nameFr"),
        ("/timeZone", MARK.into(), "PARAMETER_INVALID", "input.timeZone"),
        ("/timeZone", "Europe/\u{0}".into(), "PARAMETER_INVALID", "input.timeZone"),
        ("/disclosureThreshold", 1.into(), "PARAMETER_INVALID", "input.disclosureThreshold"),
        ("/disclosureThreshold", (-5).into(), "PARAMETER_INVALID", "input.disclosureThreshold"),
        ("/periods", json!([{ "code": MARK, "dueOn": "2023-04-30" }]), "PERIOD_INVALID", "input.periods[0].code"),
        (
            "/periods",
            json!([{ "code": "2023-Q1", "dueOn": "2023-04-30" }, { "code": "2023-Q1", "dueOn": "2023-05-30" }]),
            "ALREADY_REGISTERED",
            "",
        ),
    ]);
    let document = register("programmeRegister", "ProgrammeRegisterInput");
    let mut wrong = tried(&world, "operator", &document, &programme_input("NEW"), &cases);

    let organisation = json!({ "siret": some_siret(77).as_str(), "name": "Another" });
    let cases: Vec<Case> = vec![
        ("/siret", MARK.into(), "SIRET_INVALID", "input.siret"),
        ("/siret", "12345678901234".into(), "SIRET_INVALID", "input.siret"),
        ("/siret", some_siret(2).as_str().into(), "ALREADY_REGISTERED", ""),
        ("/siret", long(5000), "VARIABLE_INVALID", ""),
        ("/name", "Call 1 84 12 76 451 089 46".into(), "TEXT_HOLDS_IDENTITY", "input.name"),
        ("/name", " \n ".into(), "TEXT_TOO_LONG", "input.name"),
    ];
    wrong.extend(tried(
        &world,
        "operator",
        &register("organisationRegister", "OrganisationRegisterInput"),
        &organisation,
        &cases,
    ));

    let input = project_input("NEW", alpha.programme.as_str(), alpha.details.lead.as_str());
    let mut cases: Vec<Case> = vec![
        ("/programme", MARK.into(), "NOT_FOUND", "input.programme"),
        ("/programme", "prg_00000000000000000000000000000000".into(), "NOT_FOUND", "input.programme"),
        ("/lead", alpha.id.to_string().into(), "NOT_FOUND", "input.lead"),
        ("/lead", "org_00000000000000000000000000000000".into(), "NOT_FOUND", "input.lead"),
        (
            "/members",
            json!([{ "organisation": MARK, "role": "TRAINING" }]),
            "NOT_FOUND",
            "input.members[0].organisation",
        ),
        ("/call", "NOWHERE".into(), "CODE_UNKNOWN", "input.call"),
        ("/code", "ALPHA".into(), "ALREADY_REGISTERED", ""),
        ("/title", "Mr 7503123456".into(), "TEXT_HOLDS_IDENTITY", "input.title"),
        ("/agreementTo", "2022-12-31".into(), "WINDOW_INVALID", "input.agreementTo"),
        ("/grant", "2000.01".into(), "GRANT_ABOVE_COST", "input.grant"),
        ("/targetParticipants", (-1).into(), "PARAMETER_INVALID", "input.targetParticipants"),
        (
            "/targetParticipants",
            1_000_000_000_000_000_000_i64.into(),
            "VARIABLE_INVALID",
            "variables.input.targetParticipants",
        ),
    ];
    for department in ["20", "99", "2a", "", "975", MARK] {
        cases.push(("/department", department.into(), "CODE_UNKNOWN", "input.department"));
    }
    wrong.extend(tried(&world, "operator", &register("projectRegister", "ProjectRegisterInput"), &input, &cases));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dump(&world.database), before, "something was left behind");
}

#[test]
fn texts_that_no_database_holds_are_not_found_rather_than_our_fault() {
    let world = World::with_projects();
    let token = bearer(Some(&world.caller("officer-one").token()));
    let before = dump(&world.database);
    for text in ["\u{0}", "TEST\u{0}", "\u{fffe}", "'", "%", &"x".repeat(100_000), "7503123456"] {
        for document in [
            "query ($t: String!) { programme(code: $t) { id } }",
            "query ($t: String!) { projectByCode(programme: $t, code: \"ALPHA\") { id } }",
            "query ($t: String!) { projectByCode(programme: \"TEST\", code: $t) { id } }",
        ] {
            let answered = graphql(&world.url, &token, document, &json!({ "t": text }));
            let found = answered.json()["data"].as_object().and_then(|data| data.values().next().cloned());
            assert_eq!((answered.code().as_str(), found), ("", Some(Value::Null)), "{document}: {}", answered.text());
        }
        for list in ["organisations", "projects", "reports"] {
            let cursor = data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
            let document = format!("query ($t: String!) {{ {list}(after: $t) {{ nodes {{ id }} }} }}");
            let answered = graphql(&world.url, &token, &document, &json!({ "t": cursor }));
            assert!(["", "PAGE_INVALID"].contains(&answered.code().as_str()), "{list}: {}", answered.text());
        }
        let encoded: String = text.bytes().take(5000).map(|byte| format!("%{byte:02X}")).collect();
        let form = format!("grant_type=client_credentials&client_id={encoded}&client_secret=x");
        let declined = request(&world.url, "POST /oauth/token", "", form.as_bytes());
        assert!([400, 401, 413].contains(&declined.status), "{}: {}", declined.status, declined.text());
        let totals = request(&world.url, &format!("GET /v1/programmes/{encoded}/totals"), &token, b"");
        assert!([404, 400, 414, 0].contains(&totals.status), "{}: {}", totals.status, totals.text());
    }
    assert_eq!(dump(&world.database), before);
}
