//! Rules on what is stated beside participations: activities, finance, declared figures.

use faisceau::directory::money::Cents;
use faisceau::reporting::codes::DeclaredCount::{self, *};
use faisceau::reporting::codes::{ExitSituation, Flag, FundingSource, LabourStatus, Sex};
use faisceau::reporting::sections::{Activity, Cofinancing, DeclaredFigure, Finance, Sections, SentSections};
use jiff::civil::{Date, date};

use super::Row;
use super::sent::*;
use super::together::activity;

/// Sections as they stand once sent: in order.
fn sent(state: impl FnOnce(&mut SentSections)) -> Sections {
    let mut sections = SentSections::default();
    state(&mut sections);
    sections.over(&Sections::default())
}

fn acting(stays: usize, activities: Vec<Activity>) -> Sent {
    many(stays).stating(|sections| *sections = sent(|sent| sent.activities = Some(activities)))
}

pub fn activities() -> Vec<Row> {
    let on = |day: Date| acting(1, vec![activity("X", day)]);
    let in_march = date(2024, 3, 1);
    let with_heads = |stays, headcount, day| acting(stays, vec![Activity { headcount, ..activity("X", day) }]);
    let lasting = |hours| acting(1, vec![Activity { hours, ..activity("X", in_march) }]);
    let after = |now: &[&str], before: &[&str]| {
        let all = |references: &[&str]| {
            sent(|sent| sent.activities = Some(references.iter().map(|one| activity(one, in_march)).collect()))
        };
        let before = all(before);
        many(1).after("2023-Q4", &["A-0"]).before(|one| one.sections = before).stating(|sections| *sections = all(now))
    };
    let mut one_left = with_heads(6, 11, date(2024, 3, 2));
    one_left.stays[0].exit = Some(exit(in_march, ExitSituation::Seeking));
    vec![
        (
            "ACTIVITY_TWICE",
            vec![
                (acting(1, vec![activity("X", in_march), activity("X", in_march)]), 1),
                (acting(1, vec![activity("X", in_march), activity("Y", in_march)]), 0),
            ],
        ),
        ("ACTIVITY_AFTER_PERIOD", vec![(on(date(2024, 4, 1)), 1), (on(date(2024, 3, 31)), 0)]),
        (
            "ACTIVITY_OUTSIDE_AGREEMENT",
            vec![
                (on(date(2022, 12, 31)), 1),
                (on(date(2023, 1, 1)), 0),
                (on(date(2024, 12, 31)), 0),
                (on(date(2025, 1, 1)), 1),
            ],
        ),
        ("ACTIVITY_WITHOUT_PEOPLE", vec![(with_heads(1, 0, in_march), 1), (with_heads(1, 1, in_march), 0)]),
        ("ACTIVITY_WITHOUT_HOURS", vec![(lasting(0), 1), (lasting(1), 0)]),
        (
            "ACTIVITY_CROWDED",
            vec![
                (with_heads(6, 12, in_march), 0),
                (with_heads(6, 13, in_march), 1),
                (with_heads(1, 10, in_march), 0),
                (with_heads(1, 11, in_march), 1),
                (with_heads(6, 12, date(2024, 1, 31)), 1),
                (one_left, 1),
                (with_heads(0, 500, in_march), 0),
            ],
        ),
        ("ACTIVITY_DISAPPEARED", vec![(after(&["X"], &["X", "Y"]), 1), (after(&["X", "Y"], &["X"]), 0)]),
    ]
}

fn money(spending: i64, cofinancing: &[(FundingSource, i64)]) -> Sections {
    let part = |(source, amount): &(FundingSource, i64)| Cofinancing { source: *source, amount: Cents(*amount) };
    let cofinancing = cofinancing.iter().map(part).collect();
    sent(|sent| sent.finance = Some(Finance { spending: Cents(spending), cofinancing }))
}

