//! The journey: from an empty folder to a national figure, through the binary and HTTP only. Read it as the manual's
//! first chapter: everything here is what an operator types and what callers send.

use faisceau::clock::Clock;
use faisceau::directory::period::Quarter;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::support::console::{Console, Server};
use crate::support::statement::{SUBMIT, action, left, other, permanent, present, submission};
use crate::support::{Caller, Database, world};

const PROGRAMME: &str = "JOURNEY";
const FIGURES: &str = "indicator { code } unit status numerator denominator display";

/// The last quarter that has ended, whatever day it is today.
fn last_quarter() -> Quarter {
    let today = Clock::System.now().day_in(&TimeZone::get("Europe/Paris").unwrap());
    Quarter::of(Quarter::of(today).first_day() - 1.day())
}

fn siret(number: u32) -> String {
    world::some_siret(number).to_string()
}

/// Everyone who calls.
struct Cast {
    partner: Caller,
    officer: Caller,
    second_officer: Caller,
    officer_of_the_partner: Caller,
}

#[test]
fn from_an_empty_folder_to_a_national_figure() {
    let database = Database::create();
    let console = Console(&database);
    starts_only_when_it_is_fit(&console);

    let operator_secret = console.client("operator", "operator", None);
    let server = console.serve();
    tokens_are_given_for_secrets_only(&server, &operator_secret);
    let project = registers_the_directory(&server.caller("operator", &operator_secret));
    let client =
        |name: &str, role: &str, number: u32| server.caller(name, &console.client(name, role, Some(&siret(number))));
    let cast = Cast {
        partner: client("partner", "partner", 2),
        officer: client("officer-one", "officer", 1),
        second_officer: client("officer-two", "officer", 1),
        officer_of_the_partner: client("officer-of-partner", "officer", 2),
    };

    errors_are_told_with_their_places_and_remedies(&cast.partner, &project);
    let report = a_corrected_report_is_sent_recalled_and_sent_again(&cast.partner, &project);
    it_is_returned_with_a_reason(&cast, &report, &project);
    another_officer_approves(&cast, &report);
    the_figures_are_told_alike(&console, &cast, &project);

    the_console_answers(&console, &cast);
    drop(server);
    let server = console.serve();
    let again = console.run(&["token", "officer-one", "--public-url", &server.url]).out.trim().to_owned();
    let body = get_with_token(&server, &again);
    assert_eq!(figure(&body["figures"], "SUPPORTED"), ("3", None), "what was acknowledged is kept: {body}");
}

fn starts_only_when_it_is_fit(console: &Console<'_>) {
    let said = console.refused(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("key missing") && said.contains("faisceau keys init"), "{said}");
    let made = console.run(&["keys", "init", "--programme", PROGRAMME]).out;
    assert!(made.contains("programme-JOURNEY.key") && made.contains("token.pem"), "{made}");
    assert!(console.run(&["keys", "init", "--programme", PROGRAMME]).out.contains("Nothing to do"));
    let said = console.refused(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("faisceau migrate"), "{said}");
    let migrated = console.run(&["migrate"]).out;
    assert!(migrated.lines().count() >= 4 && migrated.starts_with("Migrated 0001"), "{migrated}");
    assert!(console.run(&["migrate"]).out.contains("Nothing to do"));
}

fn tokens_are_given_for_secrets_only(server: &Server, secret: &str) {
    let ask = |secret: &str| {
        let credentials = data_encoding::BASE64.encode(format!("operator:{secret}").as_bytes());
        let request = world::agent().post(format!("{}/oauth/token", server.url));
        let request = request.header("authorization", format!("Basic {credentials}"));
        let mut response = request.send_form([("grant_type", "client_credentials")]).unwrap();
        let body: Value = response.body_mut().read_json().unwrap();
        (response.status().as_u16(), body)
    };
    let (status, body) = ask(secret);
    assert_eq!((status, &body["token_type"]), (200, &json!("Bearer")));
    assert!(body["access_token"].is_string() && body["expires_in"].as_i64().unwrap() > 0, "{body}");
    let (status, body) = ask("wrong");
    assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
    assert!(body["access_token"].is_null(), "{body}");
}

