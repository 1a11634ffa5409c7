//! The scope of a caller: who it is, its role, and how far it sees. Only the access layer makes one.

use std::sync::Arc;

use super::role::{Permission, Role};
use super::scope_token::Covered;
use crate::id::{OrganisationId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::storage::Party;
use crate::text::Reason;

/// A caller that has been recognised. Every finder takes one, so finding and authorising are the same call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    caller: String,
    role: Role,
    organisation: Option<OrganisationId>,
    reason: Option<Reason>,
    covered: Covered,
    projects: Option<Arc<[ProjectId]>>,
}

/// How far a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach<'a> {
    /// Every organisation.
    Everything,
    /// One organisation's own things.
    Organisation(&'a OrganisationId),
    /// Nothing that belongs to anyone.
    Nothing,
}

impl Scope {
    pub(in crate::access) fn new(caller: String, role: Role, organisation: Option<OrganisationId>) -> Self {
        Self { caller, role, organisation, covered: Covered::EVERYTHING, projects: None, reason: None }
    }

    /// The same caller with what its token covers only, and the projects that its client is held to, if any.
    pub(in crate::access) fn narrowed(self, covered: Covered, projects: &[ProjectId]) -> Self {
        let projects = (!projects.is_empty()).then(|| projects.into());
        Self { covered, projects, ..self }
    }

    /// The same caller, who says why it calls.
    #[must_use]
    pub fn with_reason(self, reason: Option<Reason>) -> Self {
        Self { reason, ..self }
    }

    /// What the caller may do and see, whoever it is and whatever it says: what two of them are answered is the same.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { caller: String::new(), reason: None, ..self.clone() }
    }

    /// Why the caller calls, if it said so; it stands in the journal beside what it looked at.
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// Who calls: the client's name, as it stands in the journal.
    pub fn caller(&self) -> &str {
        &self.caller
    }

    /// The caller's role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The organisation that the caller belongs to, if one.
    pub fn organisation(&self) -> Option<&OrganisationId> {
        self.organisation.as_ref()
    }

    /// Whether the caller's role sees every organisation.
    pub fn is_staff(&self) -> bool {
        !self.role.is_bound()
    }

    /// How far the caller sees.
    pub fn reach(&self) -> Reach<'_> {
        if is_filter_removed() {
            return Reach::Everything;
        }
        match (&self.organisation, self.role.is_bound()) {
            (_, false) => Reach::Everything,
            (Some(organisation), true) => Reach::Organisation(organisation),
            (None, true) => Reach::Nothing,
        }
    }

    /// For whom the database is told that this caller's transactions work: the wall behind every filter.
    pub(in crate::access) fn party(&self) -> Party {
        let held = self.projects.as_ref().map(|held| held.iter().map(ToString::to_string).collect());
        match (&self.organisation, self.role.is_bound()) {
            (_, false) => Party::Staff(held),
            (Some(organisation), true) => Party::Organisation(organisation.to_string(), held),
            (None, true) => Party::Nobody,
        }
    }

    /// Whether the caller sees what belongs to an organisation.
    pub fn reaches(&self, owner: &OrganisationId) -> bool {
        match self.reach() {
            Reach::Everything => true,
            Reach::Organisation(own) => own == owner,
            Reach::Nothing => false,
        }
    }

    /// Whether the caller sees a project that belongs to an organisation.
    pub fn reaches_project(&self, owner: &OrganisationId, project: &ProjectId) -> bool {
        self.reaches(owner) && self.projects().is_none_or(|own| own.contains(project))
    }

    /// The only projects that the caller sees, if it is held to some.
    pub fn projects(&self) -> Option<&[ProjectId]> {
        self.projects.as_deref().filter(|_| !is_filter_removed())
    }

    /// The same projects as texts, for a list to be narrowed by.
    pub fn project_names(&self) -> Option<Vec<&str>> {
        self.projects().map(|projects| projects.iter().map(ProjectId::as_str).collect())
    }

    /// Whether the caller's role holds a permission, and its token covers it.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && self.covered.contains(permission)
    }

    /// Refuses a caller whose role lacks a permission, or whose token does not cover it.
    pub fn require(&self, permission: Permission) -> Result<(), Refusal> {
        match (self.role.may(permission), self.covered.contains(permission)) {
            (true, true) => Ok(()),
            (true, false) => Err(Code::ScopeInsufficient.into()),
            (false, _) => Err(Code::Forbidden.into()),
        }
    }
}

/// Whether every filter lets everything through, so that the wall in the database is seen to stand alone: a test says so by a
/// variable, to builds that are not for release.
#[cfg(debug_assertions)]
fn is_filter_removed() -> bool {
    static REMOVED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *REMOVED.get_or_init(|| std::env::var_os("FAISCEAU_TEST_WITHOUT_FILTER").is_some())
}

/// A release always filters.
#[cfg(not(debug_assertions))]
const fn is_filter_removed() -> bool {
    false
}
