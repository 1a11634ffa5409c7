//! The transport over real HTTP: statuses, guards, and what never comes back.

#[path = "support/tiny.rs"]
mod tiny;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use faisceau::api::body::BodyLimits;
use faisceau::api::graphql::transport::Limits;
use serde_json::{Value, json};

/// A server on a port of its own; it ends with the test process.
fn serve() -> u16 {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let body = BodyLimits { max_bytes: 50_000, grace: Duration::from_millis(300), ..BodyLimits::default() };
            let (server, port) = tiny::start(0, Limits { body, ..Limits::default() }).unwrap();
            tell.send(port).unwrap();
            server.await.unwrap();
        });
    });
    told.recv().unwrap()
}

struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }
}

/// One request as bytes, its answer until the server closes.
fn send(port: u16, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let _ = stream.write_all(request);
    answer(stream)
}

fn answer(mut stream: TcpStream) -> Answer {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_ascii_lowercase(), body: serde_json::from_str(body).unwrap_or_default() }
}

fn request(port: u16, start: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let text = format!(
        "{start} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    );
    send(port, text.as_bytes())
}

fn post(port: u16, body: &Value) -> Answer {
    let headers = "Content-Type: application/json\r\nAccept: application/graphql-response+json\r\nX-Caller: ana\r\n";
    request(port, "POST /graphql", headers, &body.to_string())
}

fn ask(port: u16, query: &str) -> Answer {
    post(port, &json!({ "query": query }))
}

#[test]
fn queries_are_answered() {
    let port = serve();
    let answered = post(
        port,
        &json!({"query": "query Q($s: Statement!) { count(statement: $s) caller }", "operationName": "Q",
            "variables": {"s": {"participations": [{"reference": "A", "sex": "F"}]}}}),
    );
    assert_eq!((answered.status, &answered.body["data"]), (200, &json!({"count": 1, "caller": "ana"})));
    for header in ["cache-control: no-store", "x-content-type-options: nosniff", "application/graphql-response+json"] {
        assert!(answered.head.contains(header), "{}", answered.head);
    }
    assert_eq!(request(port, "GET /graphql?query=%7Bcaller%7D", "", "").body["data"], json!({"caller": "nobody"}));
    assert_eq!(ask(port, "mutation { touch }").body["data"], json!({"touch": true}));
}

#[test]
fn requests_of_the_wrong_form_are_refused() {
    let port = serve();
    let json_type = "Content-Type: application/json\r\n";
    for (start, headers, body, status, code) in [
        ("GET /graphql?query=mutation%7Btouch%7D", "", "", 405, "MUTATION_BY_GET"),
        ("PUT /graphql", json_type, "{}", 405, "METHOD_NOT_ALLOWED"),
        ("POST /graphql", "Content-Type: text/plain\r\n", "{}", 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("POST /graphql", "Content-Type: multipart/form-data\r\n", "{}", 415, "MEDIA_TYPE_UNSUPPORTED"),
        ("POST /graphql", "", "{}", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (
            "POST /graphql",
            "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
            "{}",
            415,
            "ENCODING_UNSUPPORTED",
        ),
        ("POST /graphql", "Content-Type: application/json\r\nAccept: text/html\r\n", "{}", 406, "NOT_ACCEPTABLE"),
        ("POST /graphql", json_type, "{", 400, "JSON_MALFORMED"),
        ("POST /graphql", json_type, "[{\"query\": \"{caller}\"}]", 400, "REQUEST_MALFORMED"),
        ("POST /graphql", json_type, "{\"query\": \"{caller}\", \"variables\": 1}", 400, "REQUEST_MALFORMED"),
    ] {
        let refused = request(port, start, headers, body);
        assert_eq!((refused.status, refused.code()), (status, code), "{start} {headers}");
        assert_eq!(refused.head.contains("\r\nallow: "), status == 405, "{}", refused.head);
    }
}

#[test]
fn documents_that_do_not_hold_are_refused_in_the_callers_language() {
    let port = serve();
    for (query, code) in [
        ("{ caller", "DOCUMENT_INVALID"),
        ("{ nothing }", "DOCUMENT_INVALID"),
        ("{ caller @unknown }", "DIRECTIVE_INVALID"),
        ("query A { caller } query B { caller }", "OPERATION_UNKNOWN"),
        ("subscription { caller }", "SUBSCRIPTION_UNSUPPORTED"),
        ("{ items(first: 30000) { caller } }", "DOCUMENT_TOO_COSTLY"),
        ("query ($s: Statement!) { count(statement: $s) }", "VARIABLE_INVALID"),
    ] {
        let refused = ask(port, query);
        assert_eq!((refused.status, refused.code()), (400, code), "{query}");
        assert!(refused.body.get("data").is_none());
    }
    let body =
        json!({"query": "query ($t: String!) { echo(text: $t) }", "variables": {"t": 7503123456_i64}}).to_string();
    let refused = request(port, "POST /graphql", "Content-Type: application/json\r\nAccept-Language: fr\r\n", &body);
    insta::assert_json_snapshot!(refused.body, @r#"
    {
      "errors": [
        {
          "extensions": {
            "code": "VARIABLE_INVALID",
            "path": "variables.t",
            "remedy": "Envoyez une valeur de ce type."
          },
          "message": "La variable n'a pas le type déclaré par le document (String! attendu)."
        }
      ]
    }
    "#);
}

#[test]
fn identities_and_faults_never_come_back() {
    let port = serve();
    for query in [
        "{ echo(text: 7503123456) }",
        "{ echo(text: \"7503123456\" }",
        "{ x1841276451089 }",
        "{ count(statement: {participations: [{reference: \"7503123456\", sex: 7503123456}]}) }",
        "{ refused }",
        "{ broken }",
        "query ($s: Statement!) { count(statement: $s) caller @if(x: 7503123456) }",
    ] {
        let refused = ask(port, query);
        let text = refused.body.to_string();
        assert!(!refused.code().is_empty(), "{query}: {text}");
        assert!(!text.contains("7503123456") && !text.contains("1841276451089") && !text.contains("Jeanne"), "{text}");
    }
    assert_eq!(ask(port, "{ refused }").body["errors"][0]["message"], "No ••• here.");
    let broken = ask(port, "{ broken }");
    assert_eq!((broken.status, broken.code()), (200, "INTERNAL_ERROR"));
    let panicked = ask(port, "{ panicking }");
    assert_eq!((panicked.status, panicked.code()), (500, "INTERNAL_ERROR"));
}

#[test]
fn a_body_too_large_gets_a_quick_clear_answer() {
    let port = serve();
    let head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let started = Instant::now();
    let announced = send(port, format!("{head}Content-Length: 100000000\r\n\r\n{}", "x".repeat(1_000)).as_bytes());
    assert_eq!((announced.status, announced.code()), (413, "BODY_TOO_LARGE"));
    let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
    let chunked = send(port, format!("{head}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(12)).as_bytes());
    assert_eq!((chunked.status, chunked.code()), (413, "BODY_TOO_LARGE"));
    assert!(chunked.head.contains("connection: close"), "{}", chunked.head);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn a_body_that_drips_is_refused_and_closed() {
    let port = serve();
    for framing in ["Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(stream, "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{framing}")
            .unwrap();
        let started = Instant::now();
        let refused = answer(stream);
        assert_eq!((refused.status, refused.code()), (408, "BODY_TOO_SLOW"), "{framing}");
        assert!(started.elapsed() < Duration::from_secs(8), "{framing} {:?}", started.elapsed());
    }
}

#[test]
fn the_playground_is_served_whole() {
    let port = serve();
    let page = request(port, "GET /playground", "", "");
    assert!(page.status == 200 && page.head.contains("default-src 'none'; script-src 'self'"), "{}", page.head);
    let examples = request(port, "GET /playground/examples.json", "", "").body;
    assert!(examples[0]["title_fr"].is_string() && examples[0]["query"].is_string());
    assert_eq!(request(port, "GET /playground/graphiql.min.js", "", "").status, 200);
    assert_eq!(request(port, "GET /playground/..%2fmod.rs", "", "").status, 404);
}