/// Programme, two organisations and a project; gives the project.
fn registers_the_directory(operator: &Caller) -> String {
    let quarter = last_quarter();
    let before = Quarter::of(quarter.first_day() - 1.day());
    let period = |quarter: Quarter| json!({ "code": quarter.to_string(), "dueOn": quarter.last_day() });
    let programme = json!({
        "code": PROGRAMME, "nameEn": "A first programme", "nameFr": "Un premier programme", "envelope": "500000.00",
        "firstOn": before.first_day(), "periods": [period(before), period(quarter)],
        "calls": [{ "code": "FIRST", "nameEn": "First call", "nameFr": "Premier appel" }],
    });
    let programme = register(operator, "programme", "Programme", programme);
    let organisation = |number: u32, name: &str| {
        register(operator, "organisation", "Organisation", json!({ "siret": siret(number), "name": name }))
    };
    let funder = organisation(1, "The funder");
    let lead = organisation(2, "The winner");
    let project = json!({
        "programme": programme, "code": "WORKSHOP", "title": "The workshop", "call": "FIRST", "lead": lead,
        "members": [{ "organisation": funder, "role": "TRAINING" }], "department": "69", "sector": "Construction",
        "agreementFrom": before.first_day(), "agreementTo": quarter.last_day() + 1.year(),
        "targetParticipants": 20, "eligibleCost": "200000.00", "grant": "110000.00",
    });
    register(operator, "project", "Project", project)
}

fn register(operator: &Caller, what: &str, of: &str, input: Value) -> String {
    let document = format!(
        "mutation Register($input: {of}RegisterInput!) {{ {what}Register(input: $input) {{ \
         {what} {{ id }} userErrors {{ code path message }} }} }}"
    );
    let data = operator.ask(&document, json!({ "input": input }));
    let payload = &data[format!("{what}Register")];
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload[what]["id"].as_str().unwrap().to_owned()
}

/// One present, one with a job, one who fell ill.
fn participations() -> Vec<Value> {
    let first = last_quarter().first_day();
    let day = |days: i32| (first + days.days()).to_string();
    vec![
        present("W-1", "9903017421", &day(0)),
        left(present("W-2", "9903017422", &day(1)), permanent(&day(40))),
        left(present("W-3", "9903017423", &day(2)), other(&day(50), "HEALTH")),
    ]
}

fn statement(project: &str, base_version: u32, participations: Vec<Value>) -> Value {
    json!({ "input": submission(project, &last_quarter().to_string(), base_version, participations) })
}

fn errors_are_told_with_their_places_and_remedies(partner: &Caller, project: &str) {
    let mut wrong = participations();
    let first = last_quarter().first_day();
    wrong[1]["exit"] = other(&first.to_string(), "SEEKING");
    wrong[2]["exit"] = json!({ "on": first + 50.days(), "situation": "EMPLOYMENT" });
    let data = partner.ask(SUBMIT, statement(project, 0, wrong));
    let payload = &data["reportSubmit"];
    assert_eq!(payload["userErrors"][0]["code"], "FINDINGS_BLOCK", "{payload:#}");
    assert!(payload["version"].is_null(), "nothing was stored");
    let findings: Vec<(&str, &str, &str)> = payload["findings"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            assert_eq!((&finding["severity"], &finding["blocking"]), (&json!("ERROR"), &json!(true)));
            let text = |name: &str| finding[name].as_str().unwrap();
            (text("code"), text("path"), text("remedy"))
        })
        .collect();
    let expected = [
        ("EXIT_BEFORE_ENTRY", "participations[reference=W-2].exit.on", "Correct one of the two dates."),
        (
            "EXIT_CONTRACT_MISSING",
            "participations[reference=W-3].exit.contract",
            "Give the kind of contract; UNKNOWN is a kind.",
        ),
    ];
    assert_eq!(findings, expected);
}

