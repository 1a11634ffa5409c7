//! Credentials in the database: keyed hashes and public keys, when they were used, and the assertions that served.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::credential::{CredentialKind, CredentialRecord};
use crate::clock::Instant;
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::schema::{client_credentials, credential_uses, used_assertions};
use crate::storage::{AnyConnection, on_duplicate};
use crate::text::ShortCode;

/// A credential with what it holds: a keyed hash, or a public key.
pub struct HeldCredential {
    pub id: String,
    pub kind: CredentialKind,
    pub value: Vec<u8>,
}

/// Inserts a credential; one that the client has already is refused as taken.
pub fn insert_credential(
    connection: &mut AnyConnection,
    client: &ShortCode,
    held: &HeldCredential,
    at: Instant,
) -> Outcome<()> {
    let inserted = diesel::insert_into(client_credentials::table)
        .values((
            client_credentials::client_id.eq(client.as_str()),
            client_credentials::id.eq(held.id.as_str()),
            client_credentials::kind.eq(held.kind.code()),
            client_credentials::value.eq(held.value.as_slice()),
            client_credentials::created_at_us.eq(at.0),
            client_credentials::ends_at_us.eq(None::<i64>),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::AlreadyRegistered).map(|_| ())
}

/// Lets a credential end at an instant.
pub fn end_credential(connection: &mut AnyConnection, client: &ShortCode, id: &str, at: Instant) -> Outcome<()> {
    let row = client_credentials::table
        .filter(client_credentials::client_id.eq(client.as_str()).and(client_credentials::id.eq(id)));
    diesel::update(row).set(client_credentials::ends_at_us.eq(Some(at.0))).execute(connection)?;
    Ok(())
}

/// What a client proves itself with at an instant.
pub fn list_held_credentials(
    connection: &mut AnyConnection,
    client: &str,
    now: Instant,
) -> Outcome<Vec<HeldCredential>> {
    let ends = client_credentials::ends_at_us;
    let rows: Vec<(String, String, Vec<u8>)> = client_credentials::table
        .filter(client_credentials::client_id.eq(client).and(ends.is_null().or(ends.gt(now.0))))
        .order(client_credentials::id)
        .select((client_credentials::id, client_credentials::kind, client_credentials::value))
        .load(connection)?;
    rows.into_iter().map(|(id, kind, value)| Ok(HeldCredential { id, kind: kind_of(&kind)?, value })).collect()
}

/// The credentials of clients as they are told, the newest first.
pub fn list_credentials(
    connection: &mut AnyConnection,
    clients: &[&str],
) -> Outcome<HashMap<String, Vec<CredentialRecord>>> {
    let rows: Vec<(String, String, String, i64, Option<i64>)> = client_credentials::table
        .filter(client_credentials::client_id.eq_any(clients))
        .order((client_credentials::created_at_us.desc(), client_credentials::id))
        .select((
            client_credentials::client_id,
            client_credentials::id,
            client_credentials::kind,
            client_credentials::created_at_us,
            client_credentials::ends_at_us,
        ))
        .load(connection)?;
    let uses: Vec<(String, String, i64)> =
        credential_uses::table.filter(credential_uses::client_id.eq_any(clients)).load(connection)?;
    let mut credentials: HashMap<String, Vec<CredentialRecord>> = HashMap::new();
    for (client, id, kind, created_at, ends_at) in rows {
        let used = uses.iter().find(|(of, used, _)| *of == client && *used == id);
        credentials.entry(client).or_default().push(CredentialRecord {
            kind: kind_of(&kind)?,
            created_at: Instant(created_at),
            ends_at: ends_at.map(Instant),
            last_used_at: used.map(|(_, _, at)| Instant(*at)),
            id,
        });
    }
    Ok(credentials)
}

/// Notes when a credential was used.
pub fn note_use(connection: &mut AnyConnection, client: &ShortCode, id: &str, at: Instant) -> Outcome<()> {
    let row = credential_uses::table
        .filter(credential_uses::client_id.eq(client.as_str()).and(credential_uses::credential_id.eq(id)));
    if diesel::update(row).set(credential_uses::at_us.eq(at.0)).execute(connection)? == 0 {
        diesel::insert_into(credential_uses::table)
            .values((
                credential_uses::client_id.eq(client.as_str()),
                credential_uses::credential_id.eq(id),
                credential_uses::at_us.eq(at.0),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Remembers an assertion until it runs out; one that served before is refused. Forgets those of the client that ran out.
pub fn use_assertion(
    connection: &mut AnyConnection,
    client: &ShortCode,
    jti_hash: &[u8; 32],
    ends_at: Instant,
    now: Instant,
) -> Outcome<()> {
    let own = used_assertions::client_id.eq(client.as_str());
    diesel::delete(used_assertions::table.filter(own.and(used_assertions::ends_at_us.le(now.0))))
        .execute(connection)?;
    let inserted = diesel::insert_into(used_assertions::table)
        .values((own, used_assertions::jti_hash.eq(jti_hash.as_slice()), used_assertions::ends_at_us.eq(ends_at.0)))
        .execute(connection);
    on_duplicate(inserted, Code::Unauthenticated).map(|_| ())
}

fn kind_of(code: &str) -> Outcome<CredentialKind> {
    CredentialKind::of_code(code).ok_or_else(|| Failure::fault("a stored credential is out of form"))
}
