//! Which GraphQL documents are taken, in which form, and what they are said to cost.

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::process::Command;

use super::{ask, get, post, token};
use crate::support::World;
use crate::support::raw::{Raw, request};

const TRUSTED: &str = "query Viewer {\n  viewer { client }\n}\n";

fn identifier(text: &str) -> String {
    format!("sha256:{}", data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())))
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
    folder
}

fn outcome(answered: &Raw) -> (u16, String) {
    (answered.status, answered.code())
}

#[test]
fn trusted_documents_are_asked_for_by_their_hash_and_may_be_the_only_ones() {
    let folder = folder(&[("viewer.graphql", TRUSTED), ("notes.txt", "no document")]);
    let place = folder.path().to_str().unwrap();
    let by_hash = json!({ "documentId": identifier(TRUSTED) });
    let data = |answered: Raw| answered.json()["data"]["viewer"]["client"].as_str().map(str::to_owned);

    for mode in ["allow", "only"] {
        let world = World::with_settings(&[("documents", place), ("documents_mode", mode)]);
        let analyst = token(&world, "analyst");
        assert_eq!(data(post(&world, &analyst, &by_hash)).as_deref(), Some("analyst"), "{mode}");
        let got = get(&world, &analyst, &format!("/graphql?documentId={}", identifier(TRUSTED).replace(':', "%3A")));
        assert_eq!(data(got).as_deref(), Some("analyst"));
        assert_eq!(data(post(&world, &analyst, &json!({ "query": TRUSTED }))).as_deref(), Some("analyst"));
        let other = outcome(&post(&world, &analyst, &json!({ "query": "{ viewer { client } }" })));
        let refused = (403, "DOCUMENT_NOT_TRUSTED".to_owned());
        assert_eq!(other, if mode == "only" { refused } else { (200, String::new()) });
        for unknown in [identifier("x"), TRUSTED.to_owned(), identifier(TRUSTED).replace("sha256:", "")] {
            let answered = post(&world, &analyst, &json!({ "documentId": unknown }));
            assert_eq!(outcome(&answered), (400, "TRUSTED_DOCUMENT_UNKNOWN".to_owned()), "{unknown}");
        }
        let both = json!({ "documentId": identifier(TRUSTED), "query": TRUSTED });
        assert_eq!(outcome(&post(&world, &analyst, &both)), (400, "REQUEST_MALFORMED".to_owned()));
    }
    let world = World::with_projects();
    let off = post(&world, &token(&world, "analyst"), &by_hash);
    assert_eq!(outcome(&off), (400, "TRUSTED_DOCUMENT_UNKNOWN".to_owned()));
}

#[test]
fn a_folder_without_usable_documents_is_refused_at_start_and_by_doctor() {
    let deep = format!("{{ {}", "a {".repeat(600));
    for (files, what) in [
        (&[][..], "holds no *.graphql"),
        (&[("wrong.graphql", "query {")][..], "wrong.graphql does not hold (DOCUMENT_INVALID)"),
        (&[("deep.graphql", deep.as_str())][..], "deep.graphql does not hold (DOCUMENT_TOO_DEEP)"),
    ] {
        let world = World::empty();
        let folder = folder(files);
        let set = format!("documents={}", folder.path().display());
        for command in [&["doctor"][..], &["serve", "--listen", "127.0.0.1:0"][..]] {
            let output = Command::new(env!("CARGO_BIN_EXE_faisceau"))
                .args(command)
                .args(["--set", &set, "--set", "documents_mode=only", "--database-url", world.database.url(), "--keys"])
                .arg(world.database.keys())
                .output()
                .unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(output.status.code() == Some(1) && said.contains(what), "{command:?}: {said}");
        }
    }
}

