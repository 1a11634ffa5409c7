//! The scope of a caller: who it is, its role, and how far it sees. Only the access layer makes one.

use std::sync::Arc;

use super::programme_role::ProgrammeRole;
use super::role::{Permission, Role};
use super::scope_token::Covered;
use crate::id::{OrganisationId, ProgrammeId, ProjectId};
use crate::refusal::{Code, Refusal};
use crate::storage::Party;
use crate::text::Reason;

/// A caller that has been recognised. Every finder takes one, so finding and authorising are the same call.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    caller: String,
    role: Role,
    organisation: Option<OrganisationId>,
    reason: Option<Reason>,
    covered: Covered,
    projects: Option<Arc<[ProjectId]>>,
    /// Its role in each programme where it has one; its role holds everywhere if there are none.
    programmes: Option<Arc<[ProgrammeRole]>>,
    /// What it is about to do: it reaches the programmes in which its role holds that.
    asked: Option<Permission>,
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
        let (projects, programmes) = (None, None);
        let covered = Covered::EVERYTHING;
        Self { caller, role, organisation, covered, projects, programmes, reason: None, asked: None }
    }

    /// The same caller with what its token covers only, and the projects that its client is held to, if any.
    pub(in crate::access) fn narrowed(self, covered: Covered, projects: &[ProjectId]) -> Self {
        let projects = (!projects.is_empty()).then(|| projects.into());
        Self { covered, projects, ..self }
    }

    /// The same caller with its roles for named programmes, if any.
    pub(in crate::access) fn within(self, programmes: &[ProgrammeRole]) -> Self {
        let programmes = (!programmes.is_empty()).then(|| programmes.into());
        Self { programmes, ..self }
    }

    /// The same caller, who says why it calls.
    pub fn with_reason(self, reason: Option<Reason>) -> Self {
        Self { reason, ..self }
    }

    /// What the caller may do and see, whoever it is and whatever it says: what two of them are answered is the same.
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

    /// Whether the caller sees a project of a programme that belongs to an organisation. Whoever sees it in a role that
    /// does not allow what is asked is told so.
    pub fn reaches_project(
        &self,
        owner: &OrganisationId,
        programme: &ProgrammeId,
        project: &ProjectId,
    ) -> Result<bool, Refusal> {
        let is_own = self.reaches(owner) && self.projects().is_none_or(|own| own.contains(project));
        if !is_own || self.role_in(programme).is_none() {
            return Ok(false);
        }
        self.reaches_programme(programme).map(|()| true)
    }

    /// Refuses what is asked in a programme where the caller's role, if it has one, does not allow it.
    pub fn reaches_programme(&self, programme: &ProgrammeId) -> Result<(), Refusal> {
        let allows = |role: Role| self.asked.is_none_or(|asked| role.may(asked));
        if self.role_in(programme).is_some_and(allows) { Ok(()) } else { Err(Code::Forbidden.into()) }
    }

    /// The caller's role in a programme, if it has one there.
    pub fn role_in(&self, programme: &ProgrammeId) -> Option<Role> {
        match &self.programmes {
            None => Some(self.role),
            Some(roles) => roles.iter().find(|one| one.programme == *programme).map(|one| one.role),
        }
    }

    /// The caller's roles for named programmes; none if its role holds everywhere.
    pub fn programmes(&self) -> Option<&[ProgrammeRole]> {
        self.programmes.as_deref()
    }

    /// The programmes in which the caller may do what is asked, as texts, for a list to be narrowed by; none if all.
    pub fn programme_names(&self) -> Option<Vec<&str>> {
        let allows = |one: &&ProgrammeRole| self.asked.is_none_or(|asked| one.role.may(asked));
        self.programmes().map(|roles| roles.iter().filter(allows).map(|one| one.programme.as_str()).collect())
    }

    /// The only projects that the caller sees, if it is held to some.
    pub fn projects(&self) -> Option<&[ProjectId]> {
        self.projects.as_deref().filter(|_| !is_filter_removed())
    }

    /// The same projects as texts, for a list to be narrowed by.
    pub fn project_names(&self) -> Option<Vec<&str>> {
        self.projects().map(|projects| projects.iter().map(ProjectId::as_str).collect())
    }

    /// Whether a role of the caller holds a permission, and its token covers it.
    pub fn may(&self, permission: Permission) -> bool {
        self.holds(permission) && self.covered.contains(permission)
    }

    /// Whether the caller's role in a programme holds a permission, and its token covers it.
    pub fn may_in(&self, permission: Permission, programme: &ProgrammeId) -> bool {
        self.role_in(programme).is_some_and(|role| role.may(permission)) && self.covered.contains(permission)
    }

    fn holds(&self, permission: Permission) -> bool {
        match self.programmes() {
            None => self.role.may(permission),
            Some(roles) => roles.iter().any(|one| one.role.may(permission)),
        }
    }

    /// Refuses a caller of whose roles none holds a permission, or whose token does not cover it. Gives the caller as it is
    /// about to do this: what is found from here on lies in programmes where its role holds the permission.
    pub fn require(&self, permission: Permission) -> Result<Self, Refusal> {
        match (self.holds(permission), self.covered.contains(permission)) {
            (true, true) => Ok(Self { asked: Some(permission), ..self.clone() }),
            (true, false) => Err(Code::ScopeInsufficient.into()),
            (false, _) => Err(Code::Forbidden.into()),
        }
    }

    /// The same for what concerns every programme: refuses also whoever has roles for named programmes only.
    pub fn require_everywhere(&self, permission: Permission) -> Result<(), Refusal> {
        let asked = self.require(permission)?;
        if asked.programmes.is_none() { Ok(()) } else { Err(Code::Forbidden.into()) }
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
