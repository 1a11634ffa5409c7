//! A finding: a rule that a statement does not meet, where, and what was said to it if it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Rule, rule_by_code};
use crate::refusal::{Language, fill};
use crate::reporting::statement::Justification;
use crate::reporting::waiver::Waiver;

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

/// Where a finding stands, in the order in which people have to deal with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// An error, which blocks.
    Error,
    /// A warning without justification, which blocks.
    Unjustified,
    /// A warning that the partner has justified.
    Justified,
    /// An error or a warning that the funder has waived for the project.
    Waived,
    /// A notice.
    Notice,
}

impl Standing {
    /// Whether it blocks a submission.
    pub fn blocks(self) -> bool {
        matches!(self, Self::Error | Self::Unjustified)
    }
}

impl Rule {
    /// Where a finding of this rule stands.
    pub(super) fn standing(&self, justified: bool, waived: bool) -> Standing {
        match self.severity {
            Severity::Notice => Standing::Notice,
            _ if waived => Standing::Waived,
            Severity::Error => Standing::Error,
            Severity::Warning if justified => Standing::Justified,
            Severity::Warning => Standing::Unjustified,
        }
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
    pub justification: Option<Arc<Justification>>,
    /// The funder's waiver of the rule.
    pub waiver: Option<Arc<Waiver>>,
}

impl Finding {
    /// What was found, in a language.
    pub fn message(&self, language: Language) -> String {
        fill(self.rule.text(language), &self.values)
    }

    /// Where it stands.
    pub fn standing(&self) -> Standing {
        self.rule.standing(self.justification.is_some(), self.waiver.is_some())
    }

    /// Whether it blocks a submission: an error, or a warning without justification, unless the rule is waived.
    pub fn blocks(&self) -> bool {
        self.standing().blocks()
    }

    /// The reference of the participation that it is about, if it is about one.
    pub fn reference(&self) -> Option<&str> {
        self.path.strip_prefix("participations[reference=")?.split(']').next()
    }
}

/// A finding as it is kept: its rule by code.
#[derive(Serialize, Deserialize)]
struct KeptFinding {
    #[serde(with = "rule_by_code")]
    code: &'static Rule,
    path: String,
    values: BTreeMap<String, String>,
    justification: Option<Justification>,
    waiver: Option<Waiver>,
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = KeptFinding {
            code: self.rule,
            path: self.path.clone(),
            values: self.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            justification: self.justification.as_deref().cloned(),
            waiver: self.waiver.as_deref().cloned(),
        };
        kept.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Finding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = KeptFinding::deserialize(deserializer)?;
        let named = |(name, value): (String, String)| Some((kept.code.value_name(&name)?, value));
        Ok(Self {
            rule: kept.code,
            path: kept.path,
            values: kept.values.into_iter().filter_map(named).collect(),
            justification: kept.justification.map(Arc::new),
            waiver: kept.waiver.map(Arc::new),
        })
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} at {}", self.rule.severity.code(), self.rule.code, self.path)
    }
}

/// How many findings a rule has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleCount {
    /// The rule.
    #[serde(with = "rule_by_code")]
    pub rule: &'static Rule,
    /// How many.
    pub count: u32,
    /// How many of them block the submission.
    pub blocking_count: u32,
    /// How many of them the partner has justified.
    pub justified_count: u32,
    /// How many of them the funder has waived.
    pub waived_count: u32,
    /// How many of them are listed.
    pub listed_count: u32,
    /// The places of the first of them.
    pub paths: Vec<String>,
}

impl RuleCount {
    pub(super) fn none_of(rule: &'static Rule) -> Self {
        Self {
            rule,
            count: 0,
            blocking_count: 0,
            justified_count: 0,
            waived_count: 0,
            listed_count: 0,
            paths: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, standing: Standing, listed: bool) {
        self.count += 1;
        self.blocking_count += u32::from(standing.blocks());
        self.justified_count += u32::from(standing == Standing::Justified);
        self.waived_count += u32::from(standing == Standing::Waived);
        self.listed_count += u32::from(listed);
    }

    /// Where the findings of the rule stand that have to be dealt with first.
    pub(super) fn standing(&self) -> Standing {
        let waived = self.waived_count == self.count;
        self.rule.standing(self.blocking_count == 0, waived)
    }
}

/// Everything that the rules found in a statement.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// The findings, by what has to be dealt with first; at most [`super::MOST_LISTED`].
    pub listed: Vec<Finding>,
    /// All findings counted by rule, in the same order.
    pub counts: Vec<RuleCount>,
}

impl Findings {
    /// How many findings of a severity block the submission.
    pub fn blocking_count(&self, severity: Severity) -> u32 {
        self.counts.iter().filter(|count| count.rule.severity == severity).map(|count| count.blocking_count).sum()
    }

    /// Whether there are more findings than are listed.
    pub fn is_truncated(&self) -> bool {
        self.counts.iter().any(|count| count.listed_count < count.count)
    }
}

/// Which findings are asked for; all if nothing is said.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// Of these rules.
    pub codes: Option<Vec<String>>,
    /// Of these severities.
    pub severities: Option<Vec<Severity>>,
}

impl FindingFilter {
    /// Whether a finding is asked for.
    pub fn takes(&self, finding: &Finding) -> bool {
        self.codes.as_ref().is_none_or(|codes| codes.iter().any(|code| code == finding.rule.code))
            && self.severities.as_ref().is_none_or(|severities| severities.contains(&finding.rule.severity))
    }
}
