//! Random slices of random histories: every measure, filter, grouping, series and window by plain SQL over the tables,
//! against what the roll-up says.

use std::collections::BTreeMap;

use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::operations::{Consolidation, Measured};
use faisceau::consolidation::question::{Dimension, Question, Series, Window};
use faisceau::consolidation::vocabulary::{Attribute, Condition, Measure, Measures};
use faisceau::directory::period::Quarter;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::answer::{contract_days, region_of};
use super::words::{attribute_sql, condition_sql, dimension_sql, filter_sql, measure_sql, supports_join};
use crate::laws::asked::asked;
use crate::laws::history::{Play, histories_of};
use crate::support::database::on_postgresql;

/// Values by measure, unit and key, as SQL gives them.
type Computed = BTreeMap<(usize, usize, String), Option<i64>>;

#[test]
fn random_slices_of_long_histories_give_the_same_figures_in_sql() {
    let seed = if on_postgresql() { [7; 32] } else { [11; 32] };
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let slices: usize = std::env::var("SLICES").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    for _ in 0..2 {
        let steps = histories_of(200..240).new_tree(&mut runner).unwrap().current();
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let mut points = vec![(play.head(), play.today())];
        for step in &steps {
            play.play(step);
            node.catch_up(&play.stage.desk, &at_the_console(Role::Auditor)).unwrap();
            points.push((play.head(), play.today()));
        }
        let mut told = 0;
        for _ in 0..slices {
            let asked = asked().new_tree(&mut runner).unwrap().current();
            told += compare(&play, &node, &asked.question(&play, &points), Measures::of(asked.measures).list());
        }
        assert!(told > slices, "the slices say something: {told} values that are not zero");
    }
}

/// Compares one slice; gives how many values are not zero.
fn compare(play: &Play, node: &Consolidation, question: &Question, measures: &[Measure]) -> usize {
    let set = Measures::of(measures.iter().cloned());
    let measured = node.measure(&play.stage.desk, &at_the_console(Role::Auditor), question, set).unwrap();
    let total = Question { group_by: Vec::new(), ..question.clone() };
    let mut differences = Vec::new();
    let mut told = 0;
    for (question, cells) in [(&total, vec![(String::new(), &measured.total)]), (question, groups(&measured))] {
        if cells.is_empty() {
            continue;
        }
        let of_projects = question.filter.codes.is_empty() && question.group_by.iter().all(|one| one.is_of_projects());
        let mut computed = compute(play, question, &measured, measures, of_projects);
        for (key, cell) in cells {
            for (place, measure) in measures.iter().enumerate() {
                for unit in 0..2 {
                    // A group that SQL does not name has nobody in it.
                    let nothing = match measure {
                        Measure::DeclaredSpending => None,
                        measure => (!measure.is_of_projects() || of_projects).then_some(0),
                    };
                    let said = computed.remove(&(place, unit, key.clone())).unwrap_or(nothing);
                    told += usize::from(said.is_some_and(|said| said != 0));
                    let value = cell.values[place][unit];
                    if said != value {
                        differences.push(format!("{key} {measure:?} {unit}: SQL says {said:?}, the roll-up {value:?}"));
                    }
                }
            }
        }
        differences.extend(computed.into_iter().map(|(key, value)| format!("{key:?}: only SQL says {value:?}")));
    }
    assert!(differences.is_empty(), "{question:?}\n{}", differences.join("\n"));
    told
}

fn groups(measured: &Measured) -> Vec<(String, &faisceau::consolidation::vocabulary::Cell)> {
    let key = |place: usize| {
        let keys = measured.table.keys(place).into_iter().map(|key| key.code.clone());
        keys.collect::<Vec<_>>().join("|")
    };
    measured.table.cells.iter().enumerate().map(|(place, cell)| (key(place), cell)).collect()
}

