//! Roles and what each may do, in one table that an official can check.

/// What a caller is to the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A winner's own system: pushes its reports, sees its own data.
    Partner,
    /// Programme staff: reviews, approves, sees everything.
    Officer,
    /// Sees exact figures, no individual record.
    Analyst,
    /// Sees everything, changes nothing.
    Auditor,
    /// Runs the service: registers clients and directories, sees no report.
    Operator,
}

/// Something that a role may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Read programmes, organisations and projects.
    ReadDirectory,
    /// Register and change programmes, organisations and projects.
    ChangeDirectory,
    /// Give a project to another organisation.
    TransferProjects,
    /// Add versions of the definitions of figures.
    ChangeDefinitions,
    /// Check, submit, certify and recall reports.
    SubmitReports,
    /// Start reviews, return, approve, reopen and annul; extend due dates.
    ReviewReports,
    /// See what waits for review.
    ReadReviewQueue,
    /// Read reports, versions and findings.
    ReadReports,
    /// Read individual participations.
    ReadRecords,
    /// Read the figures of a project within reach.
    ReadProjectFigures,
    /// Read exact figures over many projects.
    ReadNationalFigures,
    /// Register clients, and the accounts of people.
    RegisterClients,
    /// Take in versions that were approved elsewhere.
    ImportHistory,
    /// Check the journal, versions and records against their hashes.
    VerifyJournal,
    /// Erase a person, and set how long records are kept.
    ErasePersons,
    /// See all that is held on one person, for that person.
    ExportPersons,
    /// Prepare, review and give up closings.
    PrepareClosing,
    /// Publish a closing that somebody else prepared.
    PublishClosing,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Partner, Self::Officer, Self::Analyst, Self::Auditor, Self::Operator];

    /// Its code, as stored and as it stands in tokens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Partner => "PARTNER",
            Self::Officer => "OFFICER",
            Self::Analyst => "ANALYST",
            Self::Auditor => "AUDITOR",
            Self::Operator => "OPERATOR",
        }
    }

    /// The role of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The table: who may do what.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{
            ChangeDefinitions, ChangeDirectory, ErasePersons, ExportPersons, ImportHistory, PrepareClosing,
            PublishClosing, ReadDirectory, ReadNationalFigures, ReadProjectFigures, ReadRecords, ReadReports,
            ReadReviewQueue, RegisterClients, ReviewReports, SubmitReports, TransferProjects, VerifyJournal,
        };
        match self {
            Self::Partner => {
                matches!(permission, ReadDirectory | SubmitReports | ReadReports | ReadRecords | ReadProjectFigures)
            }
            Self::Officer => matches!(
                permission,
                ReadDirectory
                    | ChangeDirectory
                    | TransferProjects
                    | ChangeDefinitions
                    | ReviewReports
                    | ReadReviewQueue
                    | ReadReports
                    | ReadRecords
                    | ReadProjectFigures
                    | ReadNationalFigures
                    | ImportHistory
                    | ErasePersons
                    | ExportPersons
                    | PrepareClosing
                    | PublishClosing
            ),
            Self::Analyst => {
                matches!(permission, ReadDirectory | ReadReports | ReadProjectFigures | ReadNationalFigures)
            }
            Self::Auditor => {
                matches!(
                    permission,
                    ReadDirectory
                        | ReadReviewQueue
                        | ReadReports
                        | ReadRecords
                        | ReadProjectFigures
                        | ReadNationalFigures
                        | VerifyJournal
                )
            }
            Self::Operator => {
                matches!(permission, ReadDirectory | ChangeDirectory | RegisterClients | VerifyJournal | ErasePersons)
            }
        }
    }

    /// Whether a caller of this role sees only its own organisation.
    pub fn is_bound(self) -> bool {
        self == Self::Partner
    }
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 18] = [
        Self::ReadDirectory,
        Self::ChangeDirectory,
        Self::TransferProjects,
        Self::ChangeDefinitions,
        Self::SubmitReports,
        Self::ReviewReports,
        Self::ReadReviewQueue,
        Self::ReadReports,
        Self::ReadRecords,
        Self::ReadProjectFigures,
        Self::ReadNationalFigures,
        Self::RegisterClients,
        Self::ImportHistory,
        Self::VerifyJournal,
        Self::ErasePersons,
        Self::ExportPersons,
        Self::PrepareClosing,
        Self::PublishClosing,
    ];
}

crate::serde_as_code!(Role);
