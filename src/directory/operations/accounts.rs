//! Accounts whose organisation is named: found in the directory, then registered, changed or let in by the access room.

use secrecy::SecretString;

use super::programme_roles::{NamedRole, find_roles};
use crate::access::account::AccountRecord;
use crate::access::oidc::{Identified, Mapping};
use crate::access::operations::{self as access, AccountChanges, NewAccount, Vouched};
use crate::access::programme_role::ProgrammeRole;
use crate::access::role::{Permission, Role};
use crate::access::session::{Lengths, SessionSecret};
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::naming::OrganisationName;
use crate::directory::store;
use crate::id::OrganisationId;
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::ShortCode;

/// A local account to register.
pub struct AccountPlan {
    /// The name that its person signs in with.
    pub name: ShortCode,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to.
    pub organisation: Option<OrganisationName>,
    /// The only programmes in which it has a role; all if none is named.
    pub programmes: Vec<NamedRole>,
    /// When it ends.
    pub expires_at: Option<Instant>,
}

/// What to change of an account.
pub struct AccountRevision {
    /// Its role.
    pub role: Option<Role>,
    /// Its organisation; none, if nothing.
    pub organisation: Option<Option<OrganisationName>>,
    /// The only programmes in which it has a role.
    pub programmes: Option<Vec<NamedRole>>,
    /// When it ends; never, if nothing.
    pub expires_at: Option<Option<Instant>>,
}

/// Registers a local account. Its one-time password is shown this once.
pub fn register_account(
    desk: &Desk,
    scope: &Scope,
    plan: AccountPlan,
) -> Outcome<(AccountRecord, Option<SecretString>)> {
    let scope = &scope.require(Permission::RegisterClients)?;
    let organisation = plan.organisation.as_ref().map(|name| find(desk, scope, name)).transpose()?;
    let programmes = find_roles(desk, scope, plan.role, &plan.programmes)?;
    let AccountPlan { name, role, expires_at, .. } = plan;
    access::register_account(desk, scope, &NewAccount { name, role, organisation, programmes, expires_at })
}

/// Changes an account.
pub fn revise_account(desk: &Desk, scope: &Scope, name: &str, revision: AccountRevision) -> Outcome<AccountRecord> {
    let scope = &scope.require(Permission::RegisterClients)?;
    let organisation = match &revision.organisation {
        Some(Some(name)) => Some(Some(find(desk, scope, name)?)),
        Some(None) => Some(None),
        None => None,
    };
    let programmes = match &revision.programmes {
        Some(named) => {
            let known = access::find_account(desk, scope, name)?;
            let known = known.ok_or_else(|| Refusal::new(Code::NotFound).at("account"))?;
            Some(find_roles(desk, scope, revision.role.unwrap_or(known.account.role), named)?)
        }
        None => None,
    };
    let changes = AccountChanges { role: revision.role, organisation, programmes, expires_at: revision.expires_at };
    access::revise_account(desk, scope, name, &changes)
}

/// Lets in whom a provider vouches for, in the role that a mapping gives; nobody without one.
pub fn admit(
    desk: &Desk,
    lengths: Lengths,
    mapping: &Mapping,
    identified: &Identified,
    before: Option<&SessionSecret>,
) -> Outcome<SessionSecret> {
    let mapped = mapping.role_of(&identified.claims).ok_or(Code::RoleUnmapped)?;
    // Whom the deployment's own rules name is looked for in its name.
    let scope = access::at_the_console(Role::Operator);
    let mut programmes = Vec::with_capacity(mapped.programmes.len());
    for (code, role) in &mapped.programmes {
        let found = desk.read(&scope, |connection| store::find_programme(connection, &scope, code))?;
        programmes.push(ProgrammeRole { programme: found.ok_or(Code::RoleUnmapped)?.id, role: *role });
    }
    let organisation = match &mapped.organisation {
        Some(name) => {
            let name = name.parse::<OrganisationName>().map_err(|_| Code::RoleUnmapped)?;
            let found = desk.read(&scope, |connection| store::find_named_organisation(connection, &scope, &name))?;
            Some(found.ok_or(Code::RoleUnmapped)?.id)
        }
        None => None,
    };
    let vouched = Vouched {
        issuer: identified.issuer.clone(),
        subject: identified.subject.clone(),
        id_token: identified.id_token.clone(),
        role: mapped.role,
        organisation,
        programmes,
    };
    access::admit(desk, lengths, &vouched, before)
}

fn find(desk: &Desk, scope: &Scope, name: &OrganisationName) -> Outcome<OrganisationId> {
    let found = desk.read(scope, |connection| store::find_named_organisation(connection, scope, name))?;
    Ok(found.ok_or_else(|| Refusal::new(Code::NotFound).at("organisation"))?.id)
}
