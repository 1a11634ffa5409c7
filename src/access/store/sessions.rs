//! Sessions in the database, sign-ins that served already, and those that failed.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::id::AccountId;
use crate::refusal::{Code, Outcome};
use crate::storage::schema::{sessions, sign_in_failures, used_sign_ins};
use crate::storage::{AnyConnection, on_duplicate};

/// A session as it is kept.
pub struct HeldSession {
    pub account: AccountId,
    pub created_at: Instant,
    pub idle_until: Instant,
    pub ends_at: Instant,
    pub id_token: Option<Vec<u8>>,
}

/// Inserts a session.
pub fn insert_session(connection: &mut AnyConnection, id_hash: &[u8; 32], held: &HeldSession) -> Outcome<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id_hash.eq(id_hash.as_slice()),
            sessions::account_id.eq(held.account.as_str()),
            sessions::created_at_us.eq(held.created_at.0),
            sessions::idle_until_us.eq(held.idle_until.0),
            sessions::ends_at_us.eq(held.ends_at.0),
            sessions::id_token.eq(held.id_token.as_deref()),
        ))
        .execute(connection)?;
    Ok(())
}

/// The session of a hash, if it has not ended.
pub fn find_session(connection: &mut AnyConnection, id_hash: &[u8; 32], now: Instant) -> Outcome<Option<HeldSession>> {
    type Row = (String, i64, i64, i64, Option<Vec<u8>>);
    let row: Option<Row> = sessions::table
        .filter(sessions::id_hash.eq(id_hash.as_slice()))
        .filter(sessions::idle_until_us.gt(now.0).and(sessions::ends_at_us.gt(now.0)))
        .select((
            sessions::account_id,
            sessions::created_at_us,
            sessions::idle_until_us,
            sessions::ends_at_us,
            sessions::id_token,
        ))
        .first(connection)
        .optional()?;
    Ok(row.map(|(account, created, idle, ends, id_token)| HeldSession {
        account: AccountId::stored(account),
        created_at: Instant(created),
        idle_until: Instant(idle),
        ends_at: Instant(ends),
        id_token,
    }))
}

/// Lets a session that still stands go on until an instant without a request.
pub fn prolong_session(connection: &mut AnyConnection, id_hash: &[u8; 32], until: Instant) -> Outcome<()> {
    let row = sessions::table.filter(sessions::id_hash.eq(id_hash.as_slice()).and(sessions::idle_until_us.lt(until.0)));
    diesel::update(row).set(sessions::idle_until_us.eq(until.0)).execute(connection)?;
    Ok(())
}

/// Ends a session; whether it was there.
pub fn end_session(connection: &mut AnyConnection, id_hash: &[u8; 32]) -> Outcome<bool> {
    Ok(diesel::delete(sessions::table.filter(sessions::id_hash.eq(id_hash.as_slice()))).execute(connection)? > 0)
}

/// Ends every session of an account; how many there were.
pub fn end_sessions_of(connection: &mut AnyConnection, account: &AccountId) -> Outcome<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::account_id.eq(account.as_str()))).execute(connection)?)
}

/// Lets a sign-in through a provider serve; refuses one that served before.
pub fn use_sign_in(connection: &mut AnyConnection, state_hash: &[u8; 32], ends_at: Instant) -> Outcome<()> {
    let inserted = diesel::insert_into(used_sign_ins::table)
        .values((used_sign_ins::state_hash.eq(state_hash.as_slice()), used_sign_ins::ends_at_us.eq(ends_at.0)))
        .execute(connection);
    on_duplicate(inserted, Code::SignInExpired).map(|_| ())
}

/// How often sign-ins failed under a key since an instant, and when last.
pub fn find_failures(
    connection: &mut AnyConnection,
    key: &[u8; 32],
    since: Instant,
) -> Outcome<Option<(i64, Instant)>> {
    let row = sign_in_failures::table
        .filter(sign_in_failures::key_hash.eq(key.as_slice()).and(sign_in_failures::at_us.gt(since.0)))
        .select((sign_in_failures::count, sign_in_failures::at_us));
    let row: Option<(i64, i64)> = row.first(connection).optional()?;
    Ok(row.map(|(count, at)| (count, Instant(at))))
}

/// Notes that so many sign-ins failed under a key, the last one now.
pub fn note_failures(connection: &mut AnyConnection, key: &[u8; 32], count: i64, now: Instant) -> Outcome<()> {
    let row = sign_in_failures::table.filter(sign_in_failures::key_hash.eq(key.as_slice()));
    let noted = diesel::update(row)
        .set((sign_in_failures::count.eq(count), sign_in_failures::at_us.eq(now.0)))
        .execute(connection)?;
    if noted == 0 {
        diesel::insert_into(sign_in_failures::table)
            .values((
                sign_in_failures::key_hash.eq(key.as_slice()),
                sign_in_failures::count.eq(count),
                sign_in_failures::at_us.eq(now.0),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Forgets the failures under a key.
pub fn forget_failures(connection: &mut AnyConnection, key: &[u8; 32]) -> Outcome<()> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::key_hash.eq(key.as_slice())))
        .execute(connection)?;
    Ok(())
}

/// Takes one failure under a key back.
pub fn forget_one_failure(connection: &mut AnyConnection, key: &[u8; 32]) -> Outcome<()> {
    let row = sign_in_failures::table
        .filter(sign_in_failures::key_hash.eq(key.as_slice()).and(sign_in_failures::count.gt(0)));
    diesel::update(row).set(sign_in_failures::count.eq(sign_in_failures::count - 1)).execute(connection)?;
    Ok(())
}

/// Deletes what has ended: sessions, used sign-ins, and failures before an instant. How many rows there were.
pub fn sweep(connection: &mut AnyConnection, now: Instant, failures_before: Instant) -> Outcome<usize> {
    let ended = sessions::idle_until_us.le(now.0).or(sessions::ends_at_us.le(now.0));
    let swept = diesel::delete(sessions::table.filter(ended)).execute(connection)?
        + diesel::delete(used_sign_ins::table.filter(used_sign_ins::ends_at_us.le(now.0))).execute(connection)?
        + diesel::delete(sign_in_failures::table.filter(sign_in_failures::at_us.le(failures_before.0)))
            .execute(connection)?;
    Ok(swept)
}
