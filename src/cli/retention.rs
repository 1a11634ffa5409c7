//! `faisceau retention`: what is set, what is past it, and the purge, which a serving process also runs every hour.

use clap::Args;

use super::Place;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::directory::operations as directory;
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::operations as reporting;

#[derive(Args)]
pub(super) struct RetentionArguments {
    /// Purge what is past its retention; otherwise it is listed.
    #[arg(long, conflicts_with = "months")]
    run: bool,
    /// Set how many months records are kept after the end of their project's agreement, or `none`.
    #[arg(long, requires = "programme")]
    months: Option<String>,
    /// The code of the programme to set it for.
    #[arg(long, requires = "months")]
    programme: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn retention(arguments: &RetentionArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let operator = at_the_console(Role::Operator);
    if let (Some(given), Some(code)) = (&arguments.months, &arguments.programme) {
        let programme = directory::find_programme(&desk, &operator, code)?;
        let programme = programme.ok_or_else(|| Refusal::new(Code::NotFound).at("programme"))?;
        let invalid = |_| Refusal::new(Code::ParameterInvalid).at("months");
        let months = if given == "none" { None } else { Some(given.parse().map_err(invalid)?) };
        directory::set_retention(&desk, &operator, &programme.id, months)?;
    }
    for (programme, months) in directory::list_retention(&desk, &operator)? {
        let kept = months.map_or("as long as the programme".to_owned(), |months| {
            format!("{months} months after the end of their agreements")
        });
        println!("{}: individual records are kept {kept}.", programme.code());
    }
    let purges = reporting::purge_past_retention(&desk, &operator, !arguments.run)?;
    for purge in &purges {
        match &purge.erasure {
            Some(erasure) => println!(
                "Purged {} records and {} links of {}/{}, at position {}.",
                erasure.record_count, erasure.link_count, purge.programme, purge.project, erasure.position
            ),
            None => println!("Past its retention: {}/{}.", purge.programme, purge.project),
        }
    }
    if purges.is_empty() {
        println!("Nothing is past its retention.");
    }
    Ok(())
}
