//! Local accounts: a one-time password that must change, answers that tell nothing, delays that double.

use faisceau::access::operations::{self as access, AccountChanges};
use faisceau::access::role::Role;
use serde_json::json;

use super::{PASSWORD, operator, pass, reads, register, signed_in, who};
use crate::support::World;
use crate::support::browser::{Browser, header, headers, told};
use crate::support::dump::dump;

#[test]
fn a_person_signs_in_with_a_one_time_password_and_chooses_another() {
    let world = World::with_projects();
    let (account, once) = register(&world, "analyst-7", Role::Analyst);
    let browser = Browser::new(&world.url);
    let page = browser.get("/sign-in?return_to=/v1/programmes");
    assert!(page.status == 200 && page.text().contains("autocomplete=\"current-password\""), "{}", page.text());
    assert!(page.text().contains("value=\"/v1/programmes\""), "{}", page.text());
    assert!(header(&page, "content-security-policy").contains("style-src 'sha256-"), "{}", page.head);

    let must = browser.sign_in("analyst-7", &once, None);
    assert_eq!((must.status, told(&must).as_str()), (422, "PASSWORD_MUST_CHANGE"));
    assert!(must.text().contains("name=\"new_password\""), "{}", must.text());
    for weak in ["short", "motdepasse2024", "aaaaaaaaaaaaaaaa", &once] {
        assert_eq!(told(&browser.sign_in("analyst-7", &once, Some(weak))), "PASSWORD_WEAK", "{weak}");
    }
    assert_eq!((who(&browser), reads(&browser)), (json!(null), 401));
    let fields =
        [("name", "Analyst-7"), ("password", &once), ("new_password", PASSWORD), ("return_to", "/v1/programmes")];
    let done = browser.post_form("/sign-in", &fields);
    assert_eq!((done.status, header(&done, "location").as_str()), (303, "/v1/programmes"));
    let cookie = headers(&done, "set-cookie").remove(0);
    assert!(cookie.starts_with("faisceau=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!((who(&browser), reads(&browser)), (json!(account), 200));
    let asked = browser.write("POST /graphql", &json!({ "query": "{ viewer { client role } }" })).json();
    assert_eq!(asked["data"]["viewer"], json!({ "client": account, "role": "ANALYST" }));

    let again = Browser::new(&world.url);
    assert_eq!(told(&again.sign_in("analyst-7", &once, None)), "SIGN_IN_FAILED", "it served once");
    assert_eq!(again.sign_in("analyst-7", PASSWORD, None).status, 303);
    // Whoever changes a password signs out everywhere else.
    assert_eq!(again.sign_in("analyst-7", PASSWORD, Some("un autre mot, plus long encore")).status, 303);
    assert_eq!((reads(&browser), reads(&again)), (401, 200));
    let kept = dump(&world.database);
    for secret in [once.as_str(), PASSWORD, "analyst-7", &again.cookie("faisceau").unwrap()] {
        assert!(kept.iter().all(|row| !row.contains(secret)), "{secret} is kept");
    }
    assert!(kept.iter().any(|row| row.contains("$argon2id$v=19$m=19456,t=2,p=1$")));
}

#[test]
fn whoever_guesses_learns_nothing_about_who_is_there() {
    let world = World::with_projects();
    signed_in(&world, "suspended", Role::Analyst);
    signed_in(&world, "ended", Role::Analyst);
    signed_in(&world, "known", Role::Analyst);
    let (_, late) = register(&world, "late", Role::Analyst);
    access::suspend_account(&world.desk, &operator(), "suspended").unwrap();
    let end = Some(Some(world.desk.clock.now().plus_seconds(60)));
    let changes = AccountChanges { expires_at: end, ..AccountChanges::default() };
    access::revise_account(&world.desk, &operator(), "ended", &changes).unwrap();
    pass(&world, 4 * 86_400);
    let browser = Browser::new(&world.url);
    let refused = |name: &str, password: &str| {
        let refused = browser.sign_in(name, password, None);
        assert_eq!(headers(&refused, "set-cookie"), Vec::<String>::new());
        (refused.status, refused.text())
    };
    let usual = refused("nobody", PASSWORD);
    assert!(usual.0 == 401 && usual.1.contains("SIGN_IN_FAILED"), "{}", usual.1);
    for (name, password) in [
        ("known", "wrong wrong wrong"),
        ("known", ""),
        ("suspended", PASSWORD),
        ("ended", PASSWORD),
        ("late", late.as_str()),
        ("", ""),
        ("9903017422", PASSWORD),
        ("no name at all' OR 1=1 --", PASSWORD),
    ] {
        assert_eq!(refused(name, password), usual, "{name}");
    }
}

#[test]
fn each_wrong_password_doubles_the_wait_for_known_and_unknown_names_alike() {
    let world = World::with_projects();
    signed_in(&world, "known", Role::Analyst);
    let browser = Browser::new(&world.url);
    let guess = |name: &str, password: &str| {
        let refused = browser.sign_in(name, password, None);
        (refused.status, told(&refused), header(&refused, "retry-after"))
    };
    for name in ["known", "unknown"] {
        for round in 0..5 {
            assert_eq!(guess(name, "wrong wrong wrong").0, 401, "{name} {round}");
        }
        let mut waits = Vec::new();
        for _ in 0..4 {
            // While it waits, the right password does not tell itself either.
            let (status, code, wait) = guess(name, PASSWORD);
            assert_eq!((status, code.as_str()), (429, "SIGN_IN_DELAYED"), "{name}");
            pass(&world, wait.parse::<i64>().unwrap());
            waits.push(wait);
            assert_eq!(guess(name, "wrong wrong wrong").0, 401, "{name} after its wait");
        }
        assert_eq!(waits, ["1", "2", "4", "8"], "{name}");
    }
    pass(&world, 900);
    assert_eq!(guess("known", PASSWORD).0, 303);
    for _ in 0..2 {
        assert_eq!(guess("known", "wrong wrong wrong").0, 401, "the count begins anew");
    }
    // Names changed at every guess, the address waits: this one has failed 20 times.
    pass(&world, 900);
    let codes: Vec<u16> = (0..3).map(|name| guess(&format!("name-{name}"), "wrong wrong wrong").0).collect();
    assert_eq!(codes, [401, 429, 429]);
}

#[test]
fn guesses_at_the_same_moment_are_counted_one_by_one() {
    let world = World::with_projects();
    signed_in(&world, "known", Role::Analyst);
    let looked_at: usize = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..12)
            .map(|_| scope.spawn(|| Browser::new(&world.url).sign_in("known", "wrong wrong wrong", None).status == 401))
            .collect();
        guesses.into_iter().filter_map(|guess| guess.join().ok()).filter(|looked_at| *looked_at).count()
    });
    assert!(looked_at <= 5, "{looked_at} passwords were looked at");
}
