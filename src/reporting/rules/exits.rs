//! Rules on exits: what belongs to each situation, and what changed since the entry.

use super::{Check, Rule, Severity, Topic, path_of};
use crate::reporting::codes::{ExitSituation, FrenchLevel, Sex};
use crate::reporting::statement::Exit;

/// By how many levels French may grow in one stay without a question.
const USUAL_PROGRESS: u8 = 3;

pub const TOPIC: Topic =
    Topic { en: "The exit of each participation.", fr: "La sortie de chaque participation.", rules: RULES };

const RULES: &[Rule] = &[
    Rule {
        code: "EXIT_CONTRACT_MISSING",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "An exit to employment has no contract kind.",
        fr: "Une sortie vers l'emploi n'a pas de type de contrat.",
        remedy_en: "Give the kind of contract; UNKNOWN is a kind.",
        remedy_fr: "Donnez le type de contrat ; UNKNOWN en est un.",
        check: Check::Each(|_, p, found| {
            if p.exit.as_ref().is_some_and(|e| e.situation == ExitSituation::Employment && e.contract.is_none()) {
                found.at(path_of(p, "exit.contract"), &[]);
            }
        }),
    },
    Rule {
        code: "EXIT_TRAINING_MISSING",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "An exit to training has no training kind.",
        fr: "Une sortie vers la formation n'a pas de type de formation.",
        remedy_en: "Give the kind of training; UNKNOWN is a kind.",
        remedy_fr: "Donnez le type de formation ; UNKNOWN en est un.",
        check: Check::Each(|_, p, found| {
            if p.exit.as_ref().is_some_and(|e| e.situation == ExitSituation::Training && e.training.is_none()) {
                found.at(path_of(p, "exit.training"), &[]);
            }
        }),
    },
    Rule {
        code: "EXIT_DETAIL_MISPLACED",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The exit's situation does not go with a contract or training.",
        fr: "La situation de sortie ne va pas avec un contrat ou une formation.",
        remedy_en: "Give a contract with EMPLOYMENT only, and a training with TRAINING only.",
        remedy_fr: "Ne donnez un contrat qu'avec EMPLOYMENT, et une formation qu'avec TRAINING.",
        check: Check::Each(|_, p, found| {
            let misplaced = |e: &Exit| {
                let contract = e.contract.is_some() || e.contract_from.is_some() || e.contract_to.is_some();
                (contract && e.situation != ExitSituation::Employment)
                    || (e.training.is_some() && e.situation != ExitSituation::Training)
            };
            if p.exit.as_ref().is_some_and(misplaced) {
                found.at(path_of(p, "exit.situation"), &[]);
            }
        }),
    },
    Rule {
        code: "EXIT_MATERNITY_OF_A_MAN",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "An exit for maternity is stated of a man.",
        fr: "Une sortie pour maternité est déclarée pour un homme.",
        remedy_en: "Correct the sex or the situation, or confirm them.",
        remedy_fr: "Corrigez le sexe ou la situation, ou confirmez-les.",
        check: Check::Each(|_, p, found| {
            if p.sex == Sex::Male && p.exit.as_ref().is_some_and(|e| e.situation == ExitSituation::Maternity) {
                found.at(path_of(p, "exit.situation"), &[]);
            }
        }),
    },
    Rule {
        code: "FRENCH_LEVEL_FELL",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "The French level at exit, {exit}, is below that at entry, {entry}.",
        fr: "Le niveau de français à la sortie, {exit}, est inférieur à celui de l'entrée, {entry}.",
        remedy_en: "Correct one of the two levels, or say why it fell.",
        remedy_fr: "Corrigez l'un des deux niveaux, ou dites pourquoi il a baissé.",
        check: Check::Each(|_, p, found| {
            let Some(exit) = p.exit.as_ref().map(|e| e.french) else { return };
            if exit.is_known() && p.french_at_entry.is_known() && exit < p.french_at_entry {
                found.at(path_of(p, "exit.french"), &[("exit", &exit.code()), ("entry", &p.french_at_entry.code())]);
            }
        }),
    },
    Rule {
        code: "FRENCH_LEVEL_LEAPT",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The French level rose from {entry} to {exit} in one stay.",
        fr: "Le niveau de français est passé de {entry} à {exit} en un séjour.",
        remedy_en: "Correct one of the two levels, or confirm them.",
        remedy_fr: "Corrigez l'un des deux niveaux, ou confirmez-les.",
        check: Check::Each(|_, p, found| {
            let Some(exit) = p.exit.as_ref().map(|e| e.french) else { return };
            if leapt(p.french_at_entry, exit) {
                found.at(path_of(p, "exit.french"), &[("entry", &p.french_at_entry.code()), ("exit", &exit.code())]);
            }
        }),
    },
];

fn leapt(entry: FrenchLevel, exit: FrenchLevel) -> bool {
    entry.is_known() && exit.is_known() && (exit as u8).saturating_sub(entry as u8) > USUAL_PROGRESS
}