/// Gives the report, at version 2.
fn a_corrected_report_is_sent_recalled_and_sent_again(partner: &Caller, project: &str) -> String {
    let mut dry = statement(project, 0, participations());
    dry["input"]["dryRun"] = true.into();
    let checked = &partner.ask(SUBMIT, dry)["reportSubmit"];
    assert_eq!(checked["userErrors"], json!([]));
    assert_eq!(checked["findings"]["nodes"], json!([]));
    assert!(checked["version"].is_null(), "a dry run freezes nothing");
    let report = submit(partner, project, 1);
    assert_eq!(act(partner, "reportRecall", &report, 1, json!({})), "DRAFT");
    assert_eq!(submit(partner, project, 2), report);
    report
}

/// Submits as the version of a number, and reads the receipt.
fn submit(partner: &Caller, project: &str, number: u32) -> String {
    let data = partner.ask(SUBMIT, statement(project, number - 1, participations()));
    let payload = &data["reportSubmit"];
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    assert_eq!(payload["report"]["state"], "SUBMITTED");
    let version = &payload["version"];
    assert_eq!((&version["number"], &version["participationCount"]), (&json!(number), &json!(3)));
    assert_eq!(version["digest"].as_str().unwrap().len(), 64);
    assert_eq!(version["late"], true, "it was due on the quarter's last day");
    payload["report"]["id"].as_str().unwrap().to_owned()
}

/// Acts on a report; gives its state, or the code of the refusal, as data or as an error.
fn act(caller: &Caller, name: &str, report: &str, version: u32, more: Value) -> String {
    let mut input = json!({ "report": report, "version": version });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answered = caller.post(&action(name), json!({ "input": input }));
    let payload = &answered.body["data"][name];
    let told = [
        &payload["userErrors"][0]["code"],
        &answered.body["errors"][0]["extensions"]["code"],
        &payload["report"]["state"],
    ];
    told.into_iter().find_map(Value::as_str).unwrap_or_else(|| panic!("{}", answered.text)).to_owned()
}

fn it_is_returned_with_a_reason(cast: &Cast, report: &str, project: &str) {
    assert_eq!(
        act(&cast.officer, "reportStartReview", report, 1, json!({})),
        "VERSION_CONFLICT",
        "1 is not the newest"
    );
    assert_eq!(act(&cast.officer, "reportStartReview", report, 2, json!({})), "IN_REVIEW");
    assert_eq!(act(&cast.partner, "reportRecall", report, 2, json!({})), "TRANSITION_REFUSED");
    let reason = "Two exits of March are missing.";
    assert_eq!(act(&cast.officer, "reportReturn", report, 2, json!({ "reason": reason })), "RETURNED");
    let query = "query Read($id: ID!) { report(id: $id) { state transitions { action reason actor } } }";
    let read = cast.partner.ask(query, json!({ "id": report }));
    let last = read["report"]["transitions"].as_array().unwrap().last().unwrap();
    assert_eq!(last, &json!({ "action": "RETURN", "reason": reason, "actor": "officer-one" }));
    assert_eq!(submit(&cast.partner, project, 3), report);
}

fn another_officer_approves(cast: &Cast, report: &str) {
    let late = || json!({ "acknowledgeLate": true });
    let approve = |caller: &Caller, more: Value| act(caller, "reportApprove", report, 3, more);
    assert_eq!(act(&cast.officer, "reportStartReview", report, 3, json!({})), "IN_REVIEW");
    assert_eq!(approve(&cast.partner, late()), "FORBIDDEN");
    assert_eq!(approve(&cast.officer_of_the_partner, late()), "FOUR_EYES");
    assert_eq!(approve(&cast.second_officer, json!({})), "LATE_NOT_ACKNOWLEDGED");
    assert_eq!(approve(&cast.second_officer, late()), "APPROVED");
    assert_eq!(approve(&cast.second_officer, late()), "TRANSITION_REFUSED", "once is enough");
}

