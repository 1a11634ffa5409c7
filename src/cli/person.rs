//! `faisceau person`: the rights of one person. An identity is read from standard input, never from an argument, which
//! other users of the machine could see.

use std::io::{BufRead, IsTerminal, stdin};

use clap::{Args, Subcommand};
use zeroize::Zeroizing;

use super::Place;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::directory::operations as directory;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::reporting::identity::{Identity, Scheme, pseudonymise};
use crate::reporting::operations as reporting;
use crate::reporting::privacy::Who;
use crate::text::Reason;

#[derive(Subcommand)]
pub(super) enum PersonCommand {
    /// Erase a person: every record, and the link to who they are. It cannot be taken back.
    Erase(PersonArguments),
    /// Print all that is held on a person, as JSON, for that person.
    Export(PersonArguments),
}

#[derive(Args)]
pub(super) struct PersonArguments {
    /// The code of the programme.
    #[arg(long)]
    programme: String,
    /// Find the person by an identity of this scheme (AGDREF, NIR or PROGRAMME), read from standard input.
    #[arg(long, conflicts_with_all = ["project", "reference"], required_unless_present = "project")]
    scheme: Option<String>,
    /// Find the person by a project's code and its reference.
    #[arg(long, requires = "reference")]
    project: Option<String>,
    /// The partner's reference of the person.
    #[arg(long, requires = "project")]
    reference: Option<String>,
    /// Why, for the journal, without any identity number: for example the number of the request.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn person(command: &PersonCommand) -> Outcome<()> {
    let (PersonCommand::Erase(arguments) | PersonCommand::Export(arguments)) = command;
    let reason: Reason = arguments.reason.parse().map_err(|refusal: Refusal| refusal.at("reason"))?;
    let desk = arguments.place.desk()?;
    let scope = at_the_console(Role::Officer).with_reason(Some(reason.clone()));
    let who = find_who(&desk, &scope, arguments)?;
    match command {
        PersonCommand::Export(_) => {
            let held = reporting::export_person(&desk, &scope, &who)?;
            println!(
                "{}",
                serde_json::to_string_pretty(&held).map_err(|_| Failure::fault("an export cannot be written"))?
            );
        }
        PersonCommand::Erase(_) => {
            let erasure = reporting::erase_person(&desk, &scope, &who, &reason)?;
            let (records, links) = (erasure.record_count, erasure.link_count);
            println!("Erased {records} records and {links} links, at position {}.", erasure.position);
            println!("Proof: {}", erasure.proof);
            println!("Backups hold them until they are destroyed.");
        }
    }
    Ok(())
}

fn find_who(desk: &Desk, scope: &Scope, arguments: &PersonArguments) -> Outcome<Who> {
    let missing = |path: &str| Failure::from(Refusal::new(Code::NotFound).at(path));
    let programme =
        directory::find_programme(desk, scope, &arguments.programme)?.ok_or_else(|| missing("programme"))?;
    if let (Some(project), Some(reference)) = (&arguments.project, &arguments.reference) {
        let project = directory::find_project_by_code(desk, scope, &programme.id, project)?;
        let project = project.ok_or_else(|| missing("project"))?;
        return Ok(Who::Reference(project.id, reference.parse().map_err(|_| missing("reference"))?));
    }
    let scheme = arguments.scheme.as_deref().unwrap_or_default().to_uppercase();
    let scheme = Scheme::of_code(&scheme).ok_or_else(|| Failure::fault("no such scheme: AGDREF, NIR or PROGRAMME"))?;
    if stdin().is_terminal() {
        eprint!("{} number: ", scheme.code());
    }
    let mut line = Zeroizing::new(String::new());
    stdin().lock().read_line(&mut line).map_err(|_| Failure::fault("standard input cannot be read"))?;
    let key = desk.keys.programme(programme.code())?;
    match pseudonymise(scheme, line.trim(), key) {
        identity @ Identity::Known(_) => Ok(Who::Identified(programme.id, identity)),
        _ => Err(Failure::fault("this is no usable number of that scheme; nothing was looked for")),
    }
}
