//! What the server answers, as far as a push needs it: one document with everything optional, whatever the status.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The document of an answer.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Document {
    /// `CHECKED` or `SUBMITTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Of a dry run: names what was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// Of a dry run: whether findings would block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
    /// How many participations the version holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation_count: Option<u32>,
    /// The report, if a version was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// The version, if one was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Findings counted by rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub finding_counts: Vec<FindingCount>,
    /// The findings, as many as the server lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What the project's figures would become.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// What does not hold in the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FileError>,
    /// Of a refusal: its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of a refusal: what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Of a refusal: what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Of an answer that is deferred: the job.
    #[serde(skip_serializing)]
    pub job: Option<Box<Job>>,
}

/// A report as it stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Its identifier.
    pub id: String,
    /// Where it stands.
    pub state: String,
    /// Its newest version.
    pub current_version: u32,
}

/// A frozen version: the receipt.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its number.
    pub number: u32,
    /// Its digest.
    pub digest: String,
    /// How many participations it holds.
    pub participation_count: u32,
    /// Whether it came after the due date.
    pub late: bool,
}

/// Findings of one rule.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingCount {
    /// The rule's code.
    pub code: String,
    /// How grave they are.
    pub severity: String,
    /// How many.
    pub count: u32,
    /// How many of them block.
    pub blocking_count: u32,
}

/// One finding.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's code.
    pub code: String,
    /// How grave it is.
    pub severity: String,
    /// Where.
    pub path: String,
    /// The line of the file.
    #[serde(default)]
    pub line: Option<u32>,
    /// What was found.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The answer given to it.
    #[serde(default)]
    pub justification: Option<String>,
    /// Whether it blocks.
    pub blocking: bool,
}

/// A figure before and after.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Figure {
    /// The indicator's code.
    pub indicator: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// As it is.
    #[serde(default)]
    pub before: Value,
    /// As it would be.
    #[serde(default)]
    pub after: Value,
}

/// Something in the file that does not hold.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FileError {
    /// The line.
    #[serde(default)]
    pub line: Option<u32>,
    /// Where in the record.
    #[serde(default)]
    pub path: Option<String>,
    /// The code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Work that goes on at the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its identifier.
    pub id: String,
    /// Where it stands.
    pub state: String,
    /// What it is doing.
    #[serde(default)]
    pub stage: String,
    /// How far it is.
    #[serde(default)]
    pub done_count: u64,
    /// How much there is, once that is known.
    #[serde(default)]
    pub total_count: Option<u64>,
    /// What its sender would have been answered at once.
    #[serde(default)]
    pub answer: Option<JobAnswer>,
}

/// The answer that a job came to.
#[derive(Clone, Debug, Deserialize)]
pub struct JobAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The document.
    pub body: Document,
}

impl Document {
    /// A refusal in words.
    pub(super) fn words(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let code = self.code.as_deref().map_or_else(String::new, |code| format!("{code}: "));
        super::report::clean(format!("{code}{} {}", part(&self.detail), part(&self.remedy)).trim())
    }
}
