//! Clients whose organisation and projects are named: found in the directory, then registered in the access room.

use secrecy::SecretString;

use super::programme_roles::{NamedRole, find_roles};
use crate::access::client::{Client, ClientRecord, Limits};
use crate::access::credential::PublicKey;
use crate::access::network::Network;
use crate::access::operations::{self as access, LimitChanges};
use crate::access::role::{Permission, Role};
use crate::access::scope_token::ScopeToken;
use crate::access::{Desk, Scope};
use crate::clock::Instant;
use crate::directory::naming::{OrganisationName, ProjectName};
use crate::directory::store;
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Code, Outcome, Refusal};
use crate::text::ShortCode;

/// A client to register.
pub struct ClientPlan {
    /// Its name.
    pub name: ShortCode,
    /// Its role.
    pub role: Role,
    /// The organisation that it belongs to.
    pub organisation: Option<OrganisationName>,
    /// The only projects that it sees; all of its organisation if none is named.
    pub projects: Vec<ProjectName>,
    /// The only programmes in which it has a role; all if none is named.
    pub programmes: Vec<NamedRole>,
    /// The only networks from which it may come.
    pub networks: Vec<Network>,
    /// The only scopes that its tokens may have.
    pub scopes: Vec<ScopeToken>,
    /// When it ends.
    pub expires_at: Option<Instant>,
    /// Its public key, if it proves itself with one; else it gets a secret.
    pub key: Option<PublicKey>,
}

/// What to change of what narrows a client.
pub struct ClientRevision {
    /// The only projects that it sees.
    pub projects: Option<Vec<ProjectName>>,
    /// The only programmes in which it has a role.
    pub programmes: Option<Vec<NamedRole>>,
    /// What else.
    pub limits: LimitChanges,
}

/// Registers a client. Its secret is shown this once; there is none for a client with a key.
pub fn register_client(desk: &Desk, scope: &Scope, plan: ClientPlan) -> Outcome<(ClientRecord, Option<SecretString>)> {
    let scope = &scope.require(Permission::RegisterClients)?;
    let organisation = match &plan.organisation {
        Some(name) => {
            let found = desk.read(scope, |connection| store::find_named_organisation(connection, scope, name))?;
            Some(found.ok_or_else(|| Refusal::new(Code::NotFound).at("organisation"))?.id)
        }
        None => None,
    };
    let projects = find_projects(desk, scope, organisation.as_ref(), &plan.projects)?;
    let programmes = find_roles(desk, scope, plan.role, &plan.programmes)?;
    let ClientPlan { name, role, networks, scopes, expires_at, key, .. } = plan;
    let limits = Limits { projects, programmes, networks, scopes, expires_at };
    let client = Client { id: name, role, organisation, limits };
    match key {
        Some(key) => Ok((access::register_client_with_key(desk, scope, &client, &key)?, None)),
        None => access::register_client_once(desk, scope, &client),
    }
}

/// Changes what narrows a client.
pub fn revise_client(desk: &Desk, scope: &Scope, name: &str, revision: ClientRevision) -> Outcome<ClientRecord> {
    let found = access::find_client(desk, scope, name)?;
    let found = found.ok_or_else(|| Refusal::new(Code::NotFound).at("client"))?;
    let projects = match &revision.projects {
        Some(names) => Some(find_projects(desk, scope, found.client.organisation.as_ref(), names)?),
        None => None,
    };
    let programmes = match &revision.programmes {
        Some(named) => Some(find_roles(desk, scope, found.client.role, named)?),
        None => None,
    };
    access::revise_client(desk, scope, name, &LimitChanges { projects, programmes, ..revision.limits })
}

/// The projects named, each led by the organisation.
fn find_projects(
    desk: &Desk,
    scope: &Scope,
    organisation: Option<&OrganisationId>,
    names: &[ProjectName],
) -> Outcome<Vec<ProjectId>> {
    let find = |(place, name): (usize, &ProjectName)| {
        let missing = |code: Code| Refusal::new(code).at(format!("projects[{place}]"));
        let found = desk.read(scope, |connection| match name {
            ProjectName::Id(id) => store::find_project(connection, scope, id),
            ProjectName::Codes(programme, code) => {
                match store::find_programme(connection, scope, programme.as_str())? {
                    Some(programme) => store::find_project_by_code(connection, scope, &programme.id, code.as_str()),
                    None => Ok(None),
                }
            }
        })?;
        let project = found.ok_or_else(|| missing(Code::NotFound))?;
        if Some(&project.details.lead) != organisation {
            return Err(missing(Code::ProjectsMisplaced).into());
        }
        Ok(project.id)
    };
    names.iter().enumerate().map(find).collect()
}
