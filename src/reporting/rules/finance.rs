//! Rules on money, against the agreement and the version before.

use super::{Case, Check, Found, Rule, Severity, Topic};
use crate::directory::money::Cents;
use crate::reporting::codes::DeclaredCount;
use crate::reporting::sections::Finance;
use crate::reporting::statement::Participation;

/// Below this number of participations, a cost for each says nothing.
const FEWEST_PARTICIPATIONS: usize = 10;

pub const TOPIC: Topic = Topic {
    en: "The money, against the agreement and the version before.",
    fr: "L'argent, face à la convention et à la version précédente.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "SPENDING_ABOVE_COST",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The spending, {spending}, is above the eligible cost, {cost}.",
        fr: "Les dépenses, {spending}, dépassent le coût éligible, {cost}.",
        remedy_en: "State eligible spending only, or ask for an amendment of the agreement.",
        remedy_fr: "Ne déclarez que les dépenses éligibles, ou demandez un avenant à la convention.",
        check: Check::Whole(|case, found| {
            let cost = case.project.details.eligible_cost;
            if let Some(finance) = stated(case).filter(|finance| finance.spending > cost) {
                found.at("finance.spending", &[("spending", &finance.spending), ("cost", &cost)]);
            }
        }),
    },
    Rule {
        code: "COFINANCING_TWICE",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The source {source} stands several times.",
        fr: "La source {source} figure plusieurs fois.",
        remedy_en: "Add the amounts up: one per source.",
        remedy_fr: "Additionnez les montants : un par source.",
        check: Check::Whole(|case, found| {
            // Sources stand in order.
            let sources = stated(case).map_or(&[][..], |finance| &finance.cofinancing);
            for pair in sources.windows(2).filter(|pair| pair[0].source == pair[1].source) {
                found.at("finance.cofinancing", &[("source", &pair[0].source.code())]);
            }
        }),
    },
    Rule {
        code: "COFINANCING_ABOVE_COST",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The co-financing alone, {cofinancing}, is above the eligible cost, {cost}.",
        fr: "Le cofinancement seul, {cofinancing}, dépasse le coût éligible, {cost}.",
        remedy_en: "Correct the amounts; give what the project received, in euros.",
        remedy_fr: "Corrigez les montants ; donnez ce que le projet a reçu, en euros.",
        check: Check::Whole(|case, found| {
            let cost = case.project.details.eligible_cost;
            if let Some(cofinancing) = stated(case).map(cofinancing).filter(|cofinancing| *cofinancing > cost) {
                found.at("finance.cofinancing", &[("cofinancing", &cofinancing), ("cost", &cost)]);
            }
        }),
    },
    Rule {
        code: "FINANCING_ABOVE_COST",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The grant and the co-financing, {financing}, are above the eligible cost, {cost}.",
        fr: "La subvention et le cofinancement, {financing}, dépassent le coût éligible, {cost}.",
        remedy_en: "Correct the amounts, or say how the surplus is dealt with.",
        remedy_fr: "Corrigez les montants, ou dites ce que devient l'excédent.",
        check: Check::Whole(financing_above_cost),
    },
    Rule {
        code: "SPENDING_WITHDRAWN",
        severity: Severity::Error,
        since: 2,
        until: None,
        en: "The version before stated a spending of {before}; now there is none.",
        fr: "La version précédente déclarait des dépenses de {before} ; il n'y en a plus.",
        remedy_en: "State the spending since the start, not that of the period.",
        remedy_fr: "Déclarez les dépenses depuis le début, non celles de la période.",
        check: Check::Whole(|case, found| {
            if let Some((_, before)) = spending(case).filter(|(now, before)| now.0 == 0 && before.0 > 0) {
                found.at("finance.spending", &[("before", &before)]);
            }
        }),
    },
    Rule {
        code: "SPENDING_DECREASED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The spending fell from {before} to {now}; it is stated since the start.",
        fr: "Les dépenses sont passées de {before} à {now} ; elles se déclarent depuis le début.",
        remedy_en: "Correct the amount, or say which spending was taken back.",
        remedy_fr: "Corrigez le montant, ou dites quelles dépenses ont été retirées.",
        check: Check::Whole(|case, found| {
            if let Some((now, before)) = spending(case).filter(|(now, before)| now.0 > 0 && now < before) {
                found.at("finance.spending", &[("before", &before), ("now", &now)]);
            }
        }),
    },
    Rule {
        code: "COFINANCING_DECREASED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The co-financing fell from {before} to {now}; it is stated since the start.",
        fr: "Le cofinancement est passé de {before} à {now} ; il se déclare depuis le début.",
        remedy_en: "Correct the amounts, or say which money was given back.",
        remedy_fr: "Corrigez les montants, ou dites quel argent a été rendu.",
        check: Check::Whole(|case, found| {
            let Some((now, before)) = stated(case).zip(stated_before(case)) else { return };
            let (now, before) = (cofinancing(now), cofinancing(before));
            if now < before {
                found.at("finance.cofinancing", &[("before", &before), ("now", &now)]);
            }
        }),
    },
    Rule {
        code: "SPENDING_NOT_UPDATED",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "The spending, {spending}, is still that of {period}, though people were in the project since.",
        fr: "Les dépenses, {spending}, sont toujours celles de {period}, alors que des personnes étaient depuis dans le projet.",
        remedy_en: "State the spending at the period's end, or say why nothing was spent.",
        remedy_fr: "Déclarez les dépenses à la fin de la période, ou dites pourquoi rien n'a été dépensé.",
        check: Check::Whole(spending_not_updated),
    },
    Rule {
        code: "SPENDING_WITHOUT_PEOPLE",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{spending} are spent and nobody has entered.",
        fr: "{spending} sont dépensés et personne n'est entré.",
        remedy_en: "Check that the statement is whole, or say what was spent on.",
        remedy_fr: "Vérifiez que l'état est entier, ou dites à quoi cela a servi.",
        check: Check::Whole(spending_without_people),
    },
    Rule {
        code: "COST_PER_PARTICIPATION_HIGH",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{each} are spent for each participation, more than twice the agreement's {agreed}.",
        fr: "{each} sont dépensés par participation, plus de deux fois les {agreed} de la convention.",
        remedy_en: "Check spending and participations, or explain the cost.",
        remedy_fr: "Vérifiez dépenses et participations, ou expliquez le coût.",
        check: Check::Whole(cost_per_participation_high),
    },
];

