//! `faisceau client add` and `faisceau token`.

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

use super::Place;
use crate::access::client::Client;
use crate::access::operations::{self, at_the_console};
use crate::access::role::Role;
use crate::access::token::LIFETIME_SECONDS;
use crate::directory::operations as directory;
use crate::refusal::{Code, Failure, Outcome};

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Register a client and print its secret, which is never shown again.
    Add {
        /// The client's name: 1 to 40 letters, digits, `-`, `_`, `.` or `/`.
        name: String,
        /// PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR.
        #[arg(long)]
        role: String,
        /// The SIRET of the organisation that it belongs to; required for partners. For officers, the funder's own:
        /// nobody approves what their own organisation submitted.
        #[arg(long)]
        organisation: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
pub(super) struct TokenArguments {
    /// The client's name.
    client: String,
    /// How long the token lives, in seconds.
    #[arg(long, default_value_t = LIFETIME_SECONDS)]
    seconds: i64,
    #[command(flatten)]
    place: Place,
}

pub(super) fn client(command: &ClientCommand) -> Outcome<()> {
    let ClientCommand::Add { name, role, organisation, place } = command;
    let desk = place.desk()?;
    let operator = at_the_console(Role::Operator);
    let unknown_role = || Failure::fault("no such role: PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR");
    let role = Role::of_code(&role.to_uppercase()).ok_or_else(unknown_role)?;
    let organisation = match organisation {
        Some(siret) => {
            let found = directory::find_organisation_by_siret(&desk, &operator, siret)?;
            let unknown =
                "no organisation of that SIRET is registered; register it first (mutation organisationRegister)";
            Some(found.ok_or_else(|| Failure::fault(unknown))?.id)
        }
        None if role.is_bound() => {
            return Err(Failure::fault("a partner belongs to an organisation; add --organisation SIRET"));
        }
        None => None,
    };
    let unfit = "the name must be 1 to 40 letters, digits, `-`, `_`, `.` or `/`, and hold no identity number";
    let id = name.parse().map_err(|_| Failure::fault(unfit))?;
    let client = Client { id, role, organisation };
    let registration = operations::register_client(&desk, &operator, client)?;
    println!("client_id={}", registration.client.id);
    println!("client_secret={}", registration.secret.expose_secret());
    eprintln!("Keep the secret: it is not shown again. The client gets its tokens from the service's address with:");
    eprintln!("  curl -u CLIENT_ID:CLIENT_SECRET -d grant_type=client_credentials http://127.0.0.1:8080/oauth/token");
    Ok(())
}

pub(super) fn token(arguments: &TokenArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let operator = at_the_console(Role::Operator);
    let issued = operations::issue_token_at_the_console(&desk, &operator, &arguments.client, arguments.seconds);
    let token = issued.map_err(|failure| match failure {
        Failure::Refused(refusal) if refusal.code == Code::NotFound => {
            Failure::fault("no client of that name is registered; `faisceau client add` registers one")
        }
        failure => failure,
    })?;
    println!("{token}");
    Ok(())
}
