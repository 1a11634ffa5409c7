//! Rules on heaping: numbers that were estimated, or filled in, gather at round values.

use super::{Check, Rule, Severity, Topic};

/// Below this number of values, heaps say nothing.
const FEWEST_VALUES: usize = 50;

pub const TOPIC: Topic = Topic {
    en: "Values that gather at round numbers or at the first of January.",
    fr: "Valeurs qui se concentrent sur des nombres ronds ou au premier janvier.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "SUPPORT_HOURS_HEAPED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{round} of {all} numbers of hours are multiples of ten, more than 60 %: they seem to be estimated.",
        fr: "{round} nombres d'heures sur {all} sont des multiples de dix, plus de 60 % : ils semblent estimés.",
        remedy_en: "Give the hours recorded, or say how they are counted.",
        remedy_fr: "Donnez les heures enregistrées, ou dites comment elles sont comptées.",
        check: Check::Whole(|case, found| {
            let supports = || case.statement.participations.iter().flat_map(|p| &p.supports).filter(|s| s.hours > 0);
            let (all, round) = (supports().count(), supports().filter(|s| s.hours % 10 == 0).count());
            if all >= FEWEST_VALUES && round * 100 > all * 60 {
                found.at("participations.supports", &[("round", &round), ("all", &all)]);
            }
        }),
    },
    Rule {
        code: "BIRTH_YEARS_HEAPED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{round} of {all} years of birth end with 0 or 5, more than 50 %: they seem to be estimated.",
        fr: "{round} années de naissance sur {all} finissent par 0 ou 5, plus de 50 % : elles semblent estimées.",
        remedy_en: "Give the years of the documents shown, or say how they are known.",
        remedy_fr: "Donnez les années des pièces présentées, ou dites comment elles sont connues.",
        check: Check::Whole(|case, found| {
            let years = || case.statement.participations.iter().filter_map(|p| p.birth_year.known());
            let (all, round) = (years().count(), years().filter(|year| **year % 5 == 0).count());
            if all >= FEWEST_VALUES && round * 100 > all * 50 {
                found.at("participations.birthYear", &[("round", &round), ("all", &all)]);
            }
        }),
    },
    Rule {
        code: "ENTRIES_ON_NEW_YEAR",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{heaped} of {all} entries are on a first of January, more than 10 %: the day seems to be filled in.",
        fr: "{heaped} entrées sur {all} sont un premier janvier, plus de 10 % : le jour semble rempli par défaut.",
        remedy_en: "Give the days on which people came, or confirm them.",
        remedy_fr: "Donnez les jours où les personnes sont venues, ou confirmez-les.",
        check: Check::Whole(|case, found| {
            let stays = &case.statement.participations;
            let heaped = stays.iter().filter(|p| (p.entry_on.month(), p.entry_on.day()) == (1, 1)).count();
            if stays.len() >= FEWEST_VALUES && heaped * 100 > stays.len() * 10 {
                found.at("participations.entryOn", &[("heaped", &heaped), ("all", &stays.len())]);
            }
        }),
    },
];
