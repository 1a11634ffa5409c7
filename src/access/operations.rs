//! What can be done with access: register a client, give it a token, recognise a caller.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::client::{Client, Registration};
use super::role::{Permission, Role};
use super::scope::Scope;
use super::{Desk, store, token};
use crate::clock;
use crate::id::OrganisationId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::storage::journal::{self, Entry};
use crate::text::ShortCode;

/// The scope of whoever holds the machine's console, and so its database and keys, in a role that sees everything.
pub fn at_the_console(role: Role) -> Scope {
    Scope::new("console".to_owned(), role, None)
}

/// Registers a machine client and makes its secret, which is shown only here.
pub fn register_client(desk: &Desk, scope: &Scope, client: Client) -> Outcome<Registration> {
    scope.require(Permission::RegisterClients)?;
    if client.role.is_bound() && client.organisation.is_none() {
        return Err(Refusal::new(Code::RequestMalformed).at("organisation").into());
    }
    let secret = SecretString::from(BASE64URL_NOPAD.encode(&clock::random_bytes::<32>()));
    let hash = desk.keys.hash_secret(client.id.as_str(), secret.expose_secret());
    let now = desk.clock.now();
    desk.store.write(|connection| {
        store::insert_client(connection, &client, &hash, now)?;
        let entry = Entry {
            kind: "client.registered",
            actor: scope.caller(),
            organisation: client.organisation.as_ref().map(OrganisationId::as_str),
            subject: client.id.as_str(),
            detail: json!({ "role": client.role.code() }),
        };
        journal::append(connection, now, &entry)
    })?;
    Ok(Registration { client, secret })
}

/// Gives an access token to a client that knows its secret (OAuth 2.0 client credentials).
pub fn issue_token(desk: &Desk, client_id: &str, secret: &str) -> Outcome<String> {
    // A text that is no name names nobody, and the database never hears of it.
    let stored = match client_id.parse::<ShortCode>() {
        Ok(name) => desk.store.read(|connection| store::find_client(connection, name.as_str()))?,
        Err(_) => None,
    };
    // An unknown client costs the same hash as a known one.
    let (client, hash) = match stored {
        Some(stored) => (Some(stored.client), stored.secret_hash),
        None => (None, vec![0; 32]),
    };
    let matches = desk.keys.secret_matches(client_id, secret, &hash);
    match client {
        Some(client) if matches => token::issue(&desk.keys, &client, desk.clock.now(), token::LIFETIME_SECONDS),
        _ => Err(Code::Unauthenticated.into()),
    }
}

/// Gives a token of any lifetime to a registered client without its secret: for whoever holds the console.
pub fn issue_token_at_the_console(desk: &Desk, scope: &Scope, client_id: &str, seconds: i64) -> Outcome<String> {
    scope.require(Permission::RegisterClients)?;
    let stored = desk.store.read(|connection| store::find_client(connection, client_id))?.ok_or(Code::NotFound)?;
    token::issue(&desk.keys, &stored.client, desk.clock.now(), seconds)
}

/// Recognises the caller of a bearer token.
pub fn recognise(desk: &Desk, bearer: &str) -> Result<Scope, Refusal> {
    token::verify(&desk.keys, bearer, desk.clock.now())
}
