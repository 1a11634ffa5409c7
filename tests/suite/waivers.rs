//! Waivers of rules: granted by the funder, seen by the partner, ended by their day or by a revocation. And findings as
//! people get them: filtered, paged, and as a table.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::dump::dump;
use crate::support::raw::{bearer, request};
use crate::support::statement::{SUBMIT, left, other, present, submission};
use crate::support::world::Caller;

const GRANT: &str = "mutation Grant($input: WaiverGrantInput!) { waiverGrant(input: $input) { \
    waiver { id expiresOn grantedBy position rule { code } revocation { reason } } userErrors { code path } } }";

const REVOKE: &str = "mutation Revoke($input: WaiverRevokeInput!) { waiverRevoke(input: $input) { \
    waiver { id revocation { by reason position } } userErrors { code path } } }";

const FINDINGS: &str = "findings(first: 50) { nodes { code path justification blocking waivedBy { id reason expiresOn } } } \
    findingCounts { code count blockingCount justifiedCount waivedCount listedCount paths }";

/// A statement with an error (an age of 15) and a warning (a stay of no day), about ALPHA.
fn young(world: &World, period: &str, base_version: u32) -> Value {
    let mut child = present("A-1", "9903017401", "2023-02-01");
    child["birthYear"] = "2008".into();
    let short = left(present("A-2", "9903017402", "2023-02-01"), other("2023-02-01", "SEEKING"));
    submission(world.project("ALPHA").id.as_str(), period, base_version, vec![child, short])
}

fn grant(caller: &Caller, project: &str, rule: &str, expires_on: &str) -> Value {
    let reason = "Minors are admitted under the agreement of March.";
    let input = json!({ "project": project, "rule": rule, "reason": reason, "expiresOn": expires_on });
    caller.ask(GRANT, json!({ "input": input }))["waiverGrant"].clone()
}

fn submitted(caller: &Caller, input: &Value) -> Value {
    caller.ask(SUBMIT, json!({ "input": input }))["reportSubmit"].clone()
}

#[test]
fn a_waived_error_blocks_nothing_and_shows_why_it_stands() {
    let world = World::with_projects();
    let (partner, officer) = (world.caller("partner-alpha"), world.caller("officer-one"));
    let project = world.project("ALPHA").id.to_string();
    let mut input = young(&world, "2023-Q1", 0);
    assert_eq!(submitted(&partner, &input)["userErrors"][0]["code"], "FINDINGS_BLOCK");

    for rule in ["AGE_OUT_OF_RANGE", "STAY_BELOW_ONE_DAY"] {
        let granted = grant(&officer, &project, rule, "2024-05-15");
        assert_eq!(granted["userErrors"], json!([]), "{granted}");
        assert_eq!(granted["waiver"]["grantedBy"], "officer-one");
    }
    let told = submitted(&partner, &input);
    assert_eq!(told["version"]["number"], 1, "{told}");
    assert!(told["findings"]["nodes"].as_array().unwrap().iter().all(|finding| finding["blocking"] == false));

    // It is stored with the version, for the partner and the funder alike.
    let version = partner.ask(
        &format!(
            "query ($id: ID!) {{ project(id: $id) {{ version(number: 1) {{ id {FINDINGS} }} \
            waivers {{ nodes {{ reason rule {{ code }} revocation {{ by }} }} }} }} }}"
        ),
        json!({ "id": project }),
    )["project"]
        .clone();
    let found = &version["version"]["findings"]["nodes"];
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    for finding in found.as_array().unwrap() {
        assert_eq!(finding["waivedBy"]["reason"], "Minors are admitted under the agreement of March.", "{finding}");
        assert_eq!((&finding["waivedBy"]["expiresOn"], &finding["blocking"]), (&json!("2024-05-15"), &json!(false)));
    }
    for count in version["version"]["findingCounts"].as_array().unwrap() {
        let numbers =
            ["count", "waivedCount", "listedCount", "blockingCount", "justifiedCount"].map(|name| &count[name]);
        assert_eq!(numbers, [1, 1, 1, 0, 0].map(|number| json!(number)).each_ref(), "{count}");
        assert_eq!(count["paths"].as_array().unwrap().len(), 1);
    }
    assert_eq!(version["waivers"]["nodes"].as_array().unwrap().len(), 2);

    // The day after its last one, a waiver waives nothing, and what was submitted under it stays.
    world.turn_to(jiff::civil::date(2024, 5, 16));
    input = young(&world, "2023-Q2", 1);
    let expired = submitted(&partner, &input);
    assert_eq!(expired["userErrors"][0]["code"], "FINDINGS_BLOCK", "{expired}");
    approve(&world, told["report"]["id"].as_str().unwrap(), 1);
}

