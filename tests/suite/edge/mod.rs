//! The edge of the service, seen from the network: headers, limits, switches, what is counted.

mod documents;
mod headers;
mod operations;
mod rates;
mod work;

use serde_json::{Value, json};

use crate::support::World;
use crate::support::raw::{Raw, bearer, graphql, request};

/// The value of a header of an answer, by its name in small letters.
fn header(answered: &Raw, name: &str) -> Option<String> {
    let lines = answered.head.lines().skip(1).filter_map(|line| line.split_once(':'));
    lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
}

fn token(world: &World, caller: &str) -> String {
    bearer(Some(&world.caller(caller).token()))
}

fn ask(world: &World, headers: &str, document: &str) -> Raw {
    graphql(&world.url, headers, document, &json!({}))
}

fn get(world: &World, headers: &str, path: &str) -> Raw {
    request(&world.url, &format!("GET {path}"), headers, b"")
}

/// Sends a body of JSON to GraphQL as it stands.
fn post(world: &World, headers: &str, body: &Value) -> Raw {
    let headers = format!("{headers}Content-Type: application/json\r\nAccept: application/graphql-response+json\r\n");
    request(&world.url, "POST /graphql", &headers, body.to_string().as_bytes())
}
