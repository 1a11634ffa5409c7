//! `faisceau definitions`: the versions of a programme's definitions, listed, shown and added at the console.

use clap::{Args, Subcommand};
use comfy_table::{Table, presets};

use super::Place;
use super::directory::{Written, print};
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::rest::definitions::{DefinitionResource, add_definition};
use crate::consolidation::definitions::operations as definitions;
use crate::refusal::{Failure, Outcome};

/// What is to be done with definitions.
#[derive(Subcommand)]
pub(super) enum DefinitionsCommand {
    /// List the versions of a programme's definitions.
    List(Listed),
    /// Print a version, whole, as JSON.
    Show(Shown),
    /// Add a version.
    Add(Written),
}

#[derive(Args)]
pub(super) struct Listed {
    /// The programme's code.
    #[arg(long, default_value = "PIC-IPR")]
    programme: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct Shown {
    /// The version's code, such as `V1`.
    code: String,
    #[command(flatten)]
    listed: Listed,
}

pub(super) fn definitions(command: &DefinitionsCommand) -> Outcome<()> {
    match command {
        DefinitionsCommand::List(listed) => list(listed),
        DefinitionsCommand::Show(shown) => show(shown),
        DefinitionsCommand::Add(written) => written.write(add_definition),
    }
}

fn list(listed: &Listed) -> Outcome<()> {
    let desk = listed.place.desk()?;
    let programme = listed.programme.parse().map_err(Failure::Refused)?;
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["Version", "Name", "Indicators", "Known from", "Stands", "Digest"]);
    for set in definitions::list_definitions(&desk, &at_the_console(Role::Auditor), &programme)? {
        let (from, stands) = match &set.addition {
            Some(addition) => (addition.position.to_string(), if addition.standing { "yes" } else { "" }),
            None => ("the beginning".to_owned(), ""),
        };
        let count = set.content.indicators.len().to_string();
        let (code, name) = (set.code.to_string(), set.content.name_en.to_string());
        table.add_row([code, name, count, from, stands.to_owned(), set.digest.to_string()[..16].to_owned()]);
    }
    println!("{table}");
    Ok(())
}

fn show(shown: &Shown) -> Outcome<()> {
    let desk = shown.listed.place.desk()?;
    let programme = shown.listed.programme.parse().map_err(Failure::Refused)?;
    let found = definitions::find_definition(&desk, &at_the_console(Role::Auditor), &programme, &shown.code)?;
    let unknown = || Failure::fault("no version of that code; `faisceau definitions list` names them");
    print(&DefinitionResource::from(&*found.ok_or_else(unknown)?))
}
