//! Rules on days: order, period, agreement.

use jiff::ToSpan;

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::reporting::statement::Participation;

/// How long after the agreement's last day a person may still leave.
const GRACE_DAYS: i32 = 90;

/// How long a stay usually lasts at most.
const LONGEST_STAY_MONTHS: i32 = 36;

pub const TOPIC: Topic = Topic {
    en: "The days of each participation, against the period and the agreement.",
    fr: "Les jours de chaque participation, face à la période et à la convention.",
    rules: RULES,
};

/// A stay that ends before it begins: no window could say what it counts.
pub const EXIT_BEFORE_ENTRY: &str = "EXIT_BEFORE_ENTRY";

const RULES: &[Rule] = &[
    Rule {
        code: EXIT_BEFORE_ENTRY,
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The exit on {exit} is before the entry on {entry}.",
        fr: "La sortie du {exit} précède l'entrée du {entry}.",
        remedy_en: "Correct one of the two dates.",
        remedy_fr: "Corrigez l'une des deux dates.",
        check: Check::Each(|_, p, found| {
            if let Some(exit) = p.exit_on().filter(|exit| *exit < p.entry_on) {
                found.at(path_of(p, "exit.on"), &[("exit", &exit), ("entry", &p.entry_on)]);
            }
        }),
    },
    Rule {
        code: "DATE_AFTER_PERIOD",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "{date} is after the period's last day, {last}.",
        fr: "{date} est après le dernier jour de la période, {last}.",
        remedy_en: "A statement tells what is known at the period's end; report later events in the next period.",
        remedy_fr: "Un état dit ce qui est connu à la fin de la période ; déclarez la suite à la période suivante.",
        check: Check::Each(date_after_period),
    },
    Rule {
        code: "ENTRY_OUTSIDE_AGREEMENT",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The entry on {entry} is outside the agreement, {from} to {to}.",
        fr: "L'entrée du {entry} est hors de la convention, du {from} au {to}.",
        remedy_en: "Correct the date, or ask for an amendment of the agreement.",
        remedy_fr: "Corrigez la date, ou demandez un avenant à la convention.",
        check: Check::Each(|case, p, found| {
            let (from, to) = (case.project.details.agreement_from, case.project.details.agreement_to);
            if p.entry_on < from || p.entry_on > to {
                found.at(path_of(p, "entryOn"), &[("entry", &p.entry_on), ("from", &from), ("to", &to)]);
            }
        }),
    },
    Rule {
        code: "EXIT_LONG_AFTER_AGREEMENT",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The exit on {exit} is more than {days} days after the agreement's end, {to}.",
        fr: "La sortie du {exit} est plus de {days} jours après la fin de la convention, {to}.",
        remedy_en: "Correct the date, or ask for an amendment of the agreement.",
        remedy_fr: "Corrigez la date, ou demandez un avenant à la convention.",
        check: Check::Each(|case, p, found| {
            let to = case.project.details.agreement_to;
            if let Some(exit) = p.exit_on().filter(|exit| (*exit - to).get_days() > GRACE_DAYS) {
                found.at(path_of(p, "exit.on"), &[("exit", &exit), ("to", &to), ("days", &GRACE_DAYS)]);
            }
        }),
    },
    Rule {
        code: "STAY_BELOW_ONE_DAY",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "Entry and exit are on the same day, {entry}: the person may not count as a participant.",
        fr: "Entrée et sortie sont le même jour, {entry} : la personne peut ne pas compter comme participante.",
        remedy_en: "Correct the dates, remove the participation, or say why it counts.",
        remedy_fr: "Corrigez les dates, retirez la participation, ou dites pourquoi elle compte.",
        check: Check::Each(|_, p, found| {
            if p.exit_on() == Some(p.entry_on) {
                found.at(path_of(p, "exit.on"), &[("entry", &p.entry_on)]);
            }
        }),
    },
    Rule {
        code: "STAY_VERY_LONG",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The stay since {entry} has lasted more than {months} months by {last}.",
        fr: "Le séjour commencé le {entry} dépasse {months} mois au {last}.",
        remedy_en: "Add the exit if it was forgotten, or say why the person is still there.",
        remedy_fr: "Ajoutez la sortie si elle a été oubliée, ou dites pourquoi la personne est toujours là.",
        check: Check::Each(stay_very_long),
    },
];

fn date_after_period(case: &Case<'_>, p: &Participation, found: &mut Found<'_>) {
    let last = case.period.last_on;
    let days = [
        ("entryOn", Some(p.entry_on)),
        ("exit.on", p.exit_on()),
        ("followUp.observedOn", p.follow_up.as_ref().map(|follow_up| follow_up.observed_on)),
    ];
    for (field, day) in days {
        if let Some(date) = day.filter(|day| *day > last) {
            found.at(path_of(p, field), &[("date", &date), ("last", &last)]);
        }
    }
}

fn stay_very_long(case: &Case<'_>, p: &Participation, found: &mut Found<'_>) {
    let last = p.exit_on().unwrap_or(case.period.last_on);
    if p.entry_on.checked_add(LONGEST_STAY_MONTHS.months()).is_ok_and(|longest| last > longest) {
        found.at(path_of(p, "exit"), &[("entry", &p.entry_on), ("months", &LONGEST_STAY_MONTHS), ("last", &last)]);
    }
}
