//! Requests as bytes, for what a well-behaved client never sends.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// An answer as it came.
pub struct Raw {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// When its last byte came; a refused body may keep the connection open for a while longer, so that its sender hears why.
    pub came: Instant,
}

impl Raw {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of the first error, in the form of GraphQL, of problem documents or of OAuth 2.0.
    pub fn code(&self) -> String {
        let body = self.json();
        let places = [&body["errors"][0]["extensions"]["code"], &body["code"], &body["error"]];
        places.into_iter().find_map(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// A connection to a service.
pub fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).expect("the service listens")
}

/// Sends bytes while it reads the answer, until the server closes.
pub fn send(url: &str, request: &[u8]) -> Raw {
    let stream = connect(url);
    let mut writing = stream.try_clone().unwrap();
    std::thread::scope(|scope| {
        // The server may refuse and close before it has read everything.
        scope.spawn(move || drop(writing.write_all(request)));
        read(stream)
    })
}

/// Reads an answer until the server closes.
pub fn read(mut stream: TcpStream) -> Raw {
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let (mut bytes, mut piece, mut came) = (Vec::new(), [0; 1 << 14], Instant::now());
    while let Some(count) = stream.read(&mut piece).ok().filter(|count| *count > 0) {
        bytes.extend_from_slice(&piece[..count]);
        came = Instant::now();
    }
    let split = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Raw { status, head, body: bytes.get(split + 4..).unwrap_or_default().to_vec(), came }
}

/// One request; `start` is method and target, `headers` are whole lines.
pub fn request(url: &str, start: &str, headers: &str, body: &[u8]) -> Raw {
    let length = body.len();
    let head = format!(
        "{start} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    send(url, &[head.as_bytes(), body].concat())
}

/// The header line of a bearer token, or none.
pub fn bearer(token: Option<&str>) -> String {
    token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default()
}

/// Posts a GraphQL document with some header lines.
pub fn graphql(url: &str, headers: &str, document: &str, variables: &Value) -> Raw {
    let body = json!({ "query": document, "variables": variables }).to_string();
    request(url, "POST /graphql", &format!("{headers}Content-Type: application/json\r\n"), body.as_bytes())
}
