//! Access tokens taken back before their time, and the epoch that tells every node that something was.

use diesel::prelude::*;

use crate::access::recognition::Sight;
use crate::clock::Instant;
use crate::refusal::Outcome;
use crate::storage::AnyConnection;
use crate::storage::journal::Position;
use crate::storage::schema::{access_head, journal_head, revoked_tokens};

/// The present epoch.
pub fn read_epoch(connection: &mut AnyConnection) -> Outcome<i64> {
    Ok(access_head::table.select(access_head::epoch).first(connection)?)
}

/// The epoch and the journal's last position, in one look.
pub fn read_sight(connection: &mut AnyConnection) -> Outcome<Sight> {
    let head = journal_head::table.select(journal_head::position).single_value();
    let (epoch, head): (i64, Option<i64>) = access_head::table.select((access_head::epoch, head)).first(connection)?;
    Ok(Sight { epoch, head: Position(head.unwrap_or(0)) })
}

/// Begins another epoch: what nodes remember of tokens holds no more.
pub fn raise_epoch(connection: &mut AnyConnection) -> Outcome<()> {
    diesel::update(access_head::table).set(access_head::epoch.eq(access_head::epoch + 1)).execute(connection)?;
    Ok(())
}

/// Takes a token back until it runs out, and forgets those of the client that did; whether it was not taken back yet.
pub fn insert_revoked_token(
    connection: &mut AnyConnection,
    client: &str,
    jti: &str,
    ends_at: Instant,
    now: Instant,
) -> Outcome<bool> {
    if is_token_revoked(connection, client, jti)? {
        return Ok(false);
    }
    let own = revoked_tokens::client_id.eq(client);
    diesel::delete(revoked_tokens::table.filter(own.and(revoked_tokens::ends_at_us.le(now.0)))).execute(connection)?;
    diesel::insert_into(revoked_tokens::table)
        .values((own, revoked_tokens::jti.eq(jti), revoked_tokens::ends_at_us.eq(ends_at.0)))
        .execute(connection)?;
    Ok(true)
}

/// Whether a token was taken back.
pub fn is_token_revoked(connection: &mut AnyConnection, client: &str, jti: &str) -> Outcome<bool> {
    let row = revoked_tokens::table.filter(revoked_tokens::client_id.eq(client).and(revoked_tokens::jti.eq(jti)));
    Ok(row.select(revoked_tokens::jti).first::<String>(connection).optional()?.is_some())
}
