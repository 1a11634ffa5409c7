//! Roles for named programmes: an officer here, an analyst there, nobody elsewhere; and everywhere for whoever names none.

use faisceau::access::keys::KeyRing;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::directory::operations as directory;
use serde_json::{Value, json};

use crate::first_steps::submit;
use crate::support::cast::{ids, peopled};
use crate::support::console::Console;
use crate::support::dump::dump;
use crate::support::operations::{ACTS, Ids, MUTATIONS, READS, all};
use crate::support::raw::{Raw, bearer, graphql, request};
use crate::support::statement::{action, justified, present, submission};
use crate::support::world::{programme, project, some_siret};
use crate::support::{Caller, World};

/// The world of `peopled`, and a programme OTHER with a project OMEGA that has an approved report.
fn two_programmes() -> (World, Ids) {
    let world = peopled();
    // A key is read at start only.
    KeyRing::create(&world.database.keys(), &["OTHER"]).unwrap();
    let world = world.restarted();
    let operator = at_the_console(Role::Operator);
    let mut details = programme();
    details.code = "OTHER".parse().unwrap();
    let other = directory::register_programme(&world.desk, &operator, details).unwrap();
    let (lead, member) = (world.project("BETA").details.lead, world.project("ALPHA").details.lead);
    let omega = project("OMEGA", &lead, &member, "38", 10_000_000, 4_242_424);
    let omega = directory::register_project(&world.desk, &operator, &other.id, omega).unwrap();
    let mut person = present("OMEGA-77", "9903017501", "2023-02-01");
    person.as_object_mut().unwrap().remove("identity");
    let statement = justified(submission(omega.id.as_str(), "2023-Q1", 0, vec![person]));
    let (report, version) = submit(&world.caller("partner-beta"), statement);
    crate::first_steps::approve(&world, &report, version);
    let found = world.caller("auditor").ask(
        "query ($id: ID!) { project(id: $id) { version(number: 1) { id } } newestSequence }",
        json!({ "id": omega.id }),
    );
    let version = found["project"]["version"]["id"].as_str().unwrap().to_owned();
    let (organisation, project) = (lead.to_string(), omega.id.to_string());
    let (programme, project_code) = (other.id.to_string(), "OMEGA".to_owned());
    (world, Ids { programme, organisation, project, project_code, report, version })
}

/// A client with roles for named programmes, registered by an operator over HTTP.
fn officer_within(world: &World, name: &str, programmes: &[&str]) -> Caller {
    let body = json!({
        "name": name, "role": "OFFICER", "organisation": some_siret(1).as_str(), "programmes": programmes,
    });
    let made = send(world, "operator", "POST /v1/clients", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["programmes"].as_array().unwrap().len(), programmes.len(), "{}", made.text());
    Caller::within(world, name, made.json()["secret"].as_str().unwrap())
}

fn send(world: &World, caller: &str, start: &str, body: &Value) -> Raw {
    let headers = format!("{}Content-Type: application/json\r\n", bearer(Some(&world.caller(caller).token())));
    request(&world.url, start, &headers, body.to_string().as_bytes())
}

/// The codes of whatever an answer refuses.
fn refusals(answered: &Raw) -> Vec<String> {
    let body = answered.json();
    let mut codes = vec![answered.code()];
    for payload in body["data"].as_object().into_iter().flat_map(|data| data.values()) {
        let errors = payload["userErrors"].as_array().into_iter().flatten();
        codes.extend(errors.map(|error| error["code"].as_str().unwrap().to_owned()));
    }
    codes.retain(|code| !code.is_empty());
    codes
}

/// The same document about programme OTHER.
fn about_other((document, variables): (String, Value)) -> (String, Value) {
    let variables = variables.to_string().replace("\"TEST\"", "\"OTHER\"");
    (document.replace("\"TEST\"", "\"OTHER\""), serde_json::from_str(&variables).unwrap())
}

