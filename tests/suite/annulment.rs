//! What an annulment takes away, and what it leaves.

use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::statement::{action, present, submission};

/// Acts on a report with a reason as an officer; gives the state that it led to.
fn with_reason(world: &World, name: &str, report: &str, version: u64) -> String {
    let input = json!({ "report": report, "version": version, "reason": "Because." });
    let data = world.caller("officer-one").ask(&action(name), json!({ "input": input }));
    assert_eq!(data[name]["userErrors"], json!([]), "{data:#}");
    data[name]["report"]["state"].as_str().unwrap().to_owned()
}

fn supported(world: &World) -> Value {
    world.caller("analyst").get("/v1/programmes/TEST/totals").body["figures"][0]["numerator"].clone()
}

#[test]
fn annulling_an_older_version_leaves_the_newer_one_approved_and_in_force() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let stays =
        |count: u32| (0..count).map(|n| present(&format!("A-{n}"), &format!("990301742{n}"), "2023-02-01")).collect();

    let (report, first) = submit(&partner, submission(&project, "2023-Q1", 0, stays(1)));
    approve(&world, &report, first);
    assert_eq!(with_reason(&world, "reportReopen", &report, first), "RETURNED");
    let (_, second) = submit(&partner, submission(&project, "2023-Q1", 1, stays(2)));
    approve(&world, &report, second);

    assert_eq!(with_reason(&world, "reportAnnul", &report, first), "APPROVED");
    assert_eq!(supported(&world), "2");
    assert_eq!(with_reason(&world, "reportAnnul", &report, second), "RETURNED", "nothing is left to fall back on");
    assert_eq!(supported(&world), "0");
}
