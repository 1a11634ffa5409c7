//! Signing in through a provider: what holds, what serves once, whom it brings in, and what is kept of them.

use faisceau::access::operations as access;
use faisceau::api::service::Service;
use faisceau::configuration::{Configuration, Given};
use serde_json::{Value, json};

use super::{operator, pass, reads, who};
use crate::support::World;
use crate::support::browser::{Browser, form, header, headers, told};
use crate::support::dump::dump;
use crate::support::idp::{CLIENT, Idp, RsaKey, SECRET, parse};
use crate::support::world::some_siret;

/// A world whose people sign in through a provider.
pub fn world() -> (World, Idp) {
    let now = "2024-05-15T10:00:00Z".parse::<faisceau::clock::Instant>().unwrap().as_seconds();
    let idp = Idp::start(now);
    let folder = tempfile::tempdir().unwrap();
    let roles = folder.path().join("roles.toml");
    let rules = format!(
        "[[rule]]\nclaim = \"groups\"\nvalues = [\"officers\"]\nrole = \"OFFICER\"\norganisation = \"{}\"\n\
         [[rule]]\nclaim = \"groups\"\nvalues = [\"analysts\"]\nrole = \"ANALYST\"\n\
         [[rule]]\nclaim = \"groups\"\nvalues = [\"partners\"]\nrole = \"PARTNER\"\norganisation_claim = \"siret\"\n\
         [[rule]]\nclaim = \"groups\"\nvalues = [\"reviewers\"]\nrole = \"OFFICER\"\nprogramme = \"TEST\"\n\
         [[rule]]\nclaim = \"groups\"\nvalues = [\"lost\"]\nrole = \"OFFICER\"\nprogramme = \"NOWHERE\"\n",
        some_siret(1)
    );
    std::fs::write(&roles, rules).unwrap();
    let world = World::with_settings(&[
        ("oidc_issuer", &idp.url),
        ("oidc_client_id", CLIENT),
        ("oidc_client_secret", SECRET),
        ("oidc_roles", roles.to_str().unwrap()),
    ]);
    (world, idp)
}

fn role(browser: &Browser) -> Value {
    browser.get("/session").json()["role"].clone()
}

#[test]
fn a_person_comes_in_through_the_provider_in_the_role_that_its_claims_give() {
    let (world, idp) = world();
    let browser = Browser::new(&world.url);
    let page = browser.get("/sign-in?return_to=/v1/programmes");
    assert!(page.text().contains("href=\"/sign-in/provider?return_to=%2Fv1%2Fprogrammes\""), "{}", page.text());
    let done = idp.sign_in(&browser);
    assert_eq!((done.status, header(&done, "location").as_str()), (303, "/v1/programmes"), "{}", done.text());
    assert_eq!((role(&browser), reads(&browser), browser.cookie("faisceau-sign-in")), (json!("OFFICER"), 200, None));
    let account = who(&browser);

    // The same person again is the same account, now with other claims; userinfo may be signed.
    idp.state.lock().unwrap().userinfo_signed = true;
    idp.state.lock().unwrap().person["groups"] = json!("analysts");
    let again = Browser::new(&world.url);
    assert_eq!(idp.sign_in(&again).status, 303);
    assert_eq!((who(&again), role(&again)), (account.clone(), json!("ANALYST")));
    assert_eq!(role(&browser), "ANALYST", "at once, in the session that was there");
    idp.state.lock().unwrap().person =
        json!({ "sub": "person-2", "groups": ["partners"], "siret": some_siret(2).to_string() });
    let partner = Browser::new(&world.url);
    assert_eq!(idp.sign_in(&partner).status, 303);
    assert_eq!(role(&partner), "PARTNER");
    assert_ne!(who(&partner), account);
    let codes = partner.get("/v1/projects").json()["items"].as_array().unwrap().len();
    assert_eq!(codes, 1, "a partner's person sees what the partner sees");

    let kept = dump(&world.database);
    for told in ["person-1", "person-2", "jeanne", "canari", "staff", "eyJ", &browser.cookie("faisceau").unwrap()] {
        assert!(kept.iter().all(|row| !row.contains(told)), "{told} is kept");
    }
    let found = access::find_account_of_subject(&world.desk, &operator(), &idp.url, "person-1").unwrap().unwrap();
    assert_eq!(json!(found.account.id.to_string()), account);
    assert!(access::find_account_of_subject(&world.desk, &operator(), "https://other", "person-1").unwrap().is_none());
    let refused = access::reset_password(&world.desk, &operator(), found.account.id.as_str()).unwrap_err();
    assert_eq!(refused.refusal().code.as_str(), "ACCOUNT_KIND");
    assert_eq!(told(&browser.sign_in("anybody", "with a password", None)), "SIGN_IN_UNAVAILABLE");
}

