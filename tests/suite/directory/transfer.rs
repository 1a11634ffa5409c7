//! A project that goes to another organisation: all of it to the new one, nothing of it to the one before, at once; figures
//! of before stay what they were.

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::self_check::Pace;
use faisceau::directory::operations::transfer_project;
use faisceau::directory::transfer::TransferDetails;
use faisceau::refusal::Code;
use faisceau::reporting::identity::Identity;
use faisceau::reporting::operations::{self as reporting, Submitted};
use serde_json::{Value, json};

use super::{mutate, send, user_errors};
use crate::first_steps::approve;
use crate::formats::route;
use crate::support::cast::{compared, ids, missing, peopled, secrets_of};
use crate::support::dump::dump;
use crate::support::operations::{ACTS, Ids, READS, all};
use crate::support::raw::{Raw, bearer, graphql, request};
use crate::support::statement::{SUBMIT, action, present, submission};
use crate::support::under_way::submission_under_way;
use crate::support::world::some_siret;
use crate::support::{Caller, World};

/// Gives a project to the organisation of a number.
pub fn transfer(world: &World, code: &str, to: u32) -> Raw {
    let start = format!("POST /v1/projects/{}/transfer", world.project(code).id);
    let body = json!({ "lead": some_siret(to).as_str(), "reason": "The association closes." });
    send(world, &world.caller("officer-one"), &start, "", &body)
}

