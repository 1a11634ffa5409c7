//! Rules on follow-ups: when, of whom, and how many.

use super::{Case, Check, Found, Rule, Severity, Topic, path_of};
use crate::reporting::codes::{ExitSituation, FollowUpSituation};
use crate::reporting::statement::Participation;

/// Days after the exit between which the six-month result is observed.
const IN_TIME: std::ops::RangeInclusive<i32> = 150..=210;

/// Below this number of people, shares say nothing.
const FEWEST_PEOPLE: usize = 10;

pub const TOPIC: Topic = Topic {
    en: "The situation six months after the exit.",
    fr: "La situation six mois après la sortie.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "FOLLOW_UP_OUT_OF_TIME",
        severity: Severity::Error,
        since: 1,
        until: None,
        en: "The follow-up on {observed} is not 150 to 210 days after the exit.",
        fr: "Le suivi du {observed} n'est pas entre 150 et 210 jours après la sortie.",
        remedy_en: "Give the situation observed about six months after the exit.",
        remedy_fr: "Donnez la situation observée environ six mois après la sortie.",
        check: Check::Each(follow_up_out_of_time),
    },
    Rule {
        code: "FOLLOW_UP_WITHOUT_EXIT",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "There is a follow-up of a person who has not left.",
        fr: "Il y a un suivi d'une personne qui n'est pas sortie.",
        remedy_en: "Add the exit, or remove the follow-up.",
        remedy_fr: "Ajoutez la sortie, ou retirez le suivi.",
        check: Check::Each(|_, p, found| {
            if p.follow_up.is_some() && p.exit.is_none() {
                found.at(path_of(p, "followUp"), &[]);
            }
        }),
    },
    Rule {
        code: "FOLLOW_UP_AFTER_DEATH",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "There is a follow-up of a person who has died.",
        fr: "Il y a un suivi d'une personne décédée.",
        remedy_en: "Correct the situation at exit, or remove the follow-up.",
        remedy_fr: "Corrigez la situation à la sortie, ou retirez le suivi.",
        check: Check::Each(|_, p, found| {
            if p.follow_up.is_some() && p.exit.as_ref().is_some_and(|e| e.situation == ExitSituation::Death) {
                found.at(path_of(p, "followUp"), &[]);
            }
        }),
    },
    Rule {
        code: "FOLLOW_UP_UNREACHABLE_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{unreachable} of {asked} people followed up could not be reached, more than half.",
        fr: "{unreachable} personnes suivies sur {asked} n'ont pas pu être jointes, plus de la moitié.",
        remedy_en: "Try again by other ways, or say what was tried.",
        remedy_fr: "Réessayez par d'autres moyens, ou dites ce qui a été tenté.",
        check: Check::Whole(|case, found| {
            let asked = || case.statement.participations.iter().filter_map(|p| p.follow_up.as_ref());
            let unreachable = asked().filter(|f| f.situation == FollowUpSituation::Unreachable).count();
            let asked = asked().count();
            if asked >= FEWEST_PEOPLE && unreachable * 2 > asked {
                found.at("participations", &[("unreachable", &unreachable), ("asked", &asked)]);
            }
        }),
    },
    Rule {
        code: "FOLLOW_UP_MISSING_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{missing} of {due} people who left more than 210 days ago have no follow-up, more than three in four.",
        fr: "{missing} personnes sur {due} sorties depuis plus de 210 jours n'ont pas de suivi, plus de trois sur quatre.",
        remedy_en: "Add the follow-ups, or say why these people were not asked.",
        remedy_fr: "Ajoutez les suivis, ou dites pourquoi ces personnes n'ont pas été interrogées.",
        check: Check::Whole(follow_up_missing_many),
    },
];

fn follow_up_out_of_time(_: &Case<'_>, p: &Participation, found: &mut Found<'_>) {
    let Some((follow_up, exit)) = p.follow_up.as_ref().zip(p.exit_on()) else { return };
    if !IN_TIME.contains(&(follow_up.observed_on - exit).get_days()) {
        found.at(path_of(p, "followUp.observedOn"), &[("observed", &follow_up.observed_on)]);
    }
}

fn follow_up_missing_many(case: &Case<'_>, found: &mut Found<'_>) {
    let last = case.period.last_on;
    let is_due = |p: &&Participation| {
        let exit = p.exit.as_ref().filter(|e| e.situation != ExitSituation::Death);
        exit.is_some_and(|e| (last - e.on).get_days() > *IN_TIME.end())
    };
    let due = || case.statement.participations.iter().filter(is_due);
    let (missing, due) = (due().filter(|p| p.follow_up.is_none()).count(), due().count());
    if due >= FEWEST_PEOPLE && missing * 4 > due * 3 {
        found.at("participations", &[("missing", &missing), ("due", &due)]);
    }
}
