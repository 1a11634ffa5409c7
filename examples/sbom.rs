//! Prints the bill of materials of what is compiled in, as CycloneDX 1.6: `./task sbom`.
//!
//! It reads `cargo metadata` (standard input) and `Cargo.lock`, and follows the graph from this package, without
//! dependencies that serve tests only. The same sources always give the same text.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// What is compiled in without being a crate, each under a heading with name and version; all of it is under MIT.
const EMBEDDED: &str = include_str!("../src/api/graphql/playground/assets/LICENSES.txt");

// Tests include this file as a module.
#[allow(dead_code, reason = "only the example has a main")]
fn main() {
    let metadata = std::io::read_to_string(std::io::stdin()).expect("cargo metadata on standard input");
    let lock = std::fs::read_to_string("Cargo.lock").expect("Cargo.lock beside");
    println!("{:#}", bill(&serde_json::from_str(&metadata).expect("JSON of cargo metadata"), &lock));
}

/// The bill of materials of a package by its metadata and its lock file.
pub fn bill(metadata: &Value, lock: &str) -> Value {
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).map(|package| (text(&package["id"]), package)).collect();
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let checksums = checksums(lock);
    let root = text(&metadata["resolve"]["root"]);
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut reached = BTreeSet::from([root]);
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let needed = list(&nodes[id]["deps"]).filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"] != "dev"));
        for dep in needed.map(|dep| text(&dep["pkg"])) {
            edges.entry(purl(packages[id])).or_default().insert(purl(packages[dep]));
            if reached.insert(dep) {
                open.push(dep);
            }
        }
    }
    let mut components: Vec<Value> = reached
        .iter()
        .filter(|id| **id != root)
        .map(|id| {
            let package = packages[id];
            let (name, version, purl) = (text(&package["name"]), text(&package["version"]), purl(package));
            let hashes = checksums.get(&(name, version)).map(|sum| json!([{ "alg": "SHA-256", "content": sum }]));
            // Some older manifests separate by a slash what either holds of.
            let licence = text(&package["license"]).replace('/', " OR ").replace("  ", " ");
            json!({
                "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                "licenses": [{ "expression": licence }], "hashes": hashes,
            })
        })
        .collect();
    let headings = EMBEDDED.lines().filter_map(|line| line.strip_prefix("=== ")?.strip_suffix(" ===")?.split_once(' '));
    components.extend(headings.map(|(name, version)| {
        let purl = format!("pkg:npm/{name}@{version}");
        json!({
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "licenses": [{ "expression": "MIT" }],
        })
    }));
    components.sort_by_key(|component| text(&component["bom-ref"]).to_owned());
    let dependencies: Vec<Value> = edges.iter().map(|(from, to)| json!({ "ref": from, "dependsOn": to })).collect();
    let package = packages[root];
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": purl(package), "name": package["name"], "version": package["version"],
            "purl": purl(package), "licenses": [{ "expression": package["license"] }],
        } },
        "components": components,
        "dependencies": dependencies,
    })
}

/// The checksum of each package that the lock file has one of.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let mut sums = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let mut members = block.lines().filter_map(|line| line.split_once(" = "));
        let members: BTreeMap<&str, &str> =
            members.by_ref().map(|(name, value)| (name, value.trim_matches('"'))).collect();
        if let (Some(name), Some(version), Some(sum)) =
            (members.get("name"), members.get("version"), members.get("checksum"))
        {
            sums.insert((*name, *version), *sum);
        }
    }
    sums
}

fn purl(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", text(&package["name"]), text(&package["version"]))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