pub fn finance() -> Vec<Row> {
    use FundingSource::{Region, State};
    let spent = |stays, spending| many(stays).stating(|sections| *sections = money(spending, &[]));
    let received = |parts: &[(FundingSource, i64)]| many(1).stating(|sections| *sections = money(0, parts));
    let then = |before: Sections, now: Sections| {
        many(1).after("2023-Q4", &["A-0"]).before(|one| one.sections = before).stating(|sections| *sections = now)
    };
    let spending = |before: i64, now: i64| then(money(before, &[]), money(now, &[]));
    let mut nobody_since = spending(50, 50);
    nobody_since.stays[0].exit = Some(exit(date(2023, 12, 31), ExitSituation::Seeking));
    let declared = spent(0, 1).stating(|sections| sections.declared_figures = figures(&[(Entries, 1)]));
    vec![
        ("SPENDING_ABOVE_COST", vec![(spent(1, 200), 0), (spent(1, 201), 1), (many(1), 0)]),
        (
            "COFINANCING_TWICE",
            vec![(received(&[(State, 1), (Region, 1), (State, 2)]), 1), (received(&[(State, 1)]), 0)],
        ),
        (
            "COFINANCING_ABOVE_COST",
            vec![(received(&[(State, 100), (Region, 100)]), 0), (received(&[(State, 100), (Region, 101)]), 1)],
        ),
        (
            "FINANCING_ABOVE_COST",
            vec![
                (received(&[(State, 100)]), 0),
                (received(&[(State, 101)]), 1),
                (received(&[(State, 200)]), 1),
                (received(&[(State, 201)]), 0),
            ],
        ),
        ("SPENDING_WITHDRAWN", vec![(spending(1, 0), 1), (spending(2, 1), 0), (spending(0, 0), 0)]),
        ("SPENDING_DECREASED", vec![(spending(51, 50), 1), (spending(50, 50), 0), (spending(1, 0), 0)]),
        (
            "COFINANCING_DECREASED",
            vec![
                (then(money(0, &[(State, 5), (Region, 5)]), money(0, &[(State, 9)])), 1),
                (then(money(0, &[(State, 5), (Region, 5)]), money(0, &[(State, 10)])), 0),
            ],
        ),
        (
            "SPENDING_NOT_UPDATED",
            vec![
                (spending(50, 50), 1),
                (spending(50, 51), 0),
                (spending(0, 0), 0),
                (spending(200, 200), 0),
                (spending(50, 50).before(|before| before.period = "2024-Q1".parse().unwrap()), 0),
                (nobody_since, 0),
            ],
        ),
        ("SPENDING_WITHOUT_PEOPLE", vec![(spent(0, 1), 1), (spent(1, 1), 0), (spent(0, 0), 0), (declared, 0)]),
        // The agreement's cost of 200 for 10 persons is 20 each.
        ("COST_PER_PARTICIPATION_HIGH", vec![(spent(10, 400), 0), (spent(10, 401), 1), (spent(9, 500), 0)]),
    ]
}

fn figures(values: &[(DeclaredCount, u32)]) -> Vec<DeclaredFigure> {
    let figure = |(count, value): &(DeclaredCount, u32)| DeclaredFigure { count: *count, value: *value };
    sent(|sent| sent.declared_figures = Some(values.iter().map(figure).collect())).declared_figures
}

/// Figures of a project that states nobody.
fn alone(values: &[(DeclaredCount, u32)]) -> Sent {
    many(0).stating(|sections| sections.declared_figures = figures(values))
}

fn after(now: (DeclaredCount, u32), before: (DeclaredCount, u32)) -> Sent {
    alone(&[now]).after("2023-Q4", &[]).before(|one| one.sections.declared_figures = figures(&[before]))
}

