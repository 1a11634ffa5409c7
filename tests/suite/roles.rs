//! Who may do what: every operation in every role, as one table to be read by people.

use std::fmt::Write;

use serde_json::Value;

use crate::support::cast::{ids, peopled};
use crate::support::operations::{ACTS, OPEN, READS, all};
use crate::support::raw::{Raw, bearer, graphql, request};

const CALLERS: [(&str, Option<&str>); 6] = [
    ("PARTNER", Some("partner-alpha")),
    ("OFFICER", Some("officer-one")),
    ("ANALYST", Some("analyst")),
    ("AUDITOR", Some("auditor")),
    ("OPERATOR", Some("operator")),
    ("stranger", None),
];

/// What came of a request, in a word: `ok`, the code of a refusal, a user error's code in brackets, or `nothing`.
fn outcome(answered: &Raw) -> String {
    let body = answered.json();
    if !answered.code().is_empty() {
        return answered.code();
    }
    let Some(data) = body["data"].as_object() else { return "ok".to_owned() };
    let root = data.values().next().unwrap_or(&Value::Null);
    match root["userErrors"][0]["code"].as_str() {
        Some(code) => format!("({code})"),
        None if root.is_null() => "nothing".to_owned(),
        None => "ok".to_owned(),
    }
}

#[test]
fn every_role_gets_what_the_table_says() {
    let world = peopled();
    let ids = ids(&world, "ALPHA");
    let headers = CALLERS.map(|(_, client)| bearer(client.map(|client| world.caller(client).token()).as_deref()));
    let mut table = format!("{:<40}", "");
    for (role, _) in CALLERS {
        let _ = write!(table, "{role:<20}");
    }
    let mut row = |name: &str, outcomes: [String; 6]| {
        let _ = write!(table, "\n{name:<40}");
        for outcome in outcomes {
            let _ = write!(table, "{outcome:<20}");
        }
        table.truncate(table.trim_end().len());
    };
    for (name, document) in all().chain(OPEN) {
        let outcomes = headers.each_ref().map(|headers| {
            let (document, variables) = document(&ids);
            outcome(&graphql(&world.url, headers, &document, &variables))
        });
        row(name, outcomes);
    }
    for (name, path) in READS {
        let start = format!("GET {}", path(&ids));
        let outcomes = headers.each_ref().map(|headers| outcome(&request(&world.url, &start, headers, b"")));
        row(name, outcomes);
    }
    for (name, act) in ACTS {
        let outcomes = headers.each_ref().map(|headers| {
            let (path, body) = act(&ids);
            let headers = format!("{headers}Content-Type: application/json\r\n");
            outcome(&request(&world.url, &format!("POST {path}"), &headers, body.to_string().as_bytes()))
        });
        row(name, outcomes);
    }
    insta::assert_snapshot!(table);
}