fn stated<'a>(case: &Case<'a>) -> Option<&'a Finance> {
    case.statement.sections.finance.as_ref()
}

fn stated_before<'a>(case: &Case<'a>) -> Option<&'a Finance> {
    case.previous.and_then(|previous| previous.head.sections().finance.as_ref())
}

/// Spending now and in the version before.
fn spending(case: &Case<'_>) -> Option<(Cents, Cents)> {
    stated(case).zip(stated_before(case)).map(|(now, before)| (now.spending, before.spending))
}

fn cofinancing(finance: &Finance) -> Cents {
    Cents(finance.cofinancing.iter().fold(0, |sum: i64, part| sum.saturating_add(part.amount.0)))
}

fn financing_above_cost(case: &Case<'_>, found: &mut Found<'_>) {
    let details = &case.project.details;
    let cost = details.eligible_cost;
    // Above the cost alone, it is another rule's.
    let Some(cofinancing) = stated(case).map(cofinancing).filter(|sum| *sum <= cost && sum.0 > 0) else { return };
    let financing = Cents(details.grant.0.saturating_add(cofinancing.0));
    if financing > cost {
        found.at("finance.cofinancing", &[("financing", &financing), ("cost", &cost)]);
    }
}

fn spending_not_updated(case: &Case<'_>, found: &mut Found<'_>) {
    let Some((now, _)) = spending(case).filter(|(now, before)| now == before && now.0 > 0) else { return };
    let Some(earlier) = case.earlier() else { return };
    let since = earlier.period.last_day();
    let present = |p: &Participation| p.exit_on().is_none_or(|exit| exit > since);
    if now < case.project.details.eligible_cost && case.statement.participations.iter().any(present) {
        found.at("finance.spending", &[("spending", &now), ("period", &earlier.period)]);
    }
}

fn spending_without_people(case: &Case<'_>, found: &mut Found<'_>) {
    let declared = &case.statement.sections.declared_figures;
    let entered = declared.iter().any(|figure| figure.count == DeclaredCount::Entries && figure.value > 0);
    let spending = stated(case).map(|finance| finance.spending).filter(|spending| spending.0 > 0);
    if let Some(spending) = spending.filter(|_| case.statement.participations.is_empty() && !entered) {
        found.at("finance.spending", &[("spending", &spending)]);
    }
}

fn cost_per_participation_high(case: &Case<'_>, found: &mut Found<'_>) {
    let details = &case.project.details;
    let (count, target) = (case.statement.participations.len(), i128::from(details.target_participants));
    let Some(spending) = stated(case).map(|finance| finance.spending) else { return };
    if count < FEWEST_PARTICIPATIONS || target == 0 {
        return;
    }
    let (spent, agreed, count) = (i128::from(spending.0), i128::from(details.eligible_cost.0), count as i128);
    if spent * target > agreed * 2 * count {
        let share = |sum: i128, parts: i128| Cents(i64::try_from(sum / parts).unwrap_or(i64::MAX));
        found.at("finance.spending", &[("each", &share(spent, count)), ("agreed", &share(agreed, target))]);
    }
}
