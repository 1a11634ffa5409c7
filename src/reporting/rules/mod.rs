//! The rules that a statement is held to: each one pure function with a stable code, a severity, French and English
//! text and a remedy, listed in [`rules`].
//!
//! To add a rule: write its function in the file of its topic, add its row to that file's table. A version is judged
//! for ever by the rule set of its submission.

mod dates;
mod exits;
mod finding;
mod history;
mod persons;
mod whole;

pub use finding::{Finding, JustifiedWarning, RuleCount, Severity, count_by_rule, justify};

use super::head::Head;
use super::statement::{Participation, Statement};
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::Language;

/// The number of the present rule set; it grows whenever a rule is added, changed or dropped.
pub const RULE_SET: u32 = 1;

/// A rule: what it is called, how grave it is, what people read, and the function that finds.
pub struct Rule {
    /// Stable code, such as `EXIT_BEFORE_ENTRY`.
    pub code: &'static str,
    /// How grave a finding is.
    pub severity: Severity,
    /// The finding in English, with `{name}` places.
    pub en: &'static str,
    /// The finding in French, with `{name}` places.
    pub fr: &'static str,
    /// What to do, in English.
    pub remedy_en: &'static str,
    /// What to do, in French.
    pub remedy_fr: &'static str,
    /// What the rule looks at and finds.
    pub check: Check,
}

/// How a rule looks at a statement.
pub enum Check {
    /// At each participation alone.
    Each(fn(&Case<'_>, &Participation, &mut Found)),
    /// At the statement as a whole.
    Whole(fn(&Case<'_>, &mut Found)),
}

/// What a rule found: places and the values that its text needs.
#[derive(Default)]
pub struct Found(Vec<(String, Vec<(&'static str, String)>)>);

impl Found {
    /// A finding at a path.
    pub fn at(&mut self, path: impl Into<String>, values: &[(&'static str, &dyn std::fmt::Display)]) {
        self.0.push((path.into(), values.iter().map(|(name, value)| (*name, value.to_string())).collect()));
    }

    /// Puts findings in the order of their paths, for rules that look at people in no order.
    fn sort(&mut self) {
        self.0.sort();
    }
}

/// Everything that a rule may look at.
pub struct Case<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The project and its agreement.
    pub project: &'a Project,
    /// The period reported.
    pub period: &'a ReportingPeriod,
    /// What was sent.
    pub statement: &'a Statement,
    /// The newest version before, if there is one.
    pub previous: Option<&'a Previous<'a>>,
    /// Participations of the newest version of each earlier period, by period.
    pub history: &'a [(Quarter, u32)],
}

/// The newest version before the one judged.
pub struct Previous<'a> {
    /// The period that it was about.
    pub period: Quarter,
    /// What it stated.
    pub head: &'a Head,
}

/// Every rule of the present set, in the order of the tables.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [dates::RULES, exits::RULES, persons::RULES, history::RULES, whole::RULES].into_iter().flatten()
}

/// The rule of a code.
pub fn find_rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

/// Holds a statement to every rule; all findings at once, the gravest first, then by rule and place.
pub fn check(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules() {
        let mut found = Found::default();
        match rule.check {
            Check::Each(look) => case.statement.participations.iter().for_each(|p| look(case, p, &mut found)),
            Check::Whole(look) => look(case, &mut found),
        }
        findings.extend(found.0.into_iter().map(|(path, values)| Finding::new(rule, path, values)));
    }
    findings.sort_by_key(|finding| finding.rule.severity);
    findings
}

impl Rule {
    /// The name of a value as it stands in the rule's text, such as `entry` for `{entry}`.
    pub fn value_name(&self, name: &str) -> Option<&'static str> {
        self.en.split(['{', '}']).skip(1).step_by(2).find(|place| *place == name)
    }

    /// The finding's text in a language, with its places unfilled.
    pub fn text(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
        }
    }

    /// The remedy in a language.
    pub fn remedy(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.remedy_en,
            Language::Fr => self.remedy_fr,
        }
    }
}

/// The path of a field of a participation, such as `participations[reference=A-17].exit.on`.
fn path_of(participation: &Participation, field: &str) -> String {
    format!("participations[reference={}].{field}", participation.reference)
}
