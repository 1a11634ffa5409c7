//! Files that do not hold: one clear answer, quickly, line by line, and nothing stored.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::formats::route;
use crate::jobs::table;
use crate::support::console::Console;
use crate::support::dump::dump;
use crate::support::raw::{connect, read};
use crate::support::{Caller, World};
use crate::workbooks::bombs;

const HEADER: &str =
    "reference,entry_on,sex,birth_year,protection_status,french_at_entry,education,labour_status,residence_department";
const ROW: &str = "A-1,2023-01-10,F,1990,REFUGEE,A2,LEVEL_3,UNEMPLOYED,69";
const MARK: &str = "Jeanne-Marie7";

/// A name, the content type, the body, the status, and code and line of the first error.
pub type Case = (&'static str, &'static str, Vec<u8>, u16, &'static str, Option<u32>);

fn csv(name: &'static str, body: impl Into<Vec<u8>>, status: u16, code: &'static str, line: Option<u32>) -> Case {
    (name, "text/csv", body.into(), status, code, line)
}

fn lines(name: &'static str, body: impl Into<Vec<u8>>, status: u16, code: &'static str, line: Option<u32>) -> Case {
    (name, "application/x-ndjson", body.into(), status, code, line)
}

fn document(name: &'static str, body: impl Into<Vec<u8>>, status: u16, code: &'static str) -> Case {
    (name, "application/json", body.into(), status, code, None)
}

fn tables() -> Vec<Case> {
    let with = |cell: &str, other: &str| format!("{HEADER}\n{}\n", ROW.replace(cell, other));
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(HEADER.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    vec![
        csv("nothing", "", 400, "FILE_EMPTY", None),
        csv("only line ends", "\n\r\n\r\n", 400, "FILE_EMPTY", None),
        csv("a header twice", format!("{HEADER},Sexe\n{ROW},F\n"), 422, "HEADER_TWICE", Some(1)),
        csv("a header of nothing", format!("{HEADER},{MARK}\n{ROW},F\n"), 422, "HEADER_UNKNOWN", Some(1)),
        csv("a header missing", "reference,entry_on\nA-1,2023-01-10\n", 422, "HEADER_MISSING", Some(1)),
        csv("another separator", HEADER.replace(',', "|"), 422, "HEADER_UNKNOWN", Some(1)),
        csv("a row too short", format!("{HEADER}\nA-1,2023-01-10\n"), 422, "ROW_RAGGED", Some(2)),
        csv("a row too long", format!("{HEADER}\n{ROW},{MARK}\n"), 422, "ROW_RAGGED", Some(2)),
        csv("broken off in a row", format!("{HEADER}\n{ROW}\nA-2,2023-01"), 422, "ROW_RAGGED", Some(3)),
        csv("a formula", with("A-1", &format!("=HYPERLINK({MARK})")), 422, "CELL_IS_FORMULA", Some(2)),
        csv("a day of nowhere", with("2023-01-10", "31/02/2023"), 422, "DATE_INVALID", Some(2)),
        csv("an American day", with("2023-01-10", "02/31/2023"), 422, "DATE_INVALID", Some(2)),
        csv("a code of nothing", with("REFUGEE", MARK), 422, "CODE_UNKNOWN", Some(2)),
        csv("a required cell empty", with("REFUGEE", ""), 422, "FIELD_MISSING", Some(2)),
        csv("a number of ten digits", with("A-1", "9903017422"), 422, "TEXT_HOLDS_IDENTITY", Some(2)),
        csv("UTF-16", utf16, 400, "ENCODING_NOT_UTF8", None),
        csv("Latin-1", [with("A-1", "A").as_bytes(), b"\xe9"].concat(), 422, "ROW_RAGGED", Some(3)),
        csv("Latin-1 in a cell", b"reference;entry_on\nR\xe9f;2023\n".to_vec(), 422, "HEADER_MISSING", Some(1)),
        csv("a NUL", format!("{HEADER}\nA\0"), 400, "ENCODING_NOT_UTF8", None),
        csv("a quote that never ends", format!("{HEADER}\n\"{}", "x\n".repeat(200_000)), 400, "LINE_TOO_LONG", None),
        csv("one endless line", "x".repeat(1 << 20), 400, "LINE_TOO_LONG", None),
        csv(
            "a million empty lines",
            format!("{HEADER}\n{}{ROW}", "\n".repeat(1_000_000)),
            400,
            "EMPTY_LINES_MANY",
            None,
        ),
        csv("too many rows", table(100_001), 413, "TOO_MANY_RECORDS", None),
    ]
}

fn documents() -> Vec<Case> {
    let good = r#"{"reference":"A-1","entryOn":"2023-01-10","sex":"F","birthYear":"1990","protectionStatus":"REFUGEE","frenchAtEntry":"A2","education":"LEVEL_3","labourStatus":"UNEMPLOYED","residenceDepartment":"69"}"#;
    let with = |member: &str, other: &str| good.replace(member, other);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    vec![
        lines("broken off", &good[..60], 400, "JSON_MALFORMED", Some(1)),
        lines("no object", "[1]", 400, "REQUEST_MALFORMED", Some(1)),
        lines("a member twice", with("\"sex\":\"F\"", "\"sex\":\"F\",\"sex\":\"M\""), 422, "FIELD_TWICE", Some(1)),
        lines("a member of nothing", with("\"sex\"", &format!("\"{MARK}\"")), 422, "MEMBER_UNKNOWN", Some(1)),
        lines("a label, not a code", with("\"F\"", "\"Femme\""), 422, "CODE_UNKNOWN", Some(1)),
        lines("a French day", with("2023-01-10", "10/01/2023"), 422, "DATE_INVALID", Some(1)),
        lines("a number for a day", with("\"2023-01-10\"", "20230110"), 400, "REQUEST_MALFORMED", Some(1)),
        lines("a second bad line", format!("{good}\n{{\"reference\":\n"), 400, "JSON_MALFORMED", Some(2)),
        lines("deeper than anything", deep.clone(), 400, "LINE_TOO_LONG", None),
        lines("deep", "[".repeat(5000), 400, "JSON_MALFORMED", Some(1)),
        lines("bytes of no text", b"{\"reference\":\"\xff\"}".to_vec(), 400, "ENCODING_NOT_UTF8", Some(1)),
        lines(
            "half an identity",
            with("\"sex\"", "\"identity\":{\"number\":{\"scheme\":\"AGDREF\"}},\"sex\""),
            422,
            "FIELD_MISSING",
            Some(1),
        ),
        lines("money with a comma", r#"{"finance":{"spending":"1200,50"}}"#, 422, "AMOUNT_INVALID", Some(1)),
        lines(
            "negative people",
            r#"{"declaredFigures":[{"count":"EXITS","value":-1}]}"#,
            422,
            "COUNT_INVALID",
            Some(1),
        ),
        document("deep", deep, 400, "JSON_MALFORMED"),
        document("an array", "[]", 400, "REQUEST_MALFORMED"),
        document("a member of nothing", format!("{{\"{MARK}\":1}}"), 422, "MEMBER_UNKNOWN"),
        document("a member twice", r#"{"mode":"UPSERT","mode":"REPLACE"}"#, 422, "FIELD_TWICE"),
        document("too large", format!("{{\"participations\":[{}]}}", " ".repeat(17 << 20)), 413, "BODY_TOO_LARGE"),
    ]
}

/// Sends files one by one; says which of them was not answered as it must be.
pub fn tried(partner: &Caller, project: &str, cases: Vec<Case>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, kind, body, status, code, line) in cases {
        let begun = Instant::now();
        let answered = partner.send(&route(project, "2023-Q1", "baseVersion=0"), &[("content-type", kind)], &body);
        let first = match &answered.body["errors"][0] {
            error if error.is_object() => (&error["code"], error["line"].as_u64()),
            _ => (&answered.body["code"], None),
        };
        let expected = (&json!(code), line.map(u64::from));
        let slow = begun.elapsed() > Duration::from_secs(2) && code != "TOO_MANY_RECORDS";
        if answered.status != status || first != expected || answered.text.contains(MARK) || slow {
            let shown: String = answered.text.chars().take(300).collect();
            wrong.push(format!("{name}: {} {first:?} after {:?}\n    {shown}", answered.status, begun.elapsed()));
        }
    }
    wrong
}

#[test]
fn every_file_that_does_not_hold_is_told_so_and_nothing_is_stored() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let before = dump(&world.database);
    assert_eq!(tried(&partner, &project, tables()), Vec::<String>::new());
    assert_eq!(tried(&partner, &project, documents()), Vec::<String>::new());
    assert_eq!(dump(&world.database), before);
    let good = partner.send(
        &route(&project, "2023-Q1", "baseVersion=0&recordCount=2"),
        &[("content-type", "text/csv")],
        format!("{HEADER}\n{ROW}\n").as_bytes(),
    );
    assert_eq!((good.status, &good.body["code"]), (422, &json!("RECORD_COUNT_DIFFERS")), "{}", good.text);
}

#[test]
fn whatever_comes_in_a_file_the_server_answers_at_once_and_stays_small() {
    let world = World::with_projects();
    let server = Console(&world.database).serve();
    let partner = server.caller("partner-alpha", &world.caller("partner-alpha").secret);
    let project = world.project("ALPHA").id.to_string();
    let headers = [("content-type", "text/csv")];
    // What any first submission takes is not what a bad one adds.
    let good = table(2000);
    assert_eq!(
        partner.send(&route(&project, "2023-Q1", "baseVersion=0&dryRun=true"), &headers, good.as_bytes()).status,
        200
    );
    let Some(before) = server.peak_mib() else { return };
    let cases = tables().into_iter().filter(|case| case.4 != "TOO_MANY_RECORDS").chain(documents()).chain(bombs());
    assert_eq!(tried(&partner, &project, cases.collect()), Vec::<String>::new());
    for (name, code, start, again) in [
        ("a billion empty lines", "EMPTY_LINES_MANY", "", "\n"),
        ("rows of separators without end", "EMPTY_LINES_MANY", "", ",,,,,,,,\r\n"),
        ("one line without end", "LINE_TOO_LONG", "", "x"),
        ("a cell without end", "LINE_TOO_LONG", "\"", "x\n"),
    ] {
        let start = format!("{HEADER}\n{start}");
        let (status, told, took) = endless(&server.url, &partner, &project, &start, again);
        assert_eq!((status, told.as_str()), (400, code), "{name}");
        assert!(took < Duration::from_secs(2), "{name}: after {took:?}");
    }
    let grown = server.peak_mib().unwrap() - before;
    assert!(grown < 64, "bad files made the server grow by {grown} MiB");
}

/// Sends a beginning and then the same signs a thousand million times, as far as anybody takes them: status, code, and
/// how long the answer took.
fn endless(url: &str, partner: &Caller, project: &str, start: &str, again: &str) -> (u16, String, Duration) {
    let stream = connect(url);
    let mut writing = stream.try_clone().unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{start}\r\n",
        route(project, "2023-Q1", "baseVersion=0"),
        partner.token(),
        start.len(),
    );
    let signs = again.repeat(60_000 / again.len());
    let chunk = format!("{:x}\r\n{signs}\r\n", signs.len());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        // The server answers and closes long before it has been told everything.
        scope.spawn(move || {
            let all = std::iter::repeat_n(chunk.as_bytes(), 1_000_000_000 / 60_000);
            std::iter::once(head.as_bytes()).chain(all).try_for_each(|part| writing.write_all(part))
        });
        let answered = read(stream);
        let code = answered.json()["errors"][0]["code"].as_str().map_or_else(|| answered.code(), str::to_owned);
        (answered.status, code, begun.elapsed())
    })
}

