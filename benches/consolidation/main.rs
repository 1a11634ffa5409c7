//! What a national figure costs, beside rivals in the same run: `./task bench` writes docs/performance.md.
//!
//! Whatever is timed against a rival is first asked of both, and the program stops if their answers differ. `SIZES` names
//! the sizes (`SML` without it); `slices`, `history`, `http` or
//! `grown` as an argument runs that part alone.

#[path = "../ingestion/calls.rs"]
mod calls;
mod client;
#[path = "../ingestion/copy.rs"]
#[allow(dead_code, reason = "shared with the other benchmark, which needs more of it")]
mod copy;
mod grown;
mod http;
mod made;
#[path = "../ingestion/measure.rs"]
#[allow(dead_code, reason = "shared with the other benchmark, which needs more of it")]
mod measure;
mod rivals;
#[path = "../../tests/suite/kill/server.rs"]
#[allow(dead_code, reason = "shared with the tests, which need more of it")]
mod server;
mod slices;
#[path = "../ingestion/support.rs"]
#[allow(dead_code, reason = "shared with the tests, which need more of it")]
mod support;
#[path = "../ingestion/world.rs"]
#[allow(dead_code, reason = "shared with the other benchmark, which needs more of it")]
mod world;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    if wants("slices") {
        slices::print();
    }
    if wants("history") {
        slices::print_history();
    }
    if wants("http") {
        http::print();
    }
    if wants("grown") {
        grown::print();
    }
}
