//! A client that costs next to nothing: one request, written again and again over connections that stay open.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// How many connections ask at once, and for how long.
const CONNECTIONS: usize = 8;
const LASTING: Duration = Duration::from_secs(2);

/// A request as it goes over the wire.
pub struct Request(Vec<u8>);

impl Request {
    pub fn get(path: &str, token: Option<&str>) -> Self {
        Self(
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n{}\r\n", bearer(token))
                .into(),
        )
    }

    pub fn graphql(body: &str, token: &str) -> Self {
        let head = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        Self(format!("POST /graphql HTTP/1.1\r\nHost: localhost\r\n{}{head}\r\n{body}", bearer(Some(token))).into())
    }

    /// The answer's body.
    pub fn once(&self, address: &str) -> String {
        let mut connection = TcpStream::connect(address).unwrap();
        let mut buffer = Vec::new();
        self.ask(&mut connection, &mut buffer);
        let begin = buffer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        String::from_utf8(buffer.split_off(begin)).unwrap()
    }

    /// Answers per second.
    pub fn rate(&self, address: &str) -> f64 {
        let barrier = Barrier::new(CONNECTIONS);
        let count = || {
            let mut connection = TcpStream::connect(address).unwrap();
            connection.set_nodelay(true).unwrap();
            let mut buffer = Vec::new();
            self.ask(&mut connection, &mut buffer);
            barrier.wait();
            let (begin, mut count) = (Instant::now(), 0_u32);
            while begin.elapsed() < LASTING {
                self.ask(&mut connection, &mut buffer);
                count += 1;
            }
            f64::from(count) / begin.elapsed().as_secs_f64()
        };
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(count)).collect();
            clients.into_iter().map(|client| client.join().unwrap()).sum()
        })
    }

    fn ask(&self, connection: &mut TcpStream, buffer: &mut Vec<u8>) {
        connection.write_all(&self.0).unwrap();
        buffer.clear();
        let mut piece = [0; 1 << 16];
        loop {
            let count = connection.read(&mut piece).unwrap();
            assert!(count > 0, "the connection was closed");
            buffer.extend_from_slice(&piece[..count]);
            let Some(begin) = buffer.windows(4).position(|four| four == b"\r\n\r\n").map(|end| end + 4) else {
                continue;
            };
            let head = std::str::from_utf8(&buffer[..begin]).unwrap().to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{}", String::from_utf8_lossy(buffer));
            let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            let length: usize = length.expect("an answer says its length").parse().unwrap();
            if buffer.len() >= begin + length {
                return;
            }
        }
    }
}

fn bearer(token: Option<&str>) -> String {
    token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"))
}