#[test]
fn an_officer_of_one_programme_is_nobody_in_another() {
    let (world, omega) = two_programmes();
    let officer = officer_within(&world, "officer-of-test", &["TEST"]);
    let token = bearer(Some(&officer.token()));
    world.caller("auditor").ask("{ newestSequence }", json!({}));
    let before = dump(&world.database);
    let digest = world.database.sql(
        "SELECT id AS value FROM report_versions WHERE project_id NOT IN \
        (SELECT id FROM projects WHERE code <> 'OMEGA')",
    );
    let mut secrets = vec!["Project OMEGA".to_owned(), "OMEGA-77".to_owned(), "42424.24".to_owned()];
    secrets.extend([omega.project.clone(), omega.report.clone(), omega.version.clone()]);
    secrets.extend(digest);
    let mut wrong = Vec::new();
    let mut visit = |name: &str, answered: &Raw, sent: &str, must_refuse: bool| {
        let told = secrets.iter().filter(|secret| answered.text().contains(secret.as_str()) && !sent.contains(*secret));
        let told: Vec<_> = told.collect();
        let codes = refusals(answered);
        let refused = codes.iter().all(|code| ["FORBIDDEN", "NOT_FOUND"].contains(&code.as_str())) && !codes.is_empty();
        if !told.is_empty() || must_refuse && !refused {
            wrong.push(format!("{name} tells {told:?}: {}", answered.text()));
        }
    };
    // Definitions are open; so are organisations, which every programme shares.
    let open = ["organisationRegister"];
    for (name, document) in all() {
        if open.contains(name) {
            continue;
        }
        let (document, variables) = about_other(document(&omega));
        let answered = graphql(&world.url, &token, &document, &variables);
        let must_refuse = MUTATIONS.iter().any(|(mutation, _)| mutation == name)
            && !["closingReview", "closingPublish", "closingCancel", "programmeSetRetention"].contains(name)
            || name.starts_with("programme.consolidation")
            || ["programme.reviewQueue", "programme.obligations"].contains(name);
        visit(name, &answered, &variables.to_string(), must_refuse);
    }
    for (name, path) in READS {
        let path = path(&omega).replace("/TEST/", "/OTHER/");
        let answered = request(&world.url, &format!("GET {path}"), &token, b"");
        let is_list = name.ends_with("/changes") && !name.contains("figures") || name.contains("definitions");
        visit(name, &answered, &path, !is_list);
    }
    for (name, act) in ACTS {
        let (path, body) = act(&omega);
        let headers = format!("{token}Content-Type: application/json\r\n");
        let answered = request(&world.url, &format!("POST {path}"), &headers, body.to_string().as_bytes());
        visit(name, &answered, &path, true);
    }
    for (start, body) in [
        (
            format!("POST /v1/projects/{}/transfer", omega.project),
            json!({ "lead": some_siret(2).as_str(), "reason": "x" }),
        ),
        (
            format!("POST /v1/projects/{}/waivers", omega.project),
            json!({ "rule": "AGE_OUT_OF_RANGE", "reason": "Please.", "expiresOn": "2024-12-31" }),
        ),
        ("PATCH /v1/programmes/OTHER".to_owned(), json!({ "nameEn": "Mine" })),
        ("POST /v1/programmes/OTHER/closings".to_owned(), json!({ "name": "Mine" })),
        ("GET /v1/programmes/OTHER/table?groupBy=PROJECT&format=csv".to_owned(), Value::Null),
    ] {
        let headers = format!("{token}Content-Type: application/json\r\n");
        let sent = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        visit(&start, &request(&world.url, &start, &headers, &sent), &start, true);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dump(&world.database), before, "something was done");

    // In its own programme it is an officer, and its lists hold nothing else.
    let own = ids(&world, "ALPHA");
    let found = officer.ask(
        "query ($id: ID!) { project(id: $id) { title version(number: 1) { participations { nodes { reference } } } } \
         projects(first: 200) { nodes { code } } reports(first: 200) { nodes { id } } \
         programme(code: \"TEST\") { reviewQueue { nodes { report { id } } } consolidation { position } } }",
        json!({ "id": own.project }),
    );
    assert_eq!(found["project"]["version"]["participations"]["nodes"].as_array().unwrap().len(), 2, "{found}");
    assert_eq!(found["projects"]["nodes"], json!([{ "code": "ALPHA" }, { "code": "BETA" }]));
    assert_eq!(found["reports"]["nodes"].as_array().unwrap().len(), 2);
    let changes = officer.get("/v1/changes?first=200").text;
    assert!(changes.contains(&own.report) && !changes.contains(&omega.report), "{changes}");
    let closing = json!({ "name": "Figures of spring", "day": "2024-03-31" });
    let headers = format!("{token}Content-Type: application/json\r\n");
    let prepared = request(&world.url, "POST /v1/programmes/TEST/closings", &headers, closing.to_string().as_bytes());
    // It may: what is in the way is that there are too few people.
    assert_eq!(prepared.code(), "CLOSING_UNPROTECTABLE", "{}", prepared.text());
}

