//! Accounts of people in the database: who somebody is stands there as a keyed hash, a password as argon2id.

use diesel::prelude::*;

use super::programme_roles::{list_programme_roles, set_programme_roles};
use crate::access::account::{Account, AccountKind, AccountRecord, Identity};
use crate::access::programme_role::ProgrammeRole;
use crate::access::role::Role;
use crate::clock::Instant;
use crate::id::{AccountId, OrganisationId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::schema::accounts;
use crate::storage::{AnyConnection, on_duplicate};

#[derive(Queryable)]
struct AccountRow {
    id: String,
    kind: String,
    role: String,
    organisation_id: Option<String>,
    created_at_us: i64,
    suspended_at_us: Option<i64>,
    expires_at_us: Option<i64>,
    signed_in_at_us: Option<i64>,
    password_until_us: Option<i64>,
}

type Columns = (
    accounts::id,
    accounts::kind,
    accounts::role,
    accounts::organisation_id,
    accounts::created_at_us,
    accounts::suspended_at_us,
    accounts::expires_at_us,
    accounts::signed_in_at_us,
    accounts::password_until_us,
);

const COLUMNS: Columns = (
    accounts::id,
    accounts::kind,
    accounts::role,
    accounts::organisation_id,
    accounts::created_at_us,
    accounts::suspended_at_us,
    accounts::expires_at_us,
    accounts::signed_in_at_us,
    accounts::password_until_us,
);

/// A password as it is kept, and until when it serves if it serves once.
pub struct HeldPassword {
    pub kept: String,
    pub one_time_until: Option<Instant>,
}

/// Inserts an account; refuses an identity that has one.
pub fn insert_account(
    connection: &mut AnyConnection,
    account: &Account,
    identity: &Identity,
    password: Option<&HeldPassword>,
    at: Instant,
) -> Outcome<()> {
    let inserted = diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account.id.as_str()),
            accounts::kind.eq(account.kind.code()),
            accounts::identity_hash.eq(identity.0.as_slice()),
            accounts::role.eq(account.role.code()),
            accounts::organisation_id.eq(account.organisation.as_ref().map(OrganisationId::as_str)),
            accounts::created_at_us.eq(at.0),
            accounts::expires_at_us.eq(account.expires_at.map(|at| at.0)),
            accounts::password.eq(password.map(|password| password.kept.as_str())),
            accounts::password_until_us.eq(password.and_then(|password| password.one_time_until).map(|at| at.0)),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered)?;
    set_programme_roles(connection, account.id.as_str(), &account.programmes)
}

/// Gives an account another role, organisation or end.
pub fn revise_account(connection: &mut AnyConnection, account: &Account) -> Outcome<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(account.id.as_str())))
        .set((
            accounts::role.eq(account.role.code()),
            accounts::organisation_id.eq(account.organisation.as_ref().map(OrganisationId::as_str)),
            accounts::expires_at_us.eq(account.expires_at.map(|at| at.0)),
        ))
        .execute(connection)?;
    set_programme_roles(connection, account.id.as_str(), &account.programmes)
}

/// Suspends an account, or ends its suspension.
pub fn suspend_account(connection: &mut AnyConnection, id: &AccountId, since: Option<Instant>) -> Outcome<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id.as_str())))
        .set(accounts::suspended_at_us.eq(since.map(|at| at.0)))
        .execute(connection)?;
    Ok(())
}

/// Gives an account another password.
pub fn set_password(connection: &mut AnyConnection, id: &AccountId, password: &HeldPassword) -> Outcome<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id.as_str())))
        .set((
            accounts::password.eq(Some(password.kept.as_str())),
            accounts::password_until_us.eq(password.one_time_until.map(|at| at.0)),
        ))
        .execute(connection)?;
    Ok(())
}

/// The password of an account, as it is kept.
pub fn find_password(connection: &mut AnyConnection, id: &AccountId) -> Outcome<Option<String>> {
    let row = accounts::table.filter(accounts::id.eq(id.as_str())).select(accounts::password);
    Ok(row.first::<Option<String>>(connection).optional()?.flatten())
}

/// Notes that the person of an account signed in.
pub fn note_sign_in(connection: &mut AnyConnection, id: &AccountId, at: Instant) -> Outcome<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(id.as_str())))
        .set(accounts::signed_in_at_us.eq(Some(at.0)))
        .execute(connection)?;
    Ok(())
}

/// The account of an identifier, however it stands.
pub fn find_account(connection: &mut AnyConnection, id: &AccountId) -> Outcome<Option<AccountRecord>> {
    let row = accounts::table.filter(accounts::id.eq(id.as_str())).select(COLUMNS);
    let row = row.first::<AccountRow>(connection).optional()?;
    Ok(complete(connection, row.into_iter().collect())?.into_iter().next())
}

/// The account of whoever is known by an identity, however it stands.
pub fn find_account_of(connection: &mut AnyConnection, identity: &Identity) -> Outcome<Option<AccountRecord>> {
    let row = accounts::table.filter(accounts::identity_hash.eq(identity.0.as_slice())).select(COLUMNS);
    let row = row.first::<AccountRow>(connection).optional()?;
    Ok(complete(connection, row.into_iter().collect())?.into_iter().next())
}

/// A page of accounts, by identifier.
pub fn list_accounts(connection: &mut AnyConnection, page: &PageRequest) -> Outcome<Page<AccountRecord>> {
    let rows: Vec<AccountRow> = accounts::table
        .filter(accounts::id.gt(page.after()))
        .order(accounts::id)
        .limit(page.limit())
        .select(COLUMNS)
        .load(connection)?;
    Ok(page.cut(complete(connection, rows)?))
}

/// Joins accounts with their roles for named programmes.
fn complete(connection: &mut AnyConnection, rows: Vec<AccountRow>) -> Outcome<Vec<AccountRecord>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut programmes = list_programme_roles(connection, &ids)?;
    rows.into_iter()
        .map(|row| {
            let own = programmes.remove(&row.id).unwrap_or_default();
            record_of(row, own)
        })
        .collect()
}

fn record_of(row: AccountRow, programmes: Vec<ProgrammeRole>) -> Outcome<AccountRecord> {
    let broken = || Failure::fault("a stored account is out of form");
    Ok(AccountRecord {
        account: Account {
            id: AccountId::stored(row.id),
            kind: AccountKind::of_code(&row.kind).ok_or_else(broken)?,
            role: Role::of_code(&row.role).ok_or_else(broken)?,
            organisation: row.organisation_id.map(OrganisationId::stored),
            programmes,
            expires_at: row.expires_at_us.map(Instant),
        },
        created_at: Instant(row.created_at_us),
        suspended_at: row.suspended_at_us.map(Instant),
        signed_in_at: row.signed_in_at_us.map(Instant),
        one_time_until: row.password_until_us.map(Instant),
    })
}
