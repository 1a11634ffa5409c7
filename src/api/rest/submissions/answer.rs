//! What a submission is answered, as one document: at once, or later through its job.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::problem::{self, Problem};
use crate::api::rest::effects::{Effect, effect};
use crate::api::rest::findings::{FindingCount, FindingDocument};
use crate::consolidation::operations as consolidation;
use crate::refusal::{Failure, Language, Refusal};
use crate::reporting::intake::FileRefusal;
use crate::reporting::jobs::JobAnswer;
use crate::reporting::operations::{Assessment, Receipt};
use crate::reporting::rules::{self, Findings};
use crate::reporting::version::Digest;
use crate::storage::chain::Link;

/// How many findings are listed in an answer; the counts are complete, and a stored version lists all of its findings.
const LISTED_FINDINGS: usize = 1000;

/// The line on which each reference stands in the file.
pub type Lines = HashMap<String, u32>;

/// What came of a submission: a dry run, or a frozen version.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionAnswer {
    /// `CHECKED` (a dry run) or `SUBMITTED`.
    #[schema(example = "SUBMITTED")]
    outcome: &'static str,
    /// Of a dry run: names what was checked. Send it back as `check` to commit exactly that.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<String>,
    /// Of a dry run: whether findings would block the submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    blocked: Option<bool>,
    /// How many participations the version holds, or would hold.
    participation_count: u32,
    /// The report as it now stands, if a version was frozen.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<ReportState>,
    /// The frozen version: its number and digest are the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<VersionReceipt>,
    /// Of a dry run: what it would make of the project's own figures, from the programme's first day to today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    effects: Vec<Effect>,
    /// The findings counted by rule, by what has to be dealt with first.
    finding_counts: Vec<FindingCount>,
    /// The findings, by what has to be dealt with first; at most 1 000.
    findings: Vec<FindingDocument>,
}

/// A report as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportState {
    /// Its identifier.
    id: String,
    /// Its period.
    #[schema(example = "2024-Q3")]
    period: String,
    /// Where it stands.
    #[schema(example = "SUBMITTED")]
    state: &'static str,
    /// The number of its newest version.
    current_version: u32,
}

/// A frozen version.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VersionReceipt {
    /// Its identifier.
    id: String,
    /// Its number within the project.
    number: u32,
    /// SHA-256 over its header and the salted hashes of its records.
    digest: String,
    /// How many participations it holds.
    participation_count: u32,
    /// The rule set that judged it.
    rule_set: u32,
    /// How it came.
    #[schema(example = "CSV")]
    channel: &'static str,
    /// When it was submitted.
    submitted_at: String,
    /// Whether it came after the due date.
    late: bool,
    /// The link of its submission in the journal's chain of the organisation; absent while a long write keeps the chain
    /// waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    journal_link: Option<JournalLink>,
}

/// A link of the journal's chain of an organisation: its hash covers every entry before it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JournalLink {
    /// The chain: the identifier of the organisation.
    chain: String,
    /// Its place in the chain, from 1.
    number: i64,
    /// SHA-256 over the entry and the link before it.
    hash: String,
}

/// A refusal of something in a file.
#[derive(Serialize, ToSchema)]
pub struct FileError {
    /// The line of the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// Where, such as `exit.on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The stable code.
    code: &'static str,
    /// What is wrong.
    message: String,
    /// What to do.
    remedy: String,
}

/// Why a submission was refused, with everything that was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubmissionProblem {
    #[serde(flatten)]
    problem: Problem,
    /// What does not hold in the file, line by line; at most 1 000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FileError>,
    /// The findings counted by rule, by what has to be dealt with first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    finding_counts: Vec<FindingCount>,
    /// The findings, by what has to be dealt with first; at most 1 000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingDocument>,
}

fn document(status: u16, body: &impl Serialize) -> JobAnswer {
    JobAnswer { status, document: serde_json::to_string(body).expect("answers are plain data") }
}