#[test]
fn a_rule_for_a_programme_gives_a_role_there_and_nowhere_else_from_one_sign_in_to_the_next() {
    let (world, idp) = world();
    let mut other = crate::support::world::programme();
    other.code = "OTHER".parse().unwrap();
    faisceau::directory::operations::register_programme(&world.desk, &operator(), other).unwrap();
    let sign_in = |groups: &str| {
        idp.state.lock().unwrap().person["groups"] = json!(groups);
        let browser = Browser::new(&world.url);
        assert_eq!(idp.sign_in(&browser).status, 303);
        let status = |code: &str| browser.get(&format!("/v1/programmes/{code}/totals")).status;
        (role(&browser), browser.get("/session").json()["programmes"].clone(), status("TEST"), status("OTHER"))
    };
    let test = world.project("ALPHA").programme;
    assert_eq!(sign_in("reviewers"), (json!("OFFICER"), json!([format!("{test}:OFFICER")]), 200, 403));
    assert_eq!(sign_in("analysts"), (json!("ANALYST"), json!([]), 200, 200));
    assert_eq!(sign_in("reviewers"), (json!("OFFICER"), json!([format!("{test}:OFFICER")]), 200, 403));
}

#[test]
fn whoever_has_no_mapping_or_no_organisation_gets_nothing() {
    let (world, idp) = world();
    let before =
        dump(&world.database).into_iter().filter(|row| !row.starts_with("used_sign_ins: ")).collect::<Vec<_>>();
    for person in [
        json!({ "sub": "p" }),
        json!({ "sub": "p", "groups": [] }),
        json!({ "sub": "p", "groups": ["officer", "OFFICERS", "staff"] }),
        json!({ "sub": "p", "groups": ["partners"] }),
        json!({ "sub": "p", "groups": ["lost"] }),
        json!({ "sub": "p", "groups": ["partners"], "siret": "12345678901234" }),
        json!({ "sub": "p", "groups": ["partners"], "siret": some_siret(77).to_string() }),
    ] {
        idp.state.lock().unwrap().person = person.clone();
        let browser = Browser::new(&world.url);
        let refused = idp.sign_in(&browser);
        assert_eq!((refused.status, told(&refused).as_str()), (403, "ROLE_UNMAPPED"), "{person}");
        assert_eq!((browser.cookie("faisceau"), reads(&browser)), (None, 401));
    }
    let after = dump(&world.database).into_iter().filter(|row| !row.starts_with("used_sign_ins: ")).collect::<Vec<_>>();
    assert_eq!(before, after);
}

