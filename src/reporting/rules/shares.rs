//! Rules on shares: how much of a statement is unknown, not linked, or elsewhere.

use super::{Case, Check, Found, Rule, Severity, Topic};
use crate::directory::geography;
use crate::reporting::codes::ExitSituation;
use crate::reporting::identity::Identity;
use crate::reporting::statement::{Answer, Participation};

/// The share of exits of unknown situation above which a statement asks for an explanation.
const UNKNOWN_PERCENT: usize = 10;

/// Below this number of exits, shares say nothing.
const FEWEST_EXITS: usize = 10;

/// The share of missing answers above which a statement asks for an explanation.
const MISSING_PERCENT: usize = 20;

/// Below this number of participations, shares of answers say nothing.
const FEWEST_ANSWERS: usize = 20;

pub const TOPIC: Topic = Topic {
    en: "Shares of what is unknown, not linked, or elsewhere.",
    fr: "Parts de ce qui est inconnu, non relié ou ailleurs.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "UNKNOWN_EXITS_MANY",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "{unknown} of {exits} exits have an unknown situation, more than {percent} %.",
        fr: "{unknown} sorties sur {exits} ont une situation inconnue, plus de {percent} %.",
        remedy_en: "Find out what became of these people, or say why it cannot be known.",
        remedy_fr: "Recherchez ce que sont devenues ces personnes, ou dites pourquoi on ne peut le savoir.",
        check: Check::Whole(|case, found| {
            let situations = || case.statement.participations.iter().filter_map(|p| p.exit.as_ref());
            let exits = situations().count();
            let unknown = situations().filter(|exit| exit.situation == ExitSituation::Unknown).count();
            if exits >= FEWEST_EXITS && unknown * 100 > exits * UNKNOWN_PERCENT {
                found.at("participations", &[("unknown", &unknown), ("exits", &exits), ("percent", &UNKNOWN_PERCENT)]);
            }
        }),
    },
    Rule {
        code: "FIELD_UNKNOWN_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{missing} of {all} participations have no answer, more than {percent} %.",
        fr: "{missing} participations sur {all} n'ont pas de réponse, plus de {percent} %.",
        remedy_en: "Ask these people, or say why it cannot be known.",
        remedy_fr: "Interrogez ces personnes, ou dites pourquoi on ne peut le savoir.",
        check: Check::Whole(field_unknown_many),
    },
    Rule {
        code: "FIELD_NEVER_COLLECTED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "This is collected of none of the {all} participations.",
        fr: "Cela n'est recueilli pour aucune des {all} participations.",
        remedy_en: "Collect it from the next entry on, or say why the project does not.",
        remedy_fr: "Recueillez-le dès la prochaine entrée, ou dites pourquoi le projet ne le fait pas.",
        check: Check::Whole(field_never_collected),
    },
    Rule {
        code: "IDENTITY_MISSING_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{missing} of {all} participations have no identity, more than {percent} %: these people cannot be counted once nationally.",
        fr: "{missing} participations sur {all} n'ont pas d'identité, plus de {percent} % : ces personnes ne peuvent être dédoublonnées au niveau national.",
        remedy_en: "Give the identities, or say why they are not known.",
        remedy_fr: "Donnez les identités, ou dites pourquoi elles ne sont pas connues.",
        check: Check::Whole(identity_missing_many),
    },
    Rule {
        code: "RESIDENCE_ELSEWHERE_MANY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{elsewhere} of {known} people live outside of the project's region, more than half.",
        fr: "{elsewhere} personnes sur {known} résident hors de la région du projet, plus de la moitié.",
        remedy_en: "Check the departments and the project's place of delivery, or say why people come from elsewhere.",
        remedy_fr: "Vérifiez les départements et le lieu du projet, ou dites pourquoi les personnes viennent d'ailleurs.",
        check: Check::Whole(residence_elsewhere_many),
    },
];

/// What was answered to a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Known,
    Missing,
    NotCollected,
}

