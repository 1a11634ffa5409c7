//! A funder's past: versions that were approved before there was this service, as files and what is stated of them.

use jiff::civil::Date;

use super::intake::FileRefusal;
use super::rules::{Finding, JustifiedWarning};
use crate::directory::period::Quarter;
use crate::refusal::Refusal;
use crate::text::{Name, Reason, ShortCode};

/// How a file of the past is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PastFormat {
    /// A table.
    Csv,
    /// One JSON object per line.
    Lines,
}

/// Past versions of a programme, each project's in the order of their periods.
#[derive(Clone, Debug)]
pub struct Past {
    /// The programme's code.
    pub programme: ShortCode,
    /// Where they come from, such as the name of the system before.
    pub source: Name,
    /// The versions.
    pub versions: Vec<PastVersion>,
}

/// What is stated of a version that was approved before.
#[derive(Clone, Debug)]
pub struct PastVersion {
    /// The project's code.
    pub project: ShortCode,
    /// The period.
    pub period: Quarter,
    /// How its file is written.
    pub format: PastFormat,
    /// The day on which the partner submitted it.
    pub submitted_on: Date,
    /// The day on which it was approved.
    pub approved_on: Date,
    /// Who approved it.
    pub approved_by: Name,
    /// The partner's answers to warnings, beside those in the file.
    pub justifications: Vec<JustifiedWarning>,
}

impl PastVersion {
    /// What the report's life says of its approval.
    pub fn stated(&self, source: &Name) -> Result<Reason, Refusal> {
        let Self { submitted_on, approved_on, approved_by, .. } = self;
        format!("Imported from {source}: submitted on {submitted_on}, approved on {approved_on} by {approved_by}.")
            .parse()
    }
}

/// What came of a version of the past.
#[derive(Clone, Debug, Default)]
pub struct PastOutcome {
    /// Its number within the project, if it could be frozen.
    pub number: Option<u32>,
    /// How many participations it holds.
    pub participation_count: u32,
    /// What does not hold in its file, or why it cannot be taken in.
    pub refusals: Vec<FileRefusal>,
    /// What the rules found, as far as it is listed, each with the line of the file where there is one.
    pub findings: Vec<(Option<u32>, Finding)>,
    /// How many errors the rules found.
    pub rule_errors: u32,
}

impl PastOutcome {
    /// How many things there are for which nothing of the past is taken in. Warnings are not among them: what was
    /// approved then is not asked about again.
    pub fn error_count(&self) -> usize {
        self.refusals.len() + self.rule_errors as usize
    }
}
