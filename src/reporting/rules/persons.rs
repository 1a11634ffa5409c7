//! Rules on persons: references, identities, age, status, education, residence, several stays in the project.

use std::collections::{BTreeMap, HashMap};

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::directory::geography;
use crate::reporting::codes::{EducationLevel, FrenchLevel, ProtectionStatus};
use crate::reporting::identity::{Identity, StageOne};
use crate::reporting::record::PersonId;
use crate::reporting::statement::Participation;

/// The rule that references are distinct, without which records cannot be kept.
pub const REFERENCE_TWICE: &str = "REFERENCE_TWICE";

pub const TOPIC: Topic = Topic {
    en: "Who each participation is about, and several participations of one person.",
    fr: "La personne de chaque participation, et les participations multiples d'une personne.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: REFERENCE_TWICE,
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The reference {reference} stands {count} times in the statement.",
        fr: "La référence {reference} figure {count} fois dans l'état.",
        remedy_en: "Give each participation its own reference.",
        remedy_fr: "Donnez à chaque participation sa propre référence.",
        check: Check::Whole(reference_twice),
    },
    Rule {
        code: "STAYS_OVERLAP",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The same person is in the project twice at once (see reference {other}).",
        fr: "La même personne est deux fois dans le projet en même temps (voir la référence {other}).",
        remedy_en: "Merge the two participations, or correct their dates or identities.",
        remedy_fr: "Fusionnez les deux participations, ou corrigez leurs dates ou identités.",
        check: Check::Whole(|case, found| {
            for (earlier, later) in successive_stays(case).into_iter().filter(|(one, next)| one.overlaps(next)) {
                found.at(path_of(later, "entryOn"), &[("other", &earlier.reference)]);
            }
        }),
    },
    Rule {
        code: "PERSON_RE_ENTERED",
        severity: Severity::Notice,
        since: 2,
        until: None,
        en: "The same person was in the project before (see reference {other}).",
        fr: "La même personne a déjà été dans le projet (voir la référence {other}).",
        remedy_en: "Nothing to do: the person is counted once. Merge the two if it is one stay.",
        remedy_fr: "Rien à faire : la personne est comptée une fois. Fusionnez les deux s'il s'agit d'un seul séjour.",
        check: Check::Whole(|case, found| {
            for (earlier, later) in successive_stays(case).into_iter().filter(|(one, next)| !one.overlaps(next)) {
                found.at(path_of(later, "entryOn"), &[("other", &earlier.reference)]);
            }
        }),
    },
    Rule {
        code: "IDENTITY_MALFORMED",
        severity: Severity::Error,
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        since: 1,
        until: None,
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
        code: "ASYLUM_SEEKER_TOO_EARLY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The person had asked for asylum six months before entry or less.",
        fr: "La personne avait demandé l'asile depuis six mois ou moins à l'entrée.",
        remedy_en: "Correct the status at entry, or say on what ground the person was admitted: the call takes asylum seekers after six months.",
        remedy_fr: "Corrigez le statut à l'entrée, ou dites à quel titre la personne a été admise : l'appel accueille les demandeurs d'asile après six mois.",
        check: Check::Each(|_, p, found| {
            if p.protection_status == ProtectionStatus::AsylumSeekerUnderSixMonths {
                found.at(path_of(p, "protectionStatus"), &[]);
            }
        }),
    },
    Rule {
        code: "EDUCATION_ABOVE_AGE",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The education level {level} is unusual at the age of {age}.",
        fr: "Le niveau d'études {level} est inhabituel à l'âge de {age}.",
        remedy_en: "Correct the level or the year of birth, or confirm them.",
        remedy_fr: "Corrigez le niveau ou l'année de naissance, ou confirmez-les.",
        check: Check::Each(|_, p, found| {
            let Some((age, youngest)) = age_at_entry(p).zip(youngest_with(p.education)) else { return };
            if age < youngest {
                found.at(path_of(p, "education"), &[("level", &p.education.code()), ("age", &age)]);
            }
        }),
    },
    Rule {
        code: "NON_READER_WITH_DIPLOMA",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The person neither reads nor writes, and has the education level {level}.",
        fr: "La personne ne lit ni n'écrit, et a le niveau d'études {level}.",
        remedy_en: "Correct one of the two (who reads another script is BELOW_A1), or say how they go together.",
        remedy_fr: "Corrigez l'un des deux (qui lit une autre écriture est BELOW_A1), ou dites comment ils vont ensemble.",
        check: Check::Each(|_, p, found| {
            let diploma = (EducationLevel::Level4..=EducationLevel::Level8).contains(&p.education);
            if p.french_at_entry == FrenchLevel::NonReader && diploma {
                found.at(path_of(p, "frenchAtEntry"), &[("level", &p.education.code())]);
            }
        }),
    },
    Rule {
        code: "DEPARTMENT_UNKNOWN",
        severity: Severity::Error,
        since: 1,
        until: None,
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

/// The age under which hardly anybody has reached a level.
fn youngest_with(level: EducationLevel) -> Option<i16> {
    match level {
        EducationLevel::Level5 => Some(18),
        EducationLevel::Level6 => Some(19),
        EducationLevel::Level7 => Some(20),
        EducationLevel::Level8 => Some(23),
        _ => None,
    }
}

fn reference_twice(case: &Case<'_>, found: &mut Found<'_>) {
    let mut counts: BTreeMap<&str, (&Participation, u32)> = BTreeMap::new();
    for p in &case.statement.participations {
        counts.entry(p.reference.as_str()).or_insert((p, 0)).1 += 1;
    }
    for (reference, (p, count)) in counts.into_iter().filter(|(_, (_, count))| *count > 1) {
        found.at(path_of(p, ""), &[("reference", &reference), ("count", &count)]);
    }
}

/// Each stay of a person with the one before it, by the reference of the later one.
fn successive_stays<'a>(case: &Case<'a>) -> Vec<(&'a Participation, &'a Participation)> {
    #[derive(PartialEq, Eq, Hash)]
    enum Key<'a> {
        Known(StageOne),
        Linked(&'a PersonId),
    }
    let participations = &case.statement.participations;
    let mut by_person: HashMap<Key<'_>, Vec<&Participation>> = HashMap::with_capacity(participations.len());
    for p in participations {
        let key = match &p.person {
            Identity::Known(stage_one) => Key::Known(*stage_one),
            Identity::Linked(person) => Key::Linked(person),
            Identity::None | Identity::Placeholder | Identity::Malformed => continue,
        };
        by_person.entry(key).or_default().push(p);
    }
    let mut successive = Vec::new();
    for stays in by_person.values_mut().filter(|stays| stays.len() > 1) {
        stays.sort_by_key(|p| (p.entry_on, p.exit_on().is_none(), p.exit_on()));
        successive.extend(stays.windows(2).map(|pair| (pair[0], pair[1])));
    }
    successive.sort_by(|(_, one), (_, next)| one.reference.cmp(&next.reference));
    successive
}
