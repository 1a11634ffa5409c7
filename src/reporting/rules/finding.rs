//! A finding: a rule that a statement does not meet, where, and the partner's answer if it stands.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Rule;
use crate::refusal::{Language, fill};
use crate::reporting::statement::Justification;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Blocks the submission.
    Error,
    /// Must be corrected or justified; the justification travels with the figure.
    Warning,
    /// Informs.
    Notice,
}

impl Severity {
    /// Its code, as stored and shown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
            Self::Notice => "NOTICE",
        }
    }

    /// The severity of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Error, Self::Warning, Self::Notice].into_iter().find(|severity| severity.code() == code)
    }
}

/// One place where a statement does not meet a rule.
#[derive(Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Where, such as `participations[reference=A-17].exit.on`.
    pub path: String,
    /// The values that its text needs; never an identity or free text.
    pub values: Vec<(&'static str, String)>,
    /// The partner's answer to a warning.
    pub justification: Option<Justification>,
}

impl Finding {
    pub(super) fn new(rule: &'static Rule, path: String, values: Vec<(&'static str, String)>) -> Self {
        Self { rule, path, values, justification: None }
    }

    /// What was found, in a language.
    pub fn message(&self, language: Language) -> String {
        fill(self.rule.text(language), &self.values)
    }

    /// Whether it blocks a submission: an error, or a warning without justification.
    pub fn blocks(&self) -> bool {
        match self.rule.severity {
            Severity::Error => true,
            Severity::Warning => self.justification.is_none(),
            Severity::Notice => false,
        }
    }
}

/// A finding as it is kept: its rule by code.
#[derive(Serialize, Deserialize)]
struct KeptFinding {
    code: String,
    path: String,
    values: BTreeMap<String, String>,
    justification: Option<Justification>,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = KeptFinding {
            code: self.rule.code.to_owned(),
            path: self.path.clone(),
            values: self.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            justification: self.justification.clone(),
        };
        kept.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Finding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = KeptFinding::deserialize(deserializer)?;
        let rule = super::find_rule(&kept.code).ok_or_else(|| D::Error::custom("unknown rule"))?;
        let values =
            kept.values.into_iter().filter_map(|(name, value)| Some((rule.value_name(&name)?, value))).collect();
        Ok(Self { rule, path: kept.path, values, justification: kept.justification })
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} at {}", self.rule.severity.code(), self.rule.code, self.path)
    }
}

/// The partner's answer to every warning of a code, or to the one at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JustifiedWarning {
    /// The rule's code.
    pub code: String,
    /// The finding's path; all findings of the code if absent.
    pub path: Option<String>,
    /// The answer.
    pub text: Justification,
}

/// Attaches the partner's answers to the warnings that they answer.
pub fn justify(findings: &mut [Finding], answers: &[JustifiedWarning]) {
    for finding in findings.iter_mut().filter(|finding| finding.rule.severity == Severity::Warning) {
        let fits = |answer: &&JustifiedWarning| {
            answer.code == finding.rule.code && answer.path.as_ref().is_none_or(|path| *path == finding.path)
        };
        finding.justification = answers.iter().find(fits).map(|answer| answer.text.clone());
    }
}

/// How many findings a rule has.
#[derive(Clone, Copy)]
pub struct RuleCount {
    /// The rule.
    pub rule: &'static Rule,
    /// How many.
    pub count: u32,
    /// How many of them block the submission.
    pub blocking_count: u32,
}

/// Findings counted by rule, in the order in which the rules appear.
pub fn count_by_rule(findings: &[Finding]) -> Vec<RuleCount> {
    let mut counts: Vec<RuleCount> = Vec::new();
    for finding in findings {
        let blocking = u32::from(finding.blocks());
        match counts.iter_mut().find(|count| count.rule.code == finding.rule.code) {
            Some(count) => {
                count.count += 1;
                count.blocking_count += blocking;
            }
            None => counts.push(RuleCount { rule: finding.rule, count: 1, blocking_count: blocking }),
        }
    }
    counts
}
