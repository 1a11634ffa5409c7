//! The binary as an operator uses it: commands with their output, and a server that ends with its test.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::{Caller, Database};

/// The binary under test: the one that `FAISCEAU_TEST_BINARY` names, or that of this build.
pub fn binary() -> PathBuf {
    std::env::var_os("FAISCEAU_TEST_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_faisceau").into(), PathBuf::from)
}

/// Whether it is not that of this build.
pub fn is_another_binary() -> bool {
    std::env::var_os("FAISCEAU_TEST_BINARY").is_some()
}

/// A shell in which the deployment's database and keys are set.
pub struct Console<'a>(pub &'a Database);

/// What a command that ended well printed, or why it refused.
pub struct Printed {
    pub out: String,
    pub err: String,
}

/// A running server, killed when dropped.
pub struct Server {
    process: Child,
    pub url: String,
}

impl Console<'_> {
    /// Runs a command that must end well.
    pub fn run(&self, arguments: &[&str]) -> Printed {
        let (succeeded, printed) = self.try_run(arguments);
        assert!(succeeded, "faisceau {}: {}{}", arguments.join(" "), printed.out, printed.err);
        printed
    }

    /// Runs a command that must end with exit code 1; gives what it said.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let printed = printed(&output);
        assert_eq!(output.status.code(), Some(1), "faisceau {}: {}", arguments.join(" "), printed.err);
        printed.err
    }

    /// Registers a client and gives its secret.
    pub fn client(&self, name: &str, role: &str, siret: Option<&str>) -> String {
        let mut arguments = vec!["client", "add", name, "--role", role];
        arguments.extend(siret.iter().flat_map(|siret| ["--organisation", *siret]));
        let printed = self.run(&arguments).out;
        let secret = printed.lines().find_map(|line| line.strip_prefix("client_secret=")).expect("a secret");
        assert!(printed.contains(&format!("client_id={name}")), "{printed}");
        secret.to_owned()
    }

    /// Starts the server on a free port and waits until it says where it listens.
    pub fn serve(&self) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("FAISCEAU_LOG_FORMAT", "json").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let address = address(&line);
            said.push(line);
            address
        });
        let Some(address) = address else {
            let _ = process.wait();
            panic!("the server ended: {}", said.join("\n"));
        };
        // What it says later is read away, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Server { process, url: format!("http://{address}") }
    }

    fn try_run(&self, arguments: &[&str]) -> (bool, Printed) {
        let output = self.command(arguments).output().unwrap();
        (output.status.success(), printed(&output))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).env("DATABASE_URL", self.0.url()).env("FAISCEAU_KEYS", self.0.keys());
        command.env_remove("RUST_LOG").env_remove("FAISCEAU_LISTEN").current_dir(self.0.folder());
        command
    }
}

impl Server {
    /// The most memory that it ever held, in MiB, where the system tells.
    pub fn peak_mib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
    }

    /// A client of this server.
    pub fn caller(&self, name: &str, secret: &str) -> Caller {
        Caller::at(&self.url, name, secret)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The address in the log line that says so.
fn address(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let fields = &line["fields"];
    (fields["message"] == "serving").then(|| fields["address"].as_str().unwrap().to_owned())
}

fn printed(output: &Output) -> Printed {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Printed { out: text(&output.stdout), err: text(&output.stderr) }
}
