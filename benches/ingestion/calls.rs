//! What partners and officers ask of a server over HTTP, one request each.

use serde_json::{Value, json};

use crate::support::statement::action;
use crate::world::World;

/// What takes a report into review, and what approves it.
pub const REVIEW: &str = "reportStartReview";
pub const APPROVE: &str = "reportApprove";

/// Posts a GraphQL request; gives its answer.
fn post(agent: &ureq::Agent, url: &str, token: &str, body: &str) -> Value {
    let mut response = agent
        .post(format!("{url}/graphql"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .send(body)
        .unwrap();
    response.body_mut().read_json().unwrap()
}

/// Submits a report; gives its identifier.
pub fn submit(agent: &ureq::Agent, url: &str, token: &str, body: &str) -> String {
    let answer = post(agent, url, token, body);
    let report = answer["data"]["reportSubmit"]["report"]["id"].as_str();
    report.unwrap_or_else(|| panic!("not accepted: {answer:#}")).to_owned()
}

/// Starts the review of a report's first version, or approves it.
pub fn act(agent: &ureq::Agent, url: &str, world: &World, report: &str, name: &str) {
    let mut input = json!({ "report": report, "version": 1 });
    if name == APPROVE {
        input["acknowledgeLate"] = true.into();
    }
    let officer = &world.officers[usize::from(name == APPROVE)];
    let body = json!({ "query": action(name), "variables": { "input": input } }).to_string();
    let answer = post(agent, url, officer, &body);
    assert!(answer["data"][name]["report"]["id"].is_string(), "not done: {answer:#}");
}
