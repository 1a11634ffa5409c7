//! Judging: every rule looks at a statement, everything found is counted, and so many findings are listed.

use std::cmp::Reverse;
use std::fmt::Display;

use super::answers::Answer;
use super::{Answers, Case, Check, Finding, Findings, RULE_SET, Rule, RuleCount, Severity, rules};
use crate::reporting::statement::Participation;

/// The most findings that are listed for one submission; the counts stay exact beyond.
pub const MOST_LISTED: usize = 50_000;

/// How many findings of each rule are listed whatever the others find.
const ALWAYS_LISTED: usize = 100;

/// How many places a count names.
pub const NAMED_PLACES: usize = 5;

/// What a rule found so far.
pub struct Found<'a> {
    answer: Option<&'a Answer>,
    room: usize,
    listed: Vec<Finding>,
    count: RuleCount,
}

impl<'a> Found<'a> {
    fn of(rule: &'static Rule, answers: &'a Answers, room: usize) -> Self {
        Self { answer: answers.to(rule.code), room, listed: Vec::new(), count: RuleCount::none_of(rule) }
    }

    /// A finding at a path, with the values that its text needs. Both are written only if the finding is listed.
    pub fn at(&mut self, path: impl Display, values: &[(&'static str, &dyn Display)]) {
        let rule = self.count.rule;
        let listed = self.listed.len() < self.room;
        let path = (listed || self.answer.is_some_and(Answer::points)).then(|| path.to_string());
        let justified = self.answer.filter(|_| rule.severity == Severity::Warning);
        let justification = justified.and_then(|answer| answer.justification(path.as_deref()));
        let waiver = self.answer.filter(|_| rule.is_waivable()).and_then(|answer| answer.waiver.as_ref());
        self.count.add(rule.standing(justification.is_some(), waiver.is_some()), listed);
        if let Some(path) = path.filter(|_| listed) {
            if self.count.paths.len() < NAMED_PLACES {
                self.count.paths.push(path.clone());
            }
            let values = values.iter().map(|(name, value)| (*name, value.to_string())).collect();
            self.listed.push(Finding {
                rule,
                path,
                values,
                justification: justification.cloned(),
                waiver: waiver.cloned(),
            });
        }
    }
}

/// Holds a statement to every rule of the present set; all findings at once, in the order of [`super::Standing`], then by
/// rule, the rule that finds most first, then by place.
pub fn check(case: &Case<'_>, answers: &Answers) -> Findings {
    let mut in_force: Vec<&'static Rule> = rules(RULE_SET).collect();
    in_force.sort_by_key(|rule| rule.severity);
    let pairs = pairs(case);
    let mut findings = Findings::default();
    for (done, rule) in in_force.iter().enumerate() {
        let kept_for_others = (in_force.len() - done - 1) * ALWAYS_LISTED;
        let room = MOST_LISTED.saturating_sub(findings.listed.len() + kept_for_others);
        let mut found = Found::of(rule, answers, room);
        match rule.check {
            Check::Each(look) => case.statement.participations.iter().for_each(|p| look(case, p, &mut found)),
            Check::Pair(look) => pairs.iter().for_each(|(p, before)| look(case, p, before, &mut found)),
            Check::Whole(look) => look(case, &mut found),
            Check::Elsewhere => {}
        }
        if found.count.count > 0 {
            findings.listed.append(&mut found.listed);
            findings.counts.push(found.count);
        }
    }
    findings.counts.sort_by_key(|count| (count.standing(), Reverse(count.count)));
    let rank = |rule: &Rule| findings.counts.iter().position(|count| count.rule == rule);
    findings.listed.sort_by_cached_key(|finding| (finding.standing(), rank(finding.rule)));
    findings
}

type Pair<'a> = (&'a Participation, &'a Participation<crate::reporting::record::Person>);

/// Each participation that the version before stated too.
fn pairs<'a>(case: &Case<'a>) -> Vec<Pair<'a>> {
    let Some(previous) = case.previous else { return Vec::new() };
    let before = |p: &'a Participation| Some((p, &previous.head.find(p.reference.as_str())?.participation));
    case.statement.participations.iter().filter_map(before).collect()
}