fn code(code: &str) -> Given {
    match code {
        "UNKNOWN" | "REFUSED" | "NOT_RECORDED" => Given::Missing,
        "NOT_COLLECTED" => Given::NotCollected,
        _ => Given::Known,
    }
}

fn answer<T>(answer: &Answer<T>) -> Given {
    match answer {
        Answer::Known(_) => Given::Known,
        Answer::Unknown | Answer::Refused => Given::Missing,
        Answer::NotCollected => Given::NotCollected,
    }
}

/// A question that is asked of everybody: where its answers stand, and how one is read.
type Question = (&'static str, fn(&Participation) -> Given);

const QUESTIONS: [Question; 11] = [
    ("participations.sex", |p| code(p.sex.code())),
    ("participations.birthYear", |p| answer(&p.birth_year)),
    ("participations.protectionStatus", |p| code(p.protection_status.code())),
    ("participations.frenchAtEntry", |p| code(p.french_at_entry.code())),
    ("participations.education", |p| code(p.education.code())),
    ("participations.labourStatus", |p| code(p.labour_status.code())),
    ("participations.residenceDepartment", |p| answer(&p.residence_department)),
    ("participations.priorityDistrict", |p| code(p.priority_district.code())),
    ("participations.ruralArea", |p| code(p.rural_area.code())),
    ("participations.disability", |p| code(p.disability.code())),
    ("participations.housingAtEntry", |p| code(p.housing_at_entry.code())),
];

/// How many answers to each question are missing, and how many were never asked for; nothing of small statements.
fn unanswered(case: &Case<'_>) -> impl Iterator<Item = (&'static str, usize, usize)> {
    let stays = &case.statement.participations;
    QUESTIONS.into_iter().filter(|_| stays.len() >= FEWEST_ANSWERS).map(|(path, given)| {
        let count = |wanted: Given| stays.iter().filter(|p| given(p) == wanted).count();
        (path, count(Given::Missing), count(Given::NotCollected))
    })
}

fn is_above(missing: usize, all: usize) -> bool {
    missing * 100 > all * MISSING_PERCENT
}

fn field_unknown_many(case: &Case<'_>, found: &mut Found<'_>) {
    let all = case.statement.participations.len();
    for (path, missing, not_collected) in unanswered(case) {
        let missing = missing + not_collected;
        if not_collected < all && is_above(missing, all) {
            found.at(path, &[("missing", &missing), ("all", &all), ("percent", &MISSING_PERCENT)]);
        }
    }
}

fn field_never_collected(case: &Case<'_>, found: &mut Found<'_>) {
    let all = case.statement.participations.len();
    for (path, _, _) in unanswered(case).filter(|(_, _, not_collected)| *not_collected == all) {
        found.at(path, &[("all", &all)]);
    }
}

fn identity_missing_many(case: &Case<'_>, found: &mut Found<'_>) {
    let stays = &case.statement.participations;
    let (all, missing) = (stays.len(), stays.iter().filter(|p| p.person == Identity::None).count());
    if all >= FEWEST_ANSWERS && is_above(missing, all) {
        let values: &[(&'static str, &dyn std::fmt::Display)] =
            &[("missing", &missing), ("all", &all), ("percent", &MISSING_PERCENT)];
        found.at("participations.identity", values);
    }
}

fn residence_elsewhere_many(case: &Case<'_>, found: &mut Found<'_>) {
    let region = case.project.details.region().code;
    let residences = case.statement.participations.iter().filter_map(|p| p.residence_department.known());
    let (mut known, mut elsewhere) = (0_usize, 0_usize);
    for department in residences.filter_map(|residence| geography::department(residence.as_str())) {
        known += 1;
        elsewhere += usize::from(department.region != region);
    }
    if known >= FEWEST_ANSWERS && elsewhere * 2 > known {
        found.at("participations.residenceDepartment", &[("elsewhere", &elsewhere), ("known", &known)]);
    }
}
