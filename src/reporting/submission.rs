//! A submission, and what may come of it: findings, a receipt, or a refusal.

use serde::{Deserialize, Serialize};

use super::head::Head;
use super::reason::ReasonAnswer;
use super::rules::{Findings, JustifiedWarning, Severity};
use super::sections::SentSections;
use super::statement::{Participation, Reference, Statement};
use super::version::{Channel, Digest, Report, ReportVersion};
use crate::directory::period::Quarter;
use crate::directory::project::Project;
use crate::id::ProjectId;
use crate::refusal::{Code, Refusal};
use crate::serde_as_code;

/// What a partner sends for a period, on top of the version it knows.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The project.
    pub project: ProjectId,
    /// The period.
    pub period: Quarter,
    /// The newest version of the project that the partner knows; 0 if none.
    pub base_version: u32,
    /// What is stated.
    pub content: Content,
    /// Answers to warnings.
    pub justifications: Vec<JustifiedWarning>,
    /// Answers to the reasons of earlier returns.
    pub answers: Vec<ReasonAnswer>,
    /// The check that this submission commits: refused if it would not find the same now.
    pub check: Option<Digest>,
    /// How it came.
    pub channel: Channel,
}

/// A statement as it is sent: whole, or as changes of the base version.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Whether the participations are all that there are.
    pub mode: Mode,
    /// Participations, in the order sent.
    pub participations: Vec<Participation>,
    /// References that are no longer stated; only beside changes.
    pub removals: Vec<Reference>,
    /// What is stated beside participations.
    pub sections: SentSections,
}

/// What the participations of a submission are to those of its base version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// All that there are: what is missing is no longer stated.
    #[default]
    Replace,
    /// New and changed ones, by reference: the others stay as they were.
    Upsert,
}

serde_as_code!(Mode);

impl Mode {
    /// Its code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Replace => "REPLACE",
            Self::Upsert => "UPSERT",
        }
    }

    /// The mode of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Replace, Self::Upsert].into_iter().find(|mode| mode.code() == code)
    }
}

/// What the rules say of a statement.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// What the rules found.
    pub findings: Findings,
    /// Names what was checked: content, base, agreement and findings. A submission that gives it back commits exactly that.
    pub check: Digest,
    /// How many participations the version would hold.
    pub participation_count: u32,
}

impl Assessment {
    /// The refusal of a submission, if findings block it.
    pub fn refusal(&self) -> Option<Refusal> {
        let errors = self.findings.blocking_count(Severity::Error);
        let warnings = self.findings.blocking_count(Severity::Warning);
        (errors + warnings > 0)
            .then(|| Refusal::new(Code::FindingsBlock).with("errors", errors).with("warnings", warnings))
    }
}

/// What came of a dry run: the assessment, and what the version before and this one state.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the rules say.
    pub assessment: Assessment,
    /// The project.
    pub project: Project,
    /// The newest version.
    pub head: Head,
    /// The statement as it would stand.
    pub statement: Statement,
}

/// What a partner gets for a frozen version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// The report, as it now stands.
    pub report: Report,
    /// The version.
    pub version: ReportVersion,
    /// The findings that it carries.
    pub findings: Findings,
}

/// What came of a submission.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// A version was frozen.
    Accepted(Box<Receipt>),
    /// Findings block it; nothing was stored.
    Blocked(Assessment, Refusal),
}
