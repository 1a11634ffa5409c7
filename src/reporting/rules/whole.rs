//! Rules on the statement as a whole: shares and totals.

use super::{Check, Rule, Severity};
use crate::reporting::codes::ExitSituation;

/// The share of exits of unknown situation above which a statement asks for an explanation.
const UNKNOWN_PERCENT: usize = 10;

/// Below this number of exits, shares say nothing.
const FEWEST_EXITS: usize = 10;

pub const RULES: &[Rule] = &[
    Rule {
        code: "UNKNOWN_EXITS_MANY",
        severity: Severity::Warning,
        en: "{unknown} of {exits} exits have an unknown situation, more than {percent} %.",
        fr: "{unknown} sorties sur {exits} ont une situation inconnue, plus de {percent} %.",
        remedy_en: "Find out what became of these people, or say why it cannot be known.",
        remedy_fr: "Recherchez ce que sont devenues ces personnes, ou dites pourquoi on ne peut le savoir.",
        check: Check::Whole(|case, found| {
            let situations = || case.statement.participations.iter().filter_map(|p| p.exit.as_ref());
            let exits = situations().count();
            let unknown = situations().filter(|exit| exit.situation == ExitSituation::Unknown).count();
            if exits >= FEWEST_EXITS && unknown * 100 > exits * UNKNOWN_PERCENT {
                found.at("participations", &[("unknown", &unknown), ("exits", &exits), ("percent", &UNKNOWN_PERCENT)]);
            }
        }),
    },
    Rule {
        code: "TARGET_EXCEEDED",
        severity: Severity::Warning,
        en: "{entries} entries are more than 110 % of the agreement's target, {target}.",
        fr: "{entries} entrées dépassent de plus de 10 % la cible de la convention, {target}.",
        remedy_en: "Check the entries, or explain the success and ask for an amendment.",
        remedy_fr: "Vérifiez les entrées, ou expliquez ce succès et demandez un avenant.",
        check: Check::Whole(|case, found| {
            let entries = case.statement.participations.len();
            let target = case.project.details.target_participants;
            if target > 0 && entries as u64 * 100 > u64::from(target) * 110 {
                found.at("participations", &[("entries", &entries), ("target", &target)]);
            }
        }),
    },
    Rule {
        code: "STATEMENT_EMPTY",
        severity: Severity::Notice,
        en: "The statement holds no participation.",
        fr: "L'état ne compte aucune participation.",
        remedy_en: "Nothing to do if nobody has entered yet.",
        remedy_fr: "Rien à faire si personne n'est encore entré.",
        check: Check::Whole(|case, found| {
            if case.statement.participations.is_empty() {
                found.at("participations", &[]);
            }
        }),
    },
];
