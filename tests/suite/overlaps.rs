//! People who are also in another project: told to programme staff on request, and never to a partner. Whatever a partner
//! gets is the same, byte for byte, whether a person is known elsewhere or not.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::raw::{bearer, request};
use crate::support::statement::{SUBMIT, left, other, present, submission};

const SHARED: &str = "9903017450";
const OTHER: &str = "9903017451";

/// BETA has a person in force, from 2023-02-01 to 2023-03-01, under a number.
fn beta_knows(world: &World, number: &str) {
    let stay = left(present("B-1", number, "2023-02-01"), other("2023-03-01", "SEEKING"));
    let input = submission(world.project("BETA").id.as_str(), "2023-Q1", 0, vec![stay]);
    let (report, version) = submit(&world.caller("partner-beta"), input);
    approve(world, &report, version);
}

/// What ALPHA sends: the shared person, here since an entry day.
fn sent(world: &World, period: &str, base_version: u32, entry_on: &str) -> Value {
    submission(world.project("ALPHA").id.as_str(), period, base_version, vec![present("A-1", SHARED, entry_on)])
}

#[test]
fn staff_see_who_is_elsewhere_and_when() {
    let world = World::with_projects();
    beta_knows(&world, SHARED);
    let partner = world.caller("partner-alpha");
    for (base, period, entry_on, code) in
        [(0, "2023-Q1", "2023-02-28", "PERSON_ELSEWHERE_AT_ONCE"), (1, "2023-Q2", "2023-03-01", "PERSON_ELSEWHERE")]
    {
        let mut input = sent(&world, period, base, entry_on);
        input["justifications"] = json!([{ "code": "ENTRY_CHANGED", "text": "Corrected." }]);
        let (report, _) = submit(&partner, input);
        let document = "query ($id: ID!) { report(id: $id) { newestVersion { id \
            overlaps { nodes { code severity path message blocking } } } } }";
        for caller in ["officer-one", "auditor"] {
            let found = world.caller(caller).ask(document, json!({ "id": report }));
            let found = &found["report"]["newestVersion"];
            let notices = found["overlaps"]["nodes"].as_array().unwrap();
            assert_eq!(notices.len(), 1, "{found}");
            assert_eq!((&notices[0]["code"], &notices[0]["severity"]), (&json!(code), &json!("NOTICE")));
            assert_eq!(notices[0]["path"], "participations[reference=A-1].identity");
            assert!(notices[0]["message"].as_str().unwrap().contains("BETA"), "{found}");
            let version = found["id"].as_str().unwrap();
            let rest = world.caller(caller).get(&format!("/v1/versions/{version}/overlaps"));
            assert_eq!(rest.body["items"][0]["code"], code, "{}", rest.text);
            for (caller, status) in [("partner-alpha", 403), ("partner-beta", 404), ("analyst", 403), ("operator", 403)]
            {
                let refused = world.caller(caller).get(&format!("/v1/versions/{version}/overlaps"));
                assert_eq!(refused.status, status, "{caller}: {}", refused.text);
                assert!(!refused.text.contains("BETA"));
            }
        }
        approve(&world, &report, u64::from(base) + 1);
    }
}

#[test]
fn only_what_is_in_force_elsewhere_counts() {
    let world = World::with_projects();
    let (report, _) = submit(&world.caller("partner-alpha"), sent(&world, "2023-Q1", 0, "2023-02-01"));
    let overlaps = || {
        let document = "query ($id: ID!) { report(id: $id) { newestVersion { overlaps { nodes { code } } } } }";
        let found = world.caller("auditor").ask(document, json!({ "id": report }));
        found["report"]["newestVersion"]["overlaps"]["nodes"].as_array().unwrap().len()
    };
    assert_eq!(overlaps(), 0);
    let stay = present("B-1", SHARED, "2023-02-01");
    let input = submission(world.project("BETA").id.as_str(), "2023-Q1", 0, vec![stay]);
    let (of_beta, version) = submit(&world.caller("partner-beta"), input);
    assert_eq!(overlaps(), 0, "a submission is not in force");
    approve(&world, &of_beta, version);
    assert_eq!(overlaps(), 1);
    let annul = "mutation ($input: ReportReasonInput!) { reportAnnul(input: $input) { userErrors { code } } }";
    let input = json!({ "report": of_beta, "version": version, "reason": "Wrong project." });
    assert_eq!(
        world.caller("officer-one").ask(annul, json!({ "input": input }))["reportAnnul"]["userErrors"],
        json!([])
    );
    assert_eq!(overlaps(), 0, "an annulled version is not in force");
}

/// An answer without what is random in it: identifiers, digests and salts.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_ascii_hexdigit() && !character.is_ascii_uppercase() {
            run.push(character);
            continue;
        }
        plain.push_str(if run.len() >= 32 { "HEX" } else { &run });
        run.clear();
        plain.push(character);
    }
    plain
}

