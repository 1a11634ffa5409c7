//! Every rule with statements that meet it, that do not, and that lie at its edge.

mod sent;

use std::collections::BTreeMap;

use faisceau::refusal::Language;
use faisceau::reporting::codes::*;
use faisceau::reporting::identity::Identity;
use faisceau::reporting::rules::{Finding, JustifiedWarning, Severity, justify, rules};
use faisceau::reporting::statement::*;
use jiff::civil::{Date, date};

use self::sent::*;

/// What is sent, and how often the rule finds something in it.
type Row = (&'static str, Vec<(Sent, usize)>);

fn dates() -> Vec<Row> {
    let last = date(2024, 3, 31);
    let in_2025 = |mut sent: Sent| {
        sent.period = "2025-Q2".parse().unwrap();
        sent
    };
    vec![
        ("EXIT_BEFORE_ENTRY", vec![(left(date(2024, 1, 31)), 1), (left(date(2024, 2, 1)), 0), (left(last), 0)]),
        (
            "DATE_AFTER_PERIOD",
            vec![
                (entered(date(2024, 4, 1)), 1),
                (entered(last), 0),
                (left(date(2024, 4, 1)), 1),
                (left(last), 0),
                (followed_up(Some(date(2023, 10, 1)), date(2024, 4, 1)), 1),
                (followed_up(Some(date(2023, 10, 1)), last), 0),
            ],
        ),
        (
            "ENTRY_OUTSIDE_AGREEMENT",
            vec![
                (entered(date(2022, 12, 31)), 1),
                (entered(date(2023, 1, 1)), 0),
                (entered(date(2024, 12, 31)), 0),
                (entered(date(2025, 1, 1)), 1),
            ],
        ),
        (
            "EXIT_LONG_AFTER_AGREEMENT",
            vec![(in_2025(left(date(2025, 3, 31))), 0), (in_2025(left(date(2025, 4, 1))), 1), (many(1), 0)],
        ),
        ("STAY_BELOW_ONE_DAY", vec![(left(date(2024, 2, 1)), 1), (left(date(2024, 2, 2)), 0), (many(1), 0)]),
        (
            "SUPPORT_OUTSIDE_STAY",
            vec![
                (supported("2023-Q1"), 1),
                (supported("2023-Q2"), 0),
                (supported("2024-Q1"), 0),
                (supported("2024-Q2"), 1),
            ],
        ),
    ]
}

fn contracts() -> Vec<Row> {
    use ContractKind::{Apprenticeship, FixedTerm, Permanent, Temporary, Unknown};
    let exit_on = date(2024, 3, 1);
    let (before, after) = (date(2024, 2, 29), date(2024, 9, 1));
    let bounded = |from, to| job(Some(FixedTerm), from, to);
    vec![
        ("EXIT_CONTRACT_MISSING", vec![(job(None, None, None), 1), (job(Some(Unknown), None, None), 0)]),
        (
            "CONTRACT_DATES_MISSING",
            vec![
                (bounded(Some(exit_on), None), 1),
                (bounded(None, Some(after)), 1),
                (job(Some(Temporary), None, None), 1),
                (bounded(Some(exit_on), Some(after)), 0),
                (job(Some(Apprenticeship), None, None), 0),
            ],
        ),
        (
            "CONTRACT_ENDS_BEFORE_START",
            vec![
                (bounded(Some(exit_on), Some(before)), 1),
                (bounded(Some(exit_on), Some(exit_on)), 0),
                (bounded(None, Some(before)), 0),
            ],
        ),
        (
            "PERMANENT_CONTRACT_ENDS",
            vec![
                (job(Some(Permanent), Some(exit_on), Some(after)), 1),
                (job(Some(Permanent), Some(exit_on), None), 0),
                (bounded(Some(exit_on), Some(after)), 0),
            ],
        ),
        (
            "CONTRACT_BEFORE_ENTRY",
            vec![(bounded(Some(date(2024, 1, 31)), Some(after)), 1), (bounded(Some(date(2024, 2, 1)), Some(after)), 0)],
        ),
        (
            "CONTRACT_LONG_AFTER_EXIT",
            vec![
                (bounded(Some(date(2024, 3, 29)), Some(after)), 0),
                (bounded(Some(date(2024, 3, 30)), Some(after)), 1),
            ],
        ),
    ]
}

fn other_exits() -> Vec<Row> {
    use FrenchLevel::{A1, A2, NonReader, Refused, Unknown};
    let on = date(2024, 3, 1);
    let misplaced =
        |contract, training, situation| with(|p| p.exit = Some(Exit { contract, training, ..exit(on, situation) }));
    let (permanent, certifying) = (Some(ContractKind::Permanent), Some(TrainingKind::Certifying));
    let exit_on = date(2023, 7, 1);
    let after = |days: i64| exit_on.checked_add(jiff::Span::new().days(days)).unwrap();
    vec![
        (
            "EXIT_TRAINING_MISSING",
            vec![
                (misplaced(None, None, ExitSituation::Training), 1),
                (misplaced(None, Some(TrainingKind::Unknown), ExitSituation::Training), 0),
                (misplaced(None, None, ExitSituation::Seeking), 0),
            ],
        ),
        (
            "EXIT_DETAIL_MISPLACED",
            vec![
                (misplaced(permanent, None, ExitSituation::Seeking), 1),
                (misplaced(None, certifying, ExitSituation::Employment), 1),
                (misplaced(permanent, None, ExitSituation::Training), 1),
                (misplaced(permanent, None, ExitSituation::Employment), 0),
                (misplaced(None, certifying, ExitSituation::Training), 0),
            ],
        ),
        (
            "FRENCH_LEVEL_FELL",
            vec![
                (french(A2, A1), 1),
                (french(A2, A2), 0),
                (french(NonReader, A1), 0),
                (french(A2, Unknown), 0),
                (french(Refused, A1), 0),
            ],
        ),
        (
            "FOLLOW_UP_OUT_OF_TIME",
            vec![
                (followed_up(Some(exit_on), after(149)), 1),
                (followed_up(Some(exit_on), after(150)), 0),
                (followed_up(Some(exit_on), after(210)), 0),
                (followed_up(Some(exit_on), after(211)), 1),
                (followed_up(None, after(180)), 1),
            ],
        ),
    ]
}

fn persons() -> Vec<Row> {
    let identity = |identity: Identity| with(|p| p.person = identity);
    let status = |status: ProtectionStatus| with(|p| p.protection_status = status);
    let resident = |code: &str| with(|p| p.residence_department = Answer::parse(code, DepartmentCode::parse).unwrap());
    let (first, second) = (date(2024, 2, 1), date(2024, 2, 10));
    let twice = |references: &[&str]| Sent::of(references.iter().map(|reference| stay(reference)).collect());
    vec![
        (
            "REFERENCE_TWICE",
            vec![(twice(&["A", "B", "A", "A"]), 1), (twice(&["A", "B", "A", "B"]), 2), (twice(&["A", "a"]), 0)],
        ),
        (
            "STAYS_OVERLAP",
            vec![
                (two([(1, first, None), (1, second, None)]), 1),
                (two([(1, first, Some(date(2024, 2, 11))), (1, second, None)]), 1),
                (two([(1, first, Some(second)), (1, second, None)]), 0),
                (two([(1, second, None), (1, first, Some(second))]), 0),
                (two([(1, first, None), (2, first, None)]), 0),
            ],
        ),
        ("IDENTITY_MALFORMED", vec![(identity(Identity::Malformed), 1), (identity(Identity::Placeholder), 0)]),
        ("IDENTITY_PLACEHOLDER", vec![(identity(Identity::Placeholder), 1), (identity(Identity::None), 0)]),
        ("AGE_OUT_OF_RANGE", vec![(born(2009), 1), (born(2008), 0), (born(1925), 0), (born(1924), 1)]),
        ("AGE_UNUSUAL", vec![(born(1954), 0), (born(1953), 1), (born(1925), 1), (born(1924), 0)]),
        (
            "STATUS_OUT_OF_SCOPE",
            vec![(status(ProtectionStatus::OutOfScope), 1), (status(ProtectionStatus::Unknown), 0)],
        ),
        (
            "DEPARTMENT_UNKNOWN",
            vec![
                (resident("20"), 1),
                (resident("975"), 1),
                (resident("2A"), 0),
                (resident("974"), 0),
                (resident("REFUSED"), 0),
            ],
        ),
    ]
}

fn wholes() -> Vec<Row> {
    let late = |entry_on: Date, before: &str, known: &[&str]| entered(entry_on).after(before, known);
    let (last_year, this_year) = (date(2023, 12, 31), date(2024, 1, 1));
    vec![
        (
            "REFERENCE_DISAPPEARED",
            vec![
                (many(2).after("2023-Q4", &["A-0", "A-1"]), 0),
                (many(2).after("2023-Q4", &["A-0", "A-7", "A-8"]), 2),
                (many(0), 0),
            ],
        ),
        ("PARTICIPATIONS_JUMP", vec![(grown(31, 20), 1), (grown(30, 20), 0), (grown(33, 22), 0), (grown(9, 20), 1)]),
        (
            "ENTRY_REPORTED_LATE",
            vec![
                (late(last_year, "2023-Q4", &[]), 1),
                (late(this_year, "2023-Q4", &[]), 0),
                (late(last_year, "2023-Q4", &["A-1"]), 0),
                (late(last_year, "2024-Q1", &[]), 0),
            ],
        ),
        ("UNKNOWN_EXITS_MANY", vec![(exits(10, 1), 0), (exits(10, 2), 1), (exits(9, 9), 0), (exits(19, 2), 1)]),
        ("TARGET_EXCEEDED", vec![(many(11), 0), (many(12), 1)]),
        ("STATEMENT_EMPTY", vec![(many(0), 1), (many(1), 0)]),
    ]
}

#[test]
fn every_rule_finds_what_it_says_up_to_its_edge() {
    let rows = [dates(), contracts(), other_exits(), persons(), wholes()].into_iter().flatten();
    let table: BTreeMap<&str, Vec<(Sent, usize)>> = rows.collect();
    for rule in rules() {
        let cases = table.get(rule.code).unwrap_or_else(|| panic!("{} has no row here", rule.code));
        assert!(cases.iter().any(|(_, count)| *count > 0), "{} never finds anything here", rule.code);
        assert!(cases.iter().any(|(_, count)| *count == 0), "{} finds something everywhere here", rule.code);
        for (place, (sent, count)) in cases.iter().enumerate() {
            assert_eq!(sent.count(rule.code), *count, "{}, case {}: {:?}", rule.code, place + 1, sent.findings());
        }
    }
    let known: Vec<&str> = rules().map(|rule| rule.code).collect();
    assert!(table.keys().all(|code| known.contains(code)), "a row of no rule");
}

#[test]
fn an_ordinary_statement_meets_every_rule() {
    let findings = many(3).after("2023-Q4", &["A-0", "A-1"]).findings();
    assert!(findings.is_empty(), "{findings:?}");
}

#[test]
fn every_finding_reads_whole_in_both_languages_and_the_gravest_comes_first() {
    let rows = [dates(), contracts(), other_exits(), persons(), wholes()].into_iter().flatten();
    for (_, cases) in rows {
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
    for stay in &mut sent.stays {
        stay.exit = Some(exit(stay.entry_on, ExitSituation::Seeking));
    }
    sent.stays[0].protection_status = ProtectionStatus::OutOfScope;
    let answer = |code: &str, path: Option<&str>| JustifiedWarning {
        code: code.to_owned(),
        path: path.map(str::to_owned),
        text: "So it is.".parse().unwrap(),
    };
    let blocking = |answers: &[JustifiedWarning]| {
        let mut findings = sent.findings();
        justify(&mut findings, answers);
        let blocking = findings.into_iter().filter(Finding::blocks);
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
