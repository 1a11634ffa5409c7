//! Rules on the statement as a whole: totals, targets, and how much a period brought.

use jiff::ToSpan;

use super::{Case, Check, Found, Rule, Severity, Topic};
use crate::directory::period::Quarter;
use crate::reporting::codes::ExitSituation;

/// Below this number of exits, rates say nothing.
const FEWEST_EXITS: usize = 10;

/// How many earlier quarters an own history has at least.
const FEWEST_QUARTERS: usize = 6;

/// A number this near to the usual is no outlier, however steady the history.
const USUAL_SPREAD: i64 = 10;

pub const TOPIC: Topic = Topic {
    en: "The participations together: totals, targets, and what the period brought.",
    fr: "Les participations ensemble : totaux, cibles, et ce que la période apporte.",
    rules: RULES,
};

const RULES: &[Rule] = &[
    Rule {
        code: "STATEMENT_EMPTY",
        severity: Severity::Notice,
        since: 1,
        until: None,
        en: "The statement holds no participation.",
        fr: "L'état ne compte aucune participation.",
        remedy_en: "Nothing to do if nobody has entered yet.",
        remedy_fr: "Rien à faire si personne n'est encore entré.",
        check: Check::Whole(|case, found| {
            if case.statement.participations.is_empty() {
                found.at("participations", &[]);
            }
        }),
    },
    Rule {
        code: "PERIOD_WITHOUT_ACTIVITY",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "Nobody was in the project in {period} and no activity took place, though the agreement runs.",
        fr: "Personne n'était dans le projet en {period} et aucune action n'a eu lieu, alors que la convention court.",
        remedy_en: "Check that the statement is whole, or say why the project rested.",
        remedy_fr: "Vérifiez que l'état est entier, ou dites pourquoi le projet était à l'arrêt.",
        check: Check::Whole(period_without_activity),
    },
    Rule {
        code: "RATES_EXTREME",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "All {exits} exits lead to employment or training, or none does.",
        fr: "Les {exits} sorties mènent toutes à l'emploi ou à la formation, ou aucune.",
        remedy_en: "Check the exits, or confirm them.",
        remedy_fr: "Vérifiez les sorties, ou confirmez-les.",
        check: Check::Whole(rates_extreme),
    },
    Rule {
        code: "TARGET_EXCEEDED",
        severity: Severity::Warning,
        since: 1,
        until: None,
        en: "{entries} entries are more than 110 % of the agreement's target, {target}.",
        fr: "{entries} entrées dépassent de plus de 10 % la cible de la convention, {target}.",
        remedy_en: "Check the entries, or explain the success and ask for an amendment.",
        remedy_fr: "Vérifiez les entrées, ou expliquez ce succès et demandez un avenant.",
        check: Check::Whole(|case, found| {
            let entries = case.statement.participations.len();
            let target = case.project.details.target_participants;
            if target > 0 && entries as u64 * 100 > u64::from(target) * 110 {
                found.at("participations", &[("entries", &entries), ("target", &target)]);
            }
        }),
    },
    Rule {
        code: "TARGET_FAR_AT_MID_TERM",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{entries} entries are less than half of the agreement's target, {target}, and half of its time has passed.",
        fr: "{entries} entrées sont moins de la moitié de la cible de la convention, {target}, et la moitié de sa durée est passée.",
        remedy_en: "Check the entries, or say how the target will be reached.",
        remedy_fr: "Vérifiez les entrées, ou dites comment la cible sera atteinte.",
        check: Check::Whole(target_far_at_mid_term),
    },
    Rule {
        code: "ENTRIES_UNUSUAL",
        severity: Severity::Warning,
        since: 2,
        until: None,
        en: "{entries} entries in {period} are far from the project's usual number, {usual}.",
        fr: "{entries} entrées en {period} sont loin du nombre habituel du projet, {usual}.",
        remedy_en: "Check the entries, or say what was different.",
        remedy_fr: "Vérifiez les entrées, ou dites ce qui était différent.",
        check: Check::Whole(entries_unusual),
    },
];

