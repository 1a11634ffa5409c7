//! No secret, assertion or token is in a log at its loudest, nor in the database.

use std::fs::File;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use data_encoding::{BASE64, HEXLOWER};
use faisceau::access::role::Role;
use faisceau::clock::Clock;
use jsonwebtoken::Algorithm;

use crate::support::World;
use crate::support::dump::dump;
use crate::support::oauth::{Key, ask_with, basic, post, register_with_key};
use crate::support::raw::{bearer, request};

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves the world's database in a process that logs all it can; gives its address.
fn serve(world: &World, log: &std::path::Path) -> (Process, String) {
    let output = File::create(log).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_faisceau"))
        .args(["serve", "--listen", "127.0.0.1:0", "--public-url", &world.url, "--database-url", world.database.url()])
        .arg("--keys")
        .arg(world.database.keys())
        .env("RUST_LOG", "trace")
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let (process, started) = (Process(child), Instant::now());
    loop {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        if let Some((_, rest)) = text.split_once("address=") {
            let address = rest.split(char::is_whitespace).next().unwrap().to_owned();
            return (process, format!("http://{address}"));
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{text}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn nothing_that_opens_a_door_is_logged_or_kept() {
    let world = World::with_projects();
    // The process lives by the machine's clock.
    let now = World { desk: world.desk.with_clock(Clock::System), ..world };
    let key = Key::new(Algorithm::ES256);
    register_with_key(&now, "machine", Role::Analyst, &key);
    let log = now.database.folder().join("log");
    let (process, url) = serve(&now, &log);
    let secret = now.caller("analyst").secret;
    let assertion = key.assertion(&now, "machine");
    let by_secret = post(&url, "/oauth/token", &basic("analyst", &secret), "grant_type=client_credentials");
    let by_assertion = ask_with(&url, &assertion);
    let tokens = [by_secret, by_assertion].map(|given| {
        assert_eq!(given.status, 200, "{}", given.text());
        given.json()["access_token"].as_str().unwrap().to_owned()
    });
    for token in &tokens {
        assert_eq!(request(&url, "GET /v1/programmes", &bearer(Some(token)), b"").status, 200);
        assert_eq!(request(&url, &format!("GET /v1/programmes?access_token={token}"), "", b"").status, 401);
        post(&url, "/oauth/introspect", &basic("analyst", &secret), &format!("token={token}"));
    }
    post(&url, "/oauth/revoke", &basic("analyst", &secret), &format!("token={}", tokens[0]));
    post(&url, "/oauth/token", &basic("analyst", &format!("{secret}x")), "grant_type=client_credentials");
    ask_with(&url, &assertion);
    drop(process);
    let (text, rows) = (std::fs::read_to_string(&log).unwrap(), dump(&now.database).join("\n"));
    assert!(text.contains("answered"), "the log says something");
    let header = BASE64.encode(format!("analyst:{secret}").as_bytes());
    let mut doors = vec![secret.clone(), header, HEXLOWER.encode(secret.as_bytes()), assertion.clone()];
    doors.extend(assertion.split('.').map(str::to_owned).skip(1));
    for token in &tokens {
        doors.push(token.clone());
        doors.extend(token.split('.').map(str::to_owned).skip(1));
    }
    for door in &doors {
        assert!(!text.contains(door.as_str()), "the log holds {door}");
        assert!(!rows.to_lowercase().contains(&door.to_lowercase()), "the database holds {door}");
    }
    assert!(!rows.contains("assertion-"), "an assertion's identifier is somebody's text");
}
