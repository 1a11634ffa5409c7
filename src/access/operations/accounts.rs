//! Accounts of people: register, list, change, suspend and resume, give another password, end all sessions.

use secrecy::SecretString;
use serde_json::{Value, json};

use crate::access::account::{Account, AccountKind, AccountRecord, Identity};
use crate::access::password::{self, ONE_TIME_SECONDS};
use crate::access::programme_role::{self, ProgrammeRole};
use crate::access::role::{Permission, Role};
use crate::access::store::{self, HeldPassword};
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::id::{AccountId, OrganisationId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::ShortCode;

/// A local account to register.
pub struct NewAccount {
    /// The name that its person signs in with; it is kept as a hash only.
    pub name: ShortCode,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to.
    pub organisation: Option<OrganisationId>,
    /// The only programmes in which it has a role.
    pub programmes: Vec<ProgrammeRole>,
    /// When it ends.
    pub expires_at: Option<Instant>,
}

/// What to change of an account; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct AccountChanges {
    /// Its role.
    pub role: Option<Role>,
    /// Its organisation; none, if nothing.
    pub organisation: Option<Option<OrganisationId>>,
    /// The only programmes in which it has a role.
    pub programmes: Option<Vec<ProgrammeRole>>,
    /// When it ends; never, if nothing.
    pub expires_at: Option<Option<Instant>>,
}

/// Registers a local account and makes its one-time password, which is shown this once: not in a dry run, nor to a request
/// that was done before.
pub fn register_account(
    desk: &Desk,
    scope: &Scope,
    new: &NewAccount,
) -> Outcome<(AccountRecord, Option<SecretString>)> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let now = desk.clock.now();
    let account = Account {
        id: AccountId::new(),
        kind: AccountKind::Local,
        role: new.role,
        organisation: new.organisation.clone(),
        programmes: new.programmes.clone(),
        expires_at: new.expires_at,
    };
    account.check()?;
    check_end(new.expires_at, now)?;
    let identity = Identity::local(&desk.keys, new.name.as_str());
    let (one_time, held) = new_password(desk, now)?;
    let record = desk.write(scope, |connection| {
        store::insert_account(connection, &account, &identity, Some(&held), now)?;
        note(connection, scope, now, &account, "account.registered", told(&account))?;
        found(connection, &account.id)
    })?;
    let is_new = record.account.id == account.id && !desk.is_dry_run();
    Ok((record, is_new.then_some(one_time)))
}

/// The account that an identifier or a sign-in name names, however it stands.
pub fn find_account(desk: &Desk, scope: &Scope, name: &str) -> Outcome<Option<AccountRecord>> {
    scope.require_everywhere(Permission::RegisterClients)?;
    desk.read(scope, |connection| named(connection, desk, name))
}

/// The account of whoever a provider knows by a subject.
pub fn find_account_of_subject(
    desk: &Desk,
    scope: &Scope,
    issuer: &str,
    subject: &str,
) -> Outcome<Option<AccountRecord>> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let identity = Identity::of_provider(&desk.keys, issuer, subject);
    desk.read(scope, |connection| store::find_account_of(connection, &identity))
}

/// A page of all accounts, in the order in which they were made.
pub fn list_accounts(desk: &Desk, scope: &Scope, page: &PageRequest) -> Outcome<Page<AccountRecord>> {
    scope.require_everywhere(Permission::RegisterClients)?;
    desk.read(scope, |connection| store::list_accounts(connection, page))
}

/// Changes an account; its sessions are held to it at once. The role of a provider's account is the provider's to say.
pub fn revise_account(desk: &Desk, scope: &Scope, name: &str, changes: &AccountChanges) -> Outcome<AccountRecord> {
    change(desk, scope, name, "account.revised", |connection, record, now| {
        let mut account = record.account.clone();
        let is_mapped = changes.role.is_some() || changes.organisation.is_some() || changes.programmes.is_some();
        if is_mapped && account.kind == AccountKind::Provider {
            return Err(Refusal::new(Code::AccountKind).at("account").into());
        }
        account.role = changes.role.unwrap_or(account.role);
        account.organisation = changes.organisation.clone().unwrap_or(account.organisation);
        account.programmes = changes.programmes.clone().unwrap_or(account.programmes);
        if let Some(end) = changes.expires_at {
            check_end(end, now)?;
            account.expires_at = end;
        }
        account.check()?;
        store::revise_account(connection, &account)?;
        Ok(told(&account))
    })
}

