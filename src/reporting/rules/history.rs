//! Rules on the statement against the version before: what disappears, what jumps, what comes late, what stays the same.

use std::collections::HashSet;

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};

/// A change of a number by more than this share, and by more than [`JUMP_UNITS`], is a jump.
pub const JUMP_PERCENT: u64 = 50;

/// See [`JUMP_PERCENT`].
pub const JUMP_UNITS: u64 = 10;

/// From how many participations on it is strange that a whole period changes nothing.
const FEWEST_TO_CHANGE: usize = 10;

pub const TOPIC: Topic = Topic {
    en: "The participations together, against the version before.",
    fr: "Les participations ensemble, face à la version précédente.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "REFERENCE_DISAPPEARED",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "The reference {reference} stood in the version before and is missing now.",
        fr: "La référence {reference} figurait dans la version précédente et manque maintenant.",
        remedy_en: "Send it again, or say why it was removed.",
        remedy_fr: "Renvoyez-la, ou dites pourquoi elle a été retirée.",
        check: Check::Whole(reference_disappeared),
    },
    Rule {
        code: "PARTICIPATIONS_JUMP",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "The statement holds {now} participations, the version before held {before}.",
        fr: "L'état compte {now} participations, la version précédente en comptait {before}.",
        remedy_en: "Check that the statement is whole and holds nothing twice, or say why the number changed so much.",
        remedy_fr: "Vérifiez que l'état est entier et sans doublon, ou dites pourquoi le nombre a tant changé.",
        check: Check::Whole(|case, found| {
            let Some(previous) = case.previous else { return };
            let (now, before) = (case.statement.participations.len() as u64, previous.head.records().len() as u64);
            if jumped(before, now) {
                found.at("participations", &[("now", &now), ("before", &before)]);
            }
        }),
    },
    Rule {
        code: "ENTRY_REPORTED_LATE",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "The entry on {entry} is before the period {period} and was never reported.",
        fr: "L'entrée du {entry} précède la période {period} et n'avait jamais été déclarée.",
        remedy_en: "Correct the date, or say why the entry comes late.",
        remedy_fr: "Corrigez la date, ou dites pourquoi l'entrée vient tard.",
        check: Check::Each(|case, p, found| {
            let Some(previous) = case.earlier() else { return };
            if p.entry_on <= previous.period.last_day() && previous.head.find(p.reference.as_str()).is_none() {
                found.at(path_of(p, "entryOn"), &[("entry", &p.entry_on), ("period", &case.period.code)]);
            }
        }),
    },
    Rule {
        code: "STATEMENT_UNCHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "Nothing at all has changed since the statement of {period}.",
        fr: "Rien du tout n'a changé depuis l'état de {period}.",
        remedy_en: "Check that the statement is that of this period, or say why nothing happened.",
        remedy_fr: "Vérifiez que l'état est celui de cette période, ou dites pourquoi rien ne s'est passé.",
        check: Check::Whole(statement_unchanged),
    },
];

fn reference_disappeared(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(previous) = case.previous else { return };
    let present: HashSet<&str> = case.statement.participations.iter().map(|p| p.reference.as_str()).collect();
    for p in previous.head.participations().filter(|p| !present.contains(p.reference.as_str())) {
        found.at(path_of(p, ""), &[("reference", &p.reference)]);
    }
}

/// Whether a number grew or shrank by more than the usual.
pub fn jumped(before: u64, now: u64) -> bool {
    let change = now.abs_diff(before);
    change > JUMP_UNITS && change * 100 > before * JUMP_PERCENT
}

fn statement_unchanged(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(previous) = case.earlier() else { return };
    let statement = case.statement;
    let enough = statement.participations.len() >= FEWEST_TO_CHANGE;
    let same = |p: &crate::reporting::statement::Participation| {
        previous.head.find(p.reference.as_str()).is_some_and(|record| record.participation.states_the_same(p))
    };
    if enough
        && statement.participations.len() == previous.head.records().len()
        && statement.sections == *previous.head.sections()
        && statement.participations.iter().all(same)
    {
        found.at("participations", &[("period", &previous.period)]);
    }
}
