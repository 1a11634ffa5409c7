//! Clients: register, list, change what narrows them, suspend and resume, revoke.

use data_encoding::BASE64URL_NOPAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::access::client::{Client, ClientRecord, Limits, Registration};
use crate::access::credential::{CredentialKind, PublicKey};
use crate::access::network::Network;
use crate::access::programme_role::{self, ProgrammeRole};
use crate::access::role::Permission;
use crate::access::scope_token::ScopeToken;
use crate::access::store::{self, HeldCredential};
use crate::access::{Desk, Scope};
use crate::clock::{self, Instant};
use crate::id::{OrganisationId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome, Refusal};
use crate::storage::AnyConnection;
use crate::storage::journal::{self, Entry};
use crate::text::ShortCode;

/// What to change of what narrows a client; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct LimitChanges {
    /// The only projects.
    pub projects: Option<Vec<ProjectId>>,
    /// The only programmes in which it has a role.
    pub programmes: Option<Vec<ProgrammeRole>>,
    /// The only networks.
    pub networks: Option<Vec<Network>>,
    /// The only scopes.
    pub scopes: Option<Vec<ScopeToken>>,
    /// When it ends; never, if nothing.
    pub expires_at: Option<Option<Instant>>,
}

/// Registers a machine client and makes its secret, which is shown only here: nothing kept could show it again.
pub fn register_client(desk: &Desk, scope: &Scope, client: Client) -> Outcome<Registration> {
    let (record, secret) = register_client_once(desk, scope, &client)?;
    let secret = secret.ok_or_else(|| Failure::fault("a secret is shown once"))?;
    Ok(Registration { client: record.client, secret })
}

/// Registers a machine client and makes its secret. Nothing is shown of a dry run's, nor to a request that was done
/// before under its idempotency key.
pub fn register_client_once(
    desk: &Desk,
    scope: &Scope,
    client: &Client,
) -> Outcome<(ClientRecord, Option<SecretString>)> {
    let secret = new_secret();
    let held = held_secret(desk, &client.id, &secret);
    let record = insert(desk, scope, client, &held)?;
    Ok(shown_once(desk, record, &held, secret))
}

/// Registers a machine client that proves itself with a key of its own; there is no secret.
pub fn register_client_with_key(desk: &Desk, scope: &Scope, client: &Client, key: &PublicKey) -> Outcome<ClientRecord> {
    insert(desk, scope, client, &held_key(key))
}

fn insert(desk: &Desk, scope: &Scope, client: &Client, held: &HeldCredential) -> Outcome<ClientRecord> {
    scope.require_everywhere(Permission::RegisterClients)?;
    client.check()?;
    let now = desk.clock.now();
    check_end(client.limits.expires_at, now)?;
    desk.write(scope, |connection| {
        store::insert_client(connection, client, now)?;
        store::insert_credential(connection, &client.id, held, now)?;
        let detail =
            json!({ "role": client.role.code(), "credential": held.kind.code(), "limits": told(&client.limits) });
        record(connection, scope, now, client, "client.registered", detail)?;
        found(connection, &client.id)
    })
}

/// The client of a name, however it stands.
pub fn find_client(desk: &Desk, scope: &Scope, name: &str) -> Outcome<Option<ClientRecord>> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let Ok(name) = name.parse::<ShortCode>() else { return Ok(None) };
    desk.read(scope, |connection| store::find_client(connection, name.as_str()))
}

/// A page of all clients, by name.
pub fn list_clients(desk: &Desk, scope: &Scope, page: &PageRequest) -> Outcome<Page<ClientRecord>> {
    scope.require_everywhere(Permission::RegisterClients)?;
    desk.read(scope, |connection| store::list_clients(connection, page))
}

/// Changes what narrows a client; its tokens are held to it at once.
pub fn revise_client(desk: &Desk, scope: &Scope, name: &str, changes: &LimitChanges) -> Outcome<ClientRecord> {
    change(desk, scope, name, "client.revised", |connection, record, now| {
        let mut client = record.client.clone();
        let limits = &mut client.limits;
        limits.projects = changes.projects.clone().unwrap_or_else(|| std::mem::take(&mut limits.projects));
        limits.programmes = changes.programmes.clone().unwrap_or_else(|| std::mem::take(&mut limits.programmes));
        limits.networks = changes.networks.clone().unwrap_or_else(|| std::mem::take(&mut limits.networks));
        limits.scopes = changes.scopes.clone().unwrap_or_else(|| std::mem::take(&mut limits.scopes));
        if let Some(end) = changes.expires_at {
            check_end(end, now)?;
            limits.expires_at = end;
        }
        client.check()?;
        store::revise_client(connection, &client)?;
        Ok(json!({ "limits": told(&client.limits) }))
    })
}

