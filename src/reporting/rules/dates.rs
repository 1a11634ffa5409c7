//! Rules on days: order, period, agreement.

use super::{Case, Check, Found, Rule, Severity, path_of};
use crate::reporting::statement::Participation;

/// How long after the agreement's last day a person may still leave.
const GRACE_DAYS: i32 = 90;

pub const RULES: &[Rule] = &[
    Rule {
        code: "EXIT_BEFORE_ENTRY",
        severity: Severity::Error,
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
        en: "{date} is after the period's last day, {last}.",
        fr: "{date} est après le dernier jour de la période, {last}.",
        remedy_en: "A statement tells what is known at the period's end; report later events in the next period.",
        remedy_fr: "Un état dit ce qui est connu à la fin de la période ; déclarez la suite à la période suivante.",
        check: Check::Each(date_after_period),
    },
    Rule {
        code: "ENTRY_OUTSIDE_AGREEMENT",
        severity: Severity::Error,
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
        code: "SUPPORT_OUTSIDE_STAY",
        severity: Severity::Error,
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
];

fn date_after_period(case: &Case<'_>, p: &Participation, found: &mut Found) {
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