#[test]
fn an_answer_serves_once_in_the_browser_that_began_and_in_its_time() {
    let (world, idp) = world();
    // Even a provider that gives tokens for a code twice brings nobody in twice.
    idp.state.lock().unwrap().code_again = true;
    let begin = |browser: &Browser| {
        let back = idp.consent(&header(&browser.get("/sign-in/provider"), "location"));
        back.strip_prefix(&world.url).unwrap().to_owned()
    };
    let expired = |browser: &Browser, back: &str, what: &str| {
        let refused = browser.get(back);
        assert_eq!((refused.status, told(&refused).as_str()), (400, "SIGN_IN_EXPIRED"), "{what}");
        assert_eq!(browser.cookie("faisceau"), None, "{what}");
    };
    let (first, kept) = (Browser::new(&world.url), "faisceau-sign-in");
    let back = begin(&first);
    let cookie = first.cookie(kept).unwrap();
    assert_eq!(first.get(&back).status, 303);
    let replaying = Browser::new(&world.url);
    replaying.plant(kept, &cookie);
    expired(&replaying, &back, "the same answer again");
    expired(&Browser::new(&world.url), &back, "in a browser that began nothing");

    let (victim, attacker) = (Browser::new(&world.url), Browser::new(&world.url));
    let (_, of_attacker) = (begin(&victim), begin(&attacker));
    expired(&victim, &of_attacker, "an answer to another browser");
    let (late, altered) = (Browser::new(&world.url), Browser::new(&world.url));
    let back = begin(&altered);
    let mut cookie = altered.cookie(kept).unwrap();
    let state = parse(back.split_once('?').unwrap().1)["state"].clone();
    for (what, change) in
        [("no state", String::new()), ("another state", "x".repeat(43)), ("a state cut short", state[..42].to_owned())]
    {
        altered.plant(kept, &cookie);
        expired(&altered, &back.replace(&state, &change), what);
    }
    altered.plant(kept, &cookie);
    expired(&altered, &format!("{back}&state={state}"), "a state twice");
    cookie.replace_range(0..1, if cookie.starts_with('A') { "B" } else { "A" });
    altered.plant(kept, &cookie);
    expired(&altered, &back, "what the browser kept, altered");
    let back = begin(&late);
    pass(&world, 600);
    expired(&late, &back, "ten minutes later");
}

#[test]
fn an_answer_of_another_issuer_or_without_a_code_is_refused() {
    let (world, idp) = world();
    for iss in [Some("https://other.example.org".to_owned()), Some(format!("{}/", idp.url)), None] {
        idp.state.lock().unwrap().iss.clone_from(&iss);
        let browser = Browser::new(&world.url);
        let refused = idp.sign_in(&browser);
        assert_eq!((refused.status, told(&refused).as_str()), (403, "PROVIDER_REFUSED"), "{iss:?}");
        assert_eq!(browser.cookie("faisceau"), None);
    }
    assert_eq!(idp.state.lock().unwrap().tokens_asked, 0, "a code of another issuer is shown to nobody");
    let browser = Browser::new(&world.url);
    let asked = parse(&header(&browser.get("/sign-in/provider"), "location"));
    let answer = form(&[("error", "access_denied"), ("state", &asked["state"]), ("iss", &idp.url)]);
    assert_eq!(told(&browser.get(&format!("/sign-in/callback?{answer}"))), "PROVIDER_REFUSED");
    idp.state.lock().unwrap().iss = Some(idp.url.clone());
    idp.state.lock().unwrap().userinfo_subject = Some("person-2".to_owned());
    assert_eq!(told(&idp.sign_in(&Browser::new(&world.url))), "PROVIDER_REFUSED", "userinfo about somebody else");
}

#[test]
fn keys_are_rotated_by_the_provider_without_a_word() {
    let (world, idp) = world();
    assert_eq!(idp.sign_in(&Browser::new(&world.url)).status, 303);
    idp.state.lock().unwrap().key = std::sync::Arc::new(RsaKey::new("two"));
    // Tokens that name unknown keys do not make us ask without end.
    assert_eq!(told(&idp.sign_in(&Browser::new(&world.url))), "PROVIDER_REFUSED");
    pass(&world, 10);
    assert_eq!(idp.sign_in(&Browser::new(&world.url)).status, 303);
}

