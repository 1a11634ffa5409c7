//! Sessions: sign in, be recognised, sign out, and the sweeping of what has ended.
//!
//! A sign-in counts as failed before its password is looked at, in a transaction of its own: so a thousand guesses at once
//! are a thousand guesses.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::accounts::{note, told};
use crate::access::account::{Account, AccountKind, AccountRecord, Identity};
use crate::access::client::Standing;
use crate::access::password;
use crate::access::programme_role::ProgrammeRole;
use crate::access::role::Role;
use crate::access::session::{Lengths, SessionSecret, Signed};
use crate::access::store::{self, HeldPassword, HeldSession};
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::id::{AccountId, OrganisationId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::AnyConnection;

/// After how many seconds a request is noted again.
const NOTED_EVERY_SECONDS: i64 = 60;

/// How long failures are remembered, in seconds: a day.
const REMEMBERED_SECONDS: i64 = 86_400;

/// How many failures cost nothing: of one name, and of one address, behind which many may be.
const FREE_OF_NAME: i64 = 5;

/// See [`FREE_OF_NAME`].
const FREE_OF_ADDRESS: i64 = 20;

/// The longest delay, in seconds: whoever guesses at somebody's name keeps them out no longer.
const LONGEST_DELAY: i64 = 900;

/// Somebody who signs in with a name and a password.
pub struct Attempt {
    /// The name.
    pub name: String,
    /// The password.
    pub password: SecretString,
    /// The password to have from now on.
    pub new_password: Option<SecretString>,
    /// From where the request comes.
    pub address: Option<IpAddr>,
}

/// Somebody whom a provider vouches for, and the role that its claims give.
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// The provider's name for the person.
    pub subject: String,
    /// The token that says so, to be given back at sign-out.
    pub id_token: SecretString,
    /// The role.
    pub role: Role,
    /// The organisation.
    pub organisation: Option<OrganisationId>,
    /// The only programmes in which it has a role.
    pub programmes: Vec<ProgrammeRole>,
}

/// Signs somebody in by name and password. Whatever is wrong, answer and time are the same. The session that the browser
/// held before ends.
pub fn sign_in(
    desk: &Desk,
    lengths: Lengths,
    attempt: &Attempt,
    before: Option<&SessionSecret>,
) -> Outcome<SessionSecret> {
    let now = desk.clock.now();
    let identity = Identity::local(&desk.keys, &attempt.name);
    let failures = Failures::of(desk, &identity, attempt.address);
    desk.store_of_callers().write(|connection| failures.count_one(connection, now))?;
    let (record, kept) = desk.store_of_callers().read(|connection| {
        let record = store::find_account_of(connection, &identity)?;
        let kept = match &record {
            Some(record) => store::find_password(connection, &record.account.id)?,
            None => None,
        };
        Ok((record, kept))
    })?;
    let is_right = password::matches(&desk.keys, &attempt.password, kept.as_deref())?;
    let stands = |record: &AccountRecord| {
        record.account.kind == AccountKind::Local
            && record.standing(now) == Standing::Active
            && record.one_time_until.is_none_or(|until| until > now)
    };
    let record = record.filter(|record| is_right && stands(record)).ok_or(Code::SignInFailed)?;
    desk.store_of_callers().write(|connection| failures.forgive(connection))?;
    let new = match &attempt.new_password {
        None if record.one_time_until.is_some() => return Err(Code::PasswordMustChange.into()),
        None => None,
        Some(new) => {
            password::check(new, &attempt.name)?;
            if new.expose_secret() == attempt.password.expose_secret() {
                return Err(Refusal::new(Code::PasswordWeak)
                    .at("newPassword")
                    .with("limit", password::SHORTEST)
                    .into());
            }
            Some(HeldPassword { kept: password::keep(&desk.keys, new)?, one_time_until: None })
        }
    };
    let secret = SessionSecret::new();
    desk.store_of_callers().write(|connection| {
        // Suspended or given another password meanwhile: the look before was too early.
        let present = store::find_account(connection, &record.account.id)?.filter(&stands).ok_or(Code::SignInFailed)?;
        if store::find_password(connection, &record.account.id)? != kept {
            return Err(Code::SignInFailed.into());
        }
        if let Some(new) = &new {
            store::set_password(connection, &present.account.id, new)?;
            store::end_sessions_of(connection, &present.account.id)?;
            let scope = scope_of(&present.account);
            note(connection, &scope, now, &present.account, "account.password_changed", json!({}))?;
        }
        open(connection, desk, lengths, &present.account, (&secret, before), None, now)
    })?;
    Ok(secret)
}

