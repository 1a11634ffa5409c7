//! Rules on contracts: days and durations.

use jiff::ToSpan;

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::reporting::codes::ContractKind;
use crate::reporting::statement::{Exit, Participation};

/// An immediate result is observed within four weeks of the exit (ESF+).
const IMMEDIATE_DAYS: i32 = 28;

/// The longest contract bounded in time that the law knows (contrat à objet défini, Code du travail L1242-8-2).
const LONGEST_CONTRACT_MONTHS: i32 = 36;

pub const TOPIC: Topic = Topic {
    en: "The contract of each exit to employment.",
    fr: "Le contrat de chaque sortie vers l'emploi.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "CONTRACT_DATES_MISSING",
        severity: Severity::Error,
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        code: "CONTRACT_START_MISSING",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "A contract has no first day.",
        fr: "Un contrat n'a pas de premier jour.",
        remedy_en: "Give the day on which the job began, or say why it is not known.",
        remedy_fr: "Donnez le jour où l'emploi a commencé, ou dites pourquoi il n'est pas connu.",
        check: Check::Each(|_, p, found| {
            let lacks = |e: &Exit| {
                e.contract.is_some_and(|kind| !kind.is_bounded() && kind != ContractKind::Unknown)
                    && e.contract_from.is_none()
            };
            if p.exit.as_ref().is_some_and(lacks) {
                found.at(path_of(p, "exit.contractFrom"), &[]);
            }
        }),
    },
    Rule {
        code: "CONTRACT_OVER_AT_EXIT",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The contract ended on {to}, before the exit on {exit}.",
        fr: "Le contrat a pris fin le {to}, avant la sortie du {exit}.",
        remedy_en: "Give the situation at the exit; a job that is over is no result.",
        remedy_fr: "Donnez la situation à la sortie ; un emploi terminé n'est pas un résultat.",
        check: Check::Each(|_, p, found| {
            let Some((exit, to)) = p.exit.as_ref().and_then(|e| e.contract_to.map(|to| (e.on, to))) else { return };
            if to < exit {
                found.at(path_of(p, "exit.contractTo"), &[("to", &to), ("exit", &exit)]);
            }
        }),
    },
    Rule {
        code: "CONTRACT_VERY_LONG",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The contract from {from} to {to} is bounded in time and longer than {months} months.",
        fr: "Le contrat du {from} au {to} est à durée déterminée et dépasse {months} mois.",
        remedy_en: "Correct the days or the kind of contract, or confirm them.",
        remedy_fr: "Corrigez les jours ou le type de contrat, ou confirmez-les.",
        check: Check::Each(contract_very_long),
    },
];

fn contract_very_long(_: &Case<'_>, p: &Participation, found: &mut Found<'_>) {
    let bounded = |e: &&Exit| e.contract.is_some_and(ContractKind::is_bounded);
    let days = p.exit.as_ref().filter(bounded).and_then(|e| e.contract_from.zip(e.contract_to));
    let Some((from, to)) = days else { return };
    if from.checked_add(LONGEST_CONTRACT_MONTHS.months()).is_ok_and(|longest| to >= longest) {
        let months = LONGEST_CONTRACT_MONTHS;
        found.at(path_of(p, "exit.contractTo"), &[("from", &from), ("to", &to), ("months", &months)]);
    }
}