/// Suspends an account and ends its sessions.
pub fn suspend_account(desk: &Desk, scope: &Scope, name: &str) -> Outcome<AccountRecord> {
    change(desk, scope, name, "account.suspended", |connection, record, now| {
        store::suspend_account(connection, &record.account.id, Some(record.suspended_at.unwrap_or(now)))?;
        let ended = store::end_sessions_of(connection, &record.account.id)?;
        Ok(json!({ "sessions": ended }))
    })
}

/// Lets a suspended account in again.
pub fn resume_account(desk: &Desk, scope: &Scope, name: &str) -> Outcome<AccountRecord> {
    change(desk, scope, name, "account.resumed", |connection, record, _| {
        store::suspend_account(connection, &record.account.id, None)?;
        Ok(json!({}))
    })
}

/// Ends every session of an account.
pub fn end_sessions(desk: &Desk, scope: &Scope, name: &str) -> Outcome<AccountRecord> {
    change(desk, scope, name, "account.sessions_ended", |connection, record, _| {
        let ended = store::end_sessions_of(connection, &record.account.id)?;
        Ok(json!({ "sessions": ended }))
    })
}

/// Makes another one-time password for a local account, shown this once, and ends its sessions.
pub fn reset_password(desk: &Desk, scope: &Scope, name: &str) -> Outcome<(AccountRecord, Option<SecretString>)> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let (one_time, held) = new_password(desk, desk.clock.now())?;
    let record = change(desk, scope, name, "account.password_reset", |connection, record, _| {
        if record.account.kind != AccountKind::Local {
            return Err(Refusal::new(Code::AccountKind).at("account").into());
        }
        store::set_password(connection, &record.account.id, &held)?;
        let ended = store::end_sessions_of(connection, &record.account.id)?;
        Ok(json!({ "sessions": ended }))
    })?;
    // An answer given before under the same idempotency key belongs to another password.
    let kept = desk.read(scope, |connection| store::find_password(connection, &record.account.id))?;
    Ok((record, (kept.as_deref() == Some(held.kept.as_str())).then_some(one_time)))
}

fn new_password(desk: &Desk, now: Instant) -> Outcome<(SecretString, HeldPassword)> {
    let one_time = password::one_time();
    let kept = password::keep(&desk.keys, &one_time)?;
    Ok((one_time, HeldPassword { kept, one_time_until: Some(now.plus_seconds(ONE_TIME_SECONDS)) }))
}

/// Changes an account: the work, and its entry in the journal.
fn change(
    desk: &Desk,
    scope: &Scope,
    name: &str,
    kind: &'static str,
    mut work: impl FnMut(&mut AnyConnection, &AccountRecord, Instant) -> Outcome<Value>,
) -> Outcome<AccountRecord> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let now = desk.clock.now();
    desk.write(scope, |connection| {
        let before = named(connection, desk, name)?.ok_or_else(missing)?;
        let detail = work(connection, &before, now)?;
        note(connection, scope, now, &before.account, kind, detail)?;
        found(connection, &before.account.id)
    })
}

fn missing() -> Refusal {
    Refusal::new(Code::NotFound).at("account")
}

fn found(connection: &mut AnyConnection, id: &AccountId) -> Outcome<AccountRecord> {
    store::find_account(connection, id)?.ok_or_else(|| missing().into())
}

/// By identifier, else by the sign-in name; a text that is neither names nobody.
fn named(connection: &mut AnyConnection, desk: &Desk, name: &str) -> Outcome<Option<AccountRecord>> {
    if let Ok(id) = name.parse::<AccountId>() {
        return store::find_account(connection, &id);
    }
    let Ok(name) = name.parse::<ShortCode>() else { return Ok(None) };
    store::find_account_of(connection, &Identity::local(&desk.keys, name.as_str()))
}

/// Writes down what became of an account; never a name, never a subject.
pub(super) fn note(
    connection: &mut AnyConnection,
    scope: &Scope,
    now: Instant,
    account: &Account,
    kind: &'static str,
    detail: Value,
) -> Outcome<()> {
    let organisation = account.organisation.as_ref().map(OrganisationId::as_str);
    let entry = Entry { kind, actor: scope.caller(), organisation, subject: account.id.as_str(), detail };
    journal::append(connection, now, &entry)
}

pub(super) fn told(account: &Account) -> Value {
    json!({
        "kind": account.kind.code(),
        "role": account.role.code(),
        "programmes": programme_role::told(&account.programmes),
        "expiresAt": account.expires_at.map(|at| at.to_string()),
    })
}

fn check_end(end: Option<Instant>, now: Instant) -> Outcome<()> {
    if end.is_some_and(|end| end <= now) {
        return Err(Refusal::new(Code::InstantInvalid).at("expiresAt").into());
    }
    Ok(())
}