/// Signs in somebody whom a provider vouches for; makes the account at the first time, and gives it the role that the claims
/// now give.
pub fn admit(
    desk: &Desk,
    lengths: Lengths,
    vouched: &Vouched,
    before: Option<&SessionSecret>,
) -> Outcome<SessionSecret> {
    let now = desk.clock.now();
    let identity = Identity::of_provider(&desk.keys, &vouched.issuer, &vouched.subject);
    let secret = SessionSecret::new();
    let id_token = secret.seal(&desk.keys, vouched.id_token.expose_secret());
    desk.store_of_callers().write(|connection| {
        let known = store::find_account_of(connection, &identity)?;
        let mut account = known.as_ref().map_or_else(|| new_account(vouched), |known| known.account.clone());
        (account.role, account.organisation) = (vouched.role, vouched.organisation.clone());
        account.programmes = vouched.programmes.clone();
        account.check()?;
        let scope = scope_of(&account);
        match &known {
            None => {
                store::insert_account(connection, &account, &identity, None, now)?;
                note(connection, &scope, now, &account, "account.registered", told(&account))?;
            }
            Some(known) if known.standing(now) != Standing::Active => return Err(Code::SignInFailed.into()),
            Some(known) if known.account != account => {
                store::revise_account(connection, &account)?;
                note(connection, &scope, now, &account, "account.revised", told(&account))?;
            }
            Some(_) => {}
        }
        open(connection, desk, lengths, &account, (&secret, before), Some(id_token.clone()), now)
    })?;
    Ok(secret)
}

/// The session of what a browser holds, with its account as it stands at this moment: what changed since the person signed
/// in holds at once.
pub fn recognise_session(desk: &Desk, lengths: Lengths, secret: &SessionSecret) -> Outcome<Signed> {
    let (now, hash) = (desk.clock.now(), secret.hash(&desk.keys));
    let (held, record) = desk.store_of_callers().read(|connection| {
        let held = store::find_session(connection, &hash, now)?.ok_or(Code::SessionEnded)?;
        let record = store::find_account(connection, &held.account)?.ok_or(Code::SessionEnded)?;
        Ok((held, record))
    })?;
    if record.standing(now) != Standing::Active {
        return Err(Code::SessionEnded.into());
    }
    let mut idle_until = held.idle_until;
    let next = now.plus_seconds(lengths.idle).min(held.ends_at);
    if next > idle_until.plus_seconds(NOTED_EVERY_SECONDS) || next == held.ends_at && next != idle_until {
        desk.store_of_callers().write(|connection| store::prolong_session(connection, &hash, next))?;
        idle_until = next;
    }
    let scope = scope_of(&record.account);
    Ok(Signed { scope, record, created_at: held.created_at, idle_until, ends_at: held.ends_at })
}

/// Ends a session at once; gives the provider's token that it held, if one.
pub fn sign_out(desk: &Desk, secret: &SessionSecret) -> Outcome<Option<SecretString>> {
    let (now, hash) = (desk.clock.now(), secret.hash(&desk.keys));
    desk.store_of_callers().write(|connection| {
        let held = store::find_session(connection, &hash, now)?;
        end(connection, &hash, now)?;
        Ok(held.and_then(|held| held.id_token).and_then(|sealed| secret.open(&desk.keys, &sealed)))
    })
}

/// Deletes sessions, used sign-ins and failures that have ended; how many.
pub fn sweep_sessions(desk: &Desk) -> Outcome<usize> {
    let now = desk.clock.now();
    desk.store_of_callers().write(|connection| store::sweep(connection, now, now.plus_seconds(-REMEMBERED_SECONDS)))
}

