//! Many findings: counted exactly, listed up to a limit, waived where the funder says so, in the order of what to do.

use std::time::Instant as Moment;

use faisceau::id::{ProjectId, WaiverId};
use faisceau::reporting::codes::*;
use faisceau::reporting::rules::{Findings, JustifiedWarning, MOST_LISTED, Standing, find_rule};
use faisceau::reporting::statement::Answer;
use faisceau::reporting::waiver::Waiver;
use faisceau::storage::journal::Position;
use jiff::civil::date;

use super::sent::*;

fn waiver(rule: &str) -> Waiver {
    Waiver {
        id: WaiverId::new(),
        project: ProjectId::new(),
        rule: find_rule(rule).unwrap(),
        reason: "Agreed with the funder.".parse().unwrap(),
        expires_on: date(2024, 12, 31),
        position: Position(1),
        granted_at: "2024-01-01T00:00:00Z".parse().unwrap(),
        granted_by: "officer-one".to_owned(),
        revocation: None,
    }
}

fn count_of<'a>(findings: &'a Findings, code: &str) -> &'a faisceau::reporting::rules::RuleCount {
    findings.counts.iter().find(|count| count.rule.code == code).unwrap()
}

/// Participations that each break two errors and two warnings.
fn bad(count: usize) -> Sent {
    each(count, |_, p| {
        p.protection_status = ProtectionStatus::OutOfScope;
        p.birth_year = Answer::Known(1900);
        p.exit = Some(exit(p.entry_on, ExitSituation::Seeking));
        p.french_at_entry = FrenchLevel::NonReader;
        p.education = EducationLevel::Level8;
    })
}

#[test]
fn counts_are_exact_beyond_what_is_listed() {
    let mut sent = bad(100_000);
    let place = "participations[reference=A-99999].exit.on";
    sent.justifications = vec![JustifiedWarning {
        code: "STAY_BELOW_ONE_DAY".to_owned(),
        path: Some(place.to_owned()),
        text: "It was one day.".parse().unwrap(),
    }];
    let findings = sent.judged();
    assert!(findings.listed.len() <= MOST_LISTED && findings.is_truncated());
    for code in ["STATUS_OUT_OF_SCOPE", "AGE_OUT_OF_RANGE", "STAY_BELOW_ONE_DAY", "NON_READER_WITH_DIPLOMA"] {
        let count = count_of(&findings, code);
        assert_eq!(count.count, 100_000, "{code}");
        assert!(count.listed_count >= 100 && count.paths.len() == 5, "{code} is not listed enough");
        let listed = findings.listed.iter().filter(|finding| finding.rule.code == code).count();
        assert_eq!(count.listed_count as usize, listed, "{code}");
    }
    let justified = count_of(&findings, "STAY_BELOW_ONE_DAY");
    assert_eq!((justified.justified_count, justified.blocking_count), (1, 99_999), "an answer beyond the list counts");
    let small = bad(10).judged();
    assert!(!small.is_truncated());
}

#[test]
fn findings_stand_in_the_order_of_what_to_do() {
    let mut sent = bad(3);
    sent.waivers = vec![waiver("AGE_OUT_OF_RANGE")];
    let justified =
        JustifiedWarning { code: "STAY_BELOW_ONE_DAY".to_owned(), path: None, text: "One day each.".parse().unwrap() };
    sent.justifications = vec![justified];
    sent.stays[0].education = EducationLevel::Level3;
    sent.stays.push(stay("A-9"));
    let findings = sent.judged();
    assert!(findings.listed.is_sorted_by_key(|finding| finding.standing()), "{:?}", findings.listed);
    let order: Vec<(&str, u32)> = findings.counts.iter().map(|count| (count.rule.code, count.count)).collect();
    let expected = [
        ("STATUS_OUT_OF_SCOPE", 3),
        ("NON_READER_WITH_DIPLOMA", 2),
        ("TARGET_FAR_AT_MID_TERM", 1),
        ("STAY_BELOW_ONE_DAY", 3),
        ("AGE_OUT_OF_RANGE", 3),
    ];
    assert_eq!(order, expected);
    let waived = count_of(&findings, "AGE_OUT_OF_RANGE");
    assert_eq!((waived.waived_count, waived.blocking_count), (3, 0));
    let shown = findings.listed.iter().find(|finding| finding.rule.code == "AGE_OUT_OF_RANGE").unwrap();
    assert_eq!(shown.standing(), Standing::Waived);
    assert_eq!(shown.waiver.as_ref().unwrap().reason.as_str(), "Agreed with the funder.");
}

#[test]
fn what_cannot_be_stored_cannot_be_waived_and_notices_need_no_waiver() {
    assert!(!find_rule("REFERENCE_TWICE").unwrap().is_waivable());
    assert!(!find_rule("STATEMENT_EMPTY").unwrap().is_waivable());
    assert!(find_rule("STATUS_OUT_OF_SCOPE").unwrap().is_waivable());
    let mut sent = Sent::of(vec![stay("A-1"), stay("A-1")]);
    sent.waivers = vec![waiver("REFERENCE_TWICE")];
    assert!(sent.findings().iter().any(|finding| finding.rule.code == "REFERENCE_TWICE" && finding.blocks()));
}

#[test]
fn judging_a_hundred_participations_is_cheap() {
    let sent = each(100, |place, p| p.birth_year = Answer::Known(1970 + (place as i16 % 30)));
    sent.judged();
    let begun = Moment::now();
    for _ in 0..10 {
        sent.judged();
    }
    let each = begun.elapsed() / 10;
    // Without optimisation, on a shared machine; in release mode it is a small part of a millisecond.
    assert!(each.as_millis() < 100, "{each:?}");
}
