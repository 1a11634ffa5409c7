//! Code lists: the same through every door, open to anyone, and without a gap.

use std::collections::BTreeMap;

use csv::ReaderBuilder;
use faisceau::api::graphql::schema;
use faisceau::consolidation::code_lists::find_code_list;
use faisceau::reporting::fields::{Field, sent_fields};
use serde_json::{Value, json};

use crate::support::World;
use crate::support::raw::{graphql, request};

const HEADING: [&str; 7] = ["list", "version", "code", "label_en", "label_fr", "parent", "valid"];

/// `ProtectionStatus` as `PROTECTION_STATUS`.
fn list_of(enumeration: &str) -> String {
    let mut code = String::new();
    for letter in enumeration.chars() {
        if letter.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(letter.to_ascii_uppercase());
    }
    code
}

/// The enumerations of the schema's text, each with its values.
fn enumerations(sdl: &str) -> BTreeMap<String, Vec<String>> {
    let (mut found, mut current, mut in_text) = (BTreeMap::<String, Vec<String>>::new(), None, false);
    for line in sdl.lines() {
        let line = line.trim();
        match current.clone() {
            _ if line == "\"\"\"" => in_text = !in_text,
            _ if in_text => {}
            None => current = line.strip_prefix("enum ").map(|name| name.trim_end_matches(" {").to_owned()),
            Some(_) if line == "}" => current = None,
            Some(name) => found.entry(name).or_default().push(line.to_owned()),
        }
    }
    found
}

fn pages(world: &World, code: &str) -> Vec<Value> {
    let document = "query List($code: String!, $after: String) { codeList(code: $code) { code version source parentList \
        entryCount nameEn: name(language: EN) nameFr: name(language: FR) entries(first: 40, after: $after) { \
        nodes { code en: label(language: EN) fr: label(language: FR) parent valid } \
        pageInfo { hasNextPage endCursor } } } }";
    let (mut after, mut pages) = (Value::Null, Vec::new());
    loop {
        let answered = graphql(&world.url, "", document, &json!({ "code": code, "after": after }));
        let page = answered.json()["data"]["codeList"].clone();
        assert!(page.is_object(), "{code}: {}", answered.text());
        after = page["entries"]["pageInfo"]["endCursor"].clone();
        let has_next = page["entries"]["pageInfo"]["hasNextPage"] == true;
        pages.push(page);
        if !has_next {
            return pages;
        }
    }
}

#[test]
fn a_list_is_the_same_as_json_as_csv_and_through_graphql() {
    let world = World::empty();
    let lists = request(&world.url, "GET /v1/code-lists", "", b"").json();
    let through_graphql = graphql(&world.url, "", "{ codeLists { code entryCount } }", &json!({})).json();
    let codes = |lists: &Value| -> Vec<Value> { lists.as_array().unwrap().iter().map(|l| l["code"].clone()).collect() };
    assert_eq!(codes(&lists), codes(&through_graphql["data"]["codeLists"]));
    for summary in lists.as_array().unwrap() {
        let code = summary["code"].as_str().unwrap();
        let whole = request(&world.url, &format!("GET /v1/code-lists/{code}"), "", b"").json();
        for member in ["code", "nameEn", "nameFr", "version", "source", "parentList", "entryCount"] {
            assert_eq!(whole[member], summary[member], "{code}.{member}");
        }
        let entries = whole["entries"].as_array().unwrap();
        assert_eq!(summary["entryCount"], entries.len(), "{code}");

        let pages = pages(&world, code);
        for member in ["code", "nameEn", "nameFr", "version", "source", "parentList", "entryCount"] {
            assert!(pages.iter().all(|page| page[member] == summary[member]), "{code}.{member}");
        }
        let paged: Vec<&Value> = pages.iter().flat_map(|page| page["entries"]["nodes"].as_array().unwrap()).collect();
        assert_eq!(paged, entries.iter().collect::<Vec<_>>(), "{code}");

        let by_suffix = request(&world.url, &format!("GET /v1/code-lists/{code}.csv"), "", b"");
        let by_accept = request(&world.url, &format!("GET /v1/code-lists/{code}"), "Accept: text/csv\r\n", b"");
        assert_eq!((by_suffix.status, &by_suffix.body), (200, &by_accept.body), "{code}");
        let head = by_suffix.head.to_lowercase();
        assert!(head.contains("content-type: text/csv; charset=utf-8"), "{head}");
        assert!(head.contains(&format!("filename=\"{}.csv\"", code.to_lowercase())), "{head}");
        let mut reader = ReaderBuilder::new().from_reader(by_suffix.body.as_slice());
        assert_eq!(reader.headers().unwrap(), HEADING.as_slice());
        let rows: Vec<Value> = reader
            .records()
            .map(|row| {
                let row = row.unwrap();
                assert_eq!((&row[0], &row[1]), (code, summary["version"].as_str().unwrap()));
                let parent = Some(&row[5]).filter(|parent| !parent.is_empty());
                json!({ "code": row[2], "en": row[3], "fr": row[4], "parent": parent, "valid": &row[6] == "true" })
            })
            .collect();
        assert_eq!(&rows, entries, "{code}");
    }
}

