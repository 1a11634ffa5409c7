//! `faisceau account`: register the people who sign in with a name and a password, list accounts, change them, take them
//! back.

use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};

use super::Place;
use super::clients::told_all;
use crate::access::account::AccountRecord;
use crate::access::operations::{self as access, at_the_console};
use crate::access::role::Role;
use crate::access::{Desk, Scope};
use crate::api::inputs::accounts::{AccountInput, AccountRevisionInput};
use crate::directory::operations as directory;
use crate::page::{LARGEST_PAGE, PageRequest};
use crate::refusal::{Code, Failure, Outcome, Refusal};

#[derive(Subcommand)]
pub(super) enum AccountCommand {
    /// Register a local account and print its one-time password, which is never shown again.
    Add(AddArguments),
    /// List the accounts: role, standing, and when each person last signed in.
    List(Place),
    /// Show an account.
    Show(ShowArguments),
    /// Change the role, the organisation or the end of an account; at once, for its sessions too.
    Change(ChangeArguments),
    /// Let nobody in with an account until it is resumed, and end its sessions.
    Suspend(Named),
    /// Let a suspended account in again.
    Resume(Named),
    /// Make another one-time password, print it, and end the account's sessions.
    ResetPassword(Named),
    /// End every session of an account.
    EndSessions(Named),
}

