//! Answers that are kept: the same bytes as if made anew, for nobody else, and for no longer than they hold.

use std::collections::BTreeSet;

use faisceau::access::client::Client;
use faisceau::access::operations as access;
use faisceau::access::programme_role::ProgrammeRole;
use faisceau::access::role::Role;
use faisceau::directory::operations as directory;
use faisceau::id::ProgrammeId;
use jiff::civil::date;
use serde_json::{Value, json};

use crate::first_steps::{approve, submit};
use crate::support::World;
use crate::support::cast::peopled;
use crate::support::raw::{Raw, bearer, graphql, request};
use crate::support::statement::{justified, present, submission};
use crate::support::world::programme;

const FIGURES: &str = "query Key($projects: [ID!]) { programme(code: \"TEST\") { code \
    consolidation(filter: { projects: $projects }) { position day coverage { expected inForce } \
    figures(indicators: [\"SUPPORTED\", \"POSITIVE_EXIT_RATE\"]) { indicator { code } value numerator display } } } }";
const TABLE: &str = "GET /v1/programmes/TEST/table?groupBy=REGION&indicators=SUPPORTED";
const TOTALS: &str = "GET /v1/programmes/TEST/totals";

/// The same figures by each door.
fn doors(world: &World, headers: &str) -> [Raw; 3] {
    let by_graphql = graphql(&world.url, headers, FIGURES, &json!({ "projects": [] }));
    [by_graphql, request(&world.url, TABLE, headers, b""), request(&world.url, TOTALS, headers, b"")]
}

fn texts(answers: &[Raw]) -> Vec<String> {
    answers.iter().map(Raw::text).collect()
}

/// How many requests were answered from what is kept while some work was done.
fn given<T>(world: &World, work: impl FnOnce() -> T) -> (T, u64) {
    let before = world.kept.given();
    let done = work();
    (done, world.kept.given() - before)
}