#[test]
fn to_the_organisation_before_the_project_is_there_no_more_at_once() {
    let world = peopled();
    let (partner, heir) = (world.caller("partner-alpha"), world.caller("partner-beta"));
    // A token given before, and a client held to the project.
    let token = bearer(Some(&partner.token()));
    let held = held_to(&world, "held-to-alpha", "ALPHA");
    let headers = [token.clone(), bearer(Some(&held.token()))];
    let before = ids(&world, "ALPHA");
    // Its own organisation it goes on seeing.
    let gone = Ids { organisation: ids(&world, "BETA").organisation, ..before.clone() };
    let secrets = secrets_of(&world, "ALPHA");
    let told_before = request(&world.url, &format!("GET /v1/projects/{}", gone.project), &headers[1], b"");
    assert_eq!(told_before.status, 200, "{}", told_before.text());

    let done = transfer(&world, "ALPHA", 3);
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(done.json()["lead"], ids(&world, "BETA").organisation);
    world.caller("auditor").ask("{ newestSequence }", json!({}));
    let (absent, held_before) = (missing(&gone.programme), dump(&world.database));
    let mut wrong = Vec::new();
    // That the project is released is the one thing that the changes tell.
    let lists = ["changes", "GET /v1/changes"];
    for headers in &headers {
        let mut visit = |name: &str, visit: &dyn Fn(&Ids) -> Raw| {
            let (of_gone, of_absent) = (visit(&gone), visit(&absent));
            let is_list = lists.contains(&name) && of_gone.text() == of_absent.text();
            if !is_list && compared(&of_gone, &gone) != compared(&of_absent, &absent) {
                wrong.push(format!("{name}\n  gone {}\n  absent {}", of_gone.text(), of_absent.text()));
            }
            let told = secrets.iter().filter(|secret| of_absent.text().contains(secret.as_str()));
            let told: Vec<_> = told.filter(|secret| !lists.contains(&name) || **secret != gone.project).collect();
            if !told.is_empty() {
                wrong.push(format!("{name} tells {told:?}"));
            }
        };
        for (name, document) in all() {
            visit(name, &|ids| {
                let (document, variables) = document(ids);
                graphql(&world.url, headers, &document, &variables)
            });
        }
        for (name, path) in READS {
            visit(name, &|ids| request(&world.url, &format!("GET {}", path(ids)), headers, b""));
        }
        for (name, act) in ACTS {
            visit(name, &|ids| {
                let (path, body) = act(ids);
                let headers = format!("{headers}Content-Type: application/json\r\n");
                request(&world.url, &format!("POST {path}"), &headers, body.to_string().as_bytes())
            });
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(dump(&world.database), held_before, "something was left behind");
    let changes = partner.get("/v1/changes?first=200").body["items"].clone();
    let last = changes.as_array().unwrap().last().unwrap();
    assert_eq!((&last["kind"], &last["tombstone"]), (&json!("project.released"), &json!(true)), "{changes}");

    // The heir sees all of its history, and follows it.
    let found = heir.ask(
        "query ($id: ID!) { project(id: $id) { lead { siret } members { organisation { id } } amendments { reason } \
         payments { cancelled } targets { value } transfers { from to transferredOn reason } versions { nodes { digest \
         findings { nodes { justification } } participations { nodes { reference } } } } reports { nodes { state \
         transitions { actor } } } consolidation { figures(indicators: [\"SUPPORTED\"]) { numerator } } } }",
        json!({ "id": gone.project }),
    )["project"]
        .clone();
    assert_eq!(found["versions"]["nodes"][0]["participations"]["nodes"].as_array().unwrap().len(), 2, "{found:#}");
    assert_eq!(found["versions"]["nodes"][0]["findings"]["nodes"][0]["justification"], "ALPHA has no number yet.");
    assert_eq!(found["consolidation"]["figures"][0]["numerator"], "2");
    assert_eq!(found["members"].as_array().unwrap().len(), 1, "its consortium came along: {found}");
    assert_eq!(
        (&found["transfers"][0]["from"], &found["transfers"][0]["transferredOn"]),
        (&json!(before.organisation), &json!("2024-05-15"))
    );
    let followed = heir.get("/v1/changes?first=200");
    assert!(followed.text.contains(&gone.report) && followed.text.contains("project.transferred"), "{}", followed.text);
    assert!(!followed.text.contains("project.released"), "the heir has nothing to let go of: {}", followed.text);
    let by_staff = world.caller("analyst").get("/v1/changes?first=200");
    assert!(!by_staff.text.contains("project.released"), "{}", by_staff.text);
}

fn held_to(world: &World, name: &str, code: &str) -> Caller {
    let body = json!({
        "name": name, "role": "PARTNER", "organisation": some_siret(2).as_str(), "projects": [world.project(code).id],
    });
    let made = send(world, &world.caller("operator"), "POST /v1/clients", "", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    Caller::within(world, name, made.json()["secret"].as_str().unwrap())
}

#[test]
fn answers_kept_for_the_organisation_before_are_given_no_more() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let push = || {
        let body = json!({ "baseVersion": 0, "participations": [present("A-1", "9903017422", "2023-01-10")] });
        let headers = [("content-type", "application/json"), ("idempotency-key", "push-1")];
        partner.send(&route(&project, "2023-Q1", ""), &headers, body.to_string().as_bytes())
    };
    let first = push();
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(push(), first, "as long as the project is its own");
    // GraphQL looks for the answer before it looks for the project.
    let mut by_graphql = submission(&project, "2023-Q1", 0, vec![present("A-1", "9903017422", "2023-01-10")]);
    by_graphql["idempotencyKey"] = "push-2".into();
    world
        .caller("partner-alpha")
        .ask(&action("reportRecall"), json!({ "input": { "report": first.body["report"]["id"], "version": 1 } }));
    by_graphql["baseVersion"] = 1.into();
    let given = partner.post(SUBMIT, json!({ "input": by_graphql }));
    assert_eq!(given.body["data"]["reportSubmit"]["version"]["number"], 2, "{}", given.text);
    let mut input = submission(&project, "2023-Q2", 2, vec![present("A-1", "9903017422", "2023-01-10")]);
    input["dryRun"] = true.into();
    let checked = partner.ask(SUBMIT, json!({ "input": input }));
    assert!(checked["reportSubmit"]["version"].is_null(), "{checked}");
    assert_eq!(transfer(&world, "ALPHA", 3).status, 200);
    let again = push();
    assert_eq!((again.status, again.body["code"].as_str()), (404, Some("NOT_FOUND")), "{}", again.text);
    let refused = partner.ask(SUBMIT, json!({ "input": input }));
    assert_eq!(refused["reportSubmit"]["userErrors"][0]["code"], "NOT_FOUND", "{refused}");
    let refused = partner.ask(SUBMIT, json!({ "input": by_graphql }));
    assert_eq!(refused["reportSubmit"]["userErrors"][0]["code"], "NOT_FOUND", "{refused}");
    assert!(refused["reportSubmit"]["version"].is_null(), "{refused}");
    let kept = dump(&world.database).into_iter().filter(|row| row.starts_with("idempotency_keys: "));
    assert!(!kept.collect::<String>().contains(&project));
}

#[test]
fn figures_by_organisation_of_before_stay_what_they_were() {
    let world = peopled();
    let analyst = world.caller("analyst");
    let head = analyst.get("/v1/programmes/TEST/totals").body["position"].as_str().unwrap().to_owned();
    let table = |at: &str| {
        let path = format!("/v1/programmes/TEST/table?groupBy=ORGANISATION&asOf={at}&day=2024-05-15");
        let answered = analyst.get(&path);
        assert_eq!(answered.status, 200, "{}", answered.text);
        answered
    };
    let before = table(&head);
    let sirets =
        |answered: &crate::support::Answered| [2, 3].map(|number| answered.text.contains(some_siret(number).as_str()));
    assert_eq!(sirets(&before), [true, true], "{}", before.text);
    assert_eq!(transfer(&world, "ALPHA", 3).status, 200);
    assert_eq!(table(&head), before, "as of before: the organisation before");
    let now = analyst.get("/v1/programmes/TEST/totals").body["position"].as_str().unwrap().to_owned();
    let after = table(&now);
    assert_eq!(sirets(&after), [false, true], "{}", after.text);
    let changed =
        analyst.get(&format!("/v1/programmes/TEST/figures/ORGANISATIONS/changes?since={head}&unit=PARTICIPATION"));
    assert!(changed.text.contains("project.transferred"), "{}", changed.text);
    // A second route from the rows gives the same, and every chain holds.
    let checked =
        world.consolidation.check_itself(&world.desk, &at_the_console(Role::Auditor), &Pace::at_once()).unwrap();
    assert!(checked.holds(), "{checked:#?}");
    assert!(crate::chain::check(&world, &[]).holds());
}

#[test]
fn whoever_belongs_to_either_organisation_never_approves_and_never_transfers() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let input = submission(&project, "2023-Q1", 0, vec![present("A-1", "9903017422", "2023-01-10")]);
    let (report, version) = crate::first_steps::submit(&world.caller("partner-alpha"), input);
    let beta = world.project("BETA").details.lead;
    let of_beta = world.register_client("officer-of-beta", Role::Officer, Some(&beta));
    let body = json!({ "project": project, "lead": some_siret(3).as_str(), "reason": "Why." });
    for officer in [&world.caller("officer-of-alpha"), &of_beta] {
        let refused = mutate(officer, "projectTransfer", "__typename", &body);
        assert_eq!(user_errors(&refused), [("FOUR_EYES".to_owned(), String::new())], "{}", officer.client);
    }
    assert_eq!(transfer(&world, "ALPHA", 3).status, 200);
    let target = json!({ "input": { "report": report, "version": version } });
    world.caller("officer-one").ask(&action("reportStartReview"), target);
    let approval = json!({ "input": { "report": report, "version": version, "acknowledgeLate": true } });
    for officer in [&world.caller("officer-of-alpha"), &of_beta] {
        let refused = officer.ask(&action("reportApprove"), approval.clone());
        assert_eq!(refused["reportApprove"]["userErrors"][0]["code"], "FOUR_EYES", "{}", officer.client);
    }
    let done = world.caller("officer-two").ask(&action("reportApprove"), approval);
    assert_eq!(done["reportApprove"]["userErrors"], json!([]));
    let of_version = world.database.sql(
        "SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions v JOIN organisations o ON o.id = v.submitted_by_organisation \
         JOIN projects p ON p.id = v.project_id WHERE o.id <> p.lead_organisation_id",
    );
    assert_eq!(of_version, ["1"], "who submitted stays on record");
}

#[test]
fn a_project_that_comes_back_is_whole_again() {
    let world = peopled();
    for to in [3, 2] {
        assert_eq!(transfer(&world, "ALPHA", to).status, 200);
    }
    let (alpha, beta) = (world.caller("partner-alpha"), world.caller("partner-beta"));
    let project = world.project("ALPHA").id;
    let path = format!("/v1/projects/{project}");
    assert_eq!((alpha.get(&path).status, beta.get(&path).status), (200, 404));
    assert_eq!(alpha.get(&format!("{path}/transfers")).body["items"].as_array().unwrap().len(), 2);
    let kinds = |partner: &Caller| -> Vec<String> {
        let items = partner.get("/v1/changes?first=200").body["items"].clone();
        let about = items.as_array().unwrap().iter().filter(|item| item["subject"] == project.as_str());
        about.map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&beta), ["project.released"], "{:?}", kinds(&beta));
    assert!(kinds(&alpha).ends_with(&["project.transferred".to_owned()]), "{:?}", kinds(&alpha));
    let mut input = submission(project.as_str(), "2023-Q2", 1, vec![present("A-9", "9903017429", "2023-04-02")]);
    input = crate::support::statement::justified(input);
    let (report, version) = crate::first_steps::submit(&alpha, input);
    approve(&world, &report, version);
}

