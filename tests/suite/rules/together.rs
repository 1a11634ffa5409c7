//! Rules on participations together: against the version before, on the whole, on shares and heaps.

use faisceau::reporting::codes::*;
use faisceau::reporting::identity::{Identity, StageOne};
use faisceau::reporting::record::PersonId;
use faisceau::reporting::sections::Activity;
use faisceau::reporting::statement::*;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::Row;
use super::sent::*;

fn person(number: u8) -> PersonId {
    PersonId(format!("person-{number}"))
}

fn seeking(on: Date) -> Option<Exit> {
    Some(exit(on, ExitSituation::Seeking))
}

pub fn changes() -> Vec<Row> {
    let stage_one = || StageOne::parse(&"1".repeat(64)).map_or(Identity::None, Identity::Known);
    let identity = |then: Option<PersonId>, now: Identity| beside(|p| p.person = then, |p| p.person = now);
    let linked = |number| Identity::Linked(person(number));
    let same = || beside(|_| {}, |_| {});
    let (january, march) = (date(2024, 1, 31), date(2024, 3, 1));
    let left_to = |then, now| beside(|p| p.exit = Some(exit(march, then)), |p| p.exit = Some(exit(march, now)));
    let hours = |hours| vec![Support { kind: SupportKind::Health, quarter: "2024-Q1".parse().unwrap(), hours }];
    use ExitSituation::{Employment, Seeking};
    vec![
        (
            "IDENTITY_DISAPPEARED",
            vec![
                (identity(Some(person(1)), Identity::None), 1),
                (identity(Some(person(1)), linked(1)), 0),
                (identity(Some(person(1)), Identity::Placeholder), 0),
                (identity(None, Identity::None), 0),
            ],
        ),
        (
            "IDENTITY_CHANGED",
            vec![
                (identity(Some(person(1)), linked(2)), 1),
                (identity(Some(person(1)), stage_one()), 1),
                (identity(Some(person(1)), linked(1)), 0),
                (identity(Some(person(1)), Identity::None), 0),
                (identity(None, linked(2)), 0),
            ],
        ),
        ("ENTRY_CHANGED", vec![(beside(|p| p.entry_on = january, |_| {}), 1), (same(), 0), (entered(january), 0)]),
        (
            "SEX_CHANGED",
            vec![
                (beside(|p| p.sex = Sex::Male, |_| {}), 1),
                (beside(|_| {}, |p| p.sex = Sex::NotRecorded), 1),
                (beside(|p| p.sex = Sex::NotRecorded, |_| {}), 0),
                (same(), 0),
            ],
        ),
        (
            "BIRTH_YEAR_CHANGED",
            vec![
                (beside(|_| {}, |p| p.birth_year = Answer::Known(1991)), 1),
                (beside(|_| {}, |p| p.birth_year = Answer::Refused), 1),
                (beside(|p| p.birth_year = Answer::Unknown, |_| {}), 0),
                (same(), 0),
            ],
        ),
        (
            "PROTECTION_STATUS_CHANGED",
            vec![
                (beside(|p| p.protection_status = ProtectionStatus::OutOfScope, |_| {}), 1),
                (beside(|_| {}, |p| p.protection_status = ProtectionStatus::Unknown), 1),
                (beside(|p| p.protection_status = ProtectionStatus::NotCollected, |_| {}), 0),
                (same(), 0),
            ],
        ),
        (
            "EXIT_WITHDRAWN",
            vec![
                (beside(|p| p.exit = seeking(march), |_| {}), 1),
                (beside(|p| p.exit = seeking(march), |p| p.exit = seeking(january)), 0),
                (beside(|_| {}, |p| p.exit = seeking(march)), 0),
            ],
        ),
        (
            "EXIT_CHANGED_AFTER_APPROVAL",
            vec![
                (left_to(Seeking, Employment), 1),
                (left_to(Seeking, Seeking), 0),
                (left_to(Seeking, Employment).before(|before| before.approved = false), 0),
                (beside(|_| {}, |p| p.exit = seeking(march)), 0),
            ],
        ),
        (
            "SUPPORT_HOURS_DECREASED",
            vec![
                (beside(|p| p.supports = hours(10), |p| p.supports = hours(9)), 1),
                (beside(|p| p.supports = hours(10), |p| p.supports = hours(10)), 0),
                (beside(|p| p.supports = hours(10), |p| p.supports = [hours(5), hours(5)].concat()), 0),
                (beside(|p| p.supports = hours(1), |_| {}), 1),
            ],
        ),
    ]
}

