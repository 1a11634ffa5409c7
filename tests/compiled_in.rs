//! What is compiled in: the bill of materials, and what `deny.toml` demands of it, held also where `cargo deny` is not
//! installed.

#[path = "../examples/sbom.rs"]
mod sbom;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

fn bill() -> Value {
    let version = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    sbom::bill(&serde_json::from_slice(&metadata.stdout).unwrap(), &read("Cargo.lock"))
}

fn names(bill: &Value) -> BTreeSet<&str> {
    bill["components"].as_array().unwrap().iter().map(|component| component["name"].as_str().unwrap()).collect()
}

#[test]
fn the_bill_of_materials_names_everything_compiled_in_and_nothing_else() {
    let bill = bill();
    let names = names(&bill);
    for compiled_in in ["diesel", "actix-web", "libsqlite3-sys", "pq-src", "aws-lc-sys", "graphiql", "react-dom"] {
        assert!(names.contains(compiled_in), "{compiled_in} is missing");
    }
    for not in ["proptest", "insta", "tempfile", "faisceau", "windows-sys", "actix-governor"] {
        assert!(!names.contains(not), "{not} is not compiled in");
    }
    for component in bill["components"].as_array().unwrap() {
        let is_crate = component["purl"].as_str().unwrap().starts_with("pkg:cargo/");
        let sum = component["hashes"][0]["content"].as_str().unwrap_or_default();
        assert!(!is_crate || sum.len() == 64, "{component}");
        assert!(!component["licenses"][0]["expression"].as_str().unwrap_or_default().is_empty(), "{component}");
    }
    let ends: BTreeSet<&str> = bill["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|edge| edge["dependsOn"].as_array().unwrap())
        .map(|end| end.as_str().unwrap())
        .collect();
    let known: BTreeSet<&str> =
        bill["components"].as_array().unwrap().iter().map(|component| component["bom-ref"].as_str().unwrap()).collect();
    assert!(ends.is_subset(&known) && ends.len() > 100);
    assert_eq!(bill, self::bill(), "the same sources give the same bill");
}

#[test]
fn dependencies_are_held_to_licences_sources_and_bans() {
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let allowed: BTreeSet<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
    let bill = bill();
    let mut wrong = Vec::new();
    for component in bill["components"].as_array().unwrap() {
        let expression = component["licenses"][0]["expression"].as_str().unwrap();
        if !holds(expression, &allowed) {
            wrong.push(format!("{}: {expression}", component["name"]));
        }
    }
    let banned = deny["bans"]["deny"].as_array().unwrap().iter().filter_map(|ban| ban["crate"].as_str());
    let present =
        |ban: &str| {
            let (name, version) = ban.split_once('@').unwrap_or((ban, ""));
            bill["components"].as_array().unwrap().iter().any(|component| {
                component["name"] == name && component["version"].as_str().unwrap().starts_with(version)
            })
        };
    wrong.extend(banned.filter(|ban| present(ban)).map(|ban| format!("{ban} is banned")));
    for source in read("Cargo.lock").lines().filter_map(|line| line.strip_prefix("source = ")) {
        if source != "\"registry+https://github.com/rust-lang/crates.io-index\"" {
            wrong.push(format!("another source: {source}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(holds("(MIT OR GPL-3.0) AND ISC", &allowed) && !holds("MIT AND GPL-3.0", &allowed));
    assert!(!holds("GPL-3.0 OR LGPL-3.0", &allowed) && holds("Apache-2.0 WITH LLVM-exception OR GPL-3.0", &allowed));
}

/// Whether a licence expression can be met by what is allowed. `AND` binds closer than `OR`; brackets are few and flat.
fn holds(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    if let (Some(open), Some(close)) = (expression.find('('), expression.find(')')) {
        let within = if holds(&expression[open + 1..close], allowed) { "MIT" } else { "none" };
        return holds(&format!("{}{within}{}", &expression[..open], &expression[close + 1..]), allowed);
    }
    expression.split(" OR ").any(|choice| choice.split(" AND ").all(|licence| allowed.contains(licence.trim())))
}
