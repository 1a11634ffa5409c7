//! A sandbox does all that others do, and nothing of it reaches a national figure; nor do its persons meet real ones.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::self_check::{Pace, verify_figures};
use faisceau::reporting::identity::{Scheme, pseudonymise};
use faisceau::reporting::operations::erase_person;
use faisceau::reporting::privacy::Who;
use serde_json::{Value, json};

use crate::closings::reported;
use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::cast::peopled;
use crate::support::operations::project_input;
use crate::support::statement::{justified, left, other, permanent, present, submission};
use crate::support::world::some_siret;

/// Registers an organisation through the API.
fn register(world: &World, number: u32, sandbox: bool) -> Value {
    let input = json!({ "siret": some_siret(number).as_str(), "name": format!("Number {number}"), "sandbox": sandbox });
    mutate(world, "organisationRegister", "organisation { id sandbox }", &input)
}

fn mutate(world: &World, name: &str, selection: &str, input: &Value) -> Value {
    let type_name = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let document = format!(
        "mutation M($input: {type_name}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path }} }} }}"
    );
    world.caller("officer-one").ask(&document, json!({ "input": input }))[name].clone()
}

/// A sandbox whose project lies between the others by its code, with money, a target, and people who are real ones too:
/// some reported, approved, annulled, and reported again.
fn busy(world: &World) -> String {
    let made = register(world, 70, true);
    assert_eq!(made["organisation"]["sandbox"], true, "{made}");
    let organisation = made["organisation"]["id"].as_str().unwrap().parse().unwrap();
    world.register_client("partner-sandbox", Role::Partner, Some(&organisation));
    let mut input = project_input("ALPHA-X", "TEST", some_siret(70).as_str());
    input["eligibleCost"] = "900000.00".into();
    input["grant"] = "800000.00".into();
    let made = mutate(world, "projectRegister", "project { id sandbox }", &input);
    assert_eq!(made["project"]["sandbox"], true, "{made}");
    let project = made["project"]["id"].as_str().unwrap().to_owned();
    let pay = json!({ "project": project, "kind": "ADVANCE", "amount": "123.45", "paidOn": "2023-05-02" });
    assert_eq!(mutate(world, "paymentRecord", "payment { id }", &pay)["userErrors"], json!([]));
    let aim = json!({ "project": project, "indicator": "SUPPORTED", "value": "99" });
    assert_eq!(mutate(world, "targetSet", "__typename", &aim)["userErrors"], json!([]));
    let partner = world.caller("partner-sandbox");
    for (base, period) in [(0, "2023-Q1"), (1, "2023-Q2")] {
        let mut people: Vec<Value> =
            (0..12).map(|at| present(&format!("X-{at}"), &format!("99030175{at:02}"), "2023-01-20")).collect();
        // Who has left ALPHA and BETA is present here, or has left otherwise.
        people.push(present("X-REAL-2", "9903010001", "2023-01-25"));
        people.push(present("X-REAL", "9903017422", "2023-01-25"));
        if base == 1 {
            people[13] = left(present("X-REAL", "9903017422", "2023-01-25"), other("2023-06-01", "SEEKING"));
        }
        let mut statement = submission(&project, period, base, people);
        statement["finance"] = json!({ "spending": "5000.00" });
        let (report, version) = submit(&partner, justified(statement));
        approve(world, &report, version);
    }
    project
}

const DIMENSIONS: [&str; 6] = ["ORGANISATION", "PROJECT", "REGION", "SEX", "YEAR", "CALL"];