pub fn declared() -> Vec<Row> {
    let kinds = |employment| {
        [(EmploymentExits, employment), (TrainingExits, 1), (OtherExits, 1), (NeutralisedExits, 1), (UnknownExits, 1)]
    };
    let exits = |total, kinds: &[(DeclaredCount, u32)]| alone(&[&[(Exits, total)], kinds].concat());
    let sexes =
        |total, women| alone(&[(Entries, total), (Women, women), (Men, 1), (NonBinary, 1), (SexNotRecorded, 1)]);
    let labour = |total, employed| alone(&[(Entries, total), (Unemployed, 2), (Inactive, 1), (Employed, employed)]);
    let parts =
        [(LongTermUnemployed, Unemployed), (PriorityDistrict, Entries), (RuralArea, Entries), (Disability, Entries)];
    let mut part_rows: Vec<(Sent, usize)> = Vec::new();
    for (part, whole) in parts {
        part_rows.extend([(alone(&[(part, 6), (whole, 5)]), 1), (alone(&[(part, 5), (whole, 5)]), 0)]);
    }
    vec![
        ("DECLARED_TWICE", vec![(alone(&[(Exits, 1), (Women, 1), (Exits, 1)]), 1), (alone(&[(Exits, 1)]), 0)]),
        (
            "DECLARED_EXITS_ABOVE_ENTRIES",
            vec![(alone(&[(Entries, 4), (Exits, 5)]), 1), (alone(&[(Entries, 5), (Exits, 5)]), 0)],
        ),
        (
            "DECLARED_PRESENT_DIFFERS",
            vec![
                (alone(&[(Entries, 9), (Exits, 4), (Present, 5)]), 0),
                (alone(&[(Entries, 9), (Exits, 4), (Present, 6)]), 1),
                (alone(&[(Entries, 9), (Exits, 4), (Present, 4)]), 1),
                (alone(&[(Entries, 9), (Present, 4)]), 0),
            ],
        ),
        (
            "DECLARED_EXIT_KINDS_DIFFER",
            vec![
                (exits(9, &kinds(5)), 0),
                (exits(9, &kinds(6)), 1),
                (exits(9, &kinds(4)), 1),
                (exits(9, &[(EmploymentExits, 9)]), 0),
                (exits(9, &[(EmploymentExits, 10)]), 1),
            ],
        ),
        ("DECLARED_SEXES_DIFFER", vec![(sexes(9, 6), 0), (sexes(9, 7), 1), (sexes(9, 5), 1)]),
        ("DECLARED_LABOUR_ABOVE_ENTRIES", vec![(labour(9, 6), 0), (labour(9, 7), 1), (labour(9, 5), 0)]),
        (
            "DECLARED_LABOUR_INCOMPLETE",
            vec![(labour(9, 6), 0), (labour(9, 5), 1), (labour(9, 7), 0), (alone(&[(Entries, 9), (Unemployed, 2)]), 0)],
        ),
        ("DECLARED_PART_ABOVE_WHOLE", part_rows),
        (
            "DECLARED_SUSTAINABLE_ABOVE_EMPLOYMENT",
            vec![
                (alone(&[(EmploymentExits, 4), (SustainableExits, 5)]), 1),
                (alone(&[(EmploymentExits, 5), (SustainableExits, 5)]), 0),
            ],
        ),
        (
            "DECLARED_DECREASED",
            vec![
                (after((Women, 4), (Women, 5)), 1),
                (after((Women, 5), (Women, 5)), 0),
                (after((Present, 4), (Present, 5)), 0),
                (after((Men, 4), (Women, 5)), 0),
            ],
        ),
        (
            "DECLARED_JUMP",
            vec![
                (after((Entries, 31), (Entries, 20)), 1),
                (after((Entries, 30), (Entries, 20)), 0),
                (after((Entries, 5), (Entries, 20)), 0),
            ],
        ),
        ("DECLARED_DIFFERS_FROM_RECORDS", recomputed()),
    ]
}

/// Each figure is that of the participations, or one more.
fn recomputed() -> Vec<(Sent, usize)> {
    use ExitSituation::*;
    let situations = [Some(Employment), Some(Training), Some(Moved), Some(Health), Some(Unknown), Some(Seeking), None];
    let sexes = [Sex::Female, Sex::Female, Sex::Female, Sex::Male, Sex::Male, Sex::Other, Sex::NotRecorded];
    use LabourStatus as L;
    let statuses =
        [L::Unemployed, L::LongTermUnemployed, L::Employed, L::Inactive, L::InEducation, L::Unknown, L::Employed];
    let state = |figure: (DeclaredCount, u32)| {
        each(7, |place, p| {
            p.exit = situations[place].map(|situation| exit(date(2024, 3, 1), situation));
            (p.sex, p.labour_status) = (sexes[place], statuses[place]);
            p.priority_district = if place < 2 { Flag::Yes } else { Flag::No };
            p.rural_area = if place < 3 { Flag::Yes } else { Flag::Unknown };
            p.disability = if place < 1 { Flag::Yes } else { Flag::Refused };
        })
        .stating(|sections| sections.declared_figures = figures(&[figure]))
    };
    let counts = [
        (Entries, 7),
        (Exits, 6),
        (Present, 1),
        (EmploymentExits, 1),
        (TrainingExits, 1),
        (OtherExits, 2),
        (NeutralisedExits, 1),
        (UnknownExits, 1),
        (Women, 3),
        (Men, 2),
        (NonBinary, 1),
        (SexNotRecorded, 1),
        (DeclaredCount::Unemployed, 2),
        (DeclaredCount::LongTermUnemployed, 1),
        (DeclaredCount::Inactive, 2),
        (DeclaredCount::Employed, 2),
        (PriorityDistrict, 2),
        (RuralArea, 3),
        (Disability, 1),
    ];
    let mut rows = vec![(alone(&[(Entries, 7)]), 0), (state((SustainableExits, 1)), 0)];
    rows.extend(counts.into_iter().flat_map(|(count, value)| {
        [(state((count, value)), 0), (state((count, value + 1)), 1), (state((count, value - 1)), 1)]
    }));
    rows
}