/// The answer to a dry run. It is an answer, not a refusal, even if findings would block.
pub fn checked(
    assessment: &Assessment,
    effects: &[consolidation::Effect],
    lines: &Lines,
    language: Language,
) -> JobAnswer {
    let body = SubmissionAnswer {
        outcome: "CHECKED",
        check: Some(assessment.check.to_string()),
        blocked: Some(assessment.refusal().is_some()),
        participation_count: assessment.participation_count,
        report: None,
        version: None,
        effects: effects.iter().map(|one| effect(one, language)).collect(),
        finding_counts: counted(&assessment.findings),
        findings: listed(&assessment.findings, lines, language),
    };
    document(200, &body)
}

/// The answer to a submission that was frozen.
pub fn accepted(receipt: &Receipt, link: Option<Link>, lines: &Lines, language: Language) -> JobAnswer {
    let (report, version) = (&receipt.report, &receipt.version);
    let body = SubmissionAnswer {
        outcome: "SUBMITTED",
        check: None,
        blocked: None,
        participation_count: version.participation_count,
        report: Some(ReportState {
            id: report.id.to_string(),
            period: report.period.to_string(),
            state: report.state.code(),
            current_version: report.current_version,
        }),
        version: Some(VersionReceipt {
            id: version.id.to_string(),
            number: version.number,
            digest: version.digest.to_string(),
            participation_count: version.participation_count,
            rule_set: version.rule_set,
            channel: version.channel.code(),
            submitted_at: version.submitted_at.to_string(),
            late: version.late,
            journal_link: link.map(|link| JournalLink {
                chain: link.chain,
                number: link.number,
                hash: Digest(link.hash).to_string(),
            }),
        }),
        effects: Vec::new(),
        finding_counts: counted(&receipt.findings),
        findings: listed(&receipt.findings, lines, language),
    };
    document(201, &body)
}

/// The answer to a submission that findings block.
pub fn blocked(assessment: &Assessment, refusal: &Refusal, lines: &Lines, language: Language) -> JobAnswer {
    let body = SubmissionProblem {
        problem: Problem::of(refusal, language),
        errors: Vec::new(),
        finding_counts: counted(&assessment.findings),
        findings: listed(&assessment.findings, lines, language),
    };
    document(problem::status(refusal.code.kind()).as_u16(), &body)
}

/// The answer to a file in which something does not hold.
pub fn unreadable(refusals: &[FileRefusal], language: Language) -> JobAnswer {
    let error = |refused: &FileRefusal| FileError {
        line: refused.line,
        path: refused.refusal.path.clone(),
        code: refused.refusal.code.as_str(),
        message: refused.refusal.message(language),
        remedy: refused.refusal.remedy(language),
    };
    let first = refusals.first().map(|refused| refused.refusal.clone());
    let first = first.unwrap_or_else(|| crate::refusal::Code::RequestMalformed.into());
    let body = SubmissionProblem {
        problem: Problem::of(&first, language),
        errors: refusals.iter().map(error).collect(),
        finding_counts: Vec::new(),
        findings: Vec::new(),
    };
    document(problem::status(first.code.kind()).as_u16(), &body)
}

/// The answer to a submission that failed; a fault goes to the log and shows its code only.
pub fn failed(failure: &Failure, language: Language) -> JobAnswer {
    if let Failure::Fault(fault) = failure {
        tracing::error!(what = %fault.what, "a submission failed");
    }
    let refusal = failure.refusal();
    document(problem::status(refusal.code.kind()).as_u16(), &Problem::of(&refusal, language))
}

fn counted(findings: &Findings) -> Vec<FindingCount> {
    findings.counts.iter().map(FindingCount::from).collect()
}

fn listed(findings: &Findings, lines: &Lines, language: Language) -> Vec<FindingDocument> {
    let one = |finding: &rules::Finding| {
        let line = finding.reference().and_then(|reference| lines.get(reference)).copied();
        FindingDocument::of(finding, line, language)
    };
    findings.listed.iter().take(LISTED_FINDINGS).map(one).collect()
}