/// Everything national that an analyst can ask for, without what is of the moment: positions.
fn national(world: &World) -> Vec<String> {
    let analyst = world.caller("analyst");
    let mut told = Vec::new();
    let position = analyst.get("/v1/programmes/TEST/totals").body["position"].as_str().unwrap().to_owned();
    let mut get = |path: &str| {
        let answered = analyst.get(path);
        assert_eq!(answered.status, 200, "{path}: {}", answered.text);
        // Behind its name in JSON, before the day in a table.
        let places = [
            (format!("\"position\":\"{position}\""), "\"position\":\"POSITION\""),
            (format!("\"position\":{position},"), "\"position\":POSITION,"),
            (format!(",{position},2024-05-15"), ",POSITION,2024-05-15"),
            (format!("position {position}."), "position POSITION."),
        ];
        told.push(places.iter().fold(answered.text, |text, (place, mask)| text.replace(place, mask)));
    };
    for format in ["json", "csv", "ndjson"] {
        get(&format!("/v1/programmes/TEST/totals?format={format}"));
        for dimension in DIMENSIONS {
            for unit in ["PERSON", "PARTICIPATION"] {
                get(&format!("/v1/programmes/TEST/table?groupBy={dimension}&unit={unit}&format={format}"));
            }
        }
    }
    for indicator in ["SUPPORTED", "PROJECTS", "ORGANISATIONS", "GRANTS", "PAYMENTS", "DECLARED_SPENDING"] {
        get(&format!("/v1/programmes/TEST/figures/{indicator}/explanation"));
    }
    let asked = analyst.ask(
        "{ programme(code: \"TEST\") { consolidation(groupBy: PROJECT) { sandbox \
         coverage { expected inForce missing partial late missingProjects { code } } \
         overlaps { excess } cohorts { quarter entries } unlinked { unlinked supported } sharing(by: PROJECT) { one other persons } \
         figures { indicator { code } numerator denominator } } } }",
        json!({}),
    );
    told.push(asked.to_string());
    told
}

/// The tables of a closing prepared now, which is given up again.
fn closing(world: &World) -> Value {
    let officer = world.caller("officer-one");
    let headers = [("content-type", "application/json")];
    let body = json!({ "name": "Figures", "day": "2024-03-31" }).to_string();
    let prepared = officer.send("/v1/programmes/TEST/closings", &headers, body.as_bytes());
    assert_eq!(prepared.status, 201, "{}", prepared.text);
    let id = prepared.body["id"].as_str().unwrap();
    let content = officer.get(&format!("/v1/closings/{id}/content")).body;
    assert!(content["tables"].as_array().is_some_and(|tables| !tables.is_empty()), "{content}");
    let cancelled = mutate(world, "closingCancel", "__typename", &json!({ "closing": id, "reason": "A trial." }));
    assert_eq!(cancelled["userErrors"], json!([]));
    content["tables"].clone()
}

#[test]
fn with_and_without_a_busy_sandbox_everything_national_is_the_same_byte_for_byte() {
    let world = reported();
    let (before, closed) = (national(&world), closing(&world));
    let project = busy(&world);
    let after = national(&world);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before, after);
    }
    assert_eq!((before.len(), closing(&world)), (after.len(), closed));
    let auditor = at_the_console(Role::Auditor);
    let checked = world.consolidation.check_itself(&world.desk, &auditor, &Pace::at_once()).unwrap();
    assert!(checked.holds(), "{checked:#?}");
    assert!(verify_figures(&world.desk, &auditor).unwrap().holds());
    // It was busy: asked for by name, it has figures.
    let own = world.caller("partner-sandbox").ask(
        "query ($id: ID!) { project(id: $id) { sandbox consolidation { sandbox coverage { expected } \
         figures(indicators: [\"SUPPORTED\", \"PROJECTS\", \"GRANTS\"]) { numerator } } } }",
        json!({ "id": project }),
    )["project"]
        .clone();
    assert_eq!((&own["sandbox"], &own["consolidation"]["sandbox"]), (&json!(true), &json!(true)));
    let numerators: Vec<_> =
        own["consolidation"]["figures"].as_array().unwrap().iter().map(|figure| figure["numerator"].clone()).collect();
    assert_eq!(numerators, [json!("14"), json!("1"), json!("800000.00")], "{own}");
    assert_eq!(own["consolidation"]["coverage"]["expected"], 1);
}

