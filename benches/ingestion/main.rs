//! What taking reports in costs, beside rivals in the same run: `./task bench` writes docs/performance-ingestion.md.
//!
//! One run of this program is about the database that `FAISCEAU_TEST_DATABASE` names; it prints a part of that page.

mod bare;
mod calls;
mod copy;
mod growth;
mod measure;
mod memory;
mod node;
mod push;
mod recording;
#[path = "../../tests/suite/kill/server.rs"]
#[allow(dead_code, reason = "shared with the tests, which need more of it")]
mod server;
#[allow(dead_code, reason = "shared with the tests, which need more of it")]
mod support;
mod world;

use support::database::on_postgresql;
use world::World;

fn main() {
    // `growth`, `memory` or `push` alone, while working on one of them.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |part: &str| wanted.is_empty() || wanted.iter().any(|word| word == part);
    println!("## {}\n", if on_postgresql() { "PostgreSQL" } else { "SQLite" });
    if wants("growth") {
        print_growth();
    }
    recording::prepare();
    if wants("push") || wants("memory") {
        eprintln!("playing the demo, registering projects …");
        let world = World::build(push::project_count());
        if wants("push") {
            print_pushes(&world);
        }
        if wants("memory") {
            print_memory(&world);
        }
    }
}

fn print_pushes(world: &World) {
    let (rows, remarks) = push::measure(world);
    println!("### Pushing and approving\n");
    println!("| work | Faisceau | rival | | ratio | limit | reached |\n| --- | --: | --- | --: | --: | --: | --- |");
    rows.iter().for_each(|row| println!("{}", row.written()));
    remarks.iter().for_each(|remark| println!("\n{remark}"));
    println!();
}

fn print_memory(world: &World) {
    let grown = memory::measure(world);
    println!("### Memory of the server during one request\n");
    println!("| work | took | idle | peak | added | limit | reached |\n| --- | --: | --: | --: | --: | --: | --- |");
    grown.iter().for_each(|row| println!("{}", row.written()));
    println!();
}

fn print_growth() {
    let kept = growth::measure();
    let least = kept[0].size;
    println!("### Storage after twenty quarters\n");
    println!("| kept | rows | as written | packed | packed, to the changes alone |\n| --- | --: | --: | --: | --: |");
    for growth::Kept { how, size } in &kept {
        let mib = |bytes: i64| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
        let ratio = size.packed_bytes as f64 / least.packed_bytes as f64;
        println!("| {how} | {} | {} | {} | {ratio:.3} |", size.rows, mib(size.bytes), mib(size.packed_bytes));
    }
    println!();
}
