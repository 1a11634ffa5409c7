//! The command line: one command per file, each over the same operations as the API.

mod clients;
mod demo;
mod directory;
mod doctor;
pub mod export;
mod history;
mod keys;
mod pseudonymise;
pub mod push;
mod serve;
mod totals;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::access::Desk;
use crate::access::keys::KeyRing;
use crate::api::graphql::schema;
use crate::api::rest::documents;
use crate::clock::Clock;
use crate::refusal::{Failure, Language, Outcome};
use crate::storage::{Location, Store, migrations};

/// A funder's consolidation API: partners push reports, officers approve them, national indicators follow.
#[derive(Parser)]
#[command(name = "faisceau", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build a fictional programme of 55 projects, print its key figures, and serve it.
    Demo(demo::DemoArguments),
    /// Serve the API until Ctrl-C or SIGTERM.
    Serve(serve::ServeArguments),
    /// Make or update the database's tables.
    Migrate(Place),
    /// Register the machines that call the API, narrow them, rotate what they prove themselves with, take them back.
    #[command(subcommand)]
    Client(clients::ClientCommand),
    /// Change the directory: programmes, organisations, projects and their agreements.
    #[command(subcommand)]
    Directory(directory::DirectoryCommand),
    /// Register a whole directory at once: a folder of CSV files, or one JSON document.
    Import(directory::Written),
    /// Print an access token for a registered client.
    Token(clients::TokenArguments),
    /// Check a file of a project's statement and submit it to a server, as a partner.
    Push(push::PushArguments),
    /// Take in versions that were approved before there was this service, all of them or none.
    ImportHistory(history::HistoryArguments),
    /// Print the consolidated figures of a programme, without a server.
    Totals(totals::TotalsArguments),
    /// Make the deployment's keys.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// At the partner: replace the identity numbers of a CSV or NDJSON file by their pseudonyms.
    Pseudonymise(pseudonymise::PseudonymiseArguments),
    /// Print the GraphQL schema.
    Schema,
    /// Print the OpenAPI document of the REST routes.
    Openapi,
    /// Check that this machine, its database and its keys are fit to serve, and say what is not.
    Doctor(Place),
}

/// Where the data and the keys are.
#[derive(Args, Clone)]
pub(crate) struct Place {
    /// `postgres://…`, or a file for the embedded SQLite.
    #[arg(long, env = "DATABASE_URL", default_value = "faisceau.db", hide_env_values = true)]
    database_url: String,
    /// The folder of the keys, which never live in the database.
    #[arg(long, env = "FAISCEAU_KEYS", default_value = "keys")]
    keys: PathBuf,
}

impl Place {
    fn location(&self) -> Location {
        Location::parse(&self.database_url)
    }

    /// Opens the database, which must be migrated, and loads the keys, which must be there.
    fn desk(&self) -> Outcome<Desk> {
        let keys = KeyRing::load(&self.keys)?;
        let store = Store::open(self.location())?;
        let pending = migrations::pending(&self.location())?;
        if !pending.is_empty() {
            return Err(Failure::fault(format!(
                "the database lacks {} migrations; run `faisceau migrate`",
                pending.len()
            )));
        }
        Ok(Desk::new(store, Clock::System, Arc::new(keys)))
    }
}

/// Runs the command line; prints what went wrong, and what to do about it, on standard error.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("faisceau: {}", told(&failure));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Outcome<ExitCode> {
    let done = match command {
        // Commands with exit codes of their own.
        Command::Push(arguments) => return Ok(push::run(&arguments)),
        Command::Pseudonymise(arguments) => return Ok(pseudonymise::pseudonymise(&arguments)),
        Command::ImportHistory(arguments) => return history::import(&arguments),
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Migrate(place) => migrate(&place),
        Command::Client(command) => clients::client(&command),
        Command::Directory(command) => directory::directory(&command),
        Command::Import(written) => directory::import(&written),
        Command::Token(arguments) => clients::token(&arguments),
        Command::Totals(arguments) => totals::totals(&arguments),
        Command::Keys(command) => keys::keys(&command),
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Openapi => {
            print!("{}", documents::openapi_text());
            Ok(())
        }
        Command::Doctor(place) => doctor::doctor(&place),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn migrate(place: &Place) -> Outcome<()> {
    let names = migrations::run(&place.location())?;
    if names.is_empty() {
        println!("Nothing to do: the tables are up to date.");
    }
    for name in names {
        println!("Migrated {name}.");
    }
    Ok(())
}

/// A failure for whoever holds the console: a fault's own words, which hold no row values, or the refusal's.
fn told(failure: &Failure) -> String {
    match failure {
        Failure::Fault(fault) => fault.what.clone(),
        Failure::Refused(refusal) => {
            format!("{}: {} {}", refusal.code.as_str(), refusal.message(Language::En), refusal.remedy(Language::En))
        }
    }
}

/// Sends the log to standard error: as text, or as JSON if `FAISCEAU_LOG_FORMAT=json`. `RUST_LOG` filters it; but other
/// crates never say more than INFO, since below it they write headers as they came.
fn start_log(default_filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter));
    let discreet = filter_fn(|metadata| is_ours(metadata.target()) || *metadata.level() <= Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(discreet);
    let json = std::env::var("FAISCEAU_LOG_FORMAT").is_ok_and(|format| format == "json");
    let started = if json { registry.with(lines.json()).try_init() } else { registry.with(lines).try_init() };
    if started.is_err() {
        eprintln!("faisceau: the log was started already");
    }
}

fn is_ours(target: &str) -> bool {
    target == "faisceau" || target.starts_with("faisceau::")
}
