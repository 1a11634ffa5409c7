//! Tokens: prove who one is, get one, ask about one, give one back.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::access::assertion::Assertion;
use crate::access::client::{Client, ClientRecord, Standing};
use crate::access::credential::{CredentialKind, PublicKey};
use crate::access::role::Permission;
use crate::access::scope_token::{self, Covered};
use crate::access::store::{self, HeldCredential};
use crate::access::token::{self, Claims, Issued};
use crate::access::{Desk, Recognition, Scope};
use crate::clock::Instant;
use crate::id::OrganisationId;
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::journal::{self, Entry};
use crate::text::ShortCode;

/// A use is noted again after this time only, in seconds.
const NOTED_EVERY_SECONDS: i64 = 3600;

/// What a client proves itself with.
pub enum Proof {
    /// Its name and its secret.
    Secret {
        /// The name.
        client: String,
        /// The secret.
        secret: SecretString,
    },
    /// An assertion that it signed, and its name if it was given beside.
    Assertion {
        /// The name, if it was given.
        client: Option<String>,
        /// The assertion.
        assertion: SecretString,
    },
}

/// A client that proved itself.
pub struct Authenticated(Client);

/// What is told of a token (RFC 7662).
pub struct Introspection {
    /// Its claims.
    pub claims: Claims,
}

/// Who proves to be a client. Whatever is wrong, the answer is the same.
pub fn authenticate(desk: &Desk, proof: &Proof, address: Option<IpAddr>) -> Outcome<Authenticated> {
    let now = desk.clock.now();
    let assertion = match proof {
        Proof::Secret { .. } => None,
        Proof::Assertion { client, assertion } => {
            let read = Assertion::read(assertion.expose_secret(), &desk.issuer, now).ok_or(Code::Unauthenticated)?;
            if client.as_ref().is_some_and(|client| client != read.client()) {
                return Err(Code::Unauthenticated.into());
            }
            Some(read)
        }
    };
    let name = match (proof, &assertion) {
        (Proof::Secret { client, .. }, _) => client,
        (_, Some(assertion)) => assertion.client(),
        (_, None) => return Err(Code::Unauthenticated.into()),
    };
    let (record, held) = known(desk, name, now)?;
    let proved = held.iter().find(|held| match (proof, &assertion) {
        (Proof::Secret { secret, .. }, _) => {
            held.kind == CredentialKind::Secret && desk.keys.secret_matches(name, secret.expose_secret(), &held.value)
        }
        (_, Some(assertion)) => {
            PublicKey::new(held.kind, held.value.clone()).is_some_and(|key| assertion.is_signed_by(&held.id, &key))
        }
        (_, None) => false,
    });
    let stands =
        |record: &ClientRecord| record.standing(now) == Standing::Active && record.client.limits.admit(address);
    let (Some(record), Some(proved)) = (record.filter(stands), proved) else {
        return Err(Code::Unauthenticated.into());
    };
    let id = &record.client.id;
    if let Some(assertion) = assertion {
        let jti_hash = desk.keys.hash_request(b"assertion", assertion.jti().as_bytes());
        desk.store_of_callers()
            .write(|connection| store::use_assertion(connection, id, &jti_hash, assertion.ends_at(), now))?;
    }
    let noted = record.credentials.iter().find(|credential| credential.id == proved.id).and_then(|c| c.last_used_at);
    if noted.is_none_or(|at| at.plus_seconds(NOTED_EVERY_SECONDS) <= now) {
        // When a client last came is worth knowing, but no reason to turn it away.
        let _ = desk.store_of_callers().write(|connection| store::note_use(connection, id, &proved.id, now));
    }
    Ok(Authenticated(record.client))
}

/// The client of a name and what it may prove itself with. A name that is none costs the same hash as a known one.
fn known(desk: &Desk, name: &str, now: Instant) -> Outcome<(Option<ClientRecord>, Vec<HeldCredential>)> {
    let nobody = || {
        let held = HeldCredential { id: String::new(), kind: CredentialKind::Secret, value: vec![0; 32] };
        (None, vec![held])
    };
    // A text that is no name names nobody, and the database never hears of it.
    let Ok(name) = name.parse::<ShortCode>() else { return Ok(nobody()) };
    desk.store_of_callers().read(|connection| match store::find_client(connection, name.as_str())? {
        Some(record) => Ok((Some(record), store::list_held_credentials(connection, name.as_str(), now)?)),
        None => Ok(nobody()),
    })
}

