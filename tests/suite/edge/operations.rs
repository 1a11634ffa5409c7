//! The second address: metrics and health, and nothing of anybody in them.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use faisceau::access::keys::KeyRing;
use faisceau::api::routes::ROUTES;
use serde_json::Value;

use super::header;
use crate::support::Database;
use crate::support::raw::request;

/// Strings that a caller sends wherever it can, and that no metric may hold.
const SENT: [&str; 4] = ["9903017421", "nobody-should", "Jeanne", "partner-alpha"];

#[test]
fn metrics_and_health_are_served_beside_and_hold_nothing_that_a_caller_sent() {
    let database = Database::migrated();
    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    let mut process = Command::new(env!("CARGO_BIN_EXE_faisceau"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--set",
            "operations_listen=127.0.0.1:0",
            "--set",
            "log_format=json",
        ])
        .args(["--database-url", database.url(), "--keys"])
        .arg(database.keys())
        .env_remove("RUST_LOG")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut said = |name: &str| {
        let found = lines.by_ref().find_map(|line| {
            let line: Value = serde_json::from_str(&line).ok()?;
            line["fields"][name].as_str().map(|address| format!("http://{address}"))
        });
        found.expect("the server says where it listens")
    };
    let (operations, url) = (said("operations"), said("address"));
    std::thread::spawn(move || lines.for_each(drop));

    for start in [
        "GET /9903017421",
        "JEANNE /graphql",
        "GET /v1/projects/nobody-should",
        "POST /graphql?q=Jeanne",
        "GET /health",
    ] {
        request(
            &url,
            start,
            "Authorization: Bearer nobody-should\r\nX-Name: Jeanne\r\n",
            b"{\"query\": \"{ Jeanne }\"}",
        );
    }
    let basic = "Authorization: Basic cGFydG5lci1hbHBoYTp4\r\n";
    request(&url, "POST /oauth/token", basic, b"grant_type=client_credentials&client_id=partner-alpha");

    let metrics = request(&operations, "GET /metrics", "", b"");
    let text = metrics.text();
    assert_eq!(metrics.status, 200);
    assert!(header(&metrics, "content-type").unwrap().starts_with("application/openmetrics-text"));
    assert!(SENT.iter().all(|sent| !text.contains(sent)), "{text}");
    for (name, value) in labels(&text) {
        let known = match name.as_str() {
            "route" => value == "unmatched" || ROUTES.iter().any(|(_, route, _)| *route == value),
            "method" => ["GET", "POST", "other"].contains(&value.as_str()),
            "status" => value.parse::<u16>().is_ok(),
            "kind" => ["submission", "reading", "export", "writing"].contains(&value.as_str()),
            "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
            _ => false,
        };
        assert!(known, "{name}={value}");
    }
    for line in [
        "faisceau_http_answers_total{route=\"unmatched\",method=\"GET\",status=\"404\"} 1",
        "faisceau_http_answers_total{route=\"/v1/projects/{project}\",method=\"GET\",status=\"401\"} 1",
        "faisceau_journal_position 0",
        "faisceau_work{kind=\"submission\"} 0",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }

    assert_eq!(request(&operations, "GET /health", "", b"").json()["status"], "ok");
    assert_eq!(request(&operations, "POST /graphql", "", b"").status, 404);
    assert_eq!(request(&url, "GET /metrics", "", b"").status, 404);
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Names and values of all labels.
fn labels(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let within = lines.filter_map(|line| Some(line.split_once('{')?.1.rsplit_once("} ")?.0.to_owned()));
    let pairs: Vec<(String, String)> = within
        .flat_map(|labels| {
            let pairs: Vec<(String, String)> = labels
                .split("\",")
                .filter_map(|pair| pair.split_once("=\""))
                .map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned()))
                .collect();
            pairs
        })
        .collect();
    assert!(pairs.len() > 10, "{text}");
    pairs
}
