//! Rules on collective actions.

use std::collections::HashSet;
use std::fmt;

use jiff::civil::Date;

use super::{Case, Check, Found, Rule, Severity, Topic};
use crate::reporting::sections::Activity;

/// A headcount up to this number is no crowd, however few people are in the project.
const SMALL_GROUP: u32 = 10;

pub const TOPIC: Topic = Topic { en: "The collective actions.", fr: "Les actions collectives.", rules: RULES };

const RULES: &[Rule] = &[
    Rule {
        code: "ACTIVITY_TWICE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The reference {reference} stands for several activities.",
        fr: "La référence {reference} désigne plusieurs actions.",
        remedy_en: "Give each activity its own reference.",
        remedy_fr: "Donnez à chaque action sa propre référence.",
        check: Check::Whole(|case, found| {
            let mut seen = HashSet::new();
            for activity in &case.statement.sections.activities {
                if !seen.insert(&activity.reference) {
                    found.at(path_of(activity, ""), &[("reference", &activity.reference)]);
                }
            }
        }),
    },
    Rule {
        code: "ACTIVITY_AFTER_PERIOD",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The activity on {date} is after the period's last day, {last}.",
        fr: "L'action du {date} est après le dernier jour de la période, {last}.",
        remedy_en: "Report it in the next period.",
        remedy_fr: "Déclarez-la à la période suivante.",
        check: Check::Whole(|case, found| {
            let last = case.period.last_on;
            for activity in case.statement.sections.activities.iter().filter(|activity| activity.on > last) {
                found.at(path_of(activity, ".on"), &[("date", &activity.on), ("last", &last)]);
            }
        }),
    },
    Rule {
        code: "ACTIVITY_OUTSIDE_AGREEMENT",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The activity on {date} is outside the agreement, {from} to {to}.",
        fr: "L'action du {date} est hors de la convention, du {from} au {to}.",
        remedy_en: "Correct the date, or ask for an amendment of the agreement.",
        remedy_fr: "Corrigez la date, ou demandez un avenant à la convention.",
        check: Check::Whole(|case, found| {
            let (from, to) = (case.project.details.agreement_from, case.project.details.agreement_to);
            for activity in case.statement.sections.activities.iter().filter(|a| a.on < from || a.on > to) {
                found.at(path_of(activity, ".on"), &[("date", &activity.on), ("from", &from), ("to", &to)]);
            }
        }),
    },
    Rule {
        code: "ACTIVITY_WITHOUT_PEOPLE",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "Nobody came to the activity on {date}.",
        fr: "Personne n'est venu à l'action du {date}.",
        remedy_en: "Give the headcount, leave the activity out, or say why it is told.",
        remedy_fr: "Donnez l'effectif, omettez l'action, ou dites pourquoi elle est déclarée.",
        check: Check::Whole(|case, found| {
            for activity in case.statement.sections.activities.iter().filter(|activity| activity.headcount == 0) {
                found.at(path_of(activity, ".headcount"), &[("date", &activity.on)]);
            }
        }),
    },
    Rule {
        code: "ACTIVITY_WITHOUT_HOURS",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The activity on {date} has no hours.",
        fr: "L'action du {date} n'a aucune heure.",
        remedy_en: "Give its hours, or say why it has none.",
        remedy_fr: "Donnez ses heures, ou dites pourquoi elle n'en a pas.",
        check: Check::Whole(|case, found| {
            for activity in case.statement.sections.activities.iter().filter(|activity| activity.hours == 0) {
                found.at(path_of(activity, ".hours"), &[("date", &activity.on)]);
            }
        }),
    },
    Rule {
        code: "ACTIVITY_CROWDED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{headcount} people came to the activity on {date}; {present} were in the project that day.",
        fr: "{headcount} personnes sont venues à l'action du {date} ; {present} étaient dans le projet ce jour-là.",
        remedy_en: "Correct the headcount, or say who came.",
        remedy_fr: "Corrigez l'effectif, ou dites qui est venu.",
        check: Check::Whole(activity_crowded),
    },
    Rule {
        code: "ACTIVITY_DISAPPEARED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The activity {reference} stood in the version before and is missing now.",
        fr: "L'action {reference} figurait dans la version précédente et manque maintenant.",
        remedy_en: "Send it again, or say why it was removed.",
        remedy_fr: "Renvoyez-la, ou dites pourquoi elle a été retirée.",
        check: Check::Whole(|case, found| {
            let Some(previous) = case.previous else { return };
            let stated: HashSet<_> = case.statement.sections.activities.iter().map(|a| &a.reference).collect();
            for activity in previous.head.sections().activities.iter().filter(|a| !stated.contains(&a.reference)) {
                found.at(path_of(activity, ""), &[("reference", &activity.reference)]);
            }
        }),
    },
];

struct ActivityPath<'a>(&'a Activity, &'static str);

fn path_of<'a>(activity: &'a Activity, field: &'static str) -> ActivityPath<'a> {
    ActivityPath(activity, field)
}

impl fmt::Display for ActivityPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "activities[reference={}]{}", self.0.reference, self.1)
    }
}

fn activity_crowded(case: &Case<'_>, found: &mut Found<'_>) {
    let stays = &case.statement.participations;
    if stays.is_empty() || case.statement.sections.activities.is_empty() {
        return;
    }
    let sorted = |mut days: Vec<Date>| {
        days.sort_unstable();
        days
    };
    let entries = sorted(stays.iter().map(|p| p.entry_on).collect());
    let exits = sorted(stays.iter().filter_map(|p| p.exit_on()).collect());
    for activity in &case.statement.sections.activities {
        let entered = entries.partition_point(|entry| *entry <= activity.on);
        let present = entered.saturating_sub(exits.partition_point(|exit| *exit < activity.on));
        if activity.headcount > SMALL_GROUP && activity.headcount as usize > present * 2 {
            let values: &[(&'static str, &dyn fmt::Display)] =
                &[("headcount", &activity.headcount), ("date", &activity.on), ("present", &present)];
            found.at(path_of(activity, ".headcount"), values);
        }
    }
}
