//! The rights of persons: erasure, export, retention, and the rotation of the key that stands between a number and a
//! person.

mod erasure;
mod race;
mod retention;
mod rotation;

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::statement::{action, justified, left, permanent, present, submission};

/// The person who will be erased: in ALPHA as `NADIA-7701`, in BETA as `NADIA-B-7701`.
pub const NADIA: &str = "9903017421";

/// ALPHA with two versions, the first returned at Nadia's record, and BETA with one; the newest are approved.
pub fn with_nadia() -> World {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let alpha = world.project("ALPHA").id.to_string();
    let stays = |entry: &str| {
        vec![
            // Born in 1931: a warning, with a justification, at this record.
            with(present("NADIA-7701", NADIA, entry), "birthYear", "1931"),
            left(present("OTHER-1", "9903017422", "2023-02-01"), permanent("2023-03-10")),
            present("ZOE-9", "9903017423", "2023-02-01"),
        ]
    };
    let (report, version) = submit(&partner, justified(submission(&alpha, "2023-Q1", 0, stays("2023-02-01"))));
    let officer = world.caller("officer-one");
    officer.ask(&action("reportStartReview"), json!({ "input": { "report": report, "version": version } }));
    let reasons = json!([{ "path": "participations[reference=NADIA-7701].entryOn", "text": "Nadia came later." }]);
    let input = json!({ "report": report, "version": version, "reason": "One day.", "reasons": reasons });
    let data = officer.ask(&action("reportReturn"), json!({ "input": input }));
    assert_eq!(data["reportReturn"]["userErrors"], json!([]), "{data:#}");
    let mut again = justified(submission(&alpha, "2023-Q1", 1, stays("2023-02-03")));
    again["idempotencyKey"] = "again".into();
    let (report, version) = submit(&partner, again);
    approve(&world, &report, version);
    let beta = world.project("BETA").id.to_string();
    let stay = present("NADIA-B-7701", NADIA, "2023-03-20");
    let (report, version) = submit(&world.caller("partner-beta"), submission(&beta, "2023-Q1", 0, vec![stay]));
    approve(&world, &report, version);
    world
}

pub fn with(mut participation: Value, field: &str, value: &str) -> Value {
    participation[field] = value.into();
    participation
}

/// Erases as an officer; gives the payload.
pub fn erase(world: &World, project: &str, reference: &str) -> Value {
    let document = "mutation ($input: PersonEraseInput!) { personErase(input: $input) { \
        erasure { position recordCount linkCount proof } userErrors { code path message } } }";
    let input =
        json!({ "project": world.project(project).id.as_str(), "reference": reference, "reason": "Request 12." });
    world.caller("officer-one").ask(document, json!({ "input": input }))["personErase"].clone()
}

/// National figures as an analyst reads them: people supported, and whether records were erased.
pub fn supported(world: &World, parameters: &str) -> (String, bool) {
    let body = world.caller("analyst").get(&format!("/v1/programmes/TEST/totals{parameters}")).body;
    (body["figures"][0]["numerator"].as_str().unwrap().to_owned(), body["redacted"].as_bool().unwrap())
}
