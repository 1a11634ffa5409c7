//! Statements in files: CSV and XLSX as spreadsheets write them, JSON one object per line, and whole JSON documents.
//!
//! All of them fill the same [`draft::Draft`], field by field, so that the same content ends as the same statement. What
//! does not hold is told line by line, all at once; no value is ever repeated.

mod csv;
mod draft;
mod guard;
mod json;
mod xlsx;

pub use csv::{delimiter_of, first_line, read_csv};
pub use draft::{Draft, MOST_HOURS, Style};
pub use guard::{FileLimits, Guarded};
pub use json::{is_statement_member, parse_strictly, read_document, read_lines};
pub use xlsx::{LARGEST_WORKBOOK, read_workbook};

use super::reason::ReasonAnswer;
use super::rules::JustifiedWarning;
use super::statement::{Participation, Reference};
use super::submission::Content;
use crate::refusal::{Code, Refusal};

/// How many refusals of one file are told; reading ends there.
pub const MOST_REFUSALS: usize = 1000;

/// What was read of a file.
#[derive(Debug, Default)]
pub struct Intake {
    /// What is stated. The mode is the caller's.
    pub content: Content,
    /// Answers to warnings.
    pub justifications: Vec<JustifiedWarning>,
    /// Answers to reasons of returns.
    pub answers: Vec<ReasonAnswer>,
    /// The line on which each participation stands, in their order; empty for a whole document.
    pub lines: Vec<u32>,
    /// Everything that does not hold.
    pub refusals: Vec<FileRefusal>,
}

/// A refusal, and the line of the file that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRefusal {
    /// The line, from 1; nothing for a whole document.
    pub line: Option<u32>,
    /// Why.
    pub refusal: Refusal,
}

impl Intake {
    fn refuse(&mut self, line: Option<u32>, refusal: Refusal) {
        self.refusals.push(FileRefusal { line, refusal });
    }

    /// Whether reading goes on: too many refusals or records end it.
    fn goes_on(&mut self) -> bool {
        if self.content.participations.len() > super::operations::LARGEST_STATEMENT {
            self.content.participations = Vec::new();
            let limit = super::operations::LARGEST_STATEMENT;
            self.refuse(None, Refusal::new(Code::TooManyRecords).with("limit", limit));
            return false;
        }
        self.refusals.len() < MOST_REFUSALS
    }

    fn keep(&mut self, line: Option<u32>, participation: Participation) {
        self.content.participations.push(participation);
        self.lines.extend(line);
    }

    fn remove(&mut self, reference: Reference) {
        self.content.removals.push(reference);
    }
}