#[test]
fn the_same_question_at_the_same_point_gets_the_same_bytes_and_an_approval_ends_that() {
    let world = peopled();
    let analyst = bearer(Some(&world.caller("analyst").token()));
    // The first request of a token looks at who it is, and at nothing else.
    doors(&world, &analyst);
    let (made, from_kept) = given(&world, || doors(&world, &analyst));
    let (again, from_kept_again) = given(&world, || doors(&world, &analyst));
    assert!(from_kept_again == 3 && from_kept <= 3, "{from_kept} {from_kept_again}");
    assert_eq!(texts(&made), texts(&again));
    let headers = |raw: &Raw| {
        let passing = |line: &&str| ["date:", "ratelimit", "x-request-id:"].iter().any(|name| line.starts_with(name));
        raw.head.lines().filter(|line| !passing(line)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    for (made, again) in made.iter().zip(&again) {
        assert_eq!(headers(made), headers(again));
    }
    // Another caller of the same role gets them too; the words are others in another language.
    let officer = bearer(Some(&world.caller("officer-one").token()));
    doors(&world, &officer);
    let auditor = bearer(Some(&world.caller("auditor").token()));
    let in_french = format!("{auditor}Accept-Language: fr\r\n");
    doors(&world, &auditor);
    doors(&world, &in_french);
    assert_eq!(texts(&doors(&world, &auditor))[1..], texts(&made)[1..]);
    assert_ne!(texts(&doors(&world, &in_french))[1..], texts(&made)[1..]);

    let project = world.project("ALPHA").id.to_string();
    let more = vec![present("ALPHA-NEW", "9903017455", "2023-04-02")];
    let (report, version) = submit(&world.caller("partner-alpha"), justified(submission(&project, "2023-Q2", 1, more)));
    let (_, kept) = given(&world, || doors(&world, &analyst));
    assert_eq!(kept, 3, "what is not approved changes nothing");
    approve(&world, &report, version);
    let (after, kept) = given(&world, || doors(&world, &analyst));
    assert_eq!(kept, 0);
    for (made, after) in texts(&made).iter().zip(texts(&after)) {
        assert_ne!(*made, after);
    }
}

#[test]
fn another_day_is_another_answer() {
    let world = peopled();
    let day = |answered: &Raw| answered.json()["day"].as_str().unwrap().to_owned();
    for (on, kept) in [(date(2024, 5, 16), 0), (date(2024, 5, 17), 0)] {
        world.turn_to(on);
        let analyst = bearer(Some(&world.caller("analyst").token()));
        let (answered, from_kept) = given(&world, || request(&world.url, TOTALS, &analyst, b""));
        assert_eq!((day(&answered), from_kept), (on.to_string(), kept));
        request(&world.url, TOTALS, &analyst, b"");
        let (answered, from_kept) = given(&world, || request(&world.url, TOTALS, &analyst, b""));
        assert_eq!((day(&answered), from_kept), (on.to_string(), 1));
    }
}

#[test]
fn nobody_gets_what_was_made_for_others() {
    let world = peopled();
    let [alpha, beta] = ["ALPHA", "BETA"].map(|code| world.project(code).id.to_string());
    let ask = |caller: &str, project: &str| {
        let headers = bearer(Some(&world.caller(caller).token()));
        graphql(&world.url, &headers, FIGURES, &json!({ "projects": [project] }))
    };
    for _ in 0..3 {
        for (caller, own, foreign) in [("partner-alpha", &alpha, &beta), ("partner-beta", &beta, &alpha)] {
            let answered = ask(caller, own);
            assert_eq!(answered.json()["errors"], Value::Null, "{}", answered.text());
            assert_eq!(ask(caller, foreign).code(), "NOT_FOUND");
            let headers = bearer(Some(&world.caller(caller).token()));
            for refused in doors(&world, &headers) {
                assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
            }
        }
        doors(&world, &bearer(Some(&world.caller("analyst").token())));
        assert_eq!(graphql(&world.url, "", FIGURES, &json!({ "projects": [] })).code(), "UNAUTHENTICATED");
    }
    // A client that is taken back gets nothing of what it got before.
    let token = bearer(Some(&world.caller("analyst").token()));
    assert_eq!(doors(&world, &token)[2].status, 200);
    access::suspend_client(&world.desk, &access::at_the_console(Role::Operator), "analyst").unwrap();
    assert!(doors(&world, &token).iter().all(|refused| refused.code() == "UNAUTHENTICATED"));
}

#[test]
fn what_is_written_in_a_request_is_in_what_it_reads_afterwards_and_nothing_else_is_kept() {
    let world = peopled();
    let officer = bearer(Some(&world.caller("officer-one").token()));
    let position =
        || world.caller("auditor").get("/v1/programmes/TEST/totals").body["position"].as_str().unwrap().to_owned();
    let before = position();
    let document = "mutation { programmeRevise(input: { programme: \"TEST\", nameEn: \"Renamed\" }) \
        { programme { name(language: EN) consolidation { position } } userErrors { code } } }";
    let programme =
        graphql(&world.url, &officer, document, &json!({})).json()["data"]["programmeRevise"]["programme"].clone();
    assert_eq!(programme["name"], "Renamed", "{programme}");
    assert_eq!(programme["consolidation"]["position"], position());
    assert_ne!(before, position());
    let (_, kept) = given(&world, || {
        for _ in 0..4 {
            graphql(&world.url, &officer, "{ programme(code: \"TEST\") { name consolidation { day } } }", &json!({}));
            graphql(&world.url, &officer, "{ reports { nodes { id state } } }", &json!({}));
        }
    });
    assert_eq!(kept, 0, "what is not all figures is made anew each time");
}

#[test]
fn an_officer_of_another_programme_gets_nothing_of_what_was_made_for_one_of_this() {
    let world = peopled();
    let operator = access::at_the_console(Role::Operator);
    let mut details = programme();
    details.code = "OTHER".parse().unwrap();
    let other = directory::register_programme(&world.desk, &operator, details).unwrap().id;
    let test = world.project("ALPHA").programme;
    let officer = |name: &str, roles: &[(&ProgrammeId, Role)]| {
        let funder = world.project("ALPHA").details.members[0].organisation.clone();
        let mut client = Client::new(name.parse().unwrap(), Role::Officer, Some(funder));
        let one =
            |(programme, role): &(&ProgrammeId, Role)| ProgrammeRole { programme: (*programme).clone(), role: *role };
        client.limits.programmes = roles.iter().map(one).collect();
        bearer(Some(&world.register(client).token()))
    };
    let here = officer("here", &[(&test, Role::Officer)]);
    let colleague = officer("colleague", &[(&test, Role::Officer)]);
    let elsewhere = officer("elsewhere", &[(&other, Role::Officer)]);
    // The first request of a token looks at who it is, and is not kept.
    for headers in [&here, &colleague, &elsewhere] {
        doors(&world, headers);
    }
    for _ in 0..2 {
        let made = doors(&world, &here);
        assert!(made.iter().all(|made| made.code().is_empty() && made.status == 200), "{:?}", texts(&made));
        let (shared, kept) = given(&world, || doors(&world, &colleague));
        assert_eq!((texts(&shared), kept), (texts(&made), 3), "a colleague of the same programme gets the same");
        let (refused, kept) = given(&world, || doors(&world, &elsewhere));
        for refused in &refused {
            assert_eq!(refused.code(), "FORBIDDEN", "{}", refused.text());
        }
        assert_eq!(kept, 0);
    }
}
