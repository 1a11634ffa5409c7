//! Notices on people who are also in another project. They are for programme staff alone, are never part of a submission,
//! are never stored, and nothing that a partner gets depends on them.

use jiff::civil::Date;

use super::{Check, Finding, Rule, Severity, Topic};
use crate::reporting::record::PersonId;
use crate::reporting::statement::Reference;
use crate::text::ShortCode;

pub const TOPIC: Topic = Topic {
    en: "People who are also in another project: found on request for programme staff only, never in what a partner gets.",
    fr: "Personnes également dans un autre projet : recherchées à la demande des seuls agents du programme, jamais dans ce que reçoit un partenaire.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "PERSON_ELSEWHERE_AT_ONCE",
        severity: Severity::Notice,
        since: 2,
        until: None,
        en: "The person was in project {project} at the same time, under the reference {other}.",
        fr: "La personne était dans le projet {project} en même temps, sous la référence {other}.",
        remedy_en: "See with both projects which of them supports the person; nationally the person is counted once.",
        remedy_fr: "Voyez avec les deux projets lequel accompagne la personne ; au niveau national elle est comptée une fois.",
        check: Check::Elsewhere,
    },
    Rule {
        code: "PERSON_ELSEWHERE",
        severity: Severity::Notice,
        since: 2,
        until: None,
        en: "The person was also in project {project}, at another time, under the reference {other}.",
        fr: "La personne était aussi dans le projet {project}, à un autre moment, sous la référence {other}.",
        remedy_en: "Nothing to do: nationally the person is counted once.",
        remedy_fr: "Rien à faire : au niveau national la personne est comptée une fois.",
        check: Check::Elsewhere,
    },
];

/// A stay of a linked person.
pub struct LinkedStay {
    /// The project's own reference.
    pub reference: Reference,
    /// Who it is.
    pub person: PersonId,
    /// Its first day.
    pub entry_on: Date,
    /// Its last day, if it has ended.
    pub exit_on: Option<Date>,
}

/// A stay in another project.
pub struct StayElsewhere {
    /// The project's code.
    pub project: ShortCode,
    /// The stay.
    pub stay: LinkedStay,
}

/// The notice that the person of a stay was elsewhere too.
pub fn find_elsewhere(stay: &LinkedStay, elsewhere: &StayElsewhere) -> Finding {
    let apart = |one: &LinkedStay, next: &LinkedStay| one.exit_on.is_some_and(|exit| exit <= next.entry_on);
    let at_once = !apart(stay, &elsewhere.stay) && !apart(&elsewhere.stay, stay);
    Finding {
        rule: if at_once { &RULES[0] } else { &RULES[1] },
        path: format!("participations[reference={}].identity", stay.reference),
        values: vec![("project", elsewhere.project.to_string()), ("other", elsewhere.stay.reference.to_string())],
        justification: None,
        waiver: None,
    }
}
