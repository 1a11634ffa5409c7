//! The directory, changed through every door: the same stored thing, seen only from its position on, by nobody foreign.

mod history;
mod import;
mod once;
mod reach;
mod refused;
mod targets;
mod transfer;
mod verbs;

use serde_json::{Value, json};

use crate::support::raw::{Raw, bearer, request};
use crate::support::{Caller, World};

/// Sends JSON to a REST route.
fn send(world: &World, caller: &Caller, start: &str, headers: &str, body: &Value) -> Raw {
    let headers = format!("{}Content-Type: application/json\r\n{headers}", bearer(Some(&caller.token())));
    request(&world.url, start, &headers, body.to_string().as_bytes())
}

/// Runs a mutation and gives its payload; `selection` beside its user errors.
fn mutate(caller: &Caller, name: &str, selection: &str, input: &Value) -> Value {
    let type_name = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let document = format!(
        "mutation M($input: {type_name}!) {{ {name}(input: $input) {{ {selection} userErrors {{ code path }} }} }}"
    );
    caller.ask(&document, json!({ "input": input }))[name].clone()
}

/// What a mutation refuses: codes and paths.
fn user_errors(payload: &Value) -> Vec<(String, String)> {
    parts(&payload["userErrors"])
}

/// Codes and paths of a list of refusals.
fn parts(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(|part| (text(&part["code"]), text(&part["path"]))).collect()
}

/// What the directory's tables hold, without identifiers, which differ from world to world.
fn stored(world: &World) -> Vec<String> {
    const TABLES: [&str; 14] = [
        "programme_revisions",
        "calls",
        "reporting_periods",
        "period_due_dates",
        "organisations",
        "organisation_revisions",
        "projects",
        "project_revisions",
        "project_members",
        "project_amendments",
        "project_transfers",
        "payments",
        "payment_cancellations",
        "targets",
    ];
    let all = crate::support::dump::dump(&world.database);
    let held = all.into_iter().filter(|row| TABLES.iter().any(|table| row.starts_with(&format!("{table}: "))));
    let mut rows: Vec<String> = held.map(|row| without_identifiers(&row)).collect();
    rows.sort();
    rows
}

fn without_identifiers(row: &str) -> String {
    let mut words = Vec::new();
    for word in row.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let is_identifier = word.len() >= 36 && word.as_bytes()[3] == b'_';
        words.push(if is_identifier { "ID" } else { word });
    }
    words.concat()
}