#[test]
fn every_value_of_every_enumeration_is_in_exactly_one_list() {
    let world = World::empty();
    let lists = request(&world.url, "GET /v1/code-lists", "", b"").json();
    let mut by_code: BTreeMap<String, u32> = BTreeMap::new();
    for list in lists.as_array().unwrap() {
        *by_code.entry(list["code"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert!(by_code.values().all(|count| *count == 1), "a list stands twice: {by_code:?}");
    let enumerations = enumerations(&schema::sdl());
    assert!(enumerations.len() > 20);
    let mut gaps = Vec::new();
    for (enumeration, mut values) in enumerations {
        let code = list_of(&enumeration);
        let list = request(&world.url, &format!("GET /v1/code-lists/{code}"), "", b"").json();
        let entries = list["entries"].as_array().cloned().unwrap_or_default();
        let valid = entries.iter().filter(|entry| entry["valid"] == true);
        let mut listed: Vec<_> = valid.map(|entry| entry["code"].as_str().unwrap().to_owned()).collect();
        values.sort();
        listed.sort();
        if values != listed {
            gaps.push(format!("{enumeration}: the schema has {values:?}, the list {code} has {listed:?}"));
        }
    }
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn entries_are_unique_labelled_and_have_parents_that_exist() {
    let world = World::empty();
    let list = |code: &str| request(&world.url, &format!("GET /v1/code-lists/{code}"), "", b"").json();
    let codes = |list: &Value| -> Vec<String> {
        list["entries"].as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
    };
    for summary in request(&world.url, "GET /v1/code-lists", "", b"").json().as_array().unwrap() {
        let of = list(summary["code"].as_str().unwrap());
        let mut unique = codes(&of);
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), codes(&of).len(), "{}", of["code"]);
        for entry in of["entries"].as_array().unwrap() {
            for label in ["en", "fr"] {
                assert!(entry[label].as_str().is_some_and(|label| !label.is_empty()), "{entry}");
            }
            assert_eq!(entry["parent"].is_null(), of["parentList"].is_null(), "{entry}");
        }
    }
    for (child, parent, count) in [("DEPARTMENT", "REGION", 18), ("SUPPORT_KIND", "SUPPORT_THEME", 16)] {
        let (of, parents) = (list(child), list(parent));
        assert_eq!(of["parentList"], parent);
        let parents = codes(&parents);
        assert_eq!(parents.len(), count);
        for entry in of["entries"].as_array().unwrap() {
            assert!(parents.iter().any(|known| entry["parent"] == known.as_str()), "{entry}");
        }
    }
    assert_eq!(list("REGION")["version"], "COG-2024");
}

#[test]
fn the_lists_that_fields_name_exist() {
    let named: Vec<&str> = sent_fields().filter_map(Field::list).collect();
    assert!(named.len() > 10);
    assert!(named.iter().all(|code| find_code_list(code).is_some()), "{named:?}");
}

#[test]
fn what_is_no_list_is_not_found_and_other_formats_are_not_acceptable() {
    let world = World::empty();
    for target in ["/v1/code-lists/NOTHING", "/v1/code-lists/NOTHING.csv", "/v1/code-lists/sex", "/v1/code-lists/.csv"]
    {
        let refused = request(&world.url, &format!("GET {target}"), "", b"");
        assert_eq!((refused.status, refused.code().as_str()), (404, "NOT_FOUND"), "{target}: {}", refused.text());
        assert!(!refused.text().contains("NOTHING"), "{}", refused.text());
    }
    let refused = request(&world.url, "GET /v1/code-lists/SEX", "Accept: application/xml\r\n", b"");
    assert_eq!((refused.status, refused.code().as_str()), (406, "NOT_ACCEPTABLE"));
    let unknown = graphql(&world.url, "", "{ codeList(code: \"NOTHING\") { code } }", &json!({})).json();
    assert_eq!(unknown["data"], json!({ "codeList": null }));
    let too_many =
        graphql(&world.url, "", "{ codeList(code: \"SEX\") { entries(first: 201) { nodes { code } } } }", &json!({}));
    assert_eq!(too_many.code(), "PAGE_INVALID");
}
