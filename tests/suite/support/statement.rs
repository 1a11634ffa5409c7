//! Statements as a partner writes them in JSON, and the GraphQL documents that carry them.

use faisceau::reporting::rules::{RULE_SET, Severity, rules};
use serde_json::{Value, json};

/// Pushes a statement and asks for everything that a partner wants to know.
pub const SUBMIT: &str = "mutation Submit($input: ReportSubmitInput!) { reportSubmit(input: $input) { \
    report { id state currentVersion } version { number digest participationCount late } \
    userErrors { code path message remedy } findingCounts { code severity count blockingCount } \
    findings(first: 50) { nodes { code severity path message remedy justification blocking } } } }";

/// The document of an action on a report: `reportApprove`, `reportReturn`, …
pub fn action(name: &str) -> String {
    let input = match name {
        "reportApprove" => "ReportApproveInput",
        "reportReturn" => "ReportReturnInput",
        "reportReopen" | "reportAnnul" => "ReportReasonInput",
        _ => "ReportActionInput",
    };
    format!(
        "mutation Act($input: {input}!) {{ {name}(input: $input) {{ \
         report {{ id state currentVersion }} userErrors {{ code path message }} }} }}"
    )
}

/// A participation that has not ended; identity by AGDREF number.
pub fn present(reference: &str, agdref: &str, entry_on: &str) -> Value {
    json!({
        "reference": reference,
        "identity": { "number": { "scheme": "AGDREF", "value": agdref } },
        "entryOn": entry_on,
        "sex": "F",
        "birthYear": "1990",
        "protectionStatus": "REFUGEE",
        "frenchAtEntry": "A2",
        "education": "LEVEL_3",
        "labourStatus": "UNEMPLOYED",
        "residenceDepartment": "69",
    })
}

/// The same participation with an exit.
pub fn left(mut participation: Value, exit: Value) -> Value {
    participation["exit"] = exit;
    participation
}

/// An exit to a permanent contract.
pub fn permanent(on: &str) -> Value {
    json!({ "on": on, "situation": "EMPLOYMENT", "contract": "PERMANENT", "contractFrom": on })
}

/// An exit to a fixed-term contract.
pub fn fixed_term(on: &str, from: &str, to: &str) -> Value {
    json!({ "on": on, "situation": "EMPLOYMENT", "contract": "FIXED_TERM", "contractFrom": from, "contractTo": to })
}

/// An exit to certifying training.
pub fn training(on: &str) -> Value {
    json!({ "on": on, "situation": "TRAINING", "training": "CERTIFYING" })
}

/// An exit to a situation without details, such as `SEEKING` or `HEALTH`.
pub fn other(on: &str, situation: &str) -> Value {
    json!({ "on": on, "situation": situation })
}

/// The input of a submission.
pub fn submission(project: &str, period: &str, base_version: u32, participations: Vec<Value>) -> Value {
    json!({ "project": project, "period": period, "baseVersion": base_version, "participations": participations })
}

/// The same submission with an answer to every warning that may come.
pub fn justified(mut submission: Value) -> Value {
    let warnings = rules(RULE_SET).filter(|rule| rule.severity == Severity::Warning);
    let answers: Vec<Value> = warnings.map(|rule| json!({ "code": rule.code, "text": "Checked." })).collect();
    submission["justifications"] = answers.into();
    submission
}
