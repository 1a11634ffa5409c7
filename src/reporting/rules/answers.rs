//! What is said to findings: the partner's justifications of warnings, the funder's waivers of rules.

use std::collections::HashMap;
use std::sync::Arc;

use crate::reporting::statement::Justification;
use crate::reporting::waiver::Waiver;

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

/// Justifications and waivers, by rule. A long text that answers many findings is held once.
#[derive(Default)]
pub struct Answers(HashMap<String, Answer>);

/// What is said to the findings of one rule.
#[derive(Default)]
pub(super) struct Answer {
    everywhere: Option<Arc<Justification>>,
    at: HashMap<String, Arc<Justification>>,
    pub(super) waiver: Option<Arc<Waiver>>,
}

impl Answers {
    /// Answers from what a partner says and from waivers that hold. Of two answers to the same, the first counts; of two
    /// waivers of a rule, the one that holds longer.
    pub fn new(justifications: &[JustifiedWarning], waivers: &[Waiver]) -> Self {
        let mut answers = Self::default();
        for said in justifications {
            let answer = answers.0.entry(said.code.clone()).or_default();
            let text = || Arc::new(said.text.clone());
            match &said.path {
                Some(path) => drop(answer.at.entry(path.clone()).or_insert_with(text)),
                None => drop(answer.everywhere.get_or_insert_with(text)),
            }
        }
        for waiver in waivers {
            let kept = &mut answers.0.entry(waiver.rule.code.to_owned()).or_default().waiver;
            if kept.as_ref().is_none_or(|kept| kept.expires_on < waiver.expires_on) {
                *kept = Some(Arc::new(waiver.clone()));
            }
        }
        answers
    }

    pub(super) fn to(&self, code: &str) -> Option<&Answer> {
        self.0.get(code)
    }
}

impl Answer {
    /// Whether some answer points at a place, so that places must be known.
    pub(super) fn points(&self) -> bool {
        !self.at.is_empty()
    }

    /// The answer at a path: the one that points there, else the one to every finding of the rule.
    pub(super) fn justification(&self, path: Option<&str>) -> Option<&Arc<Justification>> {
        path.and_then(|path| self.at.get(path)).or(self.everywhere.as_ref())
    }
}