#[test]
fn signing_out_ends_the_session_here_and_leads_to_the_providers_own() {
    let (world, idp) = world();
    let browser = Browser::new(&world.url);
    assert_eq!(idp.sign_in(&browser).status, 303);
    let page = browser.get("/sign-in");
    assert!(
        header(&page, "content-security-policy").contains(&format!("form-action 'self' {}", idp.url)),
        "{}",
        page.head
    );
    let csrf = browser.get("/session").json()["csrfToken"].as_str().unwrap().to_owned();
    let out = browser.post_form("/sign-out", &[("csrf", &csrf)]);
    let location = header(&out, "location");
    let (address, query) = location.split_once('?').unwrap();
    let asked = parse(query);
    assert_eq!((out.status, address), (303, format!("{}/logout", idp.url).as_str()));
    assert_eq!(asked["post_logout_redirect_uri"], format!("{}/sign-in", world.url));
    assert!(asked["client_id"] == CLIENT && !asked["state"].is_empty());
    let claims = crate::support::oauth::claims_of(&asked["id_token_hint"]);
    assert_eq!((&claims["sub"], &claims["iss"]), (&json!("person-1"), &json!(idp.url)));
    assert_eq!(reads(&browser), 401);
}

#[test]
fn whoever_is_suspended_does_not_come_in_through_the_provider_either() {
    let (world, idp) = world();
    let browser = Browser::new(&world.url);
    assert_eq!(idp.sign_in(&browser).status, 303);
    let account = who(&browser).as_str().unwrap().to_owned();
    access::suspend_account(&world.desk, &operator(), &account).unwrap();
    assert_eq!(reads(&browser), 401);
    let refused = idp.sign_in(&browser);
    assert_eq!((refused.status, told(&refused).as_str()), (401, "SIGN_IN_FAILED"));
    assert_eq!((headers(&refused, "set-cookie").len(), reads(&browser)), (1, 401));
    access::resume_account(&world.desk, &operator(), &account).unwrap();
    assert_eq!((idp.sign_in(&browser).status, reads(&browser)), (303, 200));
}

#[test]
fn while_the_provider_is_not_as_it_should_be_nobody_signs_in_and_machines_go_on() {
    let (world, idp) = world();
    let right = idp.state.lock().unwrap().discovery.clone();
    let browser = Browser::new(&world.url);
    let changes: [fn(&mut Value); 4] = [
        |discovery| discovery["issuer"] = json!("https://other.example.org"),
        |discovery| discovery["token_endpoint"] = json!("http://id.example.org/token"),
        |discovery| discovery["code_challenge_methods_supported"] = json!(["plain"]),
        |discovery| discovery["jwks_uri"] = json!("http://127.0.0.1:1/keys"),
    ];
    for change in changes {
        let mut wrong = right.clone();
        change(&mut wrong);
        idp.state.lock().unwrap().discovery = wrong.clone();
        let refused = browser.get("/sign-in/provider");
        assert_eq!((refused.status, told(&refused).as_str()), (503, "PROVIDER_UNAVAILABLE"), "{wrong}");
    }
    assert_eq!(world.caller("analyst").get("/v1/programmes").status, 200);
    idp.state.lock().unwrap().discovery = right;
    assert_eq!(idp.sign_in(&browser).status, 303, "and then they do");
    let elsewhere = browser.get("/sign-in/provider?return_to=//evil.example");
    assert!(header(&elsewhere, "location").starts_with(&idp.url));
    let back = idp.consent(&header(&elsewhere, "location"));
    let done = browser.get(back.strip_prefix(&world.url).unwrap());
    assert_eq!(header(&done, "location"), "/sign-in", "nobody is sent elsewhere");
}

#[test]
fn a_service_does_not_start_with_a_file_of_roles_that_does_not_hold() {
    let world = World::empty();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roles.toml");
    for (content, says) in [
        (None, "oidc_roles"),
        (Some("rule = []"), "nobody could sign in"),
        (Some("[[rule]]\nclaim = \"a\"\nvalues = [\"secret\"]\nrole = \"KING\""), "rule 1"),
    ] {
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let mut given = Given::default();
        let settings = [("oidc_issuer", "https://id.example.org"), ("oidc_client_id", CLIENT)];
        settings.into_iter().for_each(|(name, value)| given.flag(name, value));
        given.flag("oidc_roles", file.to_str().unwrap());
        let configuration = Configuration::read(&given).unwrap();
        let said = Service::configured(world.desk.clone(), configuration).map(|_| ()).unwrap_err().to_string();
        assert!(said.contains(says) && !said.contains("secret"), "{said}");
    }
}
