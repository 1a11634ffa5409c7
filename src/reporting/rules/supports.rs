//! Rules on supports: quarters and hours.

use std::collections::{BTreeMap, HashSet};

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::directory::period::Quarter;
use crate::reporting::statement::Participation;

/// Thirteen weeks at the legal maximum of 48 hours a week (Code du travail L3121-20).
const MOST_USUAL_HOURS: u64 = 13 * 48;

/// Below this number of exits, shares say nothing.
const FEWEST_EXITS: usize = 10;

pub const TOPIC: Topic = Topic {
    en: "The supports of each participation: quarters and hours.",
    fr: "Les accompagnements de chaque participation : trimestres et heures.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "SUPPORT_OUTSIDE_STAY",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "Support hours are given for {quarter}, outside the stay.",
        fr: "Des heures d'accompagnement sont données pour {quarter}, hors du séjour.",
        remedy_en: "Give hours only for quarters between entry and exit, up to the period reported.",
        remedy_fr: "Ne donnez d'heures que pour les trimestres entre l'entrée et la sortie, jusqu'à la période déclarée.",
        check: Check::Each(|case, p, found| {
            let last = p.exit_on().unwrap_or(case.period.last_on).min(case.period.last_on);
            for support in &p.supports {
                if support.quarter.last_day() < p.entry_on || support.quarter.first_day() > last {
                    found.at(path_of(p, "supports"), &[("quarter", &support.quarter)]);
                }
            }
        }),
    },
    Rule {
        code: "SUPPORT_TWICE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{kind} is given twice for {quarter}.",
        fr: "{kind} est donné deux fois pour {quarter}.",
        remedy_en: "Add the hours up: one entry per kind and quarter.",
        remedy_fr: "Additionnez les heures : une entrée par type et trimestre.",
        check: Check::Each(support_twice),
    },
    Rule {
        code: "SUPPORT_HOURS_IMPOSSIBLE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "{hours} hours are given for {quarter}, which has {limit}.",
        fr: "{hours} heures sont données pour {quarter}, qui en a {limit}.",
        remedy_en: "Correct the hours; they are those of the quarter, not since the start.",
        remedy_fr: "Corrigez les heures ; ce sont celles du trimestre, non depuis le début.",
        check: Check::Each(|_, p, found| {
            for (quarter, hours) in hours_by_quarter(p) {
                let limit = hours_of(quarter);
                if hours > limit {
                    found.at(path_of(p, "supports"), &[("hours", &hours), ("quarter", &quarter), ("limit", &limit)]);
                }
            }
        }),
    },
    Rule {
        code: "SUPPORT_HOURS_HIGH",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{hours} hours are given for {quarter}, more than {limit}: 48 hours in every week.",
        fr: "{hours} heures sont données pour {quarter}, plus de {limit} : 48 heures chaque semaine.",
        remedy_en: "Correct the hours, or say how they came together.",
        remedy_fr: "Corrigez les heures, ou dites comment elles se composent.",
        check: Check::Each(|_, p, found| {
            for (quarter, hours) in hours_by_quarter(p) {
                if hours > MOST_USUAL_HOURS && hours <= hours_of(quarter) {
                    let values: &[(&'static str, &dyn std::fmt::Display)] =
                        &[("hours", &hours), ("quarter", &quarter), ("limit", &MOST_USUAL_HOURS)];
                    found.at(path_of(p, "supports"), values);
                }
            }
        }),
    },
    Rule {
        code: "SUPPORT_HOURS_ZERO",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{kind} in {quarter} has no hours.",
        fr: "{kind} en {quarter} n'a aucune heure.",
        remedy_en: "Give the hours, leave the support out, or say why it counts without hours.",
        remedy_fr: "Donnez les heures, omettez l'accompagnement, ou dites pourquoi il compte sans heures.",
        check: Check::Each(|_, p, found| {
            for support in p.supports.iter().filter(|support| support.hours == 0) {
                found.at(path_of(p, "supports"), &[("kind", &support.kind.code()), ("quarter", &support.quarter)]);
            }
        }),
    },
    Rule {
        code: "SUPPORT_MISSING_AT_ENTRY",
        severity: Severity::Notice,
        since: 2,
        until: None,
        en: "The person has left with supports, none of them in the quarter of entry, {quarter}.",
        fr: "La personne est sortie avec des accompagnements, mais aucun au trimestre d'entrée, {quarter}.",
        remedy_en: "Add the hours of the first quarter if there were any.",
        remedy_fr: "Ajoutez les heures du premier trimestre s'il y en a eu.",
        check: Check::Each(|_, p, found| {
            let quarter = Quarter::of(p.entry_on);
            let missing = !p.supports.is_empty() && p.supports.iter().all(|support| support.quarter != quarter);
            if p.exit.is_some() && missing {
                found.at(path_of(p, "supports"), &[("quarter", &quarter)]);
            }
        }),
    },
    Rule {
        code: "SUPPORT_MISSING_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{without} of {exits} people who left have no hours of support, more than half.",
        fr: "{without} personnes sorties sur {exits} n'ont aucune heure d'accompagnement, plus de la moitié.",
        remedy_en: "Add the hours, or say why they are not known.",
        remedy_fr: "Ajoutez les heures, ou dites pourquoi elles ne sont pas connues.",
        check: Check::Whole(|case, found| {
            let left = || case.statement.participations.iter().filter(|p| p.exit.is_some());
            let (exits, without) = (left().count(), left().filter(|p| p.support_hours() == 0).count());
            if exits >= FEWEST_EXITS && without * 2 > exits {
                found.at("participations", &[("without", &without), ("exits", &exits)]);
            }
        }),
    },
];

fn hours_by_quarter(p: &Participation) -> BTreeMap<Quarter, u64> {
    let mut hours = BTreeMap::new();
    for support in &p.supports {
        *hours.entry(support.quarter).or_default() += u64::from(support.hours);
    }
    hours
}

/// All hours that a quarter has, day and night.
fn hours_of(quarter: Quarter) -> u64 {
    let days = (quarter.next().first_day() - quarter.first_day()).get_days();
    u64::from(days.unsigned_abs()) * 24
}

fn support_twice(_: &Case<'_>, p: &Participation, found: &mut Found<'_>) {
    let mut seen = HashSet::with_capacity(p.supports.len());
    for support in &p.supports {
        if !seen.insert((support.kind, support.quarter)) {
            found.at(path_of(p, "supports"), &[("kind", &support.kind.code()), ("quarter", &support.quarter)]);
        }
    }
}