#[test]
fn a_sandbox_that_was_there_first_changes_nothing_of_what_comes_after_it() {
    let told = |sandbox: bool| {
        let world = World::with_projects();
        if sandbox {
            busy(&world);
        }
        for (code, partner) in [("ALPHA", "partner-alpha"), ("BETA", "partner-beta")] {
            let people = vec![
                present(&format!("{code}-1"), "9903017503", "2023-02-01"),
                left(present(&format!("{code}-2"), "9903017422", "2023-02-01"), permanent("2023-03-10")),
            ];
            let statement = submission(world.project(code).id.as_str(), "2023-Q1", 0, people);
            let (report, version) = submit(&world.caller(partner), justified(statement));
            approve(&world, &report, version);
        }
        // Explanations name versions by their digests, which are salted.
        let all = national(&world);
        let explained = |text: &String| text.contains("sentenceEn");
        all.into_iter().filter(|text| !explained(text)).collect::<Vec<_>>()
    };
    assert_eq!(told(true), told(false));
}

#[test]
fn its_own_answers_are_for_itself_and_staff_and_as_of_any_position() {
    let world = peopled();
    let project = busy(&world);
    let ask = |caller: &str, projects: Value, at: &str| {
        let as_of = if at.is_empty() { String::new() } else { format!(", asOf: {{ position: \"{at}\" }}") };
        let document = format!(
            "query ($filter: FilterInput) {{ programme(code: \"TEST\") {{ consolidation(filter: $filter{as_of}) {{ \
             position sandbox figures {{ numerator }} coverage {{ expected }} contributions(indicator: \"SUPPORTED\") \
             {{ nodes {{ project {{ code }} figure {{ numerator }} }} }} }} }} }}"
        );
        world.caller(caller).post(&document, json!({ "filter": { "projects": projects } }))
    };
    let of = |answered: &crate::support::Answered| answered.body["data"]["programme"]["consolidation"].clone();
    let now = of(&ask("analyst", json!([project]), ""));
    assert_eq!(now["sandbox"], true, "{now}");
    assert_eq!(of(&ask("partner-sandbox", json!([project]), "")), now, "staff and the sandbox read the same");
    let head = now["position"].as_str().unwrap();
    let officer = world.caller("officer-one");
    let versions = officer
        .ask("query ($id: ID!) { project(id: $id) { reports { nodes { id period } } } }", json!({ "id": project }));
    let reports = versions["project"]["reports"]["nodes"].as_array().unwrap().clone();
    let newest = reports.iter().find(|report| report["period"] == "2023-Q2").unwrap();
    let annul = json!({ "report": newest["id"], "version": 2, "reason": "A trial." });
    let done = officer.ask(
        "mutation ($input: ReportReasonInput!) { reportAnnul(input: $input) { userErrors { code } } }",
        json!({ "input": annul }),
    );
    assert_eq!(done["reportAnnul"]["userErrors"], json!([]));
    assert_eq!(of(&ask("analyst", json!([project]), head)), now, "as of before it is what it was");
    assert_ne!(of(&ask("analyst", json!([project]), "")), now);
    // Others reach nothing of it, and nobody adds it to the others.
    assert_eq!(ask("partner-alpha", json!([project]), "").body["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let foreign = world.project("ALPHA").id.to_string();
    assert_eq!(ask("partner-sandbox", json!([foreign]), "").body["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let mixed = ask("analyst", json!([project, foreign]), "");
    assert_eq!(mixed.body["errors"][0]["extensions"]["code"], "SANDBOX_MIXED", "{}", mixed.text);
    let real = of(&ask("analyst", json!([foreign]), ""));
    assert_eq!(real["sandbox"], false, "{real}");
}

#[test]
fn persons_of_a_sandbox_and_real_ones_never_meet() {
    let world = peopled();
    let project = busy(&world);
    let persons = |reference: &str| {
        let of = format!(
            "SELECT DISTINCT person_id AS value FROM participations WHERE reference = '{reference}' AND person_id IS NOT NULL"
        );
        world.database.sql(&of)
    };
    let (real, tried) = (persons("ALPHA-LEFT"), persons("X-REAL"));
    assert_eq!((real.len(), tried.len()), (1, 1));
    assert_eq!(persons("BETA-LEFT"), real, "the real ones are one person");
    assert_ne!(real, tried, "the same number is somebody else in a sandbox");
    let overlaps = |project: &str, number: u32| {
        let document = format!(
            "query ($id: ID!) {{ project(id: $id) {{ version(number: {number}) {{ overlaps {{ nodes {{ message }} }} }} }} }}"
        );
        world.caller("officer-one").ask(&document, json!({ "id": project }))["project"]["version"]["overlaps"]
            .to_string()
    };
    assert!(!overlaps(world.project("ALPHA").id.as_str(), 1).contains("ALPHA-X"));
    assert!(!overlaps(&project, 2).contains("BETA"), "{}", overlaps(&project, 2));
    // Whoever asks to be erased by number is erased from both.
    let identity = pseudonymise(Scheme::Agdref, "9903017422", world.desk.keys.programme("TEST").unwrap());
    let who = Who::Identified(world.project("ALPHA").programme, identity);
    let officer = at_the_console(Role::Officer);
    let erased = erase_person(&world.desk, &officer, &who, &"Request 9.".parse().unwrap()).unwrap();
    assert_eq!(erased.link_count, 2, "{erased:?}");
    assert_eq!((persons("ALPHA-LEFT").len(), persons("X-REAL").len()), (0, 0));
    let checked = crate::chain::check(&world, &[]);
    assert!(checked.holds(), "{checked:?}");
}

#[test]
fn a_sandbox_stays_one_and_stands_beside_no_real_organisation() {
    let world = World::with_projects();
    let project = busy(&world);
    assert_eq!(register(&world, 71, false)["organisation"]["sandbox"], false);
    let found = world.caller("analyst").get(&format!("/v1/organisations/{}", some_siret(70))).body;
    assert_eq!((&found["sandbox"], &found["esus"]), (&json!(true), &json!(false)));
    let codes = |payload: Value| {
        (payload["userErrors"][0]["code"].clone(), payload["userErrors"][0]["path"].as_str().unwrap_or("").to_owned())
    };
    let refused = |path: &str| (json!("SANDBOX_MIXED"), path.to_owned());
    let (real, sandbox) = (some_siret(71), some_siret(70));
    for (lead, member) in [(&real, &sandbox), (&sandbox, &real)] {
        let mut input = project_input("MIXED", "TEST", lead.as_str());
        input["members"] = json!([{ "organisation": member.as_str(), "role": "HOUSING" }]);
        let path = "input.members[0].organisation";
        assert_eq!(codes(mutate(&world, "projectRegister", "__typename", &input)), refused(path));
    }
    let members = json!([{ "organisation": sandbox.as_str(), "role": "HOUSING" }]);
    let alpha = world.project("ALPHA").id.to_string();
    let amend =
        json!({ "project": alpha, "number": 1, "signedOn": "2024-05-01", "reason": "Why.", "members": members });
    let path = "input.members[0].organisation";
    assert_eq!(codes(mutate(&world, "projectAmend", "__typename", &amend)), refused(path));
    for (project, lead) in [(&project, &real), (&alpha, &sandbox)] {
        let input = json!({ "project": project, "lead": lead.as_str(), "reason": "Why." });
        assert_eq!(codes(mutate(&world, "projectTransfer", "__typename", &input)), refused("input.lead"));
    }
    let again = json!({ "organisation": sandbox.as_str(), "sandbox": false });
    let document =
        "mutation ($input: OrganisationReviseInput!) { organisationRevise(input: $input) { userErrors { code } } }";
    let answered = world.caller("officer-one").post(document, json!({ "input": again }));
    assert_eq!(answered.body["errors"][0]["extensions"]["code"], "VARIABLE_INVALID", "{}", answered.text);
}
