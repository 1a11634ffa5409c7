//! What is taken back is gone with the next request, on every node, also where a token was remembered; and what narrows
//! a client holds for the tokens that it has.

use faisceau::access::client::{Client, Limits};
use faisceau::access::operations::{self as access, LimitChanges, revise_client};
use faisceau::access::role::Role;
use serde_json::json;

use super::{node, operator, pass, status};
use crate::support::World;
use crate::support::cast::{ids, peopled};
use crate::support::oauth::{basic, post};
use crate::support::raw::{bearer, graphql, request};

#[test]
fn a_token_given_back_is_refused_by_the_next_request_on_every_node() {
    let world = World::with_projects();
    let (urls, analyst) = ([world.url.clone(), node(&world)], world.caller("analyst"));
    for round in 0..10 {
        let fresh = world.caller("analyst");
        let (token, kept) = (fresh.token(), analyst.token());
        for url in &urls {
            assert_eq!((status(url, &token), status(url, &kept)), (200, 200), "round {round}: both are remembered");
        }
        let gives_back = &urls[round % 2];
        let given = post(gives_back, "/oauth/revoke", &basic("analyst", &fresh.secret), &format!("token={token}"));
        assert_eq!(given.status, 200);
        for url in urls.iter().rev() {
            assert_eq!(status(url, &token), 401, "round {round}");
            assert_eq!(status(url, &kept), 200, "round {round}: the client's other token");
        }
    }
    let world = world.restarted();
    let token = world.caller("analyst").token();
    assert_eq!(status(&world.url, &token), 200);
}

#[test]
fn a_suspended_a_revoked_and_an_expired_client_are_out_at_once() {
    let world = World::with_projects();
    let urls = [world.url.clone(), node(&world)];
    let token = world.caller("analyst").token();
    let secret = world.caller("analyst").secret;
    let asks =
        |url: &str| post(url, "/oauth/token", &basic("analyst", &secret), "grant_type=client_credentials").status;
    let everywhere = |expected: (u16, u16), what: &str| {
        for url in &urls {
            assert_eq!((status(url, &token), asks(url)), expected, "{what}");
        }
    };
    everywhere((200, 200), "at first");
    access::suspend_client(&world.desk, &operator(), "analyst").unwrap();
    everywhere((401, 401), "suspended");
    access::resume_client(&world.desk, &operator(), "analyst").unwrap();
    everywhere((200, 200), "resumed");
    let now = world.desk.clock.now();
    let end = LimitChanges { expires_at: Some(Some(now.plus_seconds(60))), ..LimitChanges::default() };
    revise_client(&world.desk, &operator(), "analyst", &end).unwrap();
    everywhere((200, 200), "before its end");
    pass(&world, 60);
    everywhere((401, 401), "at its end");
    let never = LimitChanges { expires_at: Some(None), ..LimitChanges::default() };
    revise_client(&world.desk, &operator(), "analyst", &never).unwrap();
    everywhere((200, 200), "without an end");
    access::revoke_client(&world.desk, &operator(), "analyst").unwrap();
    everywhere((401, 401), "revoked");
    for again in [access::resume_client, access::suspend_client, access::revoke_client] {
        let refused = again(&world.desk, &operator(), "analyst").unwrap_err();
        assert_eq!(refused.refusal().code.as_str(), "CLIENT_REVOKED");
    }
    let client = Client::new("analyst".parse().unwrap(), Role::Analyst, None);
    let taken = access::register_client(&world.desk, &operator(), client).map(|_| ()).unwrap_err();
    assert_eq!(taken.refusal().code.as_str(), "CLIENT_ID_TAKEN", "a name is never given again");
}

#[test]
fn a_client_is_held_to_its_networks() {
    let world = World::with_projects();
    let token = world.caller("analyst").token();
    let secret = world.caller("analyst").secret;
    let asks = || post(&world.url, "/oauth/token", &basic("analyst", &secret), "grant_type=client_credentials").status;
    let hold = |networks: &[&str]| {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        let changes = LimitChanges { networks: Some(networks), ..LimitChanges::default() };
        revise_client(&world.desk, &operator(), "analyst", &changes).unwrap();
    };
    hold(&["192.0.2.0/24"]);
    assert_eq!((status(&world.url, &token), asks()), (401, 401));
    // Nobody is believed who only says from where it comes.
    let said = format!("{}X-Forwarded-For: 192.0.2.1\r\n", bearer(Some(&token)));
    assert_eq!(request(&world.url, "GET /v1/programmes", &said, b"").status, 401);
    hold(&["192.0.2.0/24", "127.0.0.0/8"]);
    assert_eq!((status(&world.url, &token), asks()), (200, 200));
    hold(&[]);
    assert_eq!((status(&world.url, &token), asks()), (200, 200));
}