/// Numerator and denominator of an indicator by person.
fn figure<'a>(figures: &'a Value, code: &str) -> (&'a str, Option<&'a str>) {
    let code_of = |figure: &'a Value| figure["indicator"].as_str().or(figure["indicator"]["code"].as_str());
    let figures = figures.as_array().unwrap();
    let found = figures.iter().find(|figure| code_of(figure) == Some(code) && figure["unit"] == "PERSON").unwrap();
    (found["numerator"].as_str().unwrap(), found["denominator"].as_str())
}

fn the_figures_are_told_alike(console: &Console<'_>, cast: &Cast, project: &str) {
    let rest = cast.officer.get("/v1/programmes/JOURNEY/totals");
    assert_eq!(rest.status, 200, "{}", rest.text);
    let national =
        format!("{{ programme(code: \"{PROGRAMME}\") {{ consolidation {{ position figures {{ {FIGURES} }} }} }} }}");
    let national = cast.officer.ask(&national, json!({}));
    let own = format!("query Own($id: ID!) {{ project(id: $id) {{ consolidation {{ figures {{ {FIGURES} }} }} }} }}");
    let own = cast.partner.ask(&own, json!({ "id": project }));
    let national = &national["programme"]["consolidation"];
    let expected = [
        ("SUPPORTED", ("3", None)),
        ("PRESENT", ("1", None)),
        ("EXITS", ("2", None)),
        ("NEUTRALISED_EXITS", ("1", None)),
        ("POSITIVE_EXIT_RATE", ("1", Some("1"))),
        ("INTERVENTION_RATE", ("110000.00", Some("200000.00"))),
    ];
    for (code, parts) in expected {
        for figures in [&rest.body["figures"], &national["figures"], &own["project"]["consolidation"]["figures"]] {
            assert_eq!(figure(figures, code), parts, "{code}");
        }
    }
    assert_eq!(rest.body["position"], national["position"]);
    let coverage = json!({
        "period": last_quarter().to_string(), "expected": 1, "inForce": 1, "partial": 0, "missing": 0, "late": 1,
        "aggregateOnly": 0,
    });
    assert_eq!(rest.body["coverage"], coverage);
    assert_eq!(cast.partner.get("/v1/programmes/JOURNEY/totals").status, 403, "national figures are for staff");

    let printed = console.run(&["totals", "--programme", PROGRAMME, "--json"]).out;
    let printed: Value = serde_json::from_str(&printed).unwrap();
    for member in ["programme", "position", "from", "definition", "coverage", "figures"] {
        assert_eq!(printed[member], rest.body[member], "{member}");
    }
    assert!(console.run(&["totals", "--programme", PROGRAMME]).out.contains("Positive-exit rate"));
}

/// The other commands.
fn the_console_answers(console: &Console<'_>, cast: &Cast) {
    let doctor = console.run(&["doctor"]).out;
    assert!(doctor.lines().count() >= 5 && doctor.lines().all(|line| line.starts_with("ok ")), "{doctor}");
    assert_eq!(console.run(&["schema"]).out, include_str!("../../schema.graphql"));
    let document: Value = serde_json::from_str(&console.run(&["openapi"]).out).unwrap();
    assert!(document["paths"]["/v1/programmes/{code}/totals"]["get"].is_object(), "{document}");
    let said =
        console.refused(&["client", "add", &cast.partner.client, "--role", "partner", "--organisation", &siret(2)]);
    assert!(said.contains("CLIENT_ID_TAKEN"), "{said}");
}

fn get_with_token(server: &Server, token: &str) -> Value {
    let request = world::agent().get(format!("{}/v1/programmes/JOURNEY/totals", server.url));
    let mut response = request.header("authorization", format!("Bearer {token}")).call().unwrap();
    assert_eq!(response.status().as_u16(), 200);
    response.body_mut().read_json().unwrap()
}
