//! Requests made to exhaust, confuse or slip past: each refused quickly and clearly by the real service over HTTP.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use faisceau::access::keys::KeyRing;
use serde_json::{Value, json};

use crate::support::console::Console;
use crate::support::raw::{Raw, bearer, connect, graphql, read, request, send};
use crate::support::{Database, World};

/// How much processor time the service may spend on one; a debug build is about ten times slower.
const PROCESSOR: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

/// How large an answer may be, its head included.
const LARGEST_ANSWER: usize = 16 * 1024;

/// The code of bombs that several guards could find first.
const ANY: &str = "any";

/// How long a refusal may take in a debug build on a busy machine.
const QUICKLY: Duration = Duration::from_secs(1);

fn nested(open: &str, inner: &str, close: &str, times: usize) -> String {
    open.repeat(times) + inner + &close.repeat(times)
}

fn repeated(times: usize, part: impl Fn(usize) -> String) -> String {
    (0..times).fold(String::new(), |mut text, at| {
        let _ = write!(text, "{} ", part(at));
        text
    })
}

/// Fragments that each spread the next twice.
fn doubling(fragments: usize) -> String {
    let chain = repeated(fragments, |at| format!("fragment F{at} on Query {{ ...F{0} ...F{0} }}", at + 1));
    format!("{{ ...F0 }} {chain} fragment F{fragments} on Query {{ __typename }}")
}

fn deep_introspection(times: usize) -> String {
    format!("{{ __schema {{ types {} }} }}", nested("{ fields { type ", "{ name }", "} }", times))
}

