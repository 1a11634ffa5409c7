//! Every rule with statements that meet it, that do not, and that lie at its edge.

mod alone;
mod capped;
mod sections;
mod sent;
mod together;

use std::collections::BTreeMap;

use faisceau::refusal::Language;
use faisceau::reporting::codes::*;
use faisceau::reporting::rules::{
    Check, Finding, JustifiedWarning, LinkedStay, RULE_SET, Severity, Standing, StayElsewhere, all_rules,
    find_elsewhere, find_rule, rules,
};
use jiff::civil::{Date, date};

use self::sent::*;

/// What is sent, and how often the rule finds something in it.
type Row = (&'static str, Vec<(Sent, usize)>);

fn table() -> impl Iterator<Item = Row> {
    let alone = [alone::dates(), alone::supports(), alone::contracts(), alone::other_exits(), alone::persons()];
    let together =
        [together::changes(), together::versions(), together::wholes(), together::shares(), together::heaps()];
    let sections = [sections::activities(), sections::finance(), sections::declared()];
    alone.into_iter().chain(together).chain(sections).flatten()
}

#[test]
fn every_rule_finds_what_it_says_up_to_its_edge() {
    let table: BTreeMap<&str, Vec<(Sent, usize)>> = table().collect();
    for rule in rules(RULE_SET).filter(|rule| !matches!(rule.check, Check::Elsewhere)) {
        let cases = table.get(rule.code).unwrap_or_else(|| panic!("{} has no row here", rule.code));
        assert!(cases.iter().any(|(_, count)| *count > 0), "{} never finds anything here", rule.code);
        assert!(cases.iter().any(|(_, count)| *count == 0), "{} finds something everywhere here", rule.code);
        for (place, (sent, count)) in cases.iter().enumerate() {
            assert_eq!(sent.count(rule.code), *count, "{}, case {}: {:?}", rule.code, place + 1, sent.findings());
        }
    }
    let known: Vec<&str> = rules(RULE_SET).map(|rule| rule.code).collect();
    assert!(table.keys().all(|code| known.contains(code)), "a row of no rule");
}

#[test]
fn an_ordinary_statement_meets_every_rule() {
    let findings = many(5).after("2023-Q4", &["A-0", "A-1", "A-2"]).findings();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn every_finding_reads_whole_in_both_languages_and_the_gravest_comes_first() {
    for (_, cases) in table() {
        for (sent, _) in cases {
            let findings = sent.findings();
            assert!(findings.is_sorted_by_key(|finding| finding.rule.severity), "{findings:?}");
            for finding in findings {
                for language in [Language::En, Language::Fr] {
                    let message = finding.message(language);
                    assert!(!message.contains(['{', '}']), "a value is missing: {message}");
                    assert!(finding.rule.remedy(language).ends_with('.'), "{finding:?}");
                }
                let named = finding.values.iter().all(|(name, _)| finding.rule.value_name(name) == Some(name));
                assert!(named, "a value without a place: {finding:?}");
            }
        }
    }
}

#[test]
fn an_answer_lifts_warnings_only_and_only_where_it_points() {
    let mut sent = many(2);
    sent.history = vec![("2024-Q1".parse().unwrap(), 2)];
    for stay in &mut sent.stays {
        stay.exit = Some(exit(stay.entry_on, ExitSituation::Seeking));
    }
    sent.stays[0].protection_status = ProtectionStatus::OutOfScope;
    let answer = |code: &str, path: Option<&str>| JustifiedWarning {
        code: code.to_owned(),
        path: path.map(str::to_owned),
        text: "So it is.".parse().unwrap(),
    };
    let mut blocking = |answers: &[JustifiedWarning]| {
        sent.justifications = answers.to_vec();
        let blocking = sent.findings().into_iter().filter(Finding::blocks);
        blocking.map(|finding| (finding.rule.severity, finding.path)).collect::<Vec<_>>()
    };
    let error = (Severity::Error, "participations[reference=A-0].protectionStatus".to_owned());
    let first = (Severity::Warning, "participations[reference=A-0].exit.on".to_owned());
    let second = (Severity::Warning, "participations[reference=A-1].exit.on".to_owned());
    assert_eq!(blocking(&[]), [error.clone(), first, second.clone()]);
    let pointed = answer("STAY_BELOW_ONE_DAY", Some("participations[reference=A-0].exit.on"));
    assert_eq!(blocking(&[pointed]), [error.clone(), second]);
    let everything = [answer("STAY_BELOW_ONE_DAY", None), answer("STATUS_OUT_OF_SCOPE", None)];
    assert_eq!(blocking(&everything), [error], "an error cannot be explained away");
}

#[test]
fn rule_sets_are_versioned() {
    assert_eq!(rules(1).count(), 30);
    assert!(rules(RULE_SET).count() >= 62, "{}", rules(RULE_SET).count());
    assert_eq!(rules(RULE_SET + 1).count(), rules(RULE_SET).count(), "a rule was dropped before it was held");
    let mut codes: Vec<&str> = all_rules().map(|rule| rule.code).collect();
    codes.sort_unstable();
    assert!(codes.windows(2).all(|pair| pair[0] != pair[1]), "a code stands twice");
    assert!(all_rules().all(|rule| find_rule(rule.code) == Some(rule) && rule.since >= 1));
    assert!(all_rules().all(|rule| !rule.looks_at(Language::Fr).is_empty()));
}

#[test]
fn a_person_elsewhere_is_there_at_once_if_the_stays_share_a_day() {
    let stay = |reference: &str, entry_on: Date, exit_on: Option<Date>| LinkedStay {
        reference: reference.parse().unwrap(),
        person: faisceau::reporting::record::PersonId("P".to_owned()),
        entry_on,
        exit_on,
    };
    let here = stay("A-1", date(2024, 1, 10), Some(date(2024, 2, 10)));
    for (entry_on, exit_on, at_once) in [
        (date(2024, 2, 9), None, true),
        (date(2024, 2, 10), None, false),
        (date(2023, 1, 1), Some(date(2024, 1, 10)), false),
        (date(2023, 1, 1), Some(date(2024, 1, 11)), true),
        (date(2023, 1, 1), None, true),
    ] {
        let stay = StayElsewhere { project: "OTHER".parse().unwrap(), stay: stay("B-1", entry_on, exit_on) };
        let found = find_elsewhere(&here, &stay);
        let code = if at_once { "PERSON_ELSEWHERE_AT_ONCE" } else { "PERSON_ELSEWHERE" };
        assert_eq!((found.rule.code, found.standing()), (code, Standing::Notice), "{entry_on}");
        assert!(found.message(Language::En).contains("OTHER") && !found.message(Language::Fr).contains('{'));
    }
}