/// Gives an access token to a client that proved itself, narrowed to the scopes that it asks for.
pub fn issue_token(desk: &Desk, client: &Authenticated, asked: Option<&str>) -> Outcome<Issued> {
    let Authenticated(client) = client;
    let scopes = scope_token::granted(&client.roles(), &client.limits.scopes, asked)?;
    token::issue(desk, client.id.as_str(), scopes, token::LIFETIME_SECONDS)
}

/// Gives a token of any lifetime up to a day to a registered client without its secret: for whoever holds the console.
pub fn issue_token_at_the_console(desk: &Desk, scope: &Scope, client_id: &str, seconds: i64) -> Outcome<String> {
    scope.require_everywhere(Permission::RegisterClients)?;
    if seconds > token::LONGEST_LIFETIME_SECONDS {
        return Err(Failure::fault("a token lives a day at most (86400 seconds): keys are rotated on that"));
    }
    let stored = desk.read(scope, |connection| store::find_client(connection, client_id))?;
    let active = stored.filter(|record| record.standing(desk.clock.now()) == Standing::Active).ok_or(Code::NotFound)?;
    let scopes = scope_token::granted(&active.client.roles(), &active.client.limits.scopes, None)?;
    token::issue(desk, client_id, scopes, seconds).map(|issued| issued.token)
}

/// Recognises the caller of an access token, without remembering it.
pub fn recognise(desk: &Desk, bearer: &str) -> Outcome<Scope> {
    let recognition = Recognition::default();
    let unsure = recognition.verify(desk, bearer)?;
    Ok(recognition.settle(desk, unsure)?.admit(desk, None)?)
}

/// What is to be told of a token to a client: its own, or any to one that registers clients; nothing of one that does
/// not hold, of another client's, or of none at all, all alike.
pub fn introspect(desk: &Desk, asker: &Authenticated, token: &str) -> Outcome<Option<Introspection>> {
    let Some(verified) = token::verify(desk, token, desk.clock.now()) else { return Ok(None) };
    let Authenticated(asker) = asker;
    let claims = verified.claims;
    let may_know = asker.id.as_str() == claims.client_id || may_know_all(asker);
    let stands = desk.store_of_callers().read(|connection| {
        let record = store::find_client(connection, &claims.client_id)?;
        let is_active = record.is_some_and(|record| record.standing(desk.clock.now()) == Standing::Active);
        Ok(is_active && !store::is_token_revoked(connection, &claims.client_id, &claims.jti)?)
    })?;
    Ok((may_know && stands).then_some(Introspection { claims }))
}

/// Takes a token of a client back, or any for one that registers clients. What is none, or another's, is left alone
/// without a word, as RFC 7009 has it for tokens that are none.
pub fn revoke_token(desk: &Desk, asker: &Authenticated, token: &str) -> Outcome<()> {
    let now = desk.clock.now();
    let Some(verified) = token::verify(desk, token, now) else { return Ok(()) };
    let Authenticated(asker) = asker;
    let claims = verified.claims;
    if asker.id.as_str() != claims.client_id && !may_know_all(asker) {
        return Ok(());
    }
    let ends_at = Instant(0).plus_seconds(claims.exp);
    desk.store_of_callers().write(|connection| {
        if !store::insert_revoked_token(connection, &claims.client_id, &claims.jti, ends_at, now)? {
            return Ok(());
        }
        store::raise_epoch(connection)?;
        let owner = store::find_client(connection, &claims.client_id)?.and_then(|record| record.client.organisation);
        let entry = Entry {
            kind: "token.revoked",
            actor: asker.id.as_str(),
            organisation: owner.as_ref().map(OrganisationId::as_str),
            subject: &claims.client_id,
            detail: json!({ "jti": claims.jti }),
        };
        journal::append(connection, now, &entry)
    })
}

fn may_know_all(client: &Client) -> bool {
    client.role.may(Permission::RegisterClients)
        && (client.limits.scopes.is_empty() || Covered::by(&client.limits.scopes).contains(Permission::RegisterClients))
}

impl Authenticated {
    /// The client's name.
    pub fn client(&self) -> &str {
        self.0.id.as_str()
    }
}
