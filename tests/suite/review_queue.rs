//! The review queue: what waits at the funder, the longest waiting first.

use jiff::civil::date;
use serde_json::{Value, json};

use crate::first_steps::submit;
use crate::support::World;
use crate::support::statement::{action, justified, present, submission};

fn rest(world: &World, query: &str) -> Value {
    let found = world.caller("officer-one").get(&format!("/v1/programmes/TEST/review-queue{query}"));
    assert_eq!(found.status, 200, "{}", found.text);
    found.body
}

fn act(world: &World, caller: &str, name: &str, report: &str, version: u64) {
    let mut input = json!({ "report": report, "version": version });
    if name == "reportReturn" {
        input["reason"] = "Correct.".into();
        input["reasons"] =
            json!([{ "path": "finance", "text": "Missing." }, { "path": "narrative", "text": "Missing." }]);
    }
    let data = world.caller(caller).ask(&action(name), json!({ "input": input }));
    assert_eq!(data[name]["userErrors"], json!([]), "{data}");
}

#[test]
fn the_longest_waiting_comes_first_with_what_a_reviewer_wants_to_know() {
    let world = World::with_projects();
    let (alpha, beta) = (world.project("ALPHA").id.to_string(), world.project("BETA").id.to_string());
    let doubtful = || {
        let mut doubtful = present("A-1", "0000000000", "2023-02-01");
        doubtful["birthYear"] = "1971".into();
        vec![doubtful]
    };
    assert_eq!(rest(&world, ""), json!({ "items": [] }));

    world.turn_to(date(2023, 4, 20));
    let (of_alpha, first) =
        submit(&world.caller("partner-alpha"), justified(submission(&alpha, "2023-Q1", 0, doubtful())));
    world.turn_to(date(2023, 4, 21));
    let (of_beta, _) = submit(&world.caller("partner-beta"), submission(&beta, "2023-Q1", 0, Vec::new()));
    let order = |body: &Value| -> Vec<String> {
        let items = body["items"].as_array().unwrap();
        items.iter().map(|item| item["report"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(order(&rest(&world, "")), [of_alpha.as_str(), &of_beta]);

    // A review that has begun does not move it; a return takes it out, and it comes back as the newest.
    act(&world, "officer-one", "reportStartReview", &of_alpha, first);
    assert_eq!(order(&rest(&world, "")), [of_alpha.as_str(), &of_beta]);
    act(&world, "officer-one", "reportReturn", &of_alpha, first);
    assert_eq!(order(&rest(&world, "")), [of_beta.as_str()]);
    world.turn_to(date(2023, 5, 3));
    submit(&world.caller("partner-alpha"), justified(submission(&alpha, "2023-Q1", 1, doubtful())));

    world.turn_to(date(2023, 5, 10));
    let page = rest(&world, "?first=1");
    assert_eq!(order(&page), [of_beta.as_str()]);
    assert_eq!((&page["items"][0]["daysWaiting"], &page["items"][0]["late"]), (&19.into(), &false.into()));
    let next = page["next"].as_str().unwrap();
    let last = rest(&world, &format!("?first=1&after={next}"));
    assert_eq!(
        last,
        json!({ "items": [{
            "report": of_alpha, "project": alpha, "period": "2023-Q1", "state": "SUBMITTED", "version": 2,
            "waitingSince": "2023-05-03T12:00:00.000000Z", "daysWaiting": 7, "late": true, "justifiedWarningCount": 1,
            "noticeCount": last["items"][0]["noticeCount"], "earlierVersionCount": 1, "unansweredReasonCount": 2,
        }] })
    );

    let document = "{ programme(code: \"TEST\") { reviewQueue(first: 1) { nodes { daysWaiting late earlierVersionCount \
        unansweredReasonCount justifiedWarningCount noticeCount report { id } version { number } } \
        pageInfo { endCursor hasNextPage } } } }";
    let by_graphql = world.caller("auditor").ask(document, json!({}))["programme"]["reviewQueue"].clone();
    assert_eq!(by_graphql["pageInfo"], json!({ "endCursor": next, "hasNextPage": true }));
    assert_eq!(by_graphql["nodes"][0]["report"]["id"], of_beta);
    let broken = data_encoding::BASE64URL_NOPAD.encode(b"x");
    let refused = world.caller("officer-one").get(&format!("/v1/programmes/TEST/review-queue?after={broken}"));
    assert_eq!((refused.status, &refused.body["code"]), (422, &"PAGE_INVALID".into()));
}
