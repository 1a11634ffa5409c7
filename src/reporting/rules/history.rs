//! Rules against the version before: what disappears, what jumps, what comes late.

use std::collections::HashSet;

use super::{Case, Check, Found, Rule, Severity, path_of};

/// A change of the number of participations by more than this share, and by more than [`JUMP_UNITS`], is a jump.
const JUMP_PERCENT: usize = 50;

/// See [`JUMP_PERCENT`].
const JUMP_UNITS: usize = 10;

pub const RULES: &[Rule] = &[
    Rule {
        code: "REFERENCE_DISAPPEARED",
        severity: Severity::Warning,
        en: "The reference {reference} stood in the version before and is missing now.",
        fr: "La référence {reference} figurait dans la version précédente et manque maintenant.",
        remedy_en: "Send it again, or say why it was removed.",
        remedy_fr: "Renvoyez-la, ou dites pourquoi elle a été retirée.",
        check: Check::Whole(reference_disappeared),
    },
    Rule {
        code: "PARTICIPATIONS_JUMP",
        severity: Severity::Warning,
        en: "The statement holds {now} participations, the version before held {before}.",
        fr: "L'état compte {now} participations, la version précédente en comptait {before}.",
        remedy_en: "Check that the statement is whole and holds nothing twice, or say why the number changed so much.",
        remedy_fr: "Vérifiez que l'état est entier et sans doublon, ou dites pourquoi le nombre a tant changé.",
        check: Check::Whole(|case, found| {
            let Some(previous) = case.previous else { return };
            let (now, before) = (case.statement.participations.len(), previous.head.records().len());
            let change = now.abs_diff(before);
            if change > JUMP_UNITS && change * 100 > before * JUMP_PERCENT {
                found.at("participations", &[("now", &now), ("before", &before)]);
            }
        }),
    },
    Rule {
        code: "ENTRY_REPORTED_LATE",
        severity: Severity::Warning,
        en: "The entry on {entry} is before the period {period} and was never reported.",
        fr: "L'entrée du {entry} précède la période {period} et n'avait jamais été déclarée.",
        remedy_en: "Correct the date, or say why the entry comes late.",
        remedy_fr: "Corrigez la date, ou dites pourquoi l'entrée vient tard.",
        check: Check::Each(|case, p, found| {
            // Only against a version about an earlier period: within one period, a correction is no delay.
            let Some(previous) = case.previous.filter(|previous| previous.period < case.period.code) else { return };
            if p.entry_on <= previous.period.last_day() && previous.head.find(p.reference.as_str()).is_none() {
                found.at(path_of(p, "entryOn"), &[("entry", &p.entry_on), ("period", &case.period.code)]);
            }
        }),
    },
];

fn reference_disappeared(case: &Case<'_>, found: &mut Found) {
    let Some(previous) = case.previous else { return };
    let present: HashSet<&str> = case.statement.participations.iter().map(|p| p.reference.as_str()).collect();
    let references = previous.head.participations().map(|p| &p.reference);
    for reference in references.filter(|reference| !present.contains(reference.as_str())) {
        found.at(format!("participations[reference={reference}]"), &[("reference", reference)]);
    }
}
