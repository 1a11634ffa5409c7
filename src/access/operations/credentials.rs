//! Credentials of clients: add a secret or a key beside the one in use, end one.

use secrecy::SecretString;
use serde_json::json;

use super::clients::{change, held_key, held_secret, new_secret, shown_once};
use crate::access::client::ClientRecord;
use crate::access::credential::{ACTIVE_AT_ONCE, CredentialKind, PublicKey};
use crate::access::store;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::ShortCode;

/// Makes another secret for a client. The one before goes on until it is ended, or for so many seconds only.
///
/// The secret is nothing if this was done before under the same idempotency key: it is shown once.
pub fn add_secret(
    desk: &Desk,
    scope: &Scope,
    name: &str,
    overlap_seconds: Option<i64>,
) -> Outcome<(ClientRecord, Option<SecretString>)> {
    let client: ShortCode = name.parse().map_err(|_| Refusal::new(Code::NotFound).at("client"))?;
    let secret = new_secret();
    let held = held_secret(desk, &client, &secret);
    let record = change(desk, scope, name, "client.secret_added", |connection, record, now| {
        refuse_third(record, CredentialKind::Secret, now)?;
        if let Some(overlap) = overlap_seconds {
            let end = now.plus_seconds(overlap.max(0));
            let goes = |kind: CredentialKind, ends: Option<Instant>| {
                kind == CredentialKind::Secret && ends.is_none_or(|ends| ends > end)
            };
            for old in record.credentials.iter().filter(|old| goes(old.kind, old.ends_at)) {
                store::end_credential(connection, &record.client.id, &old.id, end)?;
            }
        }
        store::insert_credential(connection, &record.client.id, &held, now)?;
        Ok(json!({ "credential": held.id }))
    })?;
    Ok(shown_once(desk, record, &held, secret))
}

/// Adds a public key to a client.
pub fn add_key(desk: &Desk, scope: &Scope, name: &str, key: &PublicKey) -> Outcome<ClientRecord> {
    let held = held_key(key);
    change(desk, scope, name, "client.key_added", |connection, record, now| {
        refuse_third(record, key.kind(), now)?;
        store::insert_credential(connection, &record.client.id, &held, now)?;
        Ok(json!({ "credential": held.id }))
    })
}

/// Ends a credential of a client at once; tokens got with it run out within ten minutes, or are taken back one by one.
pub fn end_credential(desk: &Desk, scope: &Scope, name: &str, id: &str) -> Outcome<ClientRecord> {
    change(desk, scope, name, "client.credential_ended", |connection, record, now| {
        let found = record.credentials.iter().find(|credential| credential.id == id);
        let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("credential"))?;
        if !found.is_active(now) {
            return Err(Refusal::new(Code::CredentialEnded).at("credential").into());
        }
        store::end_credential(connection, &record.client.id, &found.id, now)?;
        Ok(json!({ "credential": found.id }))
    })
}

/// Two secrets, or two keys, are for the time of a rotation; a third would never be missed.
fn refuse_third(record: &ClientRecord, kind: CredentialKind, now: Instant) -> Outcome<()> {
    let is_secret = |kind: CredentialKind| kind == CredentialKind::Secret;
    let alike = record.credentials.iter().filter(|old| old.is_active(now) && is_secret(old.kind) == is_secret(kind));
    if alike.count() >= ACTIVE_AT_ONCE {
        return Err(Refusal::new(Code::CredentialsFull).at("client").with("limit", ACTIVE_AT_ONCE).into());
    }
    Ok(())
}