pub fn versions() -> Vec<Row> {
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
        (
            "STATEMENT_UNCHANGED",
            vec![
                (grown(10, 10), 1),
                (grown(9, 9), 0),
                (grown(11, 10), 0),
                (grown(10, 10).before(|before| before.period = "2024-Q1".parse().unwrap()), 0),
                (grown(10, 10).before(|before| before.stays[9].sex = Sex::Male), 0),
                (grown(10, 10).stating(|sections| sections.activities = vec![activity("X", date(2024, 2, 1))]), 0),
            ],
        ),
    ]
}

/// An action of three hours with two people.
pub fn activity(reference: &str, on: Date) -> Activity {
    let kind = SupportKind::TransverseModules;
    Activity { reference: reference.parse().unwrap(), kind, on, hours: 3, headcount: 2 }
}

/// So many entries in each quarter up to 2024-Q1.
fn by_quarter(counts: &[usize]) -> Sent {
    let mut days = Vec::new();
    for (back, count) in counts.iter().rev().enumerate() {
        let day = date(2024, 2, 1).checked_sub((3 * back as i64).months()).unwrap();
        days.extend(std::iter::repeat_n(day, *count));
    }
    each(days.len(), |place, p| p.entry_on = days[place])
}

fn unusual(before: &[usize], now: usize) -> Sent {
    by_quarter(&[before, &[now]].concat())
}

pub fn wholes() -> Vec<Row> {
    use ExitSituation::{Death, Employment, Seeking, Training};
    let gone = |on: Date| with(|p| (p.entry_on, p.exit) = (date(2023, 2, 1), seeking(on)));
    let acting = |on: Date| gone(date(2023, 12, 31)).stating(|sections| sections.activities = vec![activity("X", on)]);
    let left_to = |situations: &[(ExitSituation, usize)]| {
        let all: Vec<_> = situations.iter().flat_map(|(to, count)| std::iter::repeat_n(*to, *count)).collect();
        each(all.len(), |place, p| p.exit = Some(exit(date(2024, 3, 1), all[place])))
    };
    let mut asked_before = many(4).about("2024-Q2");
    asked_before.history = vec![("2024-Q1".parse().unwrap(), 4)];
    let mut not_yet = many(4);
    not_yet.history = vec![("2023-Q4".parse().unwrap(), 4)];
    vec![
        ("STATEMENT_EMPTY", vec![(many(0), 1), (many(1), 0)]),
        (
            "PERIOD_WITHOUT_ACTIVITY",
            vec![
                (gone(date(2023, 12, 31)), 1),
                (gone(date(2024, 1, 1)), 0),
                (acting(date(2023, 12, 31)), 1),
                (acting(date(2024, 1, 1)), 0),
                (gone(date(2023, 12, 31)).about("2024-Q4"), 1),
                (gone(date(2023, 12, 31)).about("2025-Q1"), 0),
                (many(0), 0),
            ],
        ),
        (
            "RATES_EXTREME",
            vec![
                (left_to(&[(Seeking, 10)]), 1),
                (left_to(&[(Seeking, 9)]), 0),
                (left_to(&[(Seeking, 9), (Training, 1)]), 0),
                (left_to(&[(Employment, 5), (Training, 5), (Death, 1)]), 1),
                (left_to(&[(Seeking, 9), (Death, 1)]), 0),
            ],
        ),
        ("TARGET_EXCEEDED", vec![(many(11), 0), (many(12), 1)]),
        (
            "TARGET_FAR_AT_MID_TERM",
            vec![(many(4), 1), (many(5), 0), (many(4).about("2023-Q4"), 0), (asked_before, 0), (not_yet, 1)],
        ),
        (
            "ENTRIES_UNUSUAL",
            vec![
                // A median distance of 2: the edge lies at 10.4 from the median of 20.
                (unusual(&[18, 22, 18, 22, 18, 22], 30), 0),
                (unusual(&[18, 22, 18, 22, 18, 22], 31), 1),
                (unusual(&[18, 22, 18, 22, 18, 22], 9), 1),
                // Of 4: at 20.8.
                (unusual(&[16, 24, 16, 24, 16, 24], 40), 0),
                (unusual(&[16, 24, 16, 24, 16, 24], 41), 1),
                // Of nothing, with a mean distance of 5: at 21.9.
                (unusual(&[20, 20, 20, 20, 20, 50], 41), 0),
                (unusual(&[20, 20, 20, 20, 20, 50], 42), 1),
                // Of nothing at all: ten are never far.
                (unusual(&[20; 6], 30), 0),
                (unusual(&[20; 6], 31), 1),
                (unusual(&[20; 5], 90), 0),
            ],
        ),
    ]
}