#[test]
fn what_does_not_hold_is_refused_and_only_officers_transfer() {
    let world = World::with_projects();
    let project = world.project("ALPHA").id.to_string();
    let start = format!("POST /v1/projects/{project}/transfer");
    let before = dump(&world.database);
    let beta = some_siret(3);
    for (body, status, code, path) in [
        (json!({ "lead": some_siret(99).as_str(), "reason": "Why." }), 404, "NOT_FOUND", "lead"),
        (json!({ "lead": some_siret(2).as_str(), "reason": "Why." }), 409, "LEAD_UNCHANGED", "lead"),
        (json!({ "lead": beta.as_str(), "reason": " " }), 422, "TEXT_TOO_LONG", "reason"),
        (
            json!({ "lead": beta.as_str(), "reason": "Why.", "transferredOn": "2024-05-16" }),
            422,
            "DAY_AHEAD",
            "transferredOn",
        ),
    ] {
        let refused = send(&world, &world.caller("officer-one"), &start, "", &body);
        assert_eq!((refused.status, refused.code().as_str()), (status, code), "{body}: {}", refused.text());
        assert_eq!(refused.json()["path"], path, "{body}");
    }
    let body = json!({ "lead": beta.as_str(), "reason": "Why.", "transferredOn": "2024-05-01" });
    for client in ["partner-alpha", "partner-beta", "analyst", "auditor", "operator"] {
        let refused = send(&world, &world.caller(client), &start, "", &body);
        assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{client}: {}", refused.text());
    }
    assert_eq!(dump(&world.database), before, "nothing is stored");
    let foreign = "POST /v1/projects/prj_1/transfer";
    assert_eq!(send(&world, &world.caller("officer-one"), foreign, "", &body).status, 404);
    assert_eq!(send(&world, &world.caller("officer-one"), &start, "", &body).status, 200);
    let none: Vec<Value> = Vec::new();
    assert_ne!(
        world.caller("partner-beta").get(&format!("/v1/projects/{project}/transfers")).body["items"],
        json!(none)
    );
}