fn documents() -> Vec<(&'static str, String, &'static str)> {
    let pages = "{ projects(first: 200) { nodes { reports(first: 200) { nodes { id } } versions(first: 200) { nodes \
        { findings(first: 200) { nodes { code } } } } } } }";
    vec![
        ("lists 1 500 deep", format!("{{ node(id: {}) {{ id }} }}", nested("[", "", "]", 1500)), "DOCUMENT_TOO_DEEP"),
        ("lists 1 500 deep, open", format!("{{ node(id: {}", "[".repeat(1500)), "DOCUMENT_TOO_DEEP"),
        (
            "objects 1 500 deep",
            format!("mutation {{ reportSubmit(input: {}) {{ __typename }} }}", nested("{a: ", "1", "}", 1500)),
            "DOCUMENT_TOO_DEEP",
        ),
        ("selections 1 500 deep", nested("{ node ", "{ id }", "}", 1500), "DOCUMENT_TOO_DEEP"),
        (
            "types 1 500 deep",
            format!("query ($a: {}) {{ rules {{ code }} }}", nested("[", "Int", "]", 1500)),
            "DOCUMENT_TOO_DEEP",
        ),
        ("25 fragments spread twice", doubling(25), "DOCUMENT_TOO_MANY_FIELDS"),
        ("a fragment of itself", "{ ...A } fragment A on Query { ...A }".to_owned(), "DOCUMENT_INVALID"),
        (
            "a cycle",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(),
            "DOCUMENT_INVALID",
        ),
        (
            "1 000 aliases",
            format!("{{ viewer {{ {} }} }}", repeated(1000, |at| format!("a{at}: client"))),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "100 root fields",
            format!("{{ {} }}", repeated(100, |at| format!("a{at}: rules {{ code }}"))),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "17 mutations in one document",
            format!(
                "mutation {{ {} }}",
                repeated(17, |at| format!(
                    "a{at}: reportRecall(input: {{report: \"x\", version: 1}}) {{ __typename }}"
                ))
            ),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "500 directives",
            format!("{{ viewer {{ {} }} }}", "client @skip(if: false) ".repeat(500)),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        (
            "a repeated directive",
            "{ viewer { client @skip(if: false) @skip(if: true) } }".to_owned(),
            "DIRECTIVE_INVALID",
        ),
        ("an unknown directive", "{ viewer { client @defer } }".to_owned(), "DIRECTIVE_INVALID"),
        (
            "a duplicate input field",
            "mutation { reportRecall(input: {report: \"x\", report: \"y\", version: 1}) { __typename } }".to_owned(),
            "DUPLICATE_INPUT_FIELD",
        ),
        ("pages of pages", pages.to_owned(), "DOCUMENT_TOO_COSTLY"),
        ("a page of two billion", "{ projects(first: 2147483647) { nodes { id } } }".to_owned(), "DOCUMENT_TOO_COSTLY"),
        ("deep introspection", deep_introspection(10), "DOCUMENT_TOO_DEEP"),
        (
            "10 MB of a document",
            format!("{{ node(id: \"{}\") {{ id }} }}", "x".repeat(10 << 20)),
            "JSON_STRING_TOO_LONG",
        ),
        ("10 MB of comment", format!("#{}\n{{ rules {{ code }} }}", "x".repeat(10 << 20)), "JSON_STRING_TOO_LONG"),
        ("100 KB of comment", format!("#{}\n{{ rules {{ code }} }}", "x".repeat(100_000)), "DOCUMENT_TOO_LONG"),
        ("30 000 tokens", format!("{{ {} }}", "a ".repeat(30_000)), "DOCUMENT_TOO_MANY_TOKENS"),
        ("a NUL", "{ rules { code \0 } }".to_owned(), "DOCUMENT_INVALID"),
        ("a mark of byte order within", "{ rules { \u{feff}nothing } }".to_owned(), "DOCUMENT_INVALID"),
        ("nothing", String::new(), "DOCUMENT_INVALID"),
        ("a subscription", "subscription { rules { code } }".to_owned(), "SUBSCRIPTION_UNSUPPORTED"),
        (
            "two operations, none named",
            "query A { rules { code } } query B { rules { code } }".to_owned(),
            "OPERATION_UNKNOWN",
        ),
        ("a number beyond all", "{ projects(first: 1e400) { nodes { id } } }".to_owned(), "DOCUMENT_INVALID"),
        ("60 fragments spread twice", doubling(60), "DOCUMENT_TOO_DEEP"),
        ("a chain of 100 fragments", chain(100), "DOCUMENT_TOO_DEEP"),
        ("a chain of 1 000 fragments", chain(1000), ANY),
        ("inline fragments 40 deep", nested("{ ... ", "{ __typename }", "}", 40), ANY),
        (
            "inline fragments that double",
            format!("{{ {} }}", nested("... { rules { code } ... { ", "__typename", "} }", 20)),
            "DOCUMENT_TOO_DEEP",
        ),
        (
            "aliases through fragments",
            format!(
                "{{ viewer {{ ...A ...A ...A ...A ...A }} }} fragment A on Viewer {{ {} }}",
                repeated(20, |at| format!("a{at}: client"))
            ),
            "DOCUMENT_TOO_MANY_FIELDS",
        ),
        ("20 schemas", format!("{{ {} }}", repeated(20, |at| format!("a{at}: __schema {{ types {{ name }} }}"))), ANY),
        (
            "a type's types",
            format!("{{ __type(name: \"Query\") {} }}", nested("{ fields { type ", "{ name }", "} }", 9)),
            "DOCUMENT_TOO_DEEP",
        ),
        ("5 000 times the same field", format!("{{ viewer {{ {} }} }}", "client ".repeat(5000)), ANY),
        ("a page beyond 64 bits", "{ projects(first: 99999999999999999999999) { nodes { id } } }".to_owned(), ANY),
        (
            "a page by default",
            "query ($n: Int = 2000000000) { projects(first: $n) { nodes { id } } }".to_owned(),
            "DOCUMENT_TOO_COSTLY",
        ),
        (
            "pages in 16 root fields",
            format!(
                "{{ {} }}",
                repeated(16, |at| format!(
                    "a{at}: projects(first: 200) {{ nodes {{ reports(first: 200) {{ nodes {{ id }} }} }} }}"
                ))
            ),
            "DOCUMENT_TOO_COSTLY",
        ),
        ("500 operations", repeated(500, |at| format!("query A{at} {{ rules {{ code }} }}")), ANY),
        ("an operation twice", "query A { rules { code } } query A { viewer { client } }".to_owned(), ANY),
        (
            "1 000 variables",
            format!("query ({}) {{ rules {{ code }} }}", repeated(1000, |at| format!("$v{at}: Int"))),
            ANY,
        ),
        ("a fragment on nothing", "{ ...A } fragment A on Nothing { id }".to_owned(), ANY),
        ("a spread of nothing", "{ ...Nothing }".to_owned(), ANY),
        ("a string without end", "{ node(id: \"".to_owned() + &"x".repeat(1000), "DOCUMENT_INVALID"),
        ("a block without end", "{ node(id: \"\"\"".to_owned() + &"x".repeat(1000), "DOCUMENT_INVALID"),
        ("half a surrogate", "{ node(id: \"\\ud800\") { id } }".to_owned(), "DOCUMENT_INVALID"),
        ("a name of 60 000 letters", format!("{{ {} }}", "x".repeat(60_000)), ANY),
        (
            "a number of 50 000 digits",
            format!("{{ projects(first: {}) {{ nodes {{ id }} }} }}", "9".repeat(50_000)),
            ANY,
        ),
        ("a million commas", format!("{{ rules {{ {} }} }}", ",".repeat(1_000_000)), "DOCUMENT_TOO_LONG"),
        ("brackets that do not match", "{ rules ( ] ".repeat(500), ANY),
        ("a million brackets", "{".repeat(1_000_000), ANY),
        (
            "arguments by the hundred",
            format!("{{ projects({}) {{ nodes {{ id }} }} }}", repeated(500, |at| format!("a{at}: 1"))),
            ANY,
        ),
    ]
}

/// Fragments that each spread the next.
fn chain(fragments: usize) -> String {
    let chain = repeated(fragments, |at| format!("fragment F{at} on Query {{ ...F{} }}", at + 1));
    format!("{{ ...F0 }} {chain} fragment F{fragments} on Query {{ __typename }}")
}

fn list_of_extensions() -> Vec<u8> {
    format!("{{\"query\": \"{{rules{{code}}}}\", \"extensions\": [{}1]}}", "1,".repeat(98_000)).into_bytes()
}

/// Bodies that are not a request, each with its status and code.
fn bodies() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let with_variables = |variables: &str| {
        format!("{{\"query\": \"query ($i: ReportSubmitInput!) {{ rules {{ code }} }}\", \"variables\": {variables}}}")
            .into_bytes()
    };
    let list =
        |item: &str, times: usize| with_variables(&format!("{{\"i\": [{}1]}}", format!("{item},").repeat(times - 1)));
    let members = |times| repeated(times, |at| format!("\"m{at}\": 0,"));
    let objects = (0..385).map(|at| format!("{{{} \"o{at}\": 0}}", members(255))).collect::<Vec<_>>().join(",");
    vec![
        ("a batch", br#"[{"query": "{ rules { code } }"}]"#.to_vec(), 400, "REQUEST_MALFORMED"),
        ("invalid UTF-8", b"{\"query\": \"{ rules { \xff\xfe } }\"}".to_vec(), 400, "JSON_MALFORMED"),
        ("a NUL between", b"{\"query\": \0\"{ rules { code } }\"}".to_vec(), 400, "JSON_MALFORMED"),
        ("a mark of byte order", b"\xef\xbb\xbf{\"query\": \"{ rules { code } }\"}".to_vec(), 400, "JSON_MALFORMED"),
        (
            "UTF-16",
            "{\"query\": \"{rules{code}}\"}".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            400,
            "JSON_MALFORMED",
        ),
        ("JSON cut short", br#"{"query": "{ rules { code"#.to_vec(), 400, "JSON_MALFORMED"),
        ("two JSON documents", br#"{"query": "{rules{code}}"}{}"#.to_vec(), 400, "JSON_MALFORMED"),
        (
            "a member twice",
            br#"{"query": "{rules{code}}", "query": "{viewer{client}}"}"#.to_vec(),
            400,
            "REQUEST_MALFORMED",
        ),
        ("a number beyond all", with_variables("{\"i\": 1e400}"), 400, "JSON_MALFORMED"),
        (
            "variables 10 000 deep",
            with_variables(&format!("{{\"i\": {}}}", nested("[", "", "]", 10_000))),
            400,
            "JSON_TOO_DEEP",
        ),
        ("variables of another type", with_variables("[]"), 400, "REQUEST_MALFORMED"),
        ("a list of a million", list("1", 1_000_000), 400, "JSON_TOO_MANY_VALUES"),
        ("lists of nothing in a list", list("[[],[]]", 100_000), 400, "JSON_TOO_MANY_VALUES"),
        ("a list as long as may be", list("1", 99_000), 400, "VARIABLE_INVALID"),
        ("strings as many as may be", list("\"xxxxxxxxxxxxxxxxxxxxxxxx\"", 99_000), 400, "VARIABLE_INVALID"),
        ("lists of nothing as many as may be", list("[]", 49_000), 400, "VARIABLE_INVALID"),
        ("objects as many as may be", list("{\"a\":0}", 49_000), 400, "VARIABLE_INVALID"),
        (
            "members in great number",
            with_variables(&format!("{{\"i\": {{{} \"a\": 0}}}}", members(99_000))),
            400,
            "JSON_TOO_MANY_VALUES",
        ),
        ("members as many as may be", with_variables(&format!("{{\"i\": [{objects}]}}")), 400, "VARIABLE_INVALID"),
        ("extensions as many as may be", list_of_extensions(), 400, "REQUEST_MALFORMED"),
        ("a variable's member twice", with_variables("{\"i\": {\"a\": 1, \"a\": 2}}"), 400, "VARIABLE_INVALID"),
        ("nothing", Vec::new(), 400, "JSON_MALFORMED"),
        ("null", b"null".to_vec(), 400, "REQUEST_MALFORMED"),
        ("a number", b"1".to_vec(), 400, "REQUEST_MALFORMED"),
        ("no document", br#"{"query": null}"#.to_vec(), 400, "REQUEST_MALFORMED"),
        ("Infinity", with_variables("{\"i\": Infinity}"), 400, "JSON_MALFORMED"),
        ("a comma too many", br#"{"query": "{rules{code}}",}"#.to_vec(), 400, "JSON_MALFORMED"),
        ("a million brackets", vec![b'['; 1_000_000], 400, "JSON_TOO_DEEP"),
        ("a document of a hash", br#"{"documentId": "sha256:0"}"#.to_vec(), 400, "TRUSTED_DOCUMENT_UNKNOWN"),
        (
            "an operation of a megabyte",
            format!("{{\"query\": \"{{rules{{code}}}}\", \"operationName\": \"{}\"}}", "x".repeat(1 << 20))
                .into_bytes(),
            400,
            "OPERATION_UNKNOWN",
        ),
        ("16 MB of spaces", vec![b' '; 16 << 20], 400, "JSON_MALFORMED"),
        ("a number of 16 MB", with_variables(&format!("{{\"i\": {}}}", "1".repeat(15 << 20))), 400, "JSON_MALFORMED"),
        ("16 MB of quotation marks", vec![b'"'; 16 << 20], 400, "JSON_MALFORMED"),
        (
            "16 MB of backslashes",
            format!("{{\"query\": \"{}\"}}", "\\".repeat(15 << 20)).into_bytes(),
            400,
            "JSON_STRING_TOO_LONG",
        ),
        (
            "16 MB of short strings",
            with_variables(&format!("{{\"i\": [{}1]}}", format!("\"{}\",", "x".repeat(1 << 20)).repeat(15))),
            400,
            "VARIABLE_INVALID",
        ),
        ("17 MB", vec![b' '; 17 << 20], 413, "BODY_TOO_LARGE"),
    ]
}

fn is_well(url: &str) -> bool {
    let started = Instant::now();
    let health = request(url, "GET /health", "", b"");
    health.status == 200 && health.json()["status"] == "ok" && started.elapsed() < 2 * QUICKLY
}

/// What differs from what was expected of an answer, if anything does.
fn odd(name: &str, answered: &Raw, took: Duration, status: u16, code: &str) -> Option<String> {
    let answer = answered.code();
    let is_code = if code == ANY { !answer.is_empty() && answer != "INTERNAL_ERROR" } else { answer == code };
    let size = answered.head.len() + answered.body.len();
    let as_expected = answered.status == status && is_code && took < QUICKLY && size <= LARGEST_ANSWER;
    let start: String = answered.text().chars().take(300).collect();
    (!as_expected).then(|| format!("{name}: {} in {took:?}, expected {status} {code}: {start}", answered.status))
}

#[test]
fn every_bomb_is_refused_within_its_time_and_size_and_the_service_stays_well() {
    let database = Database::migrated();
    KeyRing::create(&database.keys(), &["TEST"]).unwrap();
    let console = Console(&database);
    let secret = console.client("officer-one", "OFFICER", None);
    let server = console.serve();
    let token = bearer(Some(&server.caller("officer-one", &secret).token()));
    let headers = format!("{token}Accept: application/graphql-response+json\r\n");
    let mut bombs: Vec<(&str, Vec<u8>, u16, &str)> = bodies();
    bombs.extend(documents().into_iter().map(|(name, document, code)| {
        (name, json!({ "query": document, "variables": {} }).to_string().into_bytes(), 400, code)
    }));
    assert!(bombs.len() >= 60, "{}", bombs.len());
    let (mut wrong, mut times) = (Vec::new(), Vec::new());
    for (name, body, status, code) in &bombs {
        let (started, spent) = (Instant::now(), server.processor_time());
        let headers = format!("{headers}Content-Type: application/json\r\n");
        let answered = request(&server.url, "POST /graphql", &headers, body);
        wrong.extend(odd(name, &answered, answered.came - started, *status, code));
        let spent = server.processor_time().saturating_sub(spent);
        times.push((spent, name));
        if spent > PROCESSOR {
            wrong.push(format!("{name}: {spent:?} of processor time"));
        }
    }
    times.sort_by(|one, other| other.cmp(one));
    println!("{} bombs; the worst took of processor time:", bombs.len());
    times.iter().take(12).for_each(|(spent, name)| println!("{spent:>12?} {name}"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(is_well(&server.url));
}

#[test]
fn mutations_come_as_json_by_post_or_not_at_all() {
    let world = World::with_projects();
    let token = bearer(Some(&world.caller("operator").token()));
    let mutation = "mutation { organisationRegister(input: {siret: \"1\", name: \"x\"}) { userErrors { code } } }";
    let encoded: String = mutation.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let json_body = json!({ "query": mutation }).to_string();
    let form = format!("query={encoded}");
    let multipart =
        format!("--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{json_body}\r\n--b--\r\n");
    let mut wrong = Vec::new();
    for (name, start, content_type, body, status, code) in [
        ("GET", format!("GET /graphql?query={encoded}"), "", "", 405, "MUTATION_BY_GET"),
        (
            "GET with a body",
            format!("GET /graphql?query={encoded}"),
            "application/json",
            &json_body,
            405,
            "MUTATION_BY_GET",
        ),
        ("text", "POST /graphql".to_owned(), "text/plain", &json_body, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("no type", "POST /graphql".to_owned(), "", &json_body, 415, "MEDIA_TYPE_UNSUPPORTED"),
        (
            "a form",
            "POST /graphql".to_owned(),
            "application/x-www-form-urlencoded",
            &form,
            415,
            "MEDIA_TYPE_UNSUPPORTED",
        ),
        (
            "an upload",
            "POST /graphql".to_owned(),
            "multipart/form-data; boundary=b",
            &multipart,
            415,
            "MEDIA_TYPE_UNSUPPORTED",
        ),
        ("GraphQL itself", "POST /graphql".to_owned(), "application/graphql", mutation, 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("another method", "PUT /graphql".to_owned(), "application/json", &json_body, 405, "METHOD_NOT_ALLOWED"),
        (
            "POST in the address",
            format!("POST /graphql?query={encoded}"),
            "application/json",
            "{}",
            400,
            "REQUEST_MALFORMED",
        ),
    ] {
        let kind = if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
        let started = Instant::now();
        let answered = request(&world.url, &start, &format!("{token}{kind}"), body.as_bytes());
        wrong.extend(odd(name, &answered, answered.came - started, status, code));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let control = graphql(&world.url, &token, mutation, &json!({}));
    assert_eq!(control.json()["data"]["organisationRegister"]["userErrors"][0]["code"], "SIRET_INVALID");
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_have_come() {
    let world = World::with_projects();
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let head = format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{token}Content-Type: application/json\r\n");
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(1 << 20));
    let announced = format!("{head}Content-Length: 104857600\r\n\r\n{}", "x".repeat(100 << 20));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(100));
    let no_token = announced.replace(&token, "");
    let form = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 104857600\r\n\r\n{}",
        "x".repeat(100 << 20)
    );
    for (name, bytes) in
        [("announced", announced), ("in chunks", chunked), ("by a stranger", no_token), ("a form", form)]
    {
        let started = Instant::now();
        let refused = send(&world.url, bytes.as_bytes());
        let took = started.elapsed();
        assert_eq!((refused.status, refused.code().as_str()), (413, "BODY_TOO_LARGE"), "{name}: {}", refused.head);
        assert!(took < Duration::from_secs(2), "{name}: {took:?}");
    }
    assert!(is_well(&world.url));
}

#[test]
fn a_body_of_a_byte_a_second_is_refused_and_others_are_served_meanwhile() {
    let world = World::with_projects();
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let head = format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{token}Content-Type: application/json\r\n");
    let limits = faisceau::api::body::BodyLimits::default();
    // The real service keeps the usual times: a second more than the grace, and never to the deadline.
    let latest = limits.grace + Duration::from_secs(2);
    assert!(latest < limits.deadline);
    std::thread::scope(|scope| {
        for framing in ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"] {
            let (head, world) = (&head, &world);
            scope.spawn(move || {
                let mut stream = connect(&world.url);
                write!(stream, "{head}{framing}").unwrap();
                let (mut writing, started) = (stream.try_clone().unwrap(), Instant::now());
                scope.spawn(move || {
                    let byte: &[u8] = if framing.contains("chunked") { b"1\r\n{\r\n" } else { b"{" };
                    while started.elapsed() < Duration::from_secs(40) && writing.write_all(byte).is_ok() {
                        std::thread::sleep(Duration::from_secs(1));
                    }
                });
                let refused = read(stream);
                assert_eq!((refused.status, refused.code().as_str()), (408, "BODY_TOO_SLOW"), "{framing}");
                assert!(started.elapsed() < latest && started.elapsed() >= limits.grace, "{:?}", started.elapsed());
            });
        }
        std::thread::sleep(Duration::from_millis(500));
        assert!(is_well(&world.url));
    });
}

#[test]
fn many_slow_connections_do_not_stop_the_service() {
    let world = World::with_projects();
    let token = bearer(Some(&world.caller("partner-alpha").token()));
    let mut held: Vec<_> = Vec::new();
    for at in 0..400 {
        let mut stream = connect(&world.url);
        let start = match at % 4 {
            0 => String::new(),
            1 => "GET /hea".to_owned(),
            2 => "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".to_owned(),
            _ => format!(
                "POST /graphql HTTP/1.1\r\nHost: localhost\r\n{token}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
            ),
        };
        stream.write_all(start.as_bytes()).unwrap();
        held.push(stream);
    }
    let started = Instant::now();
    for _ in 0..10 {
        assert!(is_well(&world.url));
    }
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    let answered = graphql(&world.url, &token, "{ viewer { client } }", &json!({}));
    assert_eq!(answered.json()["data"]["viewer"]["client"], Value::from("partner-alpha"));
    // None of them is held for ever.
    for stream in held {
        let closed = read(stream);
        assert!([0, 408].contains(&closed.status), "{}", closed.head);
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
