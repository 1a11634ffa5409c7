//! Clients in the database, with what narrows them and their credentials.

use diesel::prelude::*;

use super::credentials::list_credentials;
use super::programme_roles::{list_programme_roles, set_programme_roles};
use crate::access::client::{Client, ClientRecord, Limits};
use crate::access::role::Role;
use crate::access::scope_token::ScopeToken;
use crate::clock::Instant;
use crate::id::{OrganisationId, ProjectId};
use crate::page::{Page, PageRequest};
use crate::refusal::{Code, Failure, Outcome};
use crate::storage::schema::{client_limits, clients};
use crate::storage::{AnyConnection, on_duplicate};
use crate::text::ShortCode;

#[derive(Queryable)]
struct ClientRow {
    id: String,
    role: String,
    organisation_id: Option<String>,
    created_at_us: i64,
    revoked_at_us: Option<i64>,
    suspended_at_us: Option<i64>,
    expires_at_us: Option<i64>,
}

/// Inserts a client; refuses a name that is taken.
pub fn insert_client(connection: &mut AnyConnection, client: &Client, at: Instant) -> Outcome<()> {
    let inserted = diesel::insert_into(clients::table)
        .values((
            clients::id.eq(client.id.as_str()),
            clients::role.eq(client.role.code()),
            clients::organisation_id.eq(client.organisation.as_ref().map(OrganisationId::as_str)),
            clients::created_at_us.eq(at.0),
            clients::expires_at_us.eq(client.limits.expires_at.map(|at| at.0)),
        ))
        .execute(connection);
    on_duplicate(inserted, Code::ClientIdTaken)?;
    set_programme_roles(connection, client.id.as_str(), &client.limits.programmes)?;
    insert_limits(connection, client)
}

/// Gives a client other limits.
pub fn revise_client(connection: &mut AnyConnection, client: &Client) -> Outcome<()> {
    diesel::update(clients::table.filter(clients::id.eq(client.id.as_str())))
        .set(clients::expires_at_us.eq(client.limits.expires_at.map(|at| at.0)))
        .execute(connection)?;
    set_programme_roles(connection, client.id.as_str(), &client.limits.programmes)?;
    diesel::delete(client_limits::table.filter(client_limits::client_id.eq(client.id.as_str()))).execute(connection)?;
    insert_limits(connection, client)
}

/// Suspends a client.
pub fn suspend_client(connection: &mut AnyConnection, id: &ShortCode, at: Instant) -> Outcome<()> {
    let row = clients::table.filter(clients::id.eq(id.as_str()).and(clients::suspended_at_us.is_null()));
    diesel::update(row).set(clients::suspended_at_us.eq(Some(at.0))).execute(connection)?;
    Ok(())
}

/// Ends the suspension of a client.
pub fn resume_client(connection: &mut AnyConnection, id: &ShortCode) -> Outcome<()> {
    let row = clients::table.filter(clients::id.eq(id.as_str()));
    diesel::update(row).set(clients::suspended_at_us.eq(None::<i64>)).execute(connection)?;
    Ok(())
}

/// Revokes a client for good.
pub fn revoke_client(connection: &mut AnyConnection, id: &ShortCode, at: Instant) -> Outcome<()> {
    let row = clients::table.filter(clients::id.eq(id.as_str()).and(clients::revoked_at_us.is_null()));
    diesel::update(row).set(clients::revoked_at_us.eq(Some(at.0))).execute(connection)?;
    Ok(())
}

/// The client of a name, however it stands.
pub fn find_client(connection: &mut AnyConnection, id: &str) -> Outcome<Option<ClientRecord>> {
    let row: Option<ClientRow> = clients::table.filter(clients::id.eq(id)).first(connection).optional()?;
    Ok(complete(connection, row.into_iter().collect())?.into_iter().next())
}

/// A page of clients, by name.
pub fn list_clients(connection: &mut AnyConnection, page: &PageRequest) -> Outcome<Page<ClientRecord>> {
    let rows: Vec<ClientRow> =
        clients::table.filter(clients::id.gt(page.after())).order(clients::id).limit(page.limit()).load(connection)?;
    Ok(page.cut(complete(connection, rows)?))
}

fn insert_limits(connection: &mut AnyConnection, client: &Client) -> Outcome<()> {
    let limits = &client.limits;
    let projects = limits.projects.iter().map(|project| ("PROJECT", project.to_string()));
    let networks = limits.networks.iter().map(|network| ("NETWORK", network.to_string()));
    let scopes = limits.scopes.iter().map(|scope| ("SCOPE", scope.code().to_owned()));
    let mut limits: Vec<(&str, String)> = projects.chain(networks).chain(scopes).collect();
    limits.sort();
    limits.dedup();
    for (kind, value) in limits {
        diesel::insert_into(client_limits::table)
            .values((
                client_limits::client_id.eq(client.id.as_str()),
                client_limits::kind.eq(kind),
                client_limits::value.eq(value),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Joins clients with what narrows them and their credentials.
fn complete(connection: &mut AnyConnection, rows: Vec<ClientRow>) -> Outcome<Vec<ClientRecord>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let limits: Vec<(String, String, String)> = client_limits::table
        .filter(client_limits::client_id.eq_any(&ids))
        .order((client_limits::client_id, client_limits::kind, client_limits::value))
        .load(connection)?;
    let mut credentials = list_credentials(connection, &ids)?;
    let mut programmes = list_programme_roles(connection, &ids)?;
    let complete = rows.iter().map(|row| {
        let own = limits.iter().filter(|(client, _, _)| *client == row.id);
        let mut client = client_of(row, own.map(|(_, kind, value)| (kind.as_str(), value.as_str())))?;
        client.limits.programmes = programmes.remove(&row.id).unwrap_or_default();
        Ok(ClientRecord {
            client,
            created_at: Instant(row.created_at_us),
            suspended_at: row.suspended_at_us.map(Instant),
            revoked_at: row.revoked_at_us.map(Instant),
            credentials: credentials.remove(&row.id).unwrap_or_default(),
        })
    });
    complete.collect()
}

fn client_of<'a>(row: &ClientRow, own: impl Iterator<Item = (&'a str, &'a str)>) -> Outcome<Client> {
    let broken = || Failure::fault("a stored client is out of form");
    let mut limits = Limits { expires_at: row.expires_at_us.map(Instant), ..Limits::default() };
    for (kind, value) in own {
        match kind {
            "PROJECT" => limits.projects.push(ProjectId::stored(value.to_owned())),
            "NETWORK" => limits.networks.push(value.parse().map_err(|_| broken())?),
            _ => limits.scopes.push(ScopeToken::of_code(value).ok_or_else(broken)?),
        }
    }
    Ok(Client {
        id: ShortCode::stored(row.id.clone()),
        role: Role::of_code(&row.role).ok_or_else(broken)?,
        organisation: row.organisation_id.clone().map(OrganisationId::stored),
        limits,
    })
}
