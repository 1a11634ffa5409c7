//! The binary as an operator uses it: commands with their output, and a server that ends with its test.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

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

    /// Runs a command that must end well, with a text on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Printed {
        let (succeeded, printed) = self.try_run_with(arguments, input);
        assert!(succeeded, "faisceau {}: {}{}", arguments.join(" "), printed.out, printed.err);
        printed
    }

    /// Runs a command that must fail, with a text on its standard input; gives what it said.
    pub fn run_with_refused(&self, arguments: &[&str], input: &str) -> String {
        let (succeeded, printed) = self.try_run_with(arguments, input);
        assert!(!succeeded, "faisceau {}: {}", arguments.join(" "), printed.out);
        printed.err
    }

    fn try_run_with(&self, arguments: &[&str], input: &str) -> (bool, Printed) {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        (output.status.success(), printed(&output))
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
        self.serve_with(&[])
    }

    /// The same with other variables in its environment.
    pub fn serve_with(&self, variables: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
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

    /// Runs a command; tells whether it ended well, and what it printed.
    pub fn try_run(&self, arguments: &[&str]) -> (bool, Printed) {
        let output = self.command(arguments).output().unwrap();
        (output.status.success(), printed(&output))
    }

    /// A command in this shell.
    pub fn command(&self, arguments: &[&str]) -> Command {
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

    /// The processor time that its threads have spent; nothing where the system does not tell.
    pub fn processor_time(&self) -> Duration {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).into_iter().flatten().flatten();
        let spent = |task: std::fs::DirEntry| -> Option<u64> {
            std::fs::read_to_string(task.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
        };
        Duration::from_nanos(tasks.filter_map(spent).sum())
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