/// Everything that ALPHA's partner gets, in a world where BETA knows a number.
fn partners_view(number: &str) -> Vec<String> {
    let world = World::with_projects();
    beta_knows(&world, number);
    let partner = world.caller("partner-alpha");
    let mut view = Vec::new();
    let mut send = |input: &Value| {
        let answered = partner.post(SUBMIT, json!({ "input": input }));
        view.push(answered.text.clone());
        answered.body
    };
    let mut blocked = sent(&world, "2023-Q1", 0, "2023-02-01");
    blocked["participations"][0]["birthYear"] = "2020".into();
    send(&blocked);
    let mut stale = sent(&world, "2023-Q1", 7, "2023-02-01");
    send(&stale);
    stale["participations"][0]["entryOn"] = "never".into();
    send(&stale);
    let mut dry = sent(&world, "2023-Q1", 0, "2023-02-01");
    dry["dryRun"] = true.into();
    send(&dry);
    let accepted = send(&sent(&world, "2023-Q1", 0, "2023-02-01"));
    let report = accepted["data"]["reportSubmit"]["report"]["id"].as_str().expect("a report").to_owned();
    approve(&world, &report, 1);
    // The reference then names somebody else, and after that the same person in two stays.
    let mut changed = sent(&world, "2023-Q2", 1, "2023-02-01");
    changed["participations"][0]["identity"]["number"]["value"] = OTHER.into();
    send(&changed);
    let mut twice = sent(&world, "2023-Q2", 1, "2023-02-01");
    twice["participations"].as_array_mut().unwrap().push(present("A-2", SHARED, "2023-03-01"));
    send(&twice);
    let mut upsert =
        submission(world.project("ALPHA").id.as_str(), "2023-Q2", 1, vec![present("A-3", OTHER, "2023-04-03")]);
    upsert["mode"] = "UPSERT".into();
    send(&upsert);

    let asked = "query ($id: ID!) { report(id: $id) { state currentVersion newestVersion { id digest number \
        findings(first: 50) { nodes { code path message } } findingCounts { code count paths } \
        participations { nodes { reference entryOn } } } transitions { action actor } } }";
    let found = partner.post(asked, json!({ "id": report }));
    let version = found.body["data"]["report"]["newestVersion"]["id"].as_str().expect("a version").to_owned();
    view.push(found.text);
    let overlaps = "query ($id: ID!) { report(id: $id) { newestVersion { overlaps { nodes { code } } } } }";
    view.push(partner.post(overlaps, json!({ "id": report })).text);
    view.push(partner.get(&format!("/v1/versions/{version}/overlaps")).text);
    view.push(partner.get(&format!("/v1/versions/{version}/findings?first=200")).text);
    let csv = format!("{}Accept: text/csv\r\n", bearer(Some(&partner.token())));
    view.push(request(&world.url, &format!("GET /v1/versions/{version}/findings"), &csv, b"").text());
    let project = world.project("ALPHA").id;
    let figures = "query ($id: ID!) { project(id: $id) { consolidation { figures { numerator display } } } }";
    view.push(partner.post(figures, json!({ "id": project.as_str() })).text);
    view.push(partner.get(&format!("/v1/projects/{project}/waivers")).text);
    view.iter().map(|text| plain(text)).collect()
}

#[test]
fn a_partner_gets_the_same_whether_a_person_is_known_elsewhere_or_not() {
    let (unknown, known) = (partners_view("9903017499"), partners_view(SHARED));
    assert_eq!(unknown, known);
    assert_eq!(partners_view(OTHER), known);
    let together = known.concat();
    for told in ["IDENTITY_CHANGED", "STAYS_OVERLAP"] {
        assert!(together.contains(told), "{told} was not even found: {together}");
    }
    assert!(!together.contains("ELSEWHERE") && !together.contains("BETA"), "{together}");
}

#[test]
fn a_check_is_the_same_before_and_after_a_person_becomes_known_elsewhere() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let mut input = sent(&world, "2023-Q1", 0, "2023-02-01");
    input["dryRun"] = true.into();
    let document = "mutation ($input: ReportSubmitInput!) { reportSubmit(input: $input) \
        { check findings { nodes { code path } } findingCounts { code count } userErrors { code } } }";
    let check = || partner.post(document, json!({ "input": input })).text;
    let before = check();
    beta_knows(&world, SHARED);
    assert_eq!(check(), before);
    let (report, _) = submit(&partner, sent(&world, "2023-Q1", 0, "2023-02-01"));
    approve(&world, &report, 1);
    let mut next = sent(&world, "2023-Q2", 1, "2023-02-01");
    next["dryRun"] = true.into();
    next["participations"][0]["identity"]["number"]["value"] = OTHER.into();
    let check = || partner.post(document, json!({ "input": next })).text;
    let before = check();
    assert!(before.contains("IDENTITY_CHANGED"), "{before}");
    let (of_beta, stay) = (world.project("BETA").id.to_string(), present("B-2", OTHER, "2023-04-03"));
    let first = left(present("B-1", SHARED, "2023-02-01"), other("2023-03-01", "SEEKING"));
    submit(&world.caller("partner-beta"), submission(&of_beta, "2023-Q2", 1, vec![first, stay]));
    assert_eq!(check(), before, "the check tells that somebody else knows the person");
}
