//! The rules that a statement is held to: each one pure function with a stable code, a severity, French and English
//! text and a remedy, in the table of its topic.
//!
//! To add a rule: write its function in the file of its topic, add its row to that file's table. A version is judged
//! for ever by the rule set of its submission.

mod activities;
mod answers;
mod changes;
mod contracts;
mod dates;
mod declared;
mod elsewhere;
mod exits;
mod finance;
mod finding;
mod follow_ups;
mod heaping;
mod history;
mod judge;
mod persons;
mod shares;
mod supports;
mod whole;

pub use answers::{Answers, JustifiedWarning};
pub use elsewhere::{LinkedStay, StayElsewhere, find_elsewhere};
pub use finding::{Finding, FindingFilter, Findings, RuleCount, Severity, Standing};
pub use judge::{Found, MOST_LISTED, NAMED_PLACES, check};

use std::fmt;

use super::head::Head;
use super::statement::{Participation, Statement};
use crate::directory::period::{Quarter, ReportingPeriod};
use crate::directory::programme::Programme;
use crate::directory::project::Project;
use crate::refusal::Language;
use crate::reporting::record::Person;

/// The number of the present rule set; it grows whenever a rule is added, changed or dropped.
pub const RULE_SET: u32 = 2;

/// A rule: what it is called, how grave it is, what people read, and the function that finds.
pub struct Rule {
    /// Stable code, such as `EXIT_BEFORE_ENTRY`.
    pub code: &'static str,
    /// How grave a finding is.
    pub severity: Severity,
    /// The first rule set that holds it.
    pub since: u32,
    /// The last rule set that holds it, if it was dropped.
    pub until: Option<u32>,
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

/// Rules that look at the same things.
pub struct Topic {
    /// What they look at, in English.
    pub en: &'static str,
    /// What they look at, in French.
    pub fr: &'static str,
    /// The rules.
    pub rules: &'static [Rule],
}

/// How a rule looks at a statement.
pub enum Check {
    /// At each participation alone.
    Each(fn(&Case<'_>, &Participation, &mut Found<'_>)),
    /// At each participation beside what the version before stated of it.
    Pair(fn(&Case<'_>, &Participation, &Participation<Person>, &mut Found<'_>)),
    /// At the statement as a whole.
    Whole(fn(&Case<'_>, &mut Found<'_>)),
    /// At other projects: never part of a submission, found on request for programme staff.
    Elsewhere,
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
    /// Whether it is approved.
    pub approved: bool,
    /// What it stated.
    pub head: &'a Head,
}

impl<'a> Case<'a> {
    /// The newest version before, if it is about an earlier period: within one period, a change is a correction.
    fn earlier(&self) -> Option<&'a Previous<'a>> {
        self.previous.filter(|previous| previous.period < self.period.code)
    }
}

/// Every topic, in the order of the documentation.
pub const TOPICS: &[Topic] = &[
    dates::TOPIC,
    persons::TOPIC,
    supports::TOPIC,
    exits::TOPIC,
    contracts::TOPIC,
    follow_ups::TOPIC,
    changes::TOPIC,
    history::TOPIC,
    whole::TOPIC,
    shares::TOPIC,
    heaping::TOPIC,
    activities::TOPIC,
    finance::TOPIC,
    declared::TOPIC,
    elsewhere::TOPIC,
];

/// Every rule that ever was, in the order of the tables.
pub fn all_rules() -> impl Iterator<Item = &'static Rule> {
    TOPICS.iter().flat_map(|topic| topic.rules)
}

/// The rules of a set, in the order of the tables.
pub fn rules(set: u32) -> impl Iterator<Item = &'static Rule> {
    all_rules().filter(move |rule| rule.is_in(set))
}

/// The rule of a code, dropped or not: findings keep theirs for ever.
pub fn find_rule(code: &str) -> Option<&'static Rule> {
    all_rules().find(|rule| rule.code == code)
}

impl Rule {
    /// Whether a rule set holds it.
    pub fn is_in(&self, set: u32) -> bool {
        self.since <= set && self.until.is_none_or(|last| set <= last)
    }

    /// Whether the funder may waive it for a project. What cannot be stored, or means nothing when it is counted, cannot be
    /// waived; a notice needs no waiver.
    pub fn is_waivable(&self) -> bool {
        let never = [persons::REFERENCE_TWICE, dates::EXIT_BEFORE_ENTRY];
        self.severity != Severity::Notice && self.is_in(RULE_SET) && !never.contains(&self.code)
    }

    /// What it looks at, in a language: its topic's.
    pub fn looks_at(&self, language: Language) -> &'static str {
        let topic = TOPICS.iter().find(|topic| topic.rules.contains(self));
        topic.map_or("", |topic| match language {
            Language::En => topic.en,
            Language::Fr => topic.fr,
        })
    }

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

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

/// A rule in kept JSON: its code.
pub(in crate::reporting) mod rule_by_code {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Rule;

    pub fn serialize<S: Serializer>(rule: &&'static Rule, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(rule.code)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Rule, D::Error> {
        let code = String::deserialize(deserializer)?;
        super::find_rule(&code).ok_or_else(|| D::Error::custom("unknown rule"))
    }
}

/// The path of a field of a participation, such as `participations[reference=A-17].exit.on`; written only if needed.
struct RecordPath<'a> {
    reference: &'a str,
    field: &'static str,
}

fn path_of<'a, P>(participation: &'a Participation<P>, field: &'static str) -> RecordPath<'a> {
    RecordPath { reference: participation.reference.as_str(), field }
}

impl fmt::Display for RecordPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "participations[reference={}]", self.reference)?;
        if self.field.is_empty() { Ok(()) } else { write!(f, ".{}", self.field) }
    }
}
