//! The server as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Database;
use crate::support::world::agent;

/// A running server; killed when dropped.
pub struct Server {
    pub child: Child,
    pub url: String,
}

impl Server {
    /// Starts it on a free port and reads the address from its log.
    pub fn start(database: &Database) -> Self {
        Self::start_with(database, &[])
    }

    /// The same with further settings, by the names of their variables.
    pub fn start_with(database: &Database, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_faisceau"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", database.url()])
            .arg("--keys")
            .arg(database.keys())
            .env("RUST_LOG", "info")
            .env_remove("FAISCEAU_LOG_FORMAT")
            .env("FAISCEAU_PUBLIC_URL", "http://127.0.0.1:8080")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = log.find_map(|line| {
            let address = line.split("address=").nth(1).and_then(|rest| rest.split(' ').next()).map(str::to_owned);
            said.push(line);
            address
        });
        // Somebody must go on reading, or the server would wait for room to log.
        std::thread::spawn(move || log.for_each(drop));
        let address = address.unwrap_or_else(|| panic!("the server did not start: {said:#?}"));
        Self { child, url: format!("http://{address}") }
    }

    /// A way to talk to it as somebody.
    pub fn api(&self, token: &str) -> Api {
        Api { url: self.url.clone(), token: token.to_owned(), agent: agent() }
    }

    /// Kills it as `kill -9` does: it hears nothing of it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it when nothing is under way.
    pub fn stop(self) {
        self.kill();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that expects the server to die at any moment.
pub struct Api {
    url: String,
    token: String,
    agent: ureq::Agent,
}

impl Api {
    /// Puts a GraphQL document; gives its data, or nothing if no whole answer came.
    pub fn ask(&self, query: &str, variables: Value) -> Option<Value> {
        let sent = self
            .agent
            .post(format!("{}/graphql", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .send_json(json!({ "query": query, "variables": variables }));
        let mut response = sent.ok()?;
        let body: Value = response.body_mut().read_json().ok()?;
        assert!(body["errors"].is_null() && response.status() == 200, "{body:#}");
        Some(body["data"].clone())
    }
}