/// Suspends a client: neither it nor its tokens are believed until it is resumed.
pub fn suspend_client(desk: &Desk, scope: &Scope, name: &str) -> Outcome<ClientRecord> {
    change(desk, scope, name, "client.suspended", |connection, record, now| {
        store::suspend_client(connection, &record.client.id, now)?;
        Ok(json!({}))
    })
}

/// Lets a suspended client in again.
pub fn resume_client(desk: &Desk, scope: &Scope, name: &str) -> Outcome<ClientRecord> {
    change(desk, scope, name, "client.resumed", |connection, record, _| {
        store::resume_client(connection, &record.client.id)?;
        Ok(json!({}))
    })
}

/// Takes a client back for good, with all its credentials and tokens; its name is never given again.
pub fn revoke_client(desk: &Desk, scope: &Scope, name: &str) -> Outcome<ClientRecord> {
    change(desk, scope, name, "client.revoked", |connection, record, now| {
        store::revoke_client(connection, &record.client.id, now)?;
        for credential in record.credentials.iter().filter(|credential| credential.is_active(now)) {
            store::end_credential(connection, &record.client.id, &credential.id, now)?;
        }
        Ok(json!({}))
    })
}

/// Changes a client that is not revoked: the work, its entry in the journal, and another epoch for every node.
pub(super) fn change(
    desk: &Desk,
    scope: &Scope,
    name: &str,
    kind: &'static str,
    mut work: impl FnMut(&mut AnyConnection, &ClientRecord, Instant) -> Outcome<Value>,
) -> Outcome<ClientRecord> {
    scope.require_everywhere(Permission::RegisterClients)?;
    let name: ShortCode = name.parse().map_err(|_| Refusal::new(Code::NotFound).at("client"))?;
    let now = desk.clock.now();
    desk.write(scope, |connection| {
        let before = found(connection, &name)?;
        if before.revoked_at.is_some() {
            return Err(Refusal::new(Code::ClientRevoked).at("client").into());
        }
        let detail = work(connection, &before, now)?;
        store::raise_epoch(connection)?;
        record(connection, scope, now, &before.client, kind, detail)?;
        found(connection, &name)
    })
}

fn found(connection: &mut AnyConnection, name: &ShortCode) -> Outcome<ClientRecord> {
    let found = store::find_client(connection, name.as_str())?;
    found.ok_or_else(|| Refusal::new(Code::NotFound).at("client").into())
}

fn record(
    connection: &mut AnyConnection,
    scope: &Scope,
    now: Instant,
    client: &Client,
    kind: &'static str,
    detail: Value,
) -> Outcome<()> {
    let organisation = client.organisation.as_ref().map(OrganisationId::as_str);
    journal::append(
        connection,
        now,
        &Entry { kind, actor: scope.caller(), organisation, subject: client.id.as_str(), detail },
    )
}

fn check_end(end: Option<Instant>, now: Instant) -> Outcome<()> {
    if end.is_some_and(|end| end <= now) {
        return Err(Refusal::new(Code::InstantInvalid).at("expiresAt").into());
    }
    Ok(())
}

/// What narrows a client, as the journal tells it: each is a code or an address, never a text.
fn told(limits: &Limits) -> Value {
    json!({
        "projects": limits.projects.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "programmes": programme_role::told(&limits.programmes),
        "networks": limits.networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "scopes": limits.scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>(),
        "expiresAt": limits.expires_at.map(|at| at.to_string()),
    })
}

/// A client with the secret just made for it, if that is really its own.
pub(super) fn shown_once(
    desk: &Desk,
    record: ClientRecord,
    held: &HeldCredential,
    secret: SecretString,
) -> (ClientRecord, Option<SecretString>) {
    let is_new = record.credentials.iter().any(|credential| credential.id == held.id) && !desk.is_dry_run();
    (record, is_new.then_some(secret))
}

/// A secret of 256 random bits.
pub(super) fn new_secret() -> SecretString {
    BASE64URL_NOPAD.encode(&clock::random_bytes::<32>()).into()
}

/// A secret as it is kept.
pub(super) fn held_secret(desk: &Desk, client: &ShortCode, secret: &SecretString) -> HeldCredential {
    let id = format!("secret-{}", BASE64URL_NOPAD.encode(&clock::random_bytes::<6>()));
    let value = desk.keys.hash_secret(client.as_str(), secret.expose_secret());
    HeldCredential { id, kind: CredentialKind::Secret, value }
}

/// A key as it is kept.
pub(super) fn held_key(key: &PublicKey) -> HeldCredential {
    HeldCredential { id: key.id(), kind: key.kind(), value: key.bytes().to_vec() }
}
