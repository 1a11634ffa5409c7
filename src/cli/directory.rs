//! `faisceau directory` and `faisceau import`: the directory, changed by whoever holds the console.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Place;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::access::{Desk, Manner, Scope};
use crate::api::inputs::Unsettled;
use crate::api::inputs::folder::read_folder;
use crate::api::rest::directory::{resources, verbs};
use crate::api::rest::request::from_json;
use crate::directory::operations as directory;
use crate::refusal::{Failure, Language, Outcome, Refusal};

/// What is to be done with the directory.
#[derive(Subcommand)]
pub(super) enum DirectoryCommand {
    /// Register a programme with its calls and periods.
    ProgrammeRegister(Written),
    /// Revise a programme.
    ProgrammeRevise(Written),
    /// Add a call to a programme.
    CallAdd(Written),
    /// Add a reporting period to a programme.
    PeriodAdd(Written),
    /// Give a reporting period another due date.
    PeriodReschedule(Written),
    /// Register an organisation.
    OrganisationRegister(Written),
    /// Revise an organisation.
    OrganisationRevise(Written),
    /// Register a project.
    ProjectRegister(Written),
    /// Record an amendment of a project's agreement.
    ProjectAmend(Written),
    /// Transfer a project to another organisation.
    ProjectTransfer(Written),
    /// Record a payment of a project's grant.
    PaymentRecord(Written),
    /// Cancel a payment.
    PaymentCancel(Written),
    /// Set what a project aims at.
    TargetSet(Written),
}

/// What is written, and how.
#[derive(Args)]
pub(super) struct Written {
    /// A file of JSON, or `-` for standard input: the body that REST takes, with what REST has in its path.
    file: PathBuf,
    /// Do everything, print what would come of it, and store nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn directory(command: &DirectoryCommand) -> Outcome<()> {
    use DirectoryCommand as C;
    match command {
        C::ProgrammeRegister(written) => written.write(verbs::register_programme),
        C::ProgrammeRevise(written) => written.write(verbs::revise_programme),
        C::CallAdd(written) => written.write(verbs::add_call),
        C::PeriodAdd(written) => written.write(verbs::add_period),
        C::PeriodReschedule(written) => written.write(verbs::reschedule_period),
        C::OrganisationRegister(written) => written.write(verbs::register_organisation),
        C::OrganisationRevise(written) => written.write(verbs::revise_organisation),
        C::ProjectRegister(written) => written.write(verbs::register_project),
        C::ProjectAmend(written) => written.write(verbs::amend_project),
        C::ProjectTransfer(written) => written.write(verbs::transfer_project),
        C::PaymentRecord(written) => written.write(verbs::record_payment),
        C::PaymentCancel(written) => written.write(verbs::cancel_payment),
        C::TargetSet(written) => written.write(verbs::set_target),
    }
}

/// Imports a whole directory: a folder of CSV files, or one JSON document.
pub(super) fn import(written: &Written) -> Outcome<()> {
    if !written.file.is_dir() {
        return written.write(verbs::import);
    }
    let (desk, officer) = written.desk()?;
    let folder = read_folder(&written.file)?;
    match directory::import(&desk, &officer, &folder.document)? {
        Ok(imported) => print(&resources::Imported::from(imported)),
        Err(problems) => Err(refused(&problems, |path| folder.locate(path))),
    }
}

impl Written {
    fn desk(&self) -> Outcome<(Desk, Scope)> {
        let manner = Manner { dry_run: self.dry_run, ..Manner::default() };
        Ok((self.place.desk()?.with_manner(manner), at_the_console(Role::Officer)))
    }

    pub(super) fn write<B: DeserializeOwned, R: Serialize>(
        &self,
        verb: impl FnOnce(&Desk, &Scope, B) -> Result<R, Unsettled>,
    ) -> Outcome<()> {
        let input = from_json(&read(&self.file)?, &Default::default()).map_err(Failure::Refused)?;
        let (desk, officer) = self.desk()?;
        match verb(&desk, &officer, input) {
            Ok(resource) => print(&resource),
            Err(Unsettled::Refusals(refusals)) => Err(refused(&refusals, str::to_owned)),
            Err(Unsettled::Failure(Failure::Refused(refusal))) => Err(refused(&[refusal], str::to_owned)),
            Err(Unsettled::Failure(fault)) => Err(fault),
        }
    }
}

fn read(file: &Path) -> Outcome<Vec<u8>> {
    let mut content = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut content).map(|_| content)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| Failure::fault(format!("cannot read {}: {error}", file.display())))
}

pub(super) fn print(resource: &impl Serialize) -> Outcome<()> {
    let text = serde_json::to_string_pretty(resource).map_err(|_| Failure::fault("the answer is no JSON"))?;
    println!("{text}");
    Ok(())
}

/// Everything that was refused, a line for each, with its place.
fn refused(refusals: &[Refusal], locate: impl Fn(&str) -> String) -> Failure {
    let line = |refusal: &Refusal| {
        let place = refusal.path.as_deref().map(|path| format!("{}: ", locate(path))).unwrap_or_default();
        let (message, remedy) = (refusal.message(Language::En), refusal.remedy(Language::En));
        format!("\n  {place}{}: {message} {remedy}", refusal.code.as_str())
    };
    let lines: String = refusals.iter().map(line).collect();
    Failure::fault(format!("nothing was stored; problems: {}{lines}", refusals.len()))
}
