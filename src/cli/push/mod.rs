//! `faisceau push`: sends a file as a partner's own system would: checked first, then committed, safe to repeat.
//!
//! It speaks HTTP and knows nothing of the server's insides. What it sends is never printed, logged or kept.

mod agent;
mod answer;
mod conversation;
mod file;
mod interrupt;
mod report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use secrecy::SecretString;

pub use answer::Document;
pub use conversation::{Order, Pushed, push};
pub use file::Format;
pub use interrupt::Interrupt;
pub use report::Reporter;

use crate::refusal::Language;

/// What may come between a push and an answer about its file, with the exit code that says so.
#[derive(Debug)]
pub enum Stop {
    /// 2: the command cannot be carried out as it was given.
    Usage(String),
    /// 3: the server refuses: nobody known, not allowed, not found, or something else came first.
    Refused(String),
    /// 4: the server cannot be reached, or failed.
    Unreachable(String),
    /// 130: Ctrl-C.
    Interrupted(String),
}

impl Stop {
    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::Unreachable(_) => 4,
            Self::Interrupted(_) => 130,
        }
    }

    /// What came between, in a word.
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::Usage(_) => "USAGE",
            Self::Refused(_) => "REFUSED",
            Self::Unreachable(_) => "UNREACHABLE",
            Self::Interrupted(_) => "INTERRUPTED",
        }
    }

    /// What is told beside the exit code.
    pub fn words(&self) -> &str {
        match self {
            Self::Usage(words) | Self::Refused(words) | Self::Unreachable(words) | Self::Interrupted(words) => words,
        }
    }
}

#[derive(Args)]
#[command(after_help = "\
The client's secret comes from FAISCEAU_CLIENT_SECRET or from the file of --client-secret-file, never from an argument.

Exit codes: 0 done, or there already; 1 blocked by findings or by errors in the file; 2 usage or configuration; \
3 refused (credentials, permission, conflict); 4 server unreachable or failing; 130 interrupted.")]
pub(super) struct PushArguments {
    /// The statement: a CSV table, JSON one object per line, or one JSON document.
    file: PathBuf,
    /// The server's address, such as `https://faisceau.example.org`.
    #[arg(long, env = "FAISCEAU_SERVER")]
    server: String,
    /// The programme's code.
    #[arg(long)]
    programme: String,
    /// The project's code.
    #[arg(long)]
    project: String,
    /// The period, such as 2024-Q3.
    #[arg(long)]
    period: String,
    /// The client's name, as it was registered.
    #[arg(long, env = "FAISCEAU_CLIENT")]
    client: String,
    /// A file that holds the client's secret.
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Whether the file holds all participations, or those that are new or changed.
    #[arg(long, value_enum, ignore_case = true, default_value_t = Mode::Replace)]
    mode: Mode,
    /// The newest version that the file builds on; the newest there is if absent.
    #[arg(long)]
    base_version: Option<u32>,
    /// The answer to every warning of a code; may be repeated.
    #[arg(long, value_name = "CODE=TEXT")]
    justify: Vec<String>,
    /// A JSON file with such answers: {"CODE": "text"}.
    #[arg(long, value_name = "FILE")]
    justifications: Option<PathBuf>,
    /// Check only, and submit nothing.
    #[arg(long)]
    dry_run: bool,
    /// Submit without asking; nobody is asked where there is no terminal.
    #[arg(long)]
    yes: bool,
    /// Write the findings and errors to a CSV file.
    #[arg(long, value_name = "FILE.csv")]
    findings: Option<PathBuf>,
    /// Print one JSON document instead of text.
    #[arg(long)]
    json: bool,
    /// Ask for findings in French.
    #[arg(long)]
    french: bool,
    /// Allow http:// to another machine, where anybody on the way can read the secret and the file.
    #[arg(long)]
    plain_http: bool,
}

/// What the participations of a file are to those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// All that there are.
    Replace,
    /// New and changed ones, by reference.
    Upsert,
}

impl Mode {
    /// Its code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Replace => "REPLACE",
            Self::Upsert => "UPSERT",
        }
    }
}

/// Runs the command and tells what came of it.
pub(super) fn run(arguments: &PushArguments) -> ExitCode {
    let mut reporter = Reporter::new(arguments);
    let pushed = order(arguments).and_then(|order| push(&order, &Interrupt::listen(), &mut reporter));
    ExitCode::from(reporter.end(&pushed))
}

fn order(arguments: &PushArguments) -> Result<Order, Stop> {
    let mut justifications = Vec::new();
    for given in &arguments.justify {
        let (code, text) = given.split_once('=').ok_or_else(|| {
            Stop::Usage("--justify takes CODE=TEXT, such as TARGET_EXCEEDED=\"An amendment is asked for.\"".to_owned())
        })?;
        justifications.push((code.to_owned(), text.to_owned()));
    }
    if let Some(path) = &arguments.justifications {
        justifications.extend(read_justifications(path)?);
    }
    Ok(Order {
        file: arguments.file.clone(),
        format: Format::of_file(&arguments.file)?,
        server: agent::server(&arguments.server, arguments.plain_http)?,
        client: arguments.client.clone(),
        secret: secret(arguments.client_secret_file.as_deref())?,
        programme: arguments.programme.clone(),
        project: arguments.project.clone(),
        period: arguments.period.clone(),
        mode: arguments.mode,
        base_version: arguments.base_version,
        justifications,
        dry_run: arguments.dry_run,
        language: if arguments.french { Language::Fr } else { Language::En },
    })
}

/// Answers to warnings by the codes of their rules.
pub fn read_justifications(path: &Path) -> Result<Vec<(String, String)>, Stop> {
    let text = std::fs::read(path).map_err(|error| file::unreadable(path, &error))?;
    let read: std::collections::BTreeMap<String, String> = serde_json::from_slice(&text).map_err(|_| {
        Stop::Usage(format!("{} is not a JSON object of the form {{\"CODE\": \"text\"}}", path.display()))
    })?;
    Ok(read.into_iter().collect())
}

fn secret(path: Option<&Path>) -> Result<SecretString, Stop> {
    let text = match path {
        Some(path) => std::fs::read_to_string(path).map_err(|error| file::unreadable(path, &error))?,
        None => std::env::var("FAISCEAU_CLIENT_SECRET").map_err(|_| {
            Stop::Usage("set FAISCEAU_CLIENT_SECRET, or name a file with --client-secret-file".to_owned())
        })?,
    };
    let secret = text.trim();
    if secret.is_empty() { Err(Stop::Usage("the client's secret is empty".to_owned())) } else { Ok(secret.into()) }
}
