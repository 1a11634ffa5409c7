//! Sessions: new at each sign-in, gone when they end, and held at once to what becomes of their account.

use std::sync::Arc;

use faisceau::access::Desk;
use faisceau::access::keys::KeyRing;
use faisceau::access::operations::{self as access, AccountChanges};
use faisceau::access::role::Role;
use faisceau::api::server;
use faisceau::api::service::Service;
use faisceau::storage::Store;
use serde_json::json;

use super::{PASSWORD, operator, pass, reads, signed_in, who};
use crate::support::World;
use crate::support::browser::{Browser, header, told};
use crate::support::dump::dump;
use crate::support::raw::{bearer, request};

/// Another node of the same service.
fn node(world: &World) -> String {
    let keys = Arc::new(KeyRing::load(&world.database.keys()).unwrap());
    let store = Store::open(world.database.location()).unwrap();
    let desk = Desk::new(store, world.desk.clock.clone(), keys).with_issuer(world.desk.issuer.clone());
    let listening = server::listen("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listening.address());
    let service = Service::new(desk).unwrap();
    std::thread::spawn(move || listening.serve(service));
    url
}

/// The same browser at another node.
fn at(url: &str, browser: &Browser) -> Browser {
    let other = Browser::new(url);
    other.plant("faisceau", &browser.cookie("faisceau").unwrap());
    other
}

#[test]
fn a_session_that_was_there_before_the_sign_in_is_not_the_one_after_it() {
    let world = World::with_projects();
    let (_, mallory) = signed_in(&world, "mallory", Role::Analyst);
    signed_in(&world, "victim", Role::Officer);
    let planted = mallory.cookie("faisceau").unwrap();
    for planted in [planted.as_str(), &"A".repeat(43), "x"] {
        let victim = Browser::new(&world.url);
        victim.plant("faisceau", planted);
        assert_eq!(victim.sign_in("victim", PASSWORD, None).status, 303);
        assert_ne!(victim.cookie("faisceau").unwrap(), planted);
        let attacker = Browser::new(&world.url);
        attacker.plant("faisceau", planted);
        assert_eq!((reads(&attacker), reads(&victim)), (401, 200), "what was planted opens nothing");
    }
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_its_time_is_over() {
    let world = World::with_projects();
    let (account, browser) = signed_in(&world, "analyst-7", Role::Analyst);
    pass(&world, 30 * 60 - 1);
    assert_eq!(who(&browser), json!(account), "a request lets it go on");
    pass(&world, 30 * 60 - 1);
    assert_eq!(reads(&browser), 200);
    pass(&world, 30 * 60);
    assert_eq!((reads(&browser), told(&browser.get("/session")).as_str()), (401, "SESSION_ENDED"));
    assert_eq!(browser.sign_in("analyst-7", PASSWORD, None).status, 303);
    let mut seconds = 0;
    while reads(&browser) == 200 {
        pass(&world, 1700);
        seconds += 1700;
    }
    assert!((36_000..36_000 + 1700).contains(&seconds), "it ended after {seconds} s");

    let kept = || dump(&world.database).into_iter().filter(|row| row.starts_with("sessions: ")).count();
    assert!(kept() > 0);
    access::sweep_sessions(&world.desk).unwrap();
    assert_eq!(kept(), 0);
}

#[test]
fn what_becomes_of_an_account_holds_for_its_sessions_at_once_on_every_node() {
    let world = World::with_projects();
    let (account, browser) = signed_in(&world, "officer-7", Role::Officer);
    let browsers = [at(&world.url, &browser), at(&node(&world), &browser)];
    let queue = |browser: &Browser| browser.get("/v1/programmes/TEST/review-queue").status;
    let everywhere = |expected: (u16, u16), what: &str| {
        for browser in &browsers {
            assert_eq!((reads(browser), queue(browser)), expected, "{what}");
        }
    };
    everywhere((200, 200), "at first");
    let role = |role| AccountChanges { role: Some(role), ..AccountChanges::default() };
    access::revise_account(&world.desk, &operator(), "officer-7", &role(Role::Analyst)).unwrap();
    everywhere((200, 403), "as an analyst");
    access::revise_account(&world.desk, &operator(), &account, &role(Role::Auditor)).unwrap();
    everywhere((200, 200), "as an auditor");
    access::suspend_account(&world.desk, &operator(), &account).unwrap();
    everywhere((401, 401), "suspended");
    access::resume_account(&world.desk, &operator(), &account).unwrap();
    everywhere((401, 401), "resumed: who was signed in signs in again");

    for end in ["its sessions ended", "its password reset", "its end come"] {
        let browser = Browser::new(&world.url);
        assert_eq!(browser.sign_in("officer-7", PASSWORD, None).status, 303, "{end}");
        let browsers = [at(&world.url, &browser), at(&browsers[1].url, &browser)];
        assert_eq!(browsers.each_ref().map(reads), [200, 200]);
        match end {
            "its sessions ended" => drop(access::end_sessions(&world.desk, &operator(), &account).unwrap()),
            "its end come" => {
                let end = Some(Some(world.desk.clock.now().plus_seconds(60)));
                let changes = AccountChanges { expires_at: end, ..AccountChanges::default() };
                access::revise_account(&world.desk, &operator(), &account, &changes).unwrap();
                assert_eq!(browsers.each_ref().map(reads), [200, 200]);
                pass(&world, 60);
            }
            _ => {
                let (_, once) = access::reset_password(&world.desk, &operator(), &account).unwrap();
                assert_eq!(browsers.each_ref().map(reads), [401, 401], "{end}");
                use secrecy::ExposeSecret;
                let once = once.unwrap().expose_secret().to_owned();
                assert_eq!(browser.sign_in("officer-7", &once, Some(PASSWORD)).status, 303);
                continue;
            }
        }
        assert_eq!(browsers.each_ref().map(reads), [401, 401], "{end}");
    }
}

#[test]
fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let world = World::with_projects();
    let (_, browser) = signed_in(&world, "analyst-7", Role::Analyst);
    let thief = at(&world.url, &browser);
    let page = browser.get("/sign-in");
    let csrf = page.text().split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let out = browser.post_form("/sign-out", &[("csrf", &csrf)]);
    assert_eq!((out.status, header(&out, "location").as_str()), (303, "/sign-in"));
    assert_eq!(browser.cookie("faisceau"), None);
    assert_eq!((reads(&browser), reads(&thief)), (401, 401));
    assert!(dump(&world.database).iter().any(|row| row.contains("session.ended")));

    assert_eq!(browser.sign_in("analyst-7", PASSWORD, None).status, 303);
    let out = browser.write("POST /sign-out", &json!({}));
    assert_eq!((out.status, &out.json()["next"]), (200, &json!("/sign-in")));
    assert_eq!(reads(&browser), 401);
}

#[test]
fn a_token_goes_before_a_session_and_neither_lends_anything_to_the_other() {
    let world = World::with_projects();
    let (account, browser) = signed_in(&world, "analyst-7", Role::Analyst);
    let token = bearer(Some(&world.caller("officer-one").token()));
    let ask = |lines: &str| browser.send("GET /graphql?query=%7Bviewer%7Bclient%7D%7D", lines, b"");
    assert_eq!(ask("").json()["data"]["viewer"]["client"], json!(account));
    assert_eq!(ask(&token).json()["data"]["viewer"]["client"], "officer-one");
    assert_eq!(ask("Authorization: Bearer x\r\n").status, 401, "a token that does not hold is not made up for");
    assert_eq!(browser.send("GET /session", &token, b"").status, 401);
    // The session's secret is no token, and a token no session.
    let secret = browser.cookie("faisceau").unwrap();
    assert_eq!(request(&world.url, "GET /v1/programmes", &bearer(Some(&secret)), b"").status, 401);
    let cookie = format!("Cookie: faisceau={}\r\n", world.caller("officer-one").token());
    assert_eq!(request(&world.url, "GET /v1/programmes", &cookie, b"").status, 401);
    let twice = format!("Cookie: faisceau={secret}; faisceau={secret}\r\n");
    assert_eq!(request(&world.url, "GET /v1/programmes", &twice, b"").status, 401, "two cookies say two things");
}
