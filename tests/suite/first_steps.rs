//! The shortest way from a push to a figure.

use serde_json::json;

use crate::support::statement::{SUBMIT, action, left, permanent, present, submission};
use crate::support::{Caller, World};

/// Submits as a partner and gives report and version.
pub fn submit(caller: &Caller, input: serde_json::Value) -> (String, u64) {
    let data = caller.ask(SUBMIT, json!({ "input": input }));
    let submitted = &data["reportSubmit"];
    assert_eq!(submitted["userErrors"], json!([]), "{submitted:#}");
    let report = submitted["report"]["id"].as_str().unwrap().to_owned();
    (report, submitted["version"]["number"].as_u64().unwrap())
}

/// Starts a review as one officer and approves as another.
pub fn approve(world: &World, report: &str, version: u64) {
    for (officer, name) in [("officer-one", "reportStartReview"), ("officer-two", "reportApprove")] {
        let mut input = json!({ "report": report, "version": version });
        if name == "reportApprove" {
            input["acknowledgeLate"] = true.into();
        }
        let data = world.caller(officer).ask(&action(name), json!({ "input": input }));
        assert_eq!(data[name]["userErrors"], json!([]), "{data:#}");
    }
}

#[test]
fn a_partner_submits_an_officer_approves_and_the_figure_follows() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let participations = vec![
        present("A-1", "9903017421", "2023-02-01"),
        left(present("A-2", "9903017422", "2023-02-01"), permanent("2023-03-10")),
    ];
    let (report, version) = submit(&partner, submission(&project, "2023-Q1", 0, participations));

    let totals = |name: &str| world.caller(name).get("/v1/programmes/TEST/totals");
    let supported = |body: &serde_json::Value| body["figures"][0]["numerator"].as_str().unwrap().to_owned();
    assert_eq!(supported(&totals("analyst").body), "0", "what is not approved changes nothing");

    approve(&world, &report, version);
    assert_eq!(supported(&totals("analyst").body), "2");
    assert_eq!(totals("partner-alpha").status, 403);
}
