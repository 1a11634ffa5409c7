//! Answers already given, by client and idempotency key.

use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Scope;
use crate::access::once::{KEPT_SECONDS, RequestKey};
use crate::clock::Instant;
use crate::id::OrganisationId;
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::schema::idempotency_keys;

fn owner(scope: &Scope) -> &str {
    scope.organisation().map_or("", OrganisationId::as_str)
}

/// The answer kept under a key; refused if it was given to another request.
pub fn find_answer<T: DeserializeOwned>(
    connection: &mut AnyConnection,
    scope: &Scope,
    key: &RequestKey,
    now: Instant,
) -> Outcome<Option<T>> {
    let kept: Option<(Vec<u8>, String)> = idempotency_keys::table
        .filter(
            idempotency_keys::owner
                .eq(owner(scope))
                .and(idempotency_keys::caller.eq(scope.caller()))
                .and(idempotency_keys::key_hash.eq(key.key_hash.as_slice()))
                .and(idempotency_keys::at_us.gt(now.plus_seconds(-KEPT_SECONDS).0)),
        )
        .select((idempotency_keys::request_hash, idempotency_keys::answer))
        .first(connection)
        .optional()?;
    let Some((request_hash, answer)) = kept else { return Ok(None) };
    if request_hash != key.request_hash {
        return Err(Refusal::new(Code::IdempotencyKeyReused).at("idempotencyKey").into());
    }
    // An answer of another shape was kept by another release.
    serde_json::from_str(&answer).map(Some).map_err(|_| Failure::fault("a kept answer is out of form"))
}

/// Forgets the answers kept for an organisation's callers that name something which is no longer its own.
pub fn forget_answers_about(connection: &mut AnyConnection, owner: &OrganisationId, id: &str) -> Outcome<()> {
    let named = idempotency_keys::answer.like(format!("%{id}%"));
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::owner.eq(owner.as_str()).and(named)))
        .execute(connection)?;
    Ok(())
}

/// Keeps an answer under a key, and forgets those of the client that are past their time.
pub fn insert_answer<T: Serialize>(
    connection: &mut AnyConnection,
    scope: &Scope,
    key: &RequestKey,
    answer: &T,
    now: Instant,
) -> Outcome<()> {
    diesel::delete(
        idempotency_keys::table.filter(
            idempotency_keys::owner
                .eq(owner(scope))
                .and(idempotency_keys::caller.eq(scope.caller()))
                .and(idempotency_keys::at_us.le(now.plus_seconds(-KEPT_SECONDS).0)),
        ),
    )
    .execute(connection)?;
    let answer = serde_json::to_string(answer).map_err(|_| Failure::fault("an answer cannot be kept"))?;
    // A duplicate that was faster is found when this transaction is tried again.
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::owner.eq(owner(scope)),
            idempotency_keys::caller.eq(scope.caller()),
            idempotency_keys::key_hash.eq(key.key_hash.as_slice()),
            idempotency_keys::request_hash.eq(key.request_hash.as_slice()),
            idempotency_keys::answer.eq(answer),
            idempotency_keys::at_us.eq(now.0),
        ))
        .execute(connection)?;
    Ok(())
}
