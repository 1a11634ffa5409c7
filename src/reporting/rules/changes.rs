//! Rules on what changed of a participation since the version before. They look at the project's own versions only: what
//! other projects know of a person makes no difference.

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::reporting::codes::{ProtectionStatus, Sex};
use crate::reporting::identity::Identity;
use crate::reporting::record::Person;
use crate::reporting::statement::Participation;

pub const TOPIC: Topic = Topic {
    en: "Each participation, against the version before.",
    fr: "Chaque participation, face à la version précédente.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "IDENTITY_DISAPPEARED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The version before gave an identity; now there is none, and the person is no longer linked.",
        fr: "La version précédente donnait une identité ; il n'y en a plus, et la personne n'est plus reliée.",
        remedy_en: "Send the identity again, or say why it was removed.",
        remedy_fr: "Renvoyez l'identité, ou dites pourquoi elle a été retirée.",
        check: Check::Pair(|_, p, before, found| {
            if before.person.is_some() && p.person == Identity::None {
                found.at(path_of(p, "identity"), &[]);
            }
        }),
    },
    Rule {
        code: "IDENTITY_CHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The identity is not that of the version before: the reference now names another person.",
        fr: "L'identité n'est pas celle de la version précédente : la référence désigne maintenant une autre personne.",
        remedy_en: "Give another person a reference of its own, or say that the identity was corrected.",
        remedy_fr: "Donnez à une autre personne sa propre référence, ou dites que l'identité a été corrigée.",
        check: Check::Pair(identity_changed),
    },
    Rule {
        code: "ENTRY_CHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The entry was on {before} in the version before, now it is on {now}.",
        fr: "L'entrée était au {before} dans la version précédente, elle est maintenant au {now}.",
        remedy_en: "Correct the date, or say why it changed.",
        remedy_fr: "Corrigez la date, ou dites pourquoi elle a changé.",
        check: Check::Pair(|_, p, before, found| {
            if p.entry_on != before.entry_on {
                found.at(path_of(p, "entryOn"), &[("before", &before.entry_on), ("now", &p.entry_on)]);
            }
        }),
    },
    Rule {
        code: "SEX_CHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The sex is not that of the version before.",
        fr: "Le sexe n'est pas celui de la version précédente.",
        remedy_en: "Correct it, or say why it changed.",
        remedy_fr: "Corrigez-le, ou dites pourquoi il a changé.",
        check: Check::Pair(|_, p, before, found| {
            if before.sex != Sex::NotRecorded && p.sex != before.sex {
                found.at(path_of(p, "sex"), &[]);
            }
        }),
    },
    Rule {
        code: "BIRTH_YEAR_CHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The year of birth is not that of the version before.",
        fr: "L'année de naissance n'est pas celle de la version précédente.",
        remedy_en: "Correct it, or say why it changed.",
        remedy_fr: "Corrigez-la, ou dites pourquoi elle a changé.",
        check: Check::Pair(|_, p, before, found| {
            if before.birth_year.known().is_some() && p.birth_year != before.birth_year {
                found.at(path_of(p, "birthYear"), &[]);
            }
        }),
    },
    Rule {
        code: "PROTECTION_STATUS_CHANGED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The protection status at entry is not that of the version before.",
        fr: "Le statut de protection à l'entrée n'est pas celui de la version précédente.",
        remedy_en: "Give the status on the day of entry, whatever came later; or say why it was wrong.",
        remedy_fr: "Donnez le statut au jour de l'entrée, quoi qu'il soit devenu ; ou dites pourquoi il était faux.",
        check: Check::Pair(|_, p, before, found| {
            if before.protection_status < ProtectionStatus::Unknown && p.protection_status != before.protection_status {
                found.at(path_of(p, "protectionStatus"), &[]);
            }
        }),
    },
    Rule {
        code: "EXIT_WITHDRAWN",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The version before stated an exit on {before}; now the person is present again.",
        fr: "La version précédente déclarait une sortie le {before} ; la personne est de nouveau présente.",
        remedy_en: "Send the exit again, or say why it was wrong. Who comes back has a new participation.",
        remedy_fr: "Renvoyez la sortie, ou dites pourquoi elle était fausse. Qui revient a une nouvelle participation.",
        check: Check::Pair(|_, p, before, found| {
            if let Some(exit) = before.exit_on().filter(|_| p.exit.is_none()) {
                found.at(path_of(p, "exit"), &[("before", &exit)]);
            }
        }),
    },
    Rule {
        code: "EXIT_CHANGED_AFTER_APPROVAL",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The exit was approved as {before}, now it is {now}.",
        fr: "La sortie a été approuvée comme {before}, elle est maintenant {now}.",
        remedy_en: "Give the situation at the exit, whatever came later; or say why it was wrong.",
        remedy_fr: "Donnez la situation à la sortie, quoi qu'elle soit devenue ; ou dites pourquoi elle était fausse.",
        check: Check::Pair(exit_changed_after_approval),
    },
    Rule {
        code: "SUPPORT_HOURS_DECREASED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The hours of support fell from {before} to {now}.",
        fr: "Les heures d'accompagnement sont passées de {before} à {now}.",
        remedy_en: "Hours are never taken back: add what is missing, or say why they were wrong.",
        remedy_fr: "Des heures ne se retirent pas : ajoutez ce qui manque, ou dites pourquoi elles étaient fausses.",
        check: Check::Pair(|_, p, before, found| {
            let (hours, hours_before) = (p.support_hours(), before.support_hours());
            if hours < hours_before {
                found.at(path_of(p, "supports"), &[("before", &hours_before), ("now", &hours)]);
            }
        }),
    },
];

/// Persons already linked stand in the statement by their link, so an identity that is not is another person's.
fn identity_changed(_: &Case<'_>, p: &Participation, before: &Participation<Person>, found: &mut Found<'_>) {
    let Some(before) = &before.person else { return };
    let changed = match &p.person {
        Identity::Linked(person) => person != before,
        Identity::Known(_) => true,
        Identity::None | Identity::Placeholder | Identity::Malformed => false,
    };
    if changed {
        found.at(path_of(p, "identity"), &[]);
    }
}

fn exit_changed_after_approval(
    case: &Case<'_>,
    p: &Participation,
    before: &Participation<Person>,
    found: &mut Found<'_>,
) {
    if !case.previous.is_some_and(|previous| previous.approved) {
        return;
    }
    let Some((exit, exit_before)) = p.exit.as_ref().zip(before.exit.as_ref()) else { return };
    if exit.situation != exit_before.situation {
        let values = [exit_before.situation.code(), exit.situation.code()];
        found.at(path_of(p, "exit.situation"), &[("before", &values[0]), ("now", &values[1])]);
    }
}
