//! `faisceau closing`: prepare, review and publish closings, without a server; `faisceau verify` checks them.

use clap::Subcommand;
use jiff::civil::Date;

use super::Place;
use crate::access::operations::{self as access, at_the_console};
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::consolidation::closing::operations::{self, Preparation};
use crate::consolidation::closing::{Closing, ClosingAction, Revision};
use crate::consolidation::operations::Consolidation;
use crate::id::ClosingId;
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::Position;

/// How long the console acts for a client at once, in seconds.
const ACTING_SECONDS: i64 = 60;

#[derive(Subcommand)]
pub(super) enum ClosingCommand {
    /// Count the tables of a closing and suppress what must not be told.
    Prepare {
        /// The programme's code.
        #[arg(long, default_value = "PIC-IPR")]
        programme: String,
        /// What people will call it.
        #[arg(long)]
        name: String,
        /// The position of its figures; the newest if absent.
        #[arg(long)]
        position: Option<i64>,
        /// The last day counted, `YYYY-MM-DD`.
        #[arg(long)]
        day: Option<Date>,
        /// The published closing that it corrects.
        #[arg(long, requires = "reason")]
        revises: Option<String>,
        /// Why it corrects that one.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        acting: Acting,
    },
    /// Say that a closing was looked at and is right: by another officer than the one who prepared it.
    Review {
        /// The closing's identifier.
        closing: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Sign a closing and open it to everybody: by another officer than the one who prepared it.
    Publish {
        /// The closing's identifier.
        closing: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// Give a closing up before it is published.
    Cancel {
        /// The closing's identifier.
        closing: String,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        acting: Acting,
    },
    /// List the closings.
    List(Place),
    /// Print the text of a closing, byte by byte as it is digested and signed.
    Show {
        /// The closing's identifier.
        closing: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print the public key that closings are signed with, as PEM.
    Key(Place),
}

/// Who acts: nobody may review or publish what they prepared, so the console says for whom it acts.
#[derive(clap::Args)]
pub(super) struct Acting {
    /// The registered client, an officer, in whose name this is done.
    #[arg(long = "as", value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    place: Place,
}

impl Acting {
    fn enter(&self) -> Outcome<(Desk, Scope)> {
        let desk = self.place.desk()?;
        let operator = at_the_console(Role::Operator);
        let token = access::issue_token_at_the_console(&desk, &operator, &self.client, ACTING_SECONDS);
        let token = token.map_err(|failure| match failure {
            Failure::Refused(refusal) if refusal.code == Code::NotFound => {
                Failure::fault("no client of that name is registered")
            }
            failure => failure,
        })?;
        let scope = access::recognise(&desk, &token)?;
        Ok((desk, scope))
    }
}

pub(super) fn closing(command: &ClosingCommand) -> Outcome<()> {
    match command {
        ClosingCommand::Prepare { programme, name, position, day, revises, reason, acting } => {
            let (desk, scope) = acting.enter()?;
            let revises = match (revises, reason) {
                (Some(closing), Some(reason)) => Some(Revision { closing: closing.parse()?, reason: reason.parse()? }),
                _ => None,
            };
            let preparation = Preparation {
                programme: programme.parse()?,
                name: name.parse()?,
                position: position.map(Position),
                day: *day,
                revises,
            };
            let closing = operations::prepare(&desk, &scope, &Consolidation::new(), &preparation)?;
            println!("{}", line(&closing));
        }
        ClosingCommand::Review { closing, acting } => {
            let (desk, scope) = acting.enter()?;
            println!("{}", line(&operations::review(&desk, &scope, &closing.parse()?)?));
        }
        ClosingCommand::Publish { closing, acting } => {
            let (desk, scope) = acting.enter()?;
            println!("{}", line(&operations::publish(&desk, &scope, &Consolidation::new(), &closing.parse()?)?));
        }
        ClosingCommand::Cancel { closing, reason, acting } => {
            let (desk, scope) = acting.enter()?;
            println!("{}", line(&operations::cancel(&desk, &scope, &closing.parse()?, &reason.parse()?)?));
        }
        ClosingCommand::List(place) => {
            for closing in operations::list_closings(&place.desk()?, Some(&at_the_console(Role::Auditor)), None)? {
                println!("{}", line(&closing));
            }
        }
        ClosingCommand::Show { closing, place } => {
            let id: ClosingId = closing.parse()?;
            let found = operations::find_closing(&place.desk()?, Some(&at_the_console(Role::Auditor)), &id)?;
            let (_, text) = found.ok_or(Code::NotFound)?;
            print!("{text}");
        }
        ClosingCommand::Key(place) => print!("{}", place.desk()?.keys.closing().public_pem()),
    }
    Ok(())
}

fn line(closing: &Closing) -> String {
    let published = closing.step(ClosingAction::Publish).map(|step| format!(" at {}", step.at)).unwrap_or_default();
    format!(
        "{} {} {}{published}: {} (position {}, {}; {} of {} counts suppressed)",
        closing.id,
        closing.programme_code,
        closing.state().code(),
        closing.name,
        closing.position,
        closing.day,
        closing.suppressed_count,
        closing.figure_count
    )
}