#[test]
fn a_client_is_held_to_its_scopes() {
    let world = World::with_projects();
    let secret = world.caller("partner-alpha").secret;
    let scopes = Some(vec![faisceau::access::scope_token::ScopeToken::FiguresRead]);
    revise_client(&world.desk, &operator(), "partner-alpha", &LimitChanges { scopes, ..LimitChanges::default() })
        .unwrap();
    let ask = |form: &str| post(&world.url, "/oauth/token", &basic("partner-alpha", &secret), form);
    assert_eq!(ask("grant_type=client_credentials").json()["scope"], "figures:read");
    assert_eq!(ask("grant_type=client_credentials&scope=reports:write").code(), "invalid_scope");
}

#[test]
fn a_client_is_held_to_its_projects_everywhere() {
    let world = peopled();
    let (own, beta) = (ids(&world, "ALPHA"), ids(&world, "BETA"));
    let organisation: faisceau::id::OrganisationId = own.organisation.parse().unwrap();
    // One of ALPHA's organisation held to a project that is not there: it sees none of ALPHA's.
    let narrowed = |name: &str, projects: &[&str]| {
        let limits = Limits { projects: projects.iter().map(|id| id.parse().unwrap()).collect(), ..Limits::default() };
        let client =
            Client { id: name.parse().unwrap(), role: Role::Partner, organisation: Some(organisation.clone()), limits };
        access::register_client(&world.desk, &operator(), client).unwrap();
        bearer(Some(&access::issue_token_at_the_console(&world.desk, &operator(), name, 600).unwrap()))
    };
    let missing = faisceau::id::ProjectId::new();
    let (blind, seeing) = (narrowed("alpha-blind", &[missing.as_str()]), narrowed("alpha-seeing", &[&own.project]));
    let crossing = narrowed("alpha-crossing", &[&beta.project]);
    let whole = bearer(Some(&world.caller("partner-alpha").token()));
    let mut differing = 0;
    for (name, document) in crate::support::operations::QUERIES {
        let (document, variables) = document(&own);
        let [by_whole, by_seeing, by_blind, by_crossing] =
            [&whole, &seeing, &blind, &crossing].map(|token| graphql(&world.url, token, &document, &variables).text());
        let plain = |text: &str| text.replace("partner-alpha", "C").replace("alpha-seeing", "C");
        // What happened to the organisation itself is not about a project.
        if *name != "changes" {
            assert_eq!(plain(&by_seeing), plain(&by_whole), "{name}: held to the only project there is");
        }
        for seen in [&by_blind, &by_crossing] {
            let told = [&own.project, &own.report, &own.version].into_iter().any(|id| seen.contains(id.as_str()));
            assert!(!told, "{name}: {seen}");
            let told = [&beta.project, &beta.report, &beta.version].into_iter().any(|id| seen.contains(id.as_str()));
            assert!(!told, "{name}: {seen}");
        }
        differing += usize::from(by_blind != by_whole);
    }
    assert!(differing > 15, "{differing}");
    let changes = |token: &str| request(&world.url, "GET /v1/changes?first=200", token, b"").json();
    let items = |token: &str| changes(token)["items"].as_array().unwrap().len();
    assert!(items(&seeing) >= 3, "{}", changes(&seeing));
    assert_eq!(changes(&blind)["items"], json!([]));
    assert_eq!(changes(&crossing)["items"], json!([]));
    let figures = "query ($f: FilterInput) { programme(code: \"TEST\") { consolidation(filter: $f) { position } } }";
    let asked = graphql(&world.url, &blind, figures, &json!({ "f": { "projects": [own.project] } }));
    assert_eq!(asked.code(), "NOT_FOUND", "{}", asked.text());
}