fn compute(play: &Play, question: &Question, measured: &Measured, measures: &[Measure], of_projects: bool) -> Computed {
    let parts = measures.iter().enumerate().filter(|(_, measure)| of_projects || !measure.is_of_projects());
    let parts: Vec<String> = parts.map(|(place, measure)| measure_sql(place, measure, &question.filter)).collect();
    if parts.is_empty() {
        return Computed::new();
    }
    let cuts: Vec<String> = cuts(question, measured.window)
        .into_iter()
        .map(|(key, window)| format!("('{key}', '{}', '{}')", window.from, window.to))
        .collect();
    let keys: Vec<String> = question.group_by.iter().map(|one| dimension_sql(*one)).collect();
    let keys = if keys.is_empty() { "''".to_owned() } else { keys.join(" || '|' || ") };
    let whole_keys = if of_projects { keys.as_str() } else { "''" };
    let by_kind = question.group_by.contains(&Dimension::SupportKind);
    let (day_after, six_months) = contract_days();
    let comparison = if question.definition.as_ref().is_none_or(|code| code.as_str() == "V1") { ">=" } else { ">" };
    let codes = question.filter.codes.iter().map(|codes| condition_sql(&Condition::In(*codes)));
    let conditions: Vec<String> = codes.collect();
    let sql = [include_str!("facts.sql"), include_str!("slices.sql"), &parts.join("\nUNION ALL\n")]
        .concat()
        .replace("{more}", include_str!("more.sql"))
        .replace("{region_of_delivery}", &region_of("r.department"))
        .replace("{region_of_residence}", &region_of("s.residence_department"))
        .replace("{cuts}", &cuts.join(", "))
        .replace("{programme}", "TEST")
        .replace("{position}", &measured.position.to_string())
        .replace("{day_after_the_contract}", day_after)
        .replace("{comparison}", comparison)
        .replace("{six_months_of_contract}", six_months)
        .replace("{keys}", &keys)
        .replace("{whole_keys}", whole_keys)
        .replace("{kind}", if by_kind { "k.kind" } else { "CAST(NULL AS TEXT)" })
        .replace("{kinds}", if by_kind { supports_join() } else { "" })
        .replace("{projects}", &filter_sql(play, &question.filter))
        .replace("{codes}", &if conditions.is_empty() { "1 = 1".to_owned() } else { conditions.join(" AND ") });
    let kept_kinds = question.filter.codes_of(Attribute::SupportKind);
    let mut computed = Computed::new();
    for row in play.stage.database.sql(&sql) {
        let mut fields = row.splitn(4, '#');
        let mut next = || fields.next().unwrap().to_owned();
        let (place, unit, key, value) = (next(), next(), next(), next());
        let is_kept = |part: &str| kept_kinds.is_none_or(|kinds| kinds.codes().any(|kind| kind == part));
        let kind_place = question.group_by.iter().position(|one| *one == Dimension::SupportKind);
        // A filter on kinds leaves no group for the others.
        if kind_place.is_some_and(|kind| !is_kept(key.split('|').nth(kind).unwrap())) {
            continue;
        }
        computed.insert((place.parse().unwrap(), unit.parse().unwrap(), key), value.parse().ok());
    }
    computed
}

/// The windows of a question: the whole one, or its parts by quarter or year.
fn cuts(question: &Question, window: Window) -> Vec<(String, Window)> {
    let part = |key: String, first, last| {
        let from = if question.series == Series::Cumulative { window.from } else { window.from.max(first) };
        (key, Window { from, to: window.to.min(last) })
    };
    match question.group_by.iter().find(|one| one.is_of_time()) {
        None => vec![(String::new(), window)],
        Some(Dimension::Quarter) => Quarter::of(window.from)
            .through(Quarter::of(window.to))
            .map(|quarter| part(quarter.to_string(), quarter.first_day(), quarter.last_day()))
            .collect(),
        Some(_) => (window.from.year()..=window.to.year())
            .map(|year| part(year.to_string(), date(year, 1, 1), date(year, 12, 31)))
            .collect(),
    }
}

#[test]
fn every_attribute_and_dimension_has_its_words_in_sql() {
    for attribute in Attribute::ALL.into_iter().filter(|one| *one != Attribute::SupportKind) {
        assert!(!attribute_sql(attribute).is_empty());
    }
    for dimension in Dimension::ALL {
        assert!(!dimension_sql(*dimension).is_empty());
    }
}