#[test]
fn what_was_prepared_before_a_transfer_is_not_written_after_it() {
    let mut refused = 0;
    for _ in 0..3 {
        let world = peopled();
        let alpha = world.project("ALPHA");
        let auditor = at_the_console(Role::Auditor);
        let version = reporting::find_version(&world.desk, &auditor, &alpha, 1).unwrap().unwrap();
        let page = faisceau::page::PageRequest::new(10, None).unwrap();
        let stored = reporting::list_records(&world.desk, &auditor, &version, &page).unwrap().items;
        let one = stored[0].participation.clone().with_person(Identity::None);
        let participations = (0..1500).map(|at| {
            let reference = format!("M-{at}").parse().unwrap();
            faisceau::reporting::statement::Participation { reference, ..one.clone() }
        });
        let submitting = submission_under_way(&world, &alpha, 1, participations.collect());
        let officer = at_the_console(Role::Officer);
        let (lead, reason) = (world.project("BETA").details.lead.into(), "It merged.".parse().unwrap());
        let details = TransferDetails { lead, transferred_on: None, reason };
        transfer_project(&world.desk, &officer, &alpha.id, &details).unwrap();
        let kept = world.database.sql("SELECT CAST(COUNT(*) AS TEXT) AS value FROM report_versions WHERE number = 2");
        match submitting.join().unwrap() {
            Err(failure) => {
                assert_eq!(failure.refusal().code, Code::NotFound, "{failure:?}");
                refused += 1;
            }
            // It was faster than the transfer, and so came along.
            Ok(Submitted::Accepted(_)) => assert_eq!(kept, ["1"], "written by whom the project is no longer of"),
            Ok(Submitted::Blocked(assessment, _)) => panic!("{:?}", assessment.findings.listed.first()),
        }
    }
    assert!(refused > 0, "the submission was always faster: this proved nothing");
}