#[test]
fn one_person_has_different_roles_in_different_programmes() {
    let (world, omega) = two_programmes();
    let both = officer_within(&world, "both", &["TEST", "OTHER:ANALYST"]);
    let alpha = ids(&world, "ALPHA");
    let who = both.ask("{ viewer { role programmes { programme { code } role } } }", json!({}));
    let mut roles = who["viewer"]["programmes"].as_array().unwrap().clone();
    roles.sort_by_key(|one| one["programme"]["code"].to_string());
    let role = |code: &str, role: &str| json!({ "programme": { "code": code }, "role": role });
    assert_eq!(roles, [role("OTHER", "ANALYST"), role("TEST", "OFFICER")], "it is told who it is");
    let everywhere = world.caller("officer-one").ask("{ viewer { programmes { role } } }", json!({}));
    assert_eq!(everywhere["viewer"]["programmes"], json!([]));
    // An analyst there: exact figures, and no individual record, no review, no change.
    assert_eq!(both.get("/v1/programmes/OTHER/totals").status, 200);
    let records =
        "query ($id: ID!) { node(id: $id) { ... on ReportVersion { digest participations { nodes { reference } } } } }";
    let read = |ids: &Ids| both.post(records, json!({ "id": ids.version }));
    assert_eq!(read(&alpha).body["data"]["node"]["participations"]["nodes"].as_array().unwrap().len(), 2);
    let refused = read(&omega);
    assert_eq!(refused.body["errors"][0]["extensions"]["code"], "FORBIDDEN", "{}", refused.text);
    let annul = |ids: &Ids| {
        let input = json!({ "report": ids.report, "version": 1, "reason": "Wrong project." });
        let done = both.post(&action("reportAnnul"), json!({ "input": input })).body;
        done["errors"][0]["extensions"]["code"].clone()
    };
    assert_eq!(annul(&omega), "FORBIDDEN", "it sees the report, in a role that does not allow this");
    assert_eq!(annul(&alpha), Value::Null);
    let queue = |code: &str| both.get(&format!("/v1/programmes/{code}/review-queue")).status;
    assert_eq!((queue("TEST"), queue("OTHER")), (200, 403));
    let prepare = |code: &str| {
        let headers = [("content-type", "application/json")];
        both.send(&format!("/v1/programmes/{code}/closings"), &headers, b"{\"name\":\"Mine\"}").status
    };
    assert_eq!((prepare("TEST"), prepare("OTHER")), (201, 403));
    // What concerns every programme is for whoever has a role in every one.
    let headers = [("content-type", "application/json")];
    let new = crate::support::operations::programme_input("NEW");
    assert_eq!(both.send("/v1/programmes", &headers, new.to_string().as_bytes()).status, 403);
    let register = json!({ "siret": some_siret(90).as_str(), "name": "Newcomer" });
    assert_eq!(both.send("/v1/organisations", &headers, register.to_string().as_bytes()).status, 201);

    // Taken back at once, with the token that it has; and given everywhere.
    let limit = |programmes: Value| {
        let body = json!({ "programmes": programmes });
        let done = send(&world, "operator", "PATCH /v1/clients/both", &body);
        assert_eq!(done.status, 200, "{}", done.text());
    };
    limit(json!(["TEST:AUDITOR"]));
    assert_eq!(
        (both.get("/v1/programmes/OTHER/totals").status, both.get("/v1/programmes/TEST/totals").status),
        (403, 200)
    );
    assert_eq!(prepare("TEST"), 403);
    limit(json!([]));
    let everywhere = Caller::within(&world, "both", &both.secret);
    assert_eq!(everywhere.get("/v1/programmes/OTHER/review-queue").status, 200);
}