#[test]
fn all_that_is_wrong_comes_at_once() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let rows =
        format!("{ROW}\n{}\n{}\n", ROW.replace("REFUGEE", "X").replace("2023-01-10", "x"), ROW.replace("69", "?"));
    let body = format!("{HEADER}\n{rows}");
    let answered =
        partner.send(&route(&project, "2023-Q1", "baseVersion=0"), &[("content-type", "text/csv")], body.as_bytes());
    let errors = answered.body["errors"].as_array().unwrap();
    let found: Vec<_> = errors.iter().map(|e| (e["line"].as_u64().unwrap(), e["path"].as_str().unwrap())).collect();
    assert_eq!(found, [(3, "entryOn"), (3, "protectionStatus"), (4, "residenceDepartment")], "{}", answered.text);
    assert!(errors.iter().all(|error| !error["remedy"].as_str().unwrap().is_empty()));
}

#[test]
fn lines_are_those_that_an_editor_shows() {
    let world = World::with_projects();
    let partner = world.caller("partner-alpha");
    let project = world.project("ALPHA").id.to_string();
    let bad = ROW.replace("2023-01-10", "x");
    for (name, body, lines) in [
        ("line feeds", format!("{HEADER}\n{ROW}\n{bad}\n{bad}"), [3, 4]),
        ("a spreadsheet's line ends", format!("\u{feff}{HEADER}\r\n{ROW}\r\n{bad}\r\n{bad}\r\n"), [3, 4]),
        ("line ends of long ago", format!("{HEADER}\r{ROW}\r{bad}\r{bad}\r"), [3, 4]),
        ("no line end at the end", format!("{HEADER}\r\n{bad}\r\n{bad}"), [2, 3]),
        ("empty lines", format!("{HEADER}\n\n{bad}\n\n\n{bad}\n"), [3, 6]),
        ("empty lines of a spreadsheet", format!("{HEADER}\r\n\r\n{bad}\r\n\r\n\r\n{bad}\r\n"), [3, 6]),
        ("a cell of two lines", format!("{HEADER}\n{}\n{bad}\n", bad.replace("69", "\"6\n9\"")), [2, 4]),
    ] {
        let headers = [("content-type", "text/csv")];
        let answered = partner.send(&route(&project, "2023-Q1", "baseVersion=0"), &headers, body.as_bytes());
        let errors = answered.body["errors"].as_array().unwrap_or_else(|| panic!("{name}: {}", answered.text));
        let found: Vec<_> =
            errors.iter().filter(|e| e["path"] == "entryOn").map(|e| e["line"].as_u64().unwrap()).collect();
        assert_eq!(found, lines, "{name}: {}", answered.text);
    }
}
