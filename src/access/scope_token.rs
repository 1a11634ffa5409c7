//! The scopes of access tokens (RFC 6749, section 3.3): what a token may be narrowed to, and the permissions of each.
//!
//! A scope never widens: a token may do what the client's role may do *and* one of its scopes covers.

use super::role::{Permission, Role};
use crate::refusal::{Code, Refusal};

/// A scope of access tokens, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeToken {
    /// Read programmes, organisations and projects.
    DirectoryRead,
    /// Register and change them.
    DirectoryWrite,
    /// Read reports, versions, findings and the review queue.
    ReportsRead,
    /// Read individual participations.
    RecordsRead,
    /// Check, submit, certify and recall reports.
    ReportsWrite,
    /// Review reports and extend due dates.
    ReportsReview,
    /// Read figures.
    FiguresRead,
    /// Prepare, review and publish closings.
    ClosingsWrite,
    /// Take in versions that were approved elsewhere.
    HistoryWrite,
    /// Erase persons, and set how long records are kept.
    RecordsErase,
    /// Register clients and take them back.
    ClientsWrite,
}

impl ScopeToken {
    /// Every scope.
    pub const ALL: [Self; 11] = [
        Self::DirectoryRead,
        Self::DirectoryWrite,
        Self::ReportsRead,
        Self::RecordsRead,
        Self::ReportsWrite,
        Self::ReportsReview,
        Self::FiguresRead,
        Self::ClosingsWrite,
        Self::HistoryWrite,
        Self::RecordsErase,
        Self::ClientsWrite,
    ];

    /// Its name, as it stands in requests and tokens.
    pub fn code(self) -> &'static str {
        match self {
            Self::DirectoryRead => "directory:read",
            Self::DirectoryWrite => "directory:write",
            Self::ReportsRead => "reports:read",
            Self::RecordsRead => "records:read",
            Self::ReportsWrite => "reports:write",
            Self::ReportsReview => "reports:review",
            Self::FiguresRead => "figures:read",
            Self::ClosingsWrite => "closings:write",
            Self::HistoryWrite => "history:write",
            Self::RecordsErase => "records:erase",
            Self::ClientsWrite => "clients:write",
        }
    }

    /// The scope of a name.
    pub fn of_code(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == name)
    }

    /// The scope that a permission is about; one that every permission has.
    fn about(permission: Permission) -> Self {
        match permission {
            Permission::ReadDirectory => Self::DirectoryRead,
            Permission::ChangeDirectory | Permission::TransferProjects | Permission::ChangeDefinitions => {
                Self::DirectoryWrite
            }
            Permission::SubmitReports => Self::ReportsWrite,
            Permission::ReviewReports => Self::ReportsReview,
            Permission::ReadReviewQueue | Permission::ReadReports | Permission::VerifyJournal => Self::ReportsRead,
            Permission::ReadRecords | Permission::ExportPersons => Self::RecordsRead,
            Permission::ReadProjectFigures | Permission::ReadNationalFigures => Self::FiguresRead,
            Permission::RegisterClients => Self::ClientsWrite,
            Permission::PrepareClosing | Permission::PublishClosing => Self::ClosingsWrite,
            Permission::ImportHistory => Self::HistoryWrite,
            Permission::ErasePersons => Self::RecordsErase,
        }
    }

    /// Whether the scope covers a permission: those that it is about, and those without which they cannot be used. Each
    /// answer names projects; a submission is answered with its report and the project's own figures; a closing is made of
    /// national ones.
    pub fn covers(self, permission: Permission) -> bool {
        use Permission::{ReadDirectory, ReadNationalFigures, ReadProjectFigures, ReadReports, ReadReviewQueue};
        let needed: &[Permission] = match self {
            Self::DirectoryRead | Self::ClientsWrite | Self::RecordsErase => &[],
            Self::ReportsWrite => &[ReadReports, ReadProjectFigures],
            Self::ReportsReview => &[ReadReports, ReadReviewQueue, ReadProjectFigures],
            Self::ClosingsWrite => &[ReadNationalFigures, ReadProjectFigures],
            Self::RecordsRead | Self::HistoryWrite => &[ReadReports],
            Self::DirectoryWrite | Self::ReportsRead | Self::FiguresRead => &[],
        };
        Self::about(permission) == self || permission == ReadDirectory || needed.contains(&permission)
    }

    /// Whether a client of a role has any use for the scope.
    pub fn is_for(self, role: Role) -> bool {
        Permission::ALL.into_iter().any(|permission| Self::about(permission) == self && role.may(permission))
    }
}

/// The permissions that some scopes cover together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Covered(u64);

impl Covered {
    /// Every permission: for whoever is not narrowed by a token.
    pub const EVERYTHING: Self = Self(u64::MAX);

    /// What scopes cover.
    pub fn by(scopes: &[ScopeToken]) -> Self {
        let covered =
            Permission::ALL.into_iter().filter(|permission| scopes.iter().any(|scope| scope.covers(*permission)));
        Self(covered.fold(0, |bits, permission| bits | bit(permission)))
    }

    /// Whether a permission is among them.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }
}

crate::serde_as_code!(ScopeToken);

fn bit(permission: Permission) -> u64 {
    1 << (permission as u32)
}

/// The scopes that a token gets: those asked for, or all that the client's role has a use for and that the client is not
/// kept from. One that it may not have, or that there is not, refuses the whole.
pub fn granted(role: Role, allowed: &[ScopeToken], asked: Option<&str>) -> Result<Vec<ScopeToken>, Refusal> {
    let may_have = |scope: &ScopeToken| scope.is_for(role) && (allowed.is_empty() || allowed.contains(scope));
    let Some(asked) = asked else { return Ok(ScopeToken::ALL.into_iter().filter(may_have).collect()) };
    let mut scopes = Vec::new();
    for name in asked.split(' ') {
        let scope = ScopeToken::of_code(name).filter(may_have);
        scopes.push(scope.ok_or_else(|| Refusal::new(Code::ScopeInvalid).at("scope"))?);
    }
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// Scopes as they stand in a token.
pub fn written(scopes: &[ScopeToken]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
}

/// Scopes read from a token of ours; nothing if one is unknown.
pub fn read(text: &str) -> Option<Vec<ScopeToken>> {
    text.split(' ').map(ScopeToken::of_code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_scopes_of_a_role_together_cover_all_that_it_may() {
        for role in Role::ALL {
            let scopes = granted(role, &[], None).unwrap();
            let covered = Covered::by(&scopes);
            for permission in Permission::ALL.into_iter().filter(|permission| role.may(*permission)) {
                assert!(covered.contains(permission), "{role:?} {permission:?}");
            }
            assert_eq!(read(&written(&scopes)), Some(scopes));
        }
    }

    #[test]
    fn what_is_asked_for_narrows_and_never_widens() {
        let names = |asked: &str| granted(Role::Partner, &[], Some(asked)).map(|scopes| written(&scopes));
        assert_eq!(names("reports:write directory:read reports:write").unwrap(), "directory:read reports:write");
        for asked in
            ["", " ", "reports:review", "reports:write reports:review", "reports:WRITE", "reports:write  figures:read"]
        {
            assert_eq!(names(asked).unwrap_err().code, Code::ScopeInvalid, "{asked:?}");
        }
        let kept_from = granted(Role::Partner, &[ScopeToken::FiguresRead], None).unwrap();
        assert_eq!(written(&kept_from), "figures:read");
        let covered = Covered::by(&kept_from);
        assert!(covered.contains(Permission::ReadProjectFigures) && !covered.contains(Permission::SubmitReports));
        assert!(!covered.contains(Permission::ReadRecords));
    }
}