#[test]
fn the_schema_is_told_or_not_by_every_way_to_it() {
    let ways = [
        "{ __schema { types { name } } }",
        "{ __type(name: \"Query\") { name } }",
        "{ a: __schema { types { name } } }",
        "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
        "query A { viewer { client } } query B { __schema { types { name } } }",
    ];
    let open = World::with_projects();
    assert_eq!(ask(&open, "", ways[0]).status, 200);
    assert_eq!(get(&open, "", "/schema.graphql").status, 200);
    let closed = World::with_settings(&[("introspection", "false")]);
    let officer = token(&closed, "officer-one");
    for way in ways {
        let answered =
            post(&closed, &officer, &json!({ "query": way, "operationName": way.contains('B').then_some("B") }));
        assert_eq!(outcome(&answered), (403, "INTROSPECTION_OFF".to_owned()), "{way}: {}", answered.text());
    }
    let answered = get(&closed, &officer, "/schema.graphql");
    assert_eq!(outcome(&answered), (403, "INTROSPECTION_OFF".to_owned()));
    assert_eq!(ask(&closed, &officer, "{ __typename viewer { client __typename } }").status, 200);
}

#[test]
fn an_answer_says_what_its_document_cost_of_what_one_may() {
    let world = World::with_projects();
    let analyst = token(&world, "analyst");
    let cost = |document: &str| ask(&world, &analyst, document).json()["extensions"]["cost"].clone();
    assert_eq!(cost("{ viewer { client } }"), json!({ "asked": 2, "limit": 20_000 }));
    assert_eq!(cost("{ projects(first: 10) { nodes { code } } }"), json!({ "asked": 21, "limit": 20_000 }));
    let refused = ask(&world, &analyst, "{ projects(first: 200) { nodes { versions(first: 200) { nodes { id } } } } }");
    assert_eq!((refused.code().as_str(), &refused.json()["extensions"]), ("DOCUMENT_TOO_COSTLY", &Value::Null));
}

#[test]
fn compressed_requests_are_taken_only_where_they_are_let_in_and_bombs_never() {
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let query = gzip(br#"{"query": "{ viewer { client } }"}"#);
    let send = |world: &World, encoding: &str, body: &[u8]| {
        let analyst = token(world, "analyst");
        let headers = format!("{analyst}Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n");
        request(&world.url, "POST /graphql", &headers, body)
    };
    let closed = World::with_projects();
    let refused = send(&closed, "gzip", &query);
    assert_eq!(outcome(&refused), (415, "ENCODING_UNSUPPORTED".to_owned()));
    assert!(refused.text().contains("without Content-Encoding"), "{}", refused.text());

    let open = World::with_settings(&[("compressed_requests", "true")]);
    assert_eq!(send(&open, "gzip", &query).json()["data"]["viewer"]["client"], "analyst");
    for encoding in ["br", "deflate", "gzip, gzip", "zstd"] {
        assert_eq!(outcome(&send(&open, encoding, &query)), (415, "ENCODING_UNSUPPORTED".to_owned()), "{encoding}");
    }
    assert_eq!(outcome(&send(&open, "gzip", &gzip(&vec![b' '; 64 << 20]))), (413, "BODY_TOO_LARGE".to_owned()));
    assert_eq!(outcome(&send(&open, "gzip", &query[..query.len() - 4])), (400, "BODY_INCOMPLETE".to_owned()));

    // A file comes in by the same door.
    let partner = token(&open, "partner-alpha");
    let headers = format!("{partner}Content-Type: text/csv\r\nContent-Encoding: gzip\r\n");
    let start =
        format!("POST /v1/projects/{}/reports/2023-Q1/submissions?baseVersion=0&dryRun=true", open.project("ALPHA").id);
    let csv = b"reference,entry_on\nA-1,nonsense\n";
    let plain = request(&open.url, &start, &headers.replace("Content-Encoding: gzip\r\n", ""), csv);
    let packed = request(&open.url, &start, &headers, &gzip(csv));
    assert_eq!((packed.status, packed.json()), (plain.status, plain.json()));
    let million = gzip(&[&csv[..], &vec![b'\n'; 300 << 20]].concat());
    // Whichever is found first: what is wrong in its second line, or that it never ends.
    let answered = request(&open.url, &start, &headers, &million);
    assert!([400, 413].contains(&answered.status), "{}", answered.head);
}
