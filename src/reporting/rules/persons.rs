//! Rules on persons: identities, age, status, residence, overlap within the project.

use std::collections::HashMap;

use super::{Case, Check, Found, Rule, Severity, path_of};
use crate::directory::geography;
use crate::reporting::codes::ProtectionStatus;
use crate::reporting::identity::{Identity, StageOne};
use crate::reporting::record::PersonId;
use crate::reporting::statement::Participation;

pub const RULES: &[Rule] = &[
    Rule {
        code: "REFERENCE_TWICE",
        severity: Severity::Error,
        en: "The reference {reference} stands {count} times in the statement.",
        fr: "La référence {reference} figure {count} fois dans l'état.",
        remedy_en: "Give each participation its own reference.",
        remedy_fr: "Donnez à chaque participation sa propre référence.",
        check: Check::Whole(reference_twice),
    },
    Rule {
        code: "STAYS_OVERLAP",
        severity: Severity::Error,
        en: "The same person is in the project twice at once (see reference {other}).",
        fr: "La même personne est deux fois dans le projet en même temps (voir la référence {other}).",
        remedy_en: "Merge the two participations, or correct their dates or identities.",
        remedy_fr: "Fusionnez les deux participations, ou corrigez leurs dates ou identités.",
        check: Check::Whole(stays_overlap),
    },
    Rule {
        code: "IDENTITY_MALFORMED",
        severity: Severity::Error,
        en: "The identity does not have the form of its scheme; its value is not shown.",
        fr: "L'identité n'a pas la forme de son schéma ; sa valeur n'est pas montrée.",
        remedy_en: "AGDREF: nine or ten digits. NIR: 13 or 15 characters. PROGRAMME: 4 to 40 letters, digits and hyphens.",
        remedy_fr: "AGDREF : neuf ou dix chiffres. NIR : 13 ou 15 caractères. PROGRAMME : 4 à 40 lettres, chiffres et tirets.",
        check: Check::Each(|_, p, found| {
            if p.person == Identity::Malformed {
                found.at(path_of(p, "identity"), &[]);
            }
        }),
    },
    Rule {
        code: "IDENTITY_PLACEHOLDER",
        severity: Severity::Warning,
        en: "The identity is a placeholder or its check key is wrong: the person is not linked with any other participation.",
        fr: "L'identité est factice ou sa clé est fausse : la personne n'est reliée à aucune autre participation.",
        remedy_en: "Give the real number, leave the identity out, or say why it is not known.",
        remedy_fr: "Donnez le vrai numéro, omettez l'identité, ou dites pourquoi elle n'est pas connue.",
        check: Check::Each(|_, p, found| {
            if p.person == Identity::Placeholder {
                found.at(path_of(p, "identity"), &[]);
            }
        }),
    },
    Rule {
        code: "AGE_OUT_OF_RANGE",
        severity: Severity::Error,
        en: "The age at entry would be {age}, outside 16 to 99.",
        fr: "L'âge à l'entrée serait de {age}, hors de 16 à 99.",
        remedy_en: "Correct the year of birth or the entry date.",
        remedy_fr: "Corrigez l'année de naissance ou la date d'entrée.",
        check: Check::Each(|_, p, found| {
            if let Some(age) = age_at_entry(p).filter(|age| !(16..=99).contains(age)) {
                found.at(path_of(p, "birthYear"), &[("age", &age)]);
            }
        }),
    },
    Rule {
        code: "AGE_UNUSUAL",
        severity: Severity::Warning,
        en: "The age at entry is {age}.",
        fr: "L'âge à l'entrée est de {age}.",
        remedy_en: "Correct the year of birth, or confirm it.",
        remedy_fr: "Corrigez l'année de naissance, ou confirmez-la.",
        check: Check::Each(|_, p, found| {
            if let Some(age) = age_at_entry(p).filter(|age| (71..=99).contains(age)) {
                found.at(path_of(p, "birthYear"), &[("age", &age)]);
            }
        }),
    },
    Rule {
        code: "STATUS_OUT_OF_SCOPE",
        severity: Severity::Error,
        en: "The protection status is outside the programme.",
        fr: "Le statut de protection est hors du programme.",
        remedy_en: "Correct the status, or remove the participation.",
        remedy_fr: "Corrigez le statut, ou retirez la participation.",
        check: Check::Each(|_, p, found| {
            if p.protection_status == ProtectionStatus::OutOfScope {
                found.at(path_of(p, "protectionStatus"), &[]);
            }
        }),
    },
    Rule {
        code: "DEPARTMENT_UNKNOWN",
        severity: Severity::Error,
        en: "There is no department {code} in the official geographic code.",
        fr: "Il n'y a pas de département {code} dans le code officiel géographique.",
        remedy_en: "Use an INSEE department code: 01 to 95, 2A, 2B, 971 to 974, 976; or UNKNOWN, REFUSED, NOT_COLLECTED.",
        remedy_fr: "Utilisez un code INSEE : 01 à 95, 2A, 2B, 971 à 974, 976 ; ou UNKNOWN, REFUSED, NOT_COLLECTED.",
        check: Check::Each(|_, p, found| {
            if let Some(code) = p.residence_department.known()
                && geography::department(code.as_str()).is_none()
            {
                found.at(path_of(p, "residenceDepartment"), &[("code", code)]);
            }
        }),
    },
];

fn age_at_entry(p: &Participation) -> Option<i16> {
    p.birth_year.known().map(|year| p.entry_on.year() - year)
}

fn reference_twice(case: &Case<'_>, found: &mut Found) {
    let mut counts: HashMap<&str, u32> = HashMap::new();
    for p in &case.statement.participations {
        *counts.entry(p.reference.as_str()).or_default() += 1;
    }
    let mut repeated: Vec<_> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    repeated.sort_unstable();
    for (reference, count) in repeated {
        found.at(format!("participations[reference={reference}]"), &[("reference", &reference), ("count", &count)]);
    }
}

fn stays_overlap(case: &Case<'_>, found: &mut Found) {
    #[derive(PartialEq, Eq, Hash)]
    enum Key<'a> {
        Known(StageOne),
        Linked(&'a PersonId),
    }
    let mut by_person: HashMap<Key<'_>, Vec<&Participation>> = HashMap::new();
    for p in &case.statement.participations {
        let key = match &p.person {
            Identity::Known(stage_one) => Key::Known(*stage_one),
            Identity::Linked(person) => Key::Linked(person),
            Identity::None | Identity::Placeholder | Identity::Malformed => continue,
        };
        by_person.entry(key).or_default().push(p);
    }
    for stays in by_person.values_mut().filter(|stays| stays.len() > 1) {
        stays.sort_by_key(|p| (p.entry_on, p.exit_on().is_none(), p.exit_on()));
        for pair in stays.windows(2) {
            if pair[0].overlaps(pair[1]) {
                found.at(path_of(pair[1], "entryOn"), &[("other", &pair[0].reference)]);
            }
        }
    }
    found.sort();
}
