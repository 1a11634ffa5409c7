//! The rival that many would write: a Node server that inserts what it is sent in one statement, without checking anything.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running Node server; killed when dropped.
pub struct Node {
    pub child: Child,
    pub url: String,
}

impl Node {
    /// Starts it on a database; `npm ci` was run in its folder.
    pub fn start(database_url: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/rival/server.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .env("DATABASE_URL", database_url)
            .env("NODE_ENV", "production")
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http"), "the Node server did not start: run npm ci in benches/rival");
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