#[derive(Args)]
pub(super) struct Named {
    /// The account: its identifier (`acc_…`), or the name that its person signs in with.
    account: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct AddArguments {
    /// The name that the person signs in with: 1 to 40 letters, digits, `-`, `_`, `.` or `/`. It is kept as a hash only.
    name: String,
    /// PARTNER, OFFICER, ANALYST, AUDITOR or OPERATOR.
    #[arg(long)]
    role: String,
    /// The SIRET of the organisation that the person belongs to; required for partners. For officers, the funder's own.
    #[arg(long)]
    organisation: Option<String>,
    /// A programme in which the person has a role, as `PROGRAMME:ROLE` or, for its role, `PROGRAMME`; for staff. All if none
    /// is named.
    #[arg(long = "programme", value_delimiter = ',')]
    programmes: Vec<String>,
    /// When it ends, such as `2026-01-31T23:00:00Z`.
    #[arg(long)]
    expires_at: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct ShowArguments {
    /// The account: its identifier (`acc_…`), or the name that its person signs in with.
    #[arg(required_unless_present = "subject")]
    account: Option<String>,
    /// The provider's name (`sub`) of the person, instead.
    #[arg(long, conflicts_with = "account")]
    subject: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(super) struct ChangeArguments {
    #[command(flatten)]
    named: Named,
    /// Its role from now on.
    #[arg(long)]
    role: Option<String>,
    /// The SIRET of its organisation; an empty value lets it belong to none.
    #[arg(long)]
    organisation: Option<String>,
    /// The only programmes in which it has a role, as `account add` takes them; an empty value lifts the limit.
    #[arg(long = "programme", value_delimiter = ',')]
    programmes: Option<Vec<String>>,
    /// When it ends.
    #[arg(long)]
    expires_at: Option<String>,
    /// Lets it never end.
    #[arg(long)]
    never_expires: bool,
}

pub(super) fn account(command: &AccountCommand) -> Outcome<()> {
    match command {
        AccountCommand::Add(arguments) => add(arguments),
        AccountCommand::List(place) => list(place),
        AccountCommand::Show(arguments) => show(arguments),
        AccountCommand::Change(arguments) => change(arguments),
        AccountCommand::Suspend(named) => named.act(access::suspend_account),
        AccountCommand::Resume(named) => named.act(access::resume_account),
        AccountCommand::EndSessions(named) => named.act(access::end_sessions),
        AccountCommand::ResetPassword(named) => named.act(|desk, scope, name| {
            let (record, password) = access::reset_password(desk, scope, name)?;
            print_password(password.as_ref());
            Ok(record)
        }),
    }
}

impl Named {
    /// Does something with the account and shows it as it then is.
    fn act(&self, work: impl FnOnce(&Desk, &Scope, &str) -> Outcome<AccountRecord>) -> Outcome<()> {
        let desk = self.place.desk()?;
        let record = work(&desk, &at_the_console(Role::Operator), &self.account).map_err(explained)?;
        print!("{}", shown(&desk, &record));
        Ok(())
    }
}

fn explained(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.code == Code::NotFound && refusal.path.as_deref() == Some("account") => {
            Failure::fault("there is no such account; `faisceau account list` lists them")
        }
        Failure::Refused(refusal) if refusal.path.as_deref() == Some("organisation") => Failure::fault(
            "no organisation of that SIRET is registered, or a partner has none; `faisceau directory` registers one",
        ),
        failure => failure,
    }
}

fn add(arguments: &AddArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let input = AccountInput {
        name: arguments.name.clone(),
        role: arguments.role.clone(),
        organisation: arguments.organisation.clone(),
        programmes: arguments.programmes.clone(),
        expires_at: arguments.expires_at.clone(),
    };
    let plan = input.read().map_err(told_all)?;
    let (record, password) =
        directory::register_account(&desk, &at_the_console(Role::Operator), plan).map_err(explained)?;
    println!("account={}", record.account.id);
    print_password(password.as_ref());
    Ok(())
}

fn print_password(password: Option<&SecretString>) {
    if let Some(password) = password {
        println!("password={}", password.expose_secret());
        eprintln!(
            "Hand it over by another way than the name. It serves once, within three days, and is not shown again."
        );
    }
}

fn list(place: &Place) -> Outcome<()> {
    let desk = place.desk()?;
    let (operator, now) = (at_the_console(Role::Operator), desk.clock.now());
    let mut page = PageRequest::new(LARGEST_PAGE, None)?;
    let mut table = comfy_table::Table::new();
    table.set_header(["account", "kind", "role", "standing", "last signed in"]);
    loop {
        let found = access::list_accounts(&desk, &operator, &page)?;
        for record in &found.items {
            let account = &record.account;
            let signed_in = record.signed_in_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
            let (kind, role) = (account.kind.code().to_owned(), account.role.code().to_owned());
            table.add_row([account.id.to_string(), kind, role, record.standing(now).code().to_owned(), signed_in]);
        }
        match found.items.last() {
            Some(last) if found.has_more => page = page.following(last.account.id.as_str()),
            _ => break,
        }
    }
    println!("{table}");
    Ok(())
}

fn show(arguments: &ShowArguments) -> Outcome<()> {
    let desk = arguments.place.desk()?;
    let operator = at_the_console(Role::Operator);
    let found = match (&arguments.account, &arguments.subject) {
        (Some(name), _) => access::find_account(&desk, &operator, name)?,
        (None, Some(subject)) => {
            let configuration = arguments.place.configuration()?;
            let issuer = configuration.oidc_issuer.as_ref();
            let issuer = issuer.ok_or_else(|| Failure::fault("oidc_issuer is not set: no provider, no subject"))?;
            access::find_account_of_subject(&desk, &operator, issuer.as_str(), subject)?
        }
        (None, None) => None,
    };
    let record = found.ok_or_else(|| explained(Refusal::new(Code::NotFound).at("account").into()))?;
    print!("{}", shown(&desk, &record));
    Ok(())
}

fn change(arguments: &ChangeArguments) -> Outcome<()> {
    let (organisation, programmes) = (arguments.organisation.as_ref(), arguments.programmes.as_ref());
    let input = AccountRevisionInput {
        account: arguments.named.account.clone(),
        role: arguments.role.clone(),
        organisation: organisation.filter(|text| !text.is_empty()).cloned(),
        no_organisation: organisation.is_some_and(String::is_empty),
        programmes: programmes.map(|list| list.iter().filter(|text| !text.is_empty()).cloned().collect()),
        expires_at: arguments.expires_at.clone(),
        never_expires: arguments.never_expires,
    };
    let revision = input.read().map_err(told_all)?;
    arguments.named.act(|desk, scope, name| directory::revise_account(desk, scope, name, revision))
}

/// An account as text, a line for each thing.
fn shown(desk: &Desk, record: &AccountRecord) -> String {
    let account = &record.account;
    let standing = record.standing(desk.clock.now()).code();
    let mut lines = vec![format!("{} {} {} {standing}", account.id, account.kind.code(), account.role.code())];
    lines.extend(account.organisation.iter().map(|organisation| format!("organisation {organisation}")));
    lines.extend(account.programmes.iter().map(|programme| format!("only programme {programme}")));
    lines.extend(account.expires_at.iter().map(|at| format!("ends {at}")));
    let signed_in = record.signed_in_at.map_or_else(|| "never".to_owned(), |at| at.to_string());
    lines.push(format!("made {}, last signed in {signed_in}", record.created_at));
    lines.extend(record.one_time_until.iter().map(|at| format!("one-time password until {at}")));
    lines.join("\n") + "\n"
}
