//! Clients in the database.

use diesel::prelude::*;

use crate::access::client::Client;
use crate::access::role::Role;
use crate::clock::Instant;
use crate::id::OrganisationId;
use crate::refusal::{Code, Outcome};
use crate::storage::schema::clients;
use crate::storage::{AnyConnection, on_duplicate};
use crate::text::ShortCode;

/// A client with the keyed hash of its secret.
pub struct StoredClient {
    pub client: Client,
    pub secret_hash: Vec<u8>,
}

/// Inserts a client; refuses a name that is taken.
pub fn insert_client(connection: &mut AnyConnection, client: &Client, secret_hash: &[u8], at: Instant) -> Outcome<()> {
    let inserted = diesel::insert_into(clients::table)
        .values((
            clients::id.eq(client.id.as_str()),
            clients::role.eq(client.role.code()),
            clients::organisation_id.eq(client.organisation.as_ref().map(OrganisationId::as_str)),
            clients::secret_hash.eq(secret_hash),
            clients::created_at_us.eq(at.0),
            clients::revoked_at_us.eq(None::<i64>),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::ClientIdTaken).map(|_| ())
}

/// The client of a name, unless it was revoked.
pub fn find_client(connection: &mut AnyConnection, id: &str) -> Outcome<Option<StoredClient>> {
    let row: Option<(String, String, Option<String>, Vec<u8>)> = clients::table
        .filter(clients::id.eq(id).and(clients::revoked_at_us.is_null()))
        .select((clients::id, clients::role, clients::organisation_id, clients::secret_hash))
        .first(connection)
        .optional()?;
    Ok(row.and_then(|(id, role, organisation, secret_hash)| {
        let client = Client {
            id: id.parse::<ShortCode>().ok()?,
            role: Role::of_code(&role)?,
            organisation: organisation.map(OrganisationId::stored),
        };
        Some(StoredClient { client, secret_hash })
    }))
}