#[test]
fn roles_for_programmes_are_registered_by_every_door_and_refused_where_they_make_no_sense() {
    let (world, _) = two_programmes();
    let before = dump(&world.database);
    for (role, programmes, status, code, path) in [
        ("PARTNER", json!(["TEST"]), 422, "PROGRAMMES_MISPLACED", "programmes[0]"),
        ("OPERATOR", json!(["TEST:OFFICER"]), 422, "PROGRAMMES_MISPLACED", "programmes[0]"),
        ("OFFICER", json!(["TEST:OPERATOR"]), 422, "PROGRAMMES_MISPLACED", "programmes[0]"),
        ("OFFICER", json!(["TEST", "TEST:ANALYST"]), 422, "PROGRAMMES_MISPLACED", "programmes[1]"),
        ("OFFICER", json!(["TEST", "NOWHERE"]), 404, "NOT_FOUND", "programmes[1]"),
        ("OFFICER", json!(["TEST:KING"]), 422, "CODE_UNKNOWN", "programmes[0]"),
    ] {
        for route in ["clients", "accounts"] {
            let body = json!({
                "name": "somebody", "role": role, "organisation": some_siret(2).as_str(), "programmes": programmes,
            });
            let refused = send(&world, "operator", &format!("POST /v1/{route}"), &body);
            assert_eq!((refused.status, refused.code().as_str()), (status, code), "{body}: {}", refused.text());
            assert_eq!(refused.json()["path"], path, "{body}");
        }
    }
    assert_eq!(dump(&world.database), before);
    let console = Console(&world.database);
    let added =
        console.run(&["client", "add", "by-hand", "--role", "ANALYST", "--programme", "OTHER,TEST:OFFICER"]).out;
    assert!(added.contains("client_secret="), "{added}");
    let shown = console.run(&["client", "show", "by-hand"]).out;
    assert!(shown.contains(":ANALYST") && shown.contains(":OFFICER"), "{shown}");
    let added = console.run(&["account", "add", "person-1", "--role", "OFFICER", "--programme", "TEST"]).out;
    assert!(added.contains("password="), "{added}");
    let shown = console.run(&["account", "show", "person-1"]).out;
    assert!(shown.contains("only programme") && shown.contains(":OFFICER"), "{shown}");
    console.run(&["account", "change", "person-1", "--programme", ""]);
    assert!(!console.run(&["account", "show", "person-1"]).out.contains("only programme"));
}

#[test]
fn a_person_who_signs_in_has_the_roles_of_the_account_at_once() {
    let (world, omega) = two_programmes();
    let body = json!({
        "name": "staff-9", "role": "OFFICER", "organisation": some_siret(1).as_str(), "programmes": ["TEST"],
    });
    let made = send(&world, "operator", "POST /v1/accounts", &body).json();
    let browser = crate::support::browser::Browser::new(&world.url);
    let (once, new) = (made["password"].as_str().unwrap(), "trois chats gris et un toit");
    assert_eq!(browser.sign_in("staff-9", once, Some(new)).status, 303);
    let status = |path: &str| browser.get(path).status;
    let test = world.project("ALPHA").programme;
    assert_eq!(browser.get("/session").json()["programmes"], json!([format!("{test}:OFFICER")]));
    assert_eq!((status("/v1/programmes/TEST/totals"), status("/v1/programmes/OTHER/totals")), (200, 403));
    assert_eq!(status(&format!("/v1/projects/{}", omega.project)), 404);
    let start = format!("PATCH /v1/accounts/{}", made["id"].as_str().unwrap());
    let done = send(&world, "operator", &start, &json!({ "programmes": ["OTHER:ANALYST"] }));
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!((status("/v1/programmes/TEST/totals"), status("/v1/programmes/OTHER/totals")), (403, 200));
    assert_eq!(status(&format!("/v1/projects/{}", omega.project)), 200);
}