fn new_account(vouched: &Vouched) -> Account {
    Account {
        id: AccountId::new(),
        kind: AccountKind::Provider,
        role: vouched.role,
        organisation: vouched.organisation.clone(),
        programmes: vouched.programmes.clone(),
        expires_at: None,
    }
}

fn scope_of(account: &Account) -> Scope {
    Scope::new(account.id.to_string(), account.role, account.organisation.clone()).within(&account.programmes)
}

/// Opens a session under a new identifier, whatever the browser held before, which ends.
fn open(
    connection: &mut AnyConnection,
    desk: &Desk,
    lengths: Lengths,
    account: &Account,
    (secret, before): (&SessionSecret, Option<&SessionSecret>),
    id_token: Option<Vec<u8>>,
    now: Instant,
) -> Outcome<()> {
    if let Some(before) = before {
        end(connection, &before.hash(&desk.keys), now)?;
    }
    let ends_at = now.plus_seconds(lengths.absolute);
    let held = HeldSession {
        account: account.id.clone(),
        created_at: now,
        idle_until: now.plus_seconds(lengths.idle).min(ends_at),
        ends_at,
        id_token,
    };
    store::insert_session(connection, &secret.hash(&desk.keys), &held)?;
    store::note_sign_in(connection, &account.id, now)?;
    note(connection, &scope_of(account), now, account, "session.opened", json!({}))
}

fn end(connection: &mut AnyConnection, hash: &[u8; 32], now: Instant) -> Outcome<()> {
    let held = store::find_session(connection, hash, now)?;
    if store::end_session(connection, hash)?
        && let Some(held) = held
        && let Some(record) = store::find_account(connection, &held.account)?
    {
        note(connection, &scope_of(&record.account), now, &record.account, "session.ended", json!({}))?;
    }
    Ok(())
}

/// The two keys under which the failures of a sign-in are counted.
struct Failures {
    of_name: [u8; 32],
    of_address: [u8; 32],
}

impl Failures {
    fn of(desk: &Desk, identity: &Identity, address: Option<IpAddr>) -> Self {
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        Self {
            of_name: desk.keys.hash_request(b"failures-name", &identity.0),
            of_address: desk.keys.hash_request(b"failures-address", address.as_bytes()),
        }
    }

    /// Counts a sign-in as failed, unless it comes before its delay is over.
    fn count_one(&self, connection: &mut AnyConnection, now: Instant) -> Outcome<()> {
        let since = now.plus_seconds(-REMEMBERED_SECONDS);
        let keys = [(&self.of_name, FREE_OF_NAME), (&self.of_address, FREE_OF_ADDRESS)];
        let mut counts = [0, 0];
        let mut wait = 0;
        for ((key, free), count) in keys.into_iter().zip(&mut counts) {
            if let Some((failed, last)) = store::find_failures(connection, key, since)? {
                let until = last.plus_seconds(delay(failed, free));
                wait = wait.max((until.0 - now.0 + 999_999) / 1_000_000);
                *count = failed;
            }
        }
        if wait > 0 {
            return Err(Refusal::new(Code::SignInDelayed).with("seconds", wait).into());
        }
        for ((key, _), count) in keys.into_iter().zip(counts) {
            store::note_failures(connection, key, count + 1, now)?;
        }
        Ok(())
    }

    /// Forgets what failed under the name, and of the address only the one that did not: else whoever has an account could
    /// guess at others' for ever.
    fn forgive(&self, connection: &mut AnyConnection) -> Outcome<()> {
        store::forget_failures(connection, &self.of_name)?;
        store::forget_one_failure(connection, &self.of_address)
    }
}

/// How long to wait after so many failures, in seconds.
fn delay(failed: i64, free: i64) -> i64 {
    match failed - free {
        ..0 => 0,
        beyond @ 0..10 => (1 << beyond).min(LONGEST_DELAY),
        _ => LONGEST_DELAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_delay_up_to_a_quarter_of_an_hour() {
        let delays: Vec<i64> = (0..20).map(|failed| delay(failed, 5)).collect();
        assert_eq!(delays, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]);
        assert_eq!(delay(i64::MAX, 5), 900);
        assert_eq!(delay(70, 5), 900);
    }
}