fn period_without_activity(case: &Case<'_>, found: &mut Found<'_>) {
    let (from, to) = (case.period.first_on, case.period.last_on);
    let details = &case.project.details;
    let stays = &case.statement.participations;
    let runs = details.agreement_from <= from && details.agreement_to >= to;
    let someone = || stays.iter().any(|p| p.entry_on <= to && p.exit_on().is_none_or(|exit| exit >= from));
    let something = || case.statement.sections.activities.iter().any(|a| a.on >= from && a.on <= to);
    if runs && !stays.is_empty() && !someone() && !something() {
        found.at("participations", &[("period", &case.period.code)]);
    }
}

fn rates_extreme(case: &Case<'_>, found: &mut Found<'_>) {
    use ExitSituation::{Death, Employment, Health, Maternity, Training};
    let situations = || case.statement.participations.iter().filter_map(|p| p.exit.as_ref()).map(|e| e.situation);
    let exits = situations().filter(|situation| !matches!(situation, Health | Maternity | Death)).count();
    let positive = situations().filter(|situation| matches!(situation, Employment | Training)).count();
    if exits >= FEWEST_EXITS && (positive == 0 || positive == exits) {
        found.at("participations", &[("exits", &exits)]);
    }
}

/// Asked once: in the first report that reaches the middle of the agreement.
fn target_far_at_mid_term(case: &Case<'_>, found: &mut Found<'_>) {
    let details = &case.project.details;
    let half = (details.agreement_to - details.agreement_from).get_days() / 2;
    let Ok(middle) = details.agreement_from.checked_add(half.days()) else { return };
    let reached = |quarter: &Quarter| quarter.last_day() >= middle;
    let asked_before = case.history.iter().any(|(quarter, _)| reached(quarter));
    let (entries, target) = (case.statement.participations.len(), details.target_participants);
    if reached(&case.period.code) && !asked_before && (entries as u64) * 2 < u64::from(target) {
        found.at("participations", &[("entries", &entries), ("target", &target)]);
    }
}

/// The modified Z score of the period's entries among those of the quarters before, above 3.5 (Iglewicz and Hoaglin):
/// 0.6745 times the distance from the median, over the median distance; where that is nothing, the distance over 1.2533
/// times the mean distance.
fn entries_unusual(case: &Case<'_>, found: &mut Found<'_>) {
    let Some(first) = case.statement.participations.iter().map(|p| Quarter::of(p.entry_on)).min() else { return };
    let place = |quarter: Quarter| usize::try_from(quarter.since(first)).ok();
    let mut entries: Vec<i64> = vec![0; place(case.period.code).map_or(0, |last| last + 1)];
    for p in &case.statement.participations {
        if let Some(count) = place(Quarter::of(p.entry_on)).and_then(|place| entries.get_mut(place)) {
            *count += 1;
        }
    }
    let Some((now, before)) = entries.split_last().filter(|(_, before)| before.len() >= FEWEST_QUARTERS) else {
        return;
    };
    // Everything is doubled, so that medians are whole numbers.
    let usual = twice_median(before.to_vec());
    let distances: Vec<i64> = before.iter().map(|count| (count * 2 - usual).abs()).collect();
    let distance = (now * 2 - usual).abs();
    let median = twice_median(distances.clone());
    let far = match median {
        0 => distance * 10_000 * (before.len() as i64) * 10 > 35 * 12_533 * distances.iter().sum::<i64>(),
        _ => distance * 2 * 6745 > 35_000 * median,
    };
    if far && distance > USUAL_SPREAD * 2 {
        let usual = usual as f64 / 2.0;
        found.at("participations", &[("entries", now), ("period", &case.period.code), ("usual", &usual)]);
    }
}

/// Twice the median, a whole number.
fn twice_median(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => values[middle - 1] + values[middle],
        _ => values[middle] * 2,
    }
}
