//! Rules on each participation: days, supports, contracts, exits, follow-ups, persons.

use faisceau::reporting::codes::*;
use faisceau::reporting::identity::Identity;
use faisceau::reporting::statement::*;
use jiff::civil::{Date, date};

use super::Row;
use super::sent::*;

pub fn dates() -> Vec<Row> {
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
        (
            "STAY_VERY_LONG",
            vec![
                (entered(date(2021, 3, 30)), 1),
                (entered(date(2021, 3, 31)), 0),
                (with(|p| (p.entry_on, p.exit) = (date(2020, 1, 1), seeking(date(2023, 1, 1)))), 0),
                (with(|p| (p.entry_on, p.exit) = (date(2020, 1, 1), seeking(date(2023, 1, 2)))), 1),
            ],
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

pub fn contracts() -> Vec<Row> {
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
            "CONTRACT_START_MISSING",
            vec![
                (job(Some(Permanent), None, None), 1),
                (job(Some(Permanent), Some(exit_on), None), 0),
                (job(Some(Unknown), None, None), 0),
                (bounded(None, Some(after)), 0),
            ],
        ),
        (
            "CONTRACT_OVER_AT_EXIT",
            vec![(bounded(Some(before), Some(before)), 1), (bounded(Some(before), Some(exit_on)), 0)],
        ),
        (
            "CONTRACT_VERY_LONG",
            vec![
                (bounded(Some(exit_on), Some(date(2027, 2, 28))), 0),
                (bounded(Some(exit_on), Some(date(2027, 3, 1))), 1),
                (job(Some(Apprenticeship), Some(exit_on), Some(date(2028, 3, 1))), 0),
            ],
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

pub fn other_exits() -> Vec<Row> {
    use FrenchLevel::{A1, A2, NonReader, Refused, Unknown};
    let on = date(2024, 3, 1);
    let misplaced =
        |contract, training, situation| with(|p| p.exit = Some(Exit { contract, training, ..exit(on, situation) }));
    let (permanent, certifying) = (Some(ContractKind::Permanent), Some(TrainingKind::Certifying));
    let exit_on = date(2023, 7, 1);
    let to = |situation, sex| with(|p| (p.sex, p.exit) = (sex, Some(exit(on, situation))));
    let followed_up_from = |situation| {
        let mut sent = followed_up(Some(date(2023, 7, 1)), date(2024, 1, 1));
        sent.stays[0].exit = Some(exit(date(2023, 7, 1), situation));
        sent
    };
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
            "FRENCH_LEVEL_LEAPT",
            vec![
                (french(A1, FrenchLevel::B2), 0),
                (french(A1, FrenchLevel::C1), 1),
                (french(A1, Unknown), 0),
                (french(Unknown, FrenchLevel::C1), 0),
            ],
        ),
        (
            "EXIT_MATERNITY_OF_A_MAN",
            vec![
                (to(ExitSituation::Maternity, Sex::Male), 1),
                (to(ExitSituation::Maternity, Sex::Female), 0),
                (to(ExitSituation::Maternity, Sex::Other), 0),
                (to(ExitSituation::Health, Sex::Male), 0),
            ],
        ),
        (
            "FOLLOW_UP_WITHOUT_EXIT",
            vec![(followed_up(None, after(180)), 1), (followed_up(Some(exit_on), after(180)), 0), (many(1), 0)],
        ),
        (
            "FOLLOW_UP_AFTER_DEATH",
            vec![
                (followed_up_from(ExitSituation::Death), 1),
                (followed_up_from(ExitSituation::Health), 0),
                (with(|p| p.exit = Some(exit(on, ExitSituation::Death))), 0),
            ],
        ),
        ("FOLLOW_UP_UNREACHABLE_MANY", vec![(asked(10, 5), 0), (asked(10, 6), 1), (asked(9, 9), 0)]),
        (
            "FOLLOW_UP_MISSING_MANY",
            vec![
                (due(12, 9, date(2023, 9, 2)), 0),
                (due(12, 10, date(2023, 9, 2)), 1),
                (due(12, 10, date(2023, 9, 3)), 0),
                (due(9, 9, date(2023, 9, 2)), 0),
            ],
        ),
        (
            "FOLLOW_UP_OUT_OF_TIME",
            vec![
                (followed_up(Some(exit_on), after(149)), 1),
                (followed_up(Some(exit_on), after(150)), 0),
                (followed_up(Some(exit_on), after(210)), 0),
                (followed_up(Some(exit_on), after(211)), 1),
                (followed_up(None, after(180)), 0),
            ],
        ),
    ]
}

pub fn persons() -> Vec<Row> {
    let identity = |identity: Identity| with(|p| p.person = identity);
    let status = |status: ProtectionStatus| with(|p| p.protection_status = status);
    let resident = |code: &str| with(|p| p.residence_department = Answer::parse(code, DepartmentCode::parse).unwrap());
    let educated = |level, age: i16| with(|p| (p.education, p.birth_year) = (level, Answer::Known(2024 - age)));
    let reads = |french, education| with(|p| (p.french_at_entry, p.education) = (french, education));
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
        (
            "PERSON_RE_ENTERED",
            vec![
                (two([(1, first, Some(second)), (1, second, None)]), 1),
                (two([(1, first, Some(date(2024, 2, 11))), (1, second, None)]), 0),
                (two([(1, first, Some(second)), (2, second, None)]), 0),
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
            "ASYLUM_SEEKER_TOO_EARLY",
            vec![
                (status(ProtectionStatus::AsylumSeekerUnderSixMonths), 1),
                (status(ProtectionStatus::AsylumSeekerOverSixMonths), 0),
            ],
        ),
        (
            "EDUCATION_ABOVE_AGE",
            vec![
                (educated(EducationLevel::Level5, 17), 1),
                (educated(EducationLevel::Level5, 18), 0),
                (educated(EducationLevel::Level6, 18), 1),
                (educated(EducationLevel::Level6, 19), 0),
                (educated(EducationLevel::Level7, 19), 1),
                (educated(EducationLevel::Level7, 20), 0),
                (educated(EducationLevel::Level8, 22), 1),
                (educated(EducationLevel::Level8, 23), 0),
                (educated(EducationLevel::Level4, 16), 0),
            ],
        ),
        (
            "NON_READER_WITH_DIPLOMA",
            vec![
                (reads(FrenchLevel::NonReader, EducationLevel::Level3), 0),
                (reads(FrenchLevel::NonReader, EducationLevel::Level4), 1),
                (reads(FrenchLevel::NonReader, EducationLevel::Level8), 1),
                (reads(FrenchLevel::NonReader, EducationLevel::ForeignUnrecognised), 0),
                (reads(FrenchLevel::BelowA1, EducationLevel::Level8), 0),
            ],
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

pub fn supports() -> Vec<Row> {
    use SupportKind::{Health, Housing};
    let quarter = |text: &str| text.parse().unwrap();
    let given = |supports: &[(SupportKind, u32)]| {
        let support =
            |(kind, hours): &(SupportKind, u32)| Support { kind: *kind, quarter: quarter("2024-Q1"), hours: *hours };
        with(|p| p.supports = supports.iter().map(support).collect())
    };
    let since_november = |first: Option<&str>, left: bool| {
        with(|p| {
            p.entry_on = date(2023, 11, 1);
            p.exit = seeking(date(2024, 3, 1)).filter(|_| left);
            p.supports =
                first.map(|first| Support { kind: Health, quarter: quarter(first), hours: 1 }).into_iter().collect();
        })
    };
    let without = |count: usize, without: usize| {
        each(count, |place, p| {
            let hours = u32::from(place >= without);
            p.exit = seeking(date(2024, 3, 1));
            p.supports = vec![Support { kind: Health, quarter: quarter("2024-Q1"), hours }];
        })
    };
    vec![
        (
            "SUPPORT_TWICE",
            vec![
                (given(&[(Health, 1), (Health, 2)]), 1),
                (given(&[(Health, 1), (Housing, 1), (Health, 2), (Health, 1)]), 2),
                (given(&[(Health, 1), (Housing, 1)]), 0),
            ],
        ),
        (
            "SUPPORT_HOURS_IMPOSSIBLE",
            vec![(given(&[(Health, 2000), (Housing, 184)]), 0), (given(&[(Health, 2000), (Housing, 185)]), 1)],
        ),
        (
            "SUPPORT_HOURS_HIGH",
            vec![
                (given(&[(Health, 600), (Housing, 24)]), 0),
                (given(&[(Health, 600), (Housing, 25)]), 1),
                (given(&[(Health, 2000), (Housing, 185)]), 0),
            ],
        ),
        ("SUPPORT_HOURS_ZERO", vec![(given(&[(Health, 0)]), 1), (given(&[(Health, 1)]), 0), (given(&[]), 0)]),
        (
            "SUPPORT_MISSING_AT_ENTRY",
            vec![
                (since_november(Some("2024-Q1"), true), 1),
                (since_november(Some("2023-Q4"), true), 0),
                (since_november(Some("2024-Q1"), false), 0),
                (since_november(None, true), 0),
            ],
        ),
        ("SUPPORT_MISSING_MANY", vec![(without(10, 5), 0), (without(10, 6), 1), (without(9, 9), 0)]),
    ]
}

fn seeking(on: Date) -> Option<Exit> {
    Some(exit(on, ExitSituation::Seeking))
}

/// People followed up, the first of whom could not be reached.
fn asked(count: usize, unreachable: usize) -> Sent {
    use FollowUpSituation::{Employed, Unreachable};
    each(count, |place, p| {
        let situation = if place < unreachable { Unreachable } else { Employed };
        p.exit = seeking(date(2023, 7, 1));
        p.follow_up = Some(FollowUp { observed_on: date(2024, 1, 1), situation });
    })
}

/// People who left on a day, the first of whom have no follow-up.
fn due(count: usize, missing: usize, exit_on: Date) -> Sent {
    each(count, |place, p| {
        p.exit = seeking(exit_on);
        let situation = FollowUpSituation::Employed;
        p.follow_up = (place >= missing).then_some(FollowUp { observed_on: date(2024, 3, 1), situation });
    })
}
