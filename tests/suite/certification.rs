//! Certification by a second person at the partner, where the programme asks for it.

use faisceau::access::role::Role;
use faisceau::directory::programme::ProgrammeDetails;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::statement::{action, present, submission};
use crate::support::world::programme;
use crate::support::{Caller, World};

fn certified_world() -> World {
    let world = World::with_projects_of(ProgrammeDetails { certification: true, ..programme() });
    let lead = world.project("ALPHA").details.lead;
    world.register_client("partner-alpha-director", Role::Partner, Some(&lead));
    world
}

fn act(caller: &Caller, name: &str, report: &str, version: u64) -> Value {
    caller.ask(&action(name), json!({ "input": { "report": report, "version": version } }))[name].clone()
}

fn code(payload: &Value) -> &str {
    payload["userErrors"][0]["code"].as_str().unwrap_or_default()
}

fn version(world: &World, number: u32) -> Value {
    let document = "query ($code: String!, $number: Int!) { projectByCode(programme: \"TEST\", code: $code) \
        { version(number: $number) { late receivedAt certifiedAt certifiedBy } } }";
    let found = world.caller("auditor").ask(document, json!({ "code": "ALPHA", "number": number }));
    found["projectByCode"]["version"].clone()
}

fn queue_length(world: &World) -> usize {
    let found = world.caller("officer-one").get("/v1/programmes/TEST/review-queue");
    found.body["items"].as_array().unwrap().len()
}

#[test]
fn a_submission_waits_with_the_partner_until_a_colleague_certifies_it() {
    let world = certified_world();
    let (partner, director) = (world.caller("partner-alpha"), world.caller("partner-alpha-director"));
    let officer = world.caller("officer-one");
    world.turn_to(date(2023, 4, 20));
    let project = world.project("ALPHA").id.to_string();
    let stays = vec![present("A-1", "9903017421", "2023-02-01")];
    let (report, number) = submit(&partner, submission(&project, "2023-Q1", 0, stays));

    let waiting = version(&world, 1);
    assert_eq!(waiting, json!({ "late": false, "receivedAt": null, "certifiedAt": null, "certifiedBy": null }));
    assert_eq!(queue_length(&world), 0, "the funder has nothing to review yet");
    assert_eq!(code(&act(&officer, "reportStartReview", &report, number)), "TRANSITION_REFUSED");
    assert_eq!(code(&act(&partner, "reportCertify", &report, number)), "CERTIFIER_IS_SUBMITTER");
    assert_eq!(code(&act(&world.caller("partner-beta"), "reportCertify", &report, number)), "NOT_FOUND");
    assert_eq!(code(&act(&director, "reportCertify", &report, number + 1)), "VERSION_CONFLICT");

    // Submitted in time and certified after the due date: late is when it reached the funder.
    world.turn_to(date(2023, 5, 2));
    let certified = act(&director, "reportCertify", &report, number);
    assert_eq!(certified["report"]["state"], "SUBMITTED", "{certified}");
    assert_eq!(
        version(&world, 1),
        json!({ "late": true, "receivedAt": "2023-05-02T12:00:00.000000Z",
            "certifiedAt": "2023-05-02T12:00:00.000000Z", "certifiedBy": "partner-alpha-director" })
    );
    assert_eq!(queue_length(&world), 1);
    assert_eq!(code(&act(&director, "reportCertify", &report, number)), "TRANSITION_REFUSED", "once only");
    approve(&world, &report, number);
}

#[test]
fn what_waits_for_certification_can_be_recalled_and_rehearsed() {
    let world = certified_world();
    let (partner, director) = (world.caller("partner-alpha"), world.caller("partner-alpha-director"));
    let project = world.project("ALPHA").id.to_string();
    let (report, number) = submit(&partner, submission(&project, "2023-Q1", 0, Vec::new()));

    let before = crate::support::dump::dump(&world.database);
    let input = json!({ "input": { "report": report, "version": number, "dryRun": true } });
    let rehearsed = director.ask(&action("reportCertify"), input);
    assert_eq!(rehearsed["reportCertify"]["report"]["state"], "SUBMITTED");
    assert_eq!(crate::support::dump::dump(&world.database), before);

    assert_eq!(act(&partner, "reportRecall", &report, number)["report"]["state"], "DRAFT");
    let (_, second) = submit(&director, submission(&project, "2023-Q1", 1, Vec::new()));
    assert_eq!(code(&act(&director, "reportCertify", &report, second)), "CERTIFIER_IS_SUBMITTER");
    assert_eq!(act(&partner, "reportCertify", &report, second)["report"]["state"], "SUBMITTED");
}