#[test]
fn a_revoked_waiver_waives_nothing_and_says_why() {
    let world = World::with_projects();
    let (partner, officer) = (world.caller("partner-alpha"), world.caller("officer-two"));
    let project = world.project("ALPHA").id.to_string();
    let [age, stay] = ["AGE_OUT_OF_RANGE", "STAY_BELOW_ONE_DAY"].map(|rule| {
        grant(&officer, &project, rule, "2099-12-31")["waiver"]["id"].as_str().expect("a waiver").to_owned()
    });
    let revoke = |waiver: &str| {
        let input = json!({ "project": project, "waiver": waiver, "reason": "The agreement was amended." });
        officer.ask(REVOKE, json!({ "input": input }))["waiverRevoke"].clone()
    };
    let input = young(&world, "2023-Q1", 0);
    let dry = |input: &Value| {
        let mut input = input.clone();
        input["dryRun"] = true.into();
        partner.ask(
            "mutation ($input: ReportSubmitInput!) { reportSubmit(input: $input) { check userErrors { code } } }",
            json!({ "input": input }),
        )["reportSubmit"]
            .clone()
    };
    let checked = dry(&input);
    assert_eq!(checked["userErrors"], json!([]), "{checked}");

    let revoked = revoke(&age);
    assert_eq!(revoked["waiver"]["revocation"]["reason"], "The agreement was amended.", "{revoked}");
    assert_eq!(revoke(&age)["userErrors"][0]["code"], "WAIVER_REVOKED");
    assert_eq!(submitted(&partner, &input)["userErrors"][0]["code"], "FINDINGS_BLOCK");
    let mut committed = input.clone();
    committed["check"] = checked["check"].clone();
    assert_eq!(submitted(&partner, &committed)["userErrors"][0]["code"], "CHECK_STALE", "what was waived no longer is");
    assert_eq!(revoke(&stay)["userErrors"], json!([]));

    // Both facts have positions and stand in the feed, the revocation as a tombstone.
    let changes = partner.ask("{ changes(first: 200) { nodes { kind project tombstone } } }", json!({}));
    let kinds: Vec<_> = changes["changes"]["nodes"].as_array().unwrap().iter().collect();
    let of = |kind: &str| kinds.iter().filter(|change| change["kind"] == kind && change["project"] == project).count();
    assert_eq!((of("waiver.granted"), of("waiver.revoked")), (2, 2), "{changes}");
    assert!(kinds.iter().any(|change| change["kind"] == "waiver.revoked" && change["tombstone"] == true));
    let granted = grant(&officer, &project, "AGE_OUT_OF_RANGE", "2099-12-31");
    let position = |of: &Value| of["position"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(position(&granted["waiver"]) > position(&revoked["waiver"]["revocation"]));
}

#[test]
fn waivers_are_granted_by_others_and_for_rules_that_can_be_waived() {
    let world = World::with_projects();
    let (project, before) = (world.project("ALPHA").id.to_string(), dump(&world.database));
    let officer = world.caller("officer-one");
    for (caller, rule, expires_on, code) in [
        ("officer-one", "NO_SUCH_RULE", "2099-12-31", "RULE_NOT_WAIVABLE"),
        ("officer-one", "STATEMENT_EMPTY", "2099-12-31", "RULE_NOT_WAIVABLE"),
        ("officer-one", "REFERENCE_TWICE", "2099-12-31", "RULE_NOT_WAIVABLE"),
        ("officer-one", "EXIT_BEFORE_ENTRY", "2099-12-31", "RULE_NOT_WAIVABLE"),
        ("officer-one", "PERSON_ELSEWHERE", "2099-12-31", "RULE_NOT_WAIVABLE"),
        ("officer-one", "AGE_OUT_OF_RANGE", "2024-05-14", "WAIVER_EXPIRED"),
        ("officer-one", "AGE_OUT_OF_RANGE", "tomorrow", "DATE_INVALID"),
        ("officer-of-alpha", "AGE_OUT_OF_RANGE", "2099-12-31", "FOUR_EYES"),
    ] {
        let refused = grant(&world.caller(caller), &project, rule, expires_on);
        assert_eq!(refused["userErrors"][0]["code"], code, "{refused}");
    }
    for caller in ["partner-alpha", "analyst", "auditor", "operator"] {
        let input =
            json!({ "project": project, "rule": "AGE_OUT_OF_RANGE", "reason": "No.", "expiresOn": "2099-12-31" });
        let refused = world.caller(caller).post(GRANT, json!({ "input": input }));
        assert_eq!(refused.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{}", refused.text);
    }
    let input = json!({
        "project": project, "rule": "AGE_OUT_OF_RANGE", "reason": "Yes.", "expiresOn": "2099-12-31", "dryRun": true,
    });
    let rehearsed = officer.ask(GRANT, json!({ "input": input }));
    assert_eq!(rehearsed["waiverGrant"]["userErrors"], json!([]), "{rehearsed}");
    assert_eq!(dump(&world.database), before, "something was kept");

    let of_beta = world.project("BETA").id.to_string();
    let granted = grant(&officer, &of_beta, "AGE_OUT_OF_RANGE", "2099-12-31");
    let waiver = granted["waiver"]["id"].as_str().unwrap();
    let input = json!({ "project": project, "waiver": waiver, "reason": "Not of this project." });
    let elsewhere = officer.ask(REVOKE, json!({ "input": input }));
    assert_eq!(elsewhere["waiverRevoke"]["userErrors"][0]["code"], "NOT_FOUND", "{elsewhere}");
    assert_eq!(submitted(&world.caller("partner-alpha"), &young(&world, "2023-Q1", 0))["version"], Value::Null);
}

#[test]
fn findings_are_filtered_paged_and_downloaded() {
    let world = World::with_projects();
    let (partner, project) = (world.caller("partner-alpha"), world.project("ALPHA").id.to_string());
    let short = |n: u32| {
        left(present(&format!("A-{n}"), &format!("99030174{n:02}"), "2023-02-01"), other("2023-02-01", "SEEKING"))
    };
    let mut old = present("A-9", "9903017490", "2023-02-01");
    old["birthYear"] = "1940".into();
    let mut input = submission(&project, "2023-Q1", 0, vec![short(1), short(2), short(3), old]);
    input["justifications"] = json!([
        { "code": "STAY_BELOW_ONE_DAY", "text": "=HYPERLINK(\"http://example.org\"), says the team" },
        { "code": "AGE_UNUSUAL", "text": "Confirmed, \"passport\" seen." },
    ]);
    let (report, _) = submit(&partner, input);
    let ask = |arguments: &str| {
        let document = format!(
            "query ($id: ID!) {{ report(id: $id) {{ newestVersion {{ id findings({arguments}) \
             {{ nodes {{ code path }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"
        );
        partner.ask(&document, json!({ "id": report }))["report"]["newestVersion"].clone()
    };
    let codes = |found: &Value| -> Vec<String> {
        let nodes = found["findings"]["nodes"].as_array().unwrap();
        nodes.iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    let all = ask("first: 50");
    assert_eq!(codes(&all), ["STAY_BELOW_ONE_DAY", "STAY_BELOW_ONE_DAY", "STAY_BELOW_ONE_DAY", "AGE_UNUSUAL"]);
    assert_eq!(codes(&ask("first: 50, filter: { codes: [\"AGE_UNUSUAL\"] }")), ["AGE_UNUSUAL"]);
    assert_eq!(codes(&ask("first: 50, filter: { severities: [ERROR, NOTICE] }")), Vec::<String>::new());
    assert_eq!(codes(&ask("first: 50, filter: { severities: [WARNING] }")).len(), 4);
    let first = ask("first: 2");
    assert_eq!((codes(&first).len(), &first["findings"]["pageInfo"]["hasNextPage"]), (2, &json!(true)));
    let cursor = first["findings"]["pageInfo"]["endCursor"].as_str().unwrap();
    assert_eq!(codes(&ask(&format!("first: 2, after: \"{cursor}\""))), ["STAY_BELOW_ONE_DAY", "AGE_UNUSUAL"]);

    let version = all["id"].as_str().unwrap();
    let page = partner.get(&format!("/v1/versions/{version}/findings?first=3&severities=WARNING"));
    assert_eq!((page.status, page.body["items"].as_array().unwrap().len()), (200, 3), "{}", page.text);
    assert_eq!((&page.body["truncated"], &page.body["counts"][0]["count"]), (&json!(false), &json!(3)));
    let next = page.body["next"].as_str().unwrap();
    let rest = partner.get(&format!("/v1/versions/{version}/findings?first=3&after={next}"));
    assert_eq!((rest.body["items"][0]["code"].as_str(), rest.body["next"].as_str()), (Some("AGE_UNUSUAL"), None));
    assert_eq!(partner.get(&format!("/v1/versions/{version}/findings?severities=GRAVE")).status, 422);

    let headers = format!("{}Accept: text/csv\r\nAccept-Language: fr\r\n", bearer(Some(&partner.token())));
    let table = request(&world.url, &format!("GET /v1/versions/{version}/findings"), &headers, b"");
    let text = table.text();
    assert!(table.status == 200 && table.head.contains("text/csv"), "{} {text}", table.head);
    assert!(table.head.contains("x-findings-truncated: false"), "{}", table.head);
    assert!(text.starts_with("code,severity,path,reference,message,remedy,justification,waiver\r\n"), "{text}");
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(
        text.contains("STAY_BELOW_ONE_DAY,WARNING,participations[reference=A-1].exit.on,A-1,\"Entrée et sortie"),
        "{text}"
    );
    assert!(
        text.contains("\"'=HYPERLINK(\"\"http://example.org\"\"), says the team\""),
        "a formula is no formula: {text}"
    );
    for (caller, status) in [("partner-beta", 404), ("analyst", 403), ("auditor", 200), ("operator", 403)] {
        let answered = world.caller(caller).get(&format!("/v1/versions/{version}/findings"));
        assert_eq!(answered.status, status, "{caller}: {}", answered.text);
    }
    let counted = "query ($id: ID!) { report(id: $id) { newestVersion { findingCounts { count paths } } } }";
    let counts = world.caller("analyst").ask(counted, json!({ "id": report }));
    let counts = &counts["report"]["newestVersion"]["findingCounts"];
    assert_eq!(counts, &json!([{ "count": 3, "paths": [] }, { "count": 1, "paths": [] }]), "analysts see no record");
}

#[test]
fn waivers_are_granted_and_revoked_through_rest_too() {
    let world = World::with_projects();
    let (partner, officer) = (world.caller("partner-alpha"), world.caller("officer-one"));
    let project = world.project("ALPHA").id.to_string();
    let route = format!("/v1/projects/{project}/waivers");
    let send = |caller: &Caller, route: &str, body: Value| {
        caller.send(route, &[("content-type", "application/json")], body.to_string().as_bytes())
    };
    let body = json!({ "rule": "AGE_OUT_OF_RANGE", "reason": "Minors are admitted.", "expiresOn": "2099-12-31" });
    let before = dump(&world.database);
    let rehearsed = send(&officer, &format!("{route}?dryRun=true"), body.clone());
    assert_eq!((rehearsed.status, dump(&world.database) == before), (200, true), "{}", rehearsed.text);
    assert_eq!(send(&partner, &route, body.clone()).status, 403);
    let granted = send(&officer, &route, body);
    assert_eq!((granted.status, &granted.body["rule"]), (201, &json!("AGE_OUT_OF_RANGE")), "{}", granted.text);
    let bad = json!({ "rule": "AGE_OUT_OF_RANGE", "reason": "", "expiresOn": "soon" });
    let refused = send(&officer, &route, bad);
    assert_eq!((refused.status, refused.body["errors"].as_array().map(Vec::len)), (422, Some(2)), "{}", refused.text);

    let listed = partner.get(&route);
    assert_eq!(listed.body["items"], json!([granted.body]), "{}", listed.text);
    let id = granted.body["id"].as_str().unwrap();
    let revocation = format!("{route}/{id}/revocation");
    let revoked = send(&officer, &revocation, json!({ "reason": "The agreement was amended." }));
    assert_eq!((revoked.status, &revoked.body["revocation"]["by"]), (200, &json!("officer-one")), "{}", revoked.text);
    assert_eq!(send(&officer, &revocation, json!({ "reason": "Again." })).body["code"], "WAIVER_REVOKED");
    assert_eq!(partner.get(&route).body["items"][0], revoked.body);
    assert_eq!(world.caller("partner-beta").get(&route).status, 404);
}