pub fn shares() -> Vec<Row> {
    use EducationLevel::{NotCollected, Refused, Unknown};
    let education = |count, missing, level| {
        each(count, move |place, p| p.education = if place < missing { level } else { EducationLevel::Level3 })
    };
    let nobody = |count: usize, none: usize| {
        each(count, move |place, p| {
            p.person = if place < none { Identity::None } else { Identity::Linked(person(place as u8)) };
        })
    };
    let living = |count: usize, elsewhere: usize| {
        each(count, move |place, p| {
            let code = if place < elsewhere { "13" } else { "01" };
            p.residence_department = Answer::parse(code, DepartmentCode::parse).unwrap();
        })
    };
    vec![
        ("UNKNOWN_EXITS_MANY", vec![(exits(10, 1), 0), (exits(10, 2), 1), (exits(9, 9), 0), (exits(19, 2), 1)]),
        (
            "FIELD_UNKNOWN_MANY",
            vec![
                (education(20, 4, Unknown), 0),
                (education(20, 5, Unknown), 1),
                (education(20, 20, Refused), 1),
                (education(19, 19, Unknown), 0),
                (education(20, 19, NotCollected), 1),
                (education(20, 20, NotCollected), 0),
            ],
        ),
        (
            "FIELD_NEVER_COLLECTED",
            vec![
                (education(20, 20, NotCollected), 1),
                (education(20, 19, NotCollected), 0),
                (education(19, 19, NotCollected), 0),
                (education(20, 20, Unknown), 0),
            ],
        ),
        ("IDENTITY_MISSING_MANY", vec![(nobody(20, 4), 0), (nobody(20, 5), 1), (nobody(19, 19), 0)]),
        ("RESIDENCE_ELSEWHERE_MANY", vec![(living(20, 10), 0), (living(20, 11), 1), (living(19, 19), 0)]),
    ]
}

pub fn heaps() -> Vec<Row> {
    let hours = |count: usize, round: usize| {
        each(count, move |place, p| {
            let hours = if place < round { 30 } else { 31 };
            p.supports = vec![Support { kind: SupportKind::Health, quarter: "2024-Q1".parse().unwrap(), hours }];
        })
    };
    let years = |count: usize, round: usize| {
        each(count, move |place, p| p.birth_year = Answer::Known(if place < round { 1985 } else { 1986 }))
    };
    let new_year = |count: usize, heaped: usize| {
        each(count, move |place, p| p.entry_on = date(2024, 1, if place < heaped { 1 } else { 2 }))
    };
    vec![
        ("SUPPORT_HOURS_HEAPED", vec![(hours(50, 30), 0), (hours(50, 31), 1), (hours(49, 49), 0)]),
        ("BIRTH_YEARS_HEAPED", vec![(years(50, 25), 0), (years(50, 26), 1), (years(49, 49), 0)]),
        ("ENTRIES_ON_NEW_YEAR", vec![(new_year(50, 5), 0), (new_year(50, 6), 1), (new_year(49, 49), 0)]),
    ]
}
