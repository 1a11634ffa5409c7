//! The command line: one command per file, each over the same operations as the API.

mod accounts;
mod clients;
mod closing;
mod definitions;
mod demo;
mod directory;
mod doctor;
mod explain;
pub mod export;
mod history;
mod keys;
mod person;
mod pseudonymise;
pub mod push;
mod retention;
mod self_check;
mod serve;
mod totals;
mod upkeep;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use secrecy::ExposeSecret;
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
use crate::configuration::{Configuration, Given, LogFormat};
use crate::refusal::{Failure, Language, Outcome};
use crate::storage::{Location, Store, migrations, wall};

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
    Migrate(MigrateArguments),
    /// Register the machines that call the API, narrow them, rotate what they prove themselves with, take them back.
    #[command(subcommand)]
    Client(clients::ClientCommand),
    /// Register the people who sign in with a name and a password; change, suspend and sign out anybody who signs in.
    #[command(subcommand)]
    Account(accounts::AccountCommand),
    /// Change the directory: programmes, organisations, projects and their agreements.
    #[command(subcommand)]
    Directory(directory::DirectoryCommand),
    /// See and change what every figure means.
    #[command(subcommand)]
    Definitions(definitions::DefinitionsCommand),
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
    /// Say why a figure is what it is, or what changed it, without a server.
    Explain(explain::ExplainArguments),
    /// Prepare, review and publish closings: figures published for good.
    #[command(subcommand)]
    Closing(closing::ClosingCommand),
    /// Make the deployment's keys.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Erase one person, or print all that is held on one.
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Set how long individual records are kept, and purge what is past that.
    Retention(retention::RetentionArguments),
    /// At the partner: replace the identity numbers of a CSV or NDJSON file by their pseudonyms.
    Pseudonymise(pseudonymise::PseudonymiseArguments),
    /// Print the GraphQL schema.
    Schema,
    /// Print the OpenAPI document of the REST routes.
    Openapi,
    /// Check what is stored: the journal's chains, versions and records against their hashes; figures counted anew.
    Verify(verify::VerifyArguments),
    /// Check that this machine, its database and its keys are fit to serve, and say what is not.
    Doctor(Place),
}

/// What `migrate` does.
#[derive(Args)]
struct MigrateArguments {
    #[command(flatten)]
    place: Place,
    /// Print the statements that make the roles of PostgreSQL's second wall, for an administrator of the server, and stop.
    #[arg(long)]
    roles: bool,
}

/// Where the configuration comes from, and where the data and the keys are.
#[derive(Args, Clone, Default)]
pub(crate) struct Place {
    /// A file of settings, in TOML; or FAISCEAU_CONFIG. Variables go before it, flags before both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A setting by its name; give it once per setting.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// `postgres://…`, or a file for the embedded SQLite; or DATABASE_URL.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// The folder of the keys, which never live in the database; or FAISCEAU_KEYS.
    #[arg(long, value_name = "FOLDER")]
    keys: Option<PathBuf>,
}

impl Place {
    /// What was given: the file, the environment, the flags.
    fn given(&self) -> Given {
        let mut given = Given::default();
        let variables: Vec<(String, String)> = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect();
        let named = variables.iter().find(|(name, _)| name == "FAISCEAU_CONFIG").map(|(_, file)| PathBuf::from(file));
        if let Some(file) = self.config.clone().or(named) {
            given.file(&file);
        }
        given.variables(variables);
        for setting in &self.settings {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            given.flag(name, value);
        }
        if let Some(url) = &self.database_url {
            given.flag("database_url", url);
        }
        if let Some(keys) = &self.keys {
            given.flag("keys", keys.to_string_lossy());
        }
        given
    }

    /// The configuration, or everything in it that does not hold.
    fn configuration(&self) -> Outcome<Configuration> {
        Configuration::read_or_refuse(&self.given())
    }

    fn location(&self) -> Outcome<Location> {
        Ok(location(&self.configuration()?))
    }

    /// Opens the database, which must be migrated, and loads the keys, which must be there.
    fn desk(&self) -> Outcome<Desk> {
        desk(&self.configuration()?)
    }
}

fn location(configuration: &Configuration) -> Location {
    Location::parse(configuration.database_url.expose_secret())
}

/// Opens the database of a configuration, which must be migrated, and loads its keys, which must be there.
fn desk(configuration: &Configuration) -> Outcome<Desk> {
    let keys = KeyRing::load(&configuration.keys)?;
    let location = location(configuration);
    let store = Store::open(location.clone())?;
    let pending = migrations::pending(&location)?;
    if !pending.is_empty() {
        return Err(Failure::fault(format!("the database lacks {} migrations; run `faisceau migrate`", pending.len())));
    }
    store.check_wall()?;
    Ok(Desk::new(store, Clock::System, Arc::new(keys)))
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
        Command::Verify(arguments) => return verify::verify(&arguments),
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Serve(arguments) => serve::serve(&arguments),
        Command::Migrate(arguments) => migrate(&arguments),
        Command::Client(command) => clients::client(&command),
        Command::Account(command) => accounts::account(&command),
        Command::Directory(command) => directory::directory(&command),
        Command::Definitions(command) => definitions::definitions(&command),
        Command::Import(written) => directory::import(&written),
        Command::Token(arguments) => clients::token(&arguments),
        Command::Totals(arguments) => totals::totals(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Closing(command) => closing::closing(&command),
        Command::Keys(command) => keys::keys(&command),
        Command::Person(command) => person::person(&command),
        Command::Retention(arguments) => retention::retention(&arguments),
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

fn migrate(arguments: &MigrateArguments) -> Outcome<()> {
    if arguments.roles {
        print!("{}", wall::ROLES_SQL);
        return Ok(());
    }
    let names = migrations::run(&arguments.place.location()?)?;
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

/// Sends the log to standard error. `RUST_LOG` filters it; but other crates never say more than INFO, since below it they
/// write headers as they came.
fn start_log(default_filter: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter));
    let discreet = filter_fn(|metadata| is_ours(metadata.target()) || *metadata.level() <= Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry().with(filter).with(discreet);
    let json = format == LogFormat::Json;
    let started = if json { registry.with(lines.json()).try_init() } else { registry.with(lines).try_init() };
    if started.is_err() {
        eprintln!("faisceau: the log was started already");
    }
}

fn is_ours(target: &str) -> bool {
    target == "faisceau" || target.starts_with("faisceau::")
}
