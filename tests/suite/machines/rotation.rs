//! Rotations: the key that signs tokens, and a client's secrets, each with an overlap in which nothing fails.

use faisceau::access::operations::{add_secret, end_credential, find_client};
use faisceau::access::token_keys::{announce, rotate};
use secrecy::ExposeSecret;

use super::{node, operator, pass, status};
use crate::support::oauth::{basic, header_of, post};
use crate::support::raw::request;
use crate::support::{Caller, World};

/// The keys of tokens. The one of closings stands behind them, whatever is rotated.
fn key_names(url: &str) -> Vec<String> {
    let keys = request(url, "GET /.well-known/jwks.json", "", b"").json();
    let mut names: Vec<String> =
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    names.pop();
    names
}

fn token_of(caller: &Caller, url: &str) -> String {
    let given = post(url, "/oauth/token", &basic(&caller.client, &caller.secret), "grant_type=client_credentials");
    given.json()["access_token"].as_str().unwrap_or_else(|| panic!("{}", given.text())).to_owned()
}

#[test]
fn a_new_key_signs_and_the_old_one_verifies_until_its_last_token_has_run_out() {
    let world = World::with_projects();
    let (other, keys, analyst) = (node(&world), world.database.keys(), world.caller("analyst"));
    let before = token_of(&analyst, &world.url);
    let first = key_names(&world.url);
    let announced = announce(&keys).unwrap();
    assert_eq!(announce(&keys).unwrap(), announced, "announced once");
    pass(&world, 6);
    assert_eq!(key_names(&world.url), [first[0].clone(), announced.clone()]);
    assert_eq!(header_of(&token_of(&analyst, &world.url))["kid"], first[0], "what is announced does not sign");

    let rotated = rotate(&keys, world.desk.clock.now(), None).unwrap();
    assert_eq!((&rotated.kid, &rotated.retired), (&announced, &first[0]));
    pass(&world, 6);
    for url in [&world.url, &other] {
        let after = token_of(&analyst, url);
        assert_eq!(header_of(&after)["kid"], announced);
        assert_eq!((status(url, &before), status(url, &after)), (200, 200), "both hold, on every node");
        assert_eq!(key_names(url), [announced.clone(), first[0].clone()]);
    }
    // A second rotation keeps both old keys; a day later they are gone, and their files with the next rotation.
    let second = rotate(&keys, world.desk.clock.now(), None).unwrap();
    pass(&world, 6);
    assert_eq!(key_names(&world.url).len(), 3);
    assert_eq!(status(&world.url, &before), 200);
    pass(&world, 86_400);
    assert_eq!(key_names(&world.url), [second.kid]);
    rotate(&keys, world.desk.clock.now(), None).unwrap();
    let retired = std::fs::read_dir(&keys).unwrap().flatten();
    let retired = retired.filter(|file| file.file_name().to_string_lossy().starts_with("token-retired-")).count();
    assert_eq!(retired, 1);
}

#[test]
fn a_key_in_wrong_hands_ends_at_once() {
    let world = World::with_projects();
    let token = token_of(&world.caller("analyst"), &world.url);
    assert_eq!(status(&world.url, &token), 200);
    let rotated = rotate(&world.database.keys(), world.desk.clock.now(), Some(0)).unwrap();
    pass(&world, 6);
    assert_eq!(status(&world.url, &token), 401, "also a token that was remembered");
    assert_eq!(key_names(&world.url), [rotated.kid]);
}

#[test]
fn a_rotation_interrupted_anywhere_is_run_again() {
    let world = World::with_projects();
    let keys = world.database.keys();
    let signing = std::fs::read(keys.join("token.pem")).unwrap();
    let first = rotate(&keys, world.desk.clock.now(), None).unwrap();
    // As if it had ended before the last step: the old key signs still, and is also named among those retired.
    let next = std::fs::read(keys.join("token.pem")).unwrap();
    std::fs::write(keys.join("token-next.pem"), next).unwrap();
    std::fs::write(keys.join("token.pem"), signing).unwrap();
    pass(&world, 6);
    let token = token_of(&world.caller("analyst"), &world.url);
    assert_eq!((header_of(&token)["kid"].as_str().unwrap(), status(&world.url, &token)), (first.retired.as_str(), 200));
    pass(&world, 6);
    let again = rotate(&keys, world.desk.clock.now(), None).unwrap();
    assert_eq!((again.kid, again.retired), (first.kid, first.retired));
    pass(&world, 6);
    assert_eq!(status(&world.url, &token), 200);
}

#[test]
fn a_secret_is_changed_for_another_without_a_gap() {
    let world = World::with_projects();
    let old = world.caller("analyst").secret;
    let works = |secret: &str| {
        post(&world.url, "/oauth/token", &basic("analyst", secret), "grant_type=client_credentials").status == 200
    };
    let (record, new) = add_secret(&world.desk, &operator(), "analyst", Some(3600)).unwrap();
    let new = new.unwrap().expose_secret().to_owned();
    assert!(works(&old) && works(&new));
    let third = add_secret(&world.desk, &operator(), "analyst", None).unwrap_err();
    assert_eq!(third.refusal().code.as_str(), "CREDENTIALS_FULL");
    pass(&world, 3600);
    assert!(!works(&old) && works(&new));
    assert!(add_secret(&world.desk, &operator(), "analyst", None).is_ok(), "there is room again");
    let newest = record.credentials.iter().find(|credential| credential.ends_at.is_none()).unwrap().id.clone();
    end_credential(&world.desk, &operator(), "analyst", &newest).unwrap();
    assert!(!works(&new));
    let again = end_credential(&world.desk, &operator(), "analyst", &newest).unwrap_err();
    assert_eq!(again.refusal().code.as_str(), "CREDENTIAL_ENDED");
}

#[test]
fn the_last_use_of_a_secret_is_noted_once_an_hour() {
    let world = World::with_projects();
    let analyst = world.caller("analyst");
    let noted = || {
        let record = find_client(&world.desk, &operator(), "analyst").unwrap().unwrap();
        record.credentials[0].last_used_at
    };
    assert_eq!(noted(), None);
    token_of(&analyst, &world.url);
    let first = noted();
    assert_eq!(first, Some(world.desk.clock.now()));
    pass(&world, 3599);
    token_of(&analyst, &world.url);
    assert_eq!(noted(), first, "not again within the hour");
    pass(&world, 1);
    token_of(&analyst, &world.url);
    assert_eq!(noted(), Some(world.desk.clock.now()));
}
