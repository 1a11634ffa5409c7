//! Rules on exits: completeness and coherence of contracts, trainings and follow-ups.

use super::{Case, Check, Found, Rule, Severity, path_of};
use crate::reporting::codes::{ContractKind, ExitSituation};
use crate::reporting::statement::{Exit, Participation};

/// An immediate result is observed within four weeks of the exit (ESF+).
const IMMEDIATE_DAYS: i32 = 28;

pub const RULES: &[Rule] = &[
    Rule {
        code: "EXIT_CONTRACT_MISSING",
        severity: Severity::Error,
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
        code: "CONTRACT_DATES_MISSING",
        severity: Severity::Error,
        en: "A contract bounded in time lacks its first or last day.",
        fr: "Il manque le premier ou le dernier jour d'un contrat à durée déterminée.",
        remedy_en: "Give both days; if they are not known, the contract kind is UNKNOWN.",
        remedy_fr: "Donnez les deux jours ; s'ils ne sont pas connus, le type de contrat est UNKNOWN.",
        check: Check::Each(|_, p, found| {
            let lacks = |e: &Exit| {
                e.contract.is_some_and(ContractKind::is_bounded)
                    && (e.contract_from.is_none() || e.contract_to.is_none())
            };
            if p.exit.as_ref().is_some_and(lacks) {
                found.at(path_of(p, "exit.contractTo"), &[]);
            }
        }),
    },
    Rule {
        code: "CONTRACT_ENDS_BEFORE_START",
        severity: Severity::Error,
        en: "The contract ends on {to}, before it starts on {from}.",
        fr: "Le contrat finit le {to}, avant de commencer le {from}.",
        remedy_en: "Correct one of the two days.",
        remedy_fr: "Corrigez l'un des deux jours.",
        check: Check::Each(|_, p, found| {
            if let Some((from, to)) = p.exit.as_ref().and_then(|e| e.contract_from.zip(e.contract_to))
                && to < from
            {
                found.at(path_of(p, "exit.contractTo"), &[("from", &from), ("to", &to)]);
            }
        }),
    },
    Rule {
        code: "PERMANENT_CONTRACT_ENDS",
        severity: Severity::Error,
        en: "A permanent contract has a last day.",
        fr: "Un contrat à durée indéterminée a un dernier jour.",
        remedy_en: "Remove the day, or correct the kind of contract.",
        remedy_fr: "Retirez le jour, ou corrigez le type de contrat.",
        check: Check::Each(|_, p, found| {
            let ends = |e: &Exit| e.contract == Some(ContractKind::Permanent) && e.contract_to.is_some();
            if p.exit.as_ref().is_some_and(ends) {
                found.at(path_of(p, "exit.contractTo"), &[]);
            }
        }),
    },
    Rule {
        code: "CONTRACT_BEFORE_ENTRY",
        severity: Severity::Error,
        en: "The contract starts on {from}, before the entry on {entry}.",
        fr: "Le contrat commence le {from}, avant l'entrée du {entry}.",
        remedy_en: "Correct the day; a job held before entry is a labour status, not a result.",
        remedy_fr: "Corrigez le jour ; un emploi d'avant l'entrée est une situation initiale, non un résultat.",
        check: Check::Each(|_, p, found| {
            let from = p.exit.as_ref().and_then(|e| e.contract_from);
            if let Some(from) = from.filter(|from| *from < p.entry_on) {
                found.at(path_of(p, "exit.contractFrom"), &[("from", &from), ("entry", &p.entry_on)]);
            }
        }),
    },
    Rule {
        code: "CONTRACT_LONG_AFTER_EXIT",
        severity: Severity::Warning,
        en: "The contract starts on {from}, more than {days} days after the exit on {exit}.",
        fr: "Le contrat commence le {from}, plus de {days} jours après la sortie du {exit}.",
        remedy_en: "An immediate result begins within four weeks; correct the days, or say why it is one.",
        remedy_fr: "Un résultat immédiat commence dans les quatre semaines ; corrigez, ou dites pourquoi c'en est un.",
        check: Check::Each(|_, p, found| {
            if let Some((exit, from)) = p.exit.as_ref().and_then(|e| e.contract_from.map(|from| (e.on, from)))
                && (from - exit).get_days() > IMMEDIATE_DAYS
            {
                let values: &[(&'static str, &dyn std::fmt::Display)] =
                    &[("from", &from), ("exit", &exit), ("days", &IMMEDIATE_DAYS)];
                found.at(path_of(p, "exit.contractFrom"), values);
            }
        }),
    },
    Rule {
        code: "FRENCH_LEVEL_FELL",
        severity: Severity::Warning,
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
        code: "FOLLOW_UP_OUT_OF_TIME",
        severity: Severity::Error,
        en: "The follow-up on {observed} is not 150 to 210 days after an exit.",
        fr: "Le suivi du {observed} n'est pas entre 150 et 210 jours après une sortie.",
        remedy_en: "Give the situation observed about six months after the exit.",
        remedy_fr: "Donnez la situation observée environ six mois après la sortie.",
        check: Check::Each(follow_up_out_of_time),
    },
];

fn follow_up_out_of_time(_: &Case<'_>, p: &Participation, found: &mut Found) {
    let Some(follow_up) = &p.follow_up else { return };
    let in_time = p.exit_on().is_some_and(|exit| (150..=210).contains(&(follow_up.observed_on - exit).get_days()));
    if !in_time {
        found.at(path_of(p, "followUp.observedOn"), &[("observed", &follow_up.observed_on)]);
    }
}
