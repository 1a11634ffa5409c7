//! Edge cases made by hand: what the definitions decide, written out in numbers, and agreed on by the SQL.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::answer::{AT_LEAST, Asked, DIMENSIONS, MORE_THAN, Told};
use crate::first_steps::{approve, submit};
use crate::support::statement::{action, fixed_term, justified, left, other, permanent, present, submission, training};
use crate::support::{Caller, World};

const TODAY: Date = date(2024, 5, 15);

/// What ALPHA knew at the end of 2023-Q3.
fn alpha_at_first() -> Vec<Value> {
    vec![
        present("A-1", "9903017401", "2023-01-16"),
        present("A-2", "9903017402", "2023-01-16"),
        left(present("A-3", "9903017403", "2023-01-10"), permanent("2023-03-01")),
        left(present("A-4", "9903017404", "2023-01-10"), other("2023-02-10", "DROPPED_OUT")),
    ]
}

/// What ALPHA knew at the end of 2023-Q4.
fn alpha() -> Vec<Value> {
    vec![
        // Leaves two projects on one day: the better class, which BETA knows, is the person's outcome.
        left(present("A-1", "9903017401", "2023-01-16"), other("2023-06-30", "SEEKING")),
        // Has left here and is present in BETA.
        left(present("A-2", "9903017402", "2023-01-16"), training("2023-05-31")),
        // Comes back: the last exit decides, though the first was better.
        left(present("A-3", "9903017403", "2023-01-10"), permanent("2023-03-01")),
        left(present("A-3/2", "9903017403", "2023-06-01"), other("2023-09-15", "SEEKING")),
        left(present("A-4", "9903017404", "2023-01-10"), other("2023-02-10", "DROPPED_OUT")),
        // Six months to the day, counted from a 31st to the last of February.
        left(present("A-5", "9903017405", "2023-03-01"), fixed_term("2023-08-30", "2023-08-31", "2024-02-28")),
        left(present("A-6", "9903017406", "2023-04-03"), other("2023-04-03", "EXCLUDED")),
        // Two without identity are two persons, and so are two placeholders.
        unlinked(present("A-7", "", "2023-04-03")),
        unlinked(left(present("A-8", "", "2023-04-03"), other("2023-07-01", "HEALTH"))),
        left(present("A-9", "0000000000", "2023-04-03"), training("2023-07-02")),
        // Nine digits here and ten in BETA are one number.
        left(present("A-10", "903017410", "2023-02-01"), other("2023-03-31", "UNKNOWN")),
        with_sex(left(present("A-11", "9903017411", "2023-04-01"), permanent("2023-12-31")), "X"),
    ]
}

fn beta() -> Vec<Value> {
    vec![
        with_sex(left(present("B-1", "9903017401", "2023-04-01"), permanent("2023-06-30")), "M"),
        present("B-2", "9903017402", "2023-06-01"),
        left(present("B-9", "0000000000", "2023-04-03"), other("2023-07-02", "MATERNITY")),
        left(present("B-10", "0903017410", "2023-10-01"), other("2023-12-01", "INACTIVE")),
        unlinked(present("A-7", "", "2023-12-31")),
    ]
}

fn unlinked(mut participation: Value) -> Value {
    participation.as_object_mut().unwrap().remove("identity");
    participation
}

fn with_sex(mut participation: Value, sex: &str) -> Value {
    participation["sex"] = sex.into();
    participation
}

/// Pushes without approving; gives the report.
fn push(world: &World, project: &str, period: &str, version: u32, participations: Vec<Value>) -> String {
    let partner = world.caller(&format!("partner-{}", project.to_lowercase()));
    let id = world.project(project).id.to_string();
    let (report, number) = submit(&partner, justified(submission(&id, period, version - 1, participations)));
    assert_eq!(number, u64::from(version));
    report
}

fn annul(world: &World, report: &str, version: u64) {
    let input = json!({ "report": report, "version": version, "reason": "Sent for the wrong project." });
    let data = world.caller("officer-one").ask(&action("reportAnnul"), json!({ "input": input }));
    assert_eq!(data["reportAnnul"]["userErrors"], json!([]), "{data:#}");
}

fn position(analyst: &Caller) -> i64 {
    let totals = analyst.get("/v1/programmes/TEST/totals");
    totals.body["position"].as_str().unwrap().parse().unwrap()
}

fn asked(position: i64) -> Asked {
    let (from, to) = (date(2023, 1, 1), TODAY);
    Asked { programme: "TEST", position, day: TODAY, from, to, definition: AT_LEAST, group_by: None }
}

/// Compares every cut of several windows under both definitions.
fn agrees_everywhere(world: &World, analyst: &Caller, position: i64) {
    let windows = [
        (date(2023, 1, 1), TODAY),
        (date(2023, 2, 11), date(2023, 7, 1)),
        (date(2023, 6, 30), date(2023, 6, 30)),
        (date(2024, 1, 1), date(2024, 3, 31)),
    ];
    for (from, to) in windows {
        for group_by in DIMENSIONS {
            for definition in [AT_LEAST, MORE_THAN] {
                let asked = Asked { from, to, group_by, definition, ..asked(position) };
                asked.compare(&world.database, analyst);
            }
        }
    }
}

fn expect(told: &Told, figures: &[(&str, &str)]) {
    for (name, figure) in figures {
        assert_eq!(told[*name], *figure, "{name}");
    }
}

/// The world with every version of the edge cases in force.
fn told_world() -> (World, [String; 2]) {
    let world = World::with_projects();
    let first = push(&world, "ALPHA", "2023-Q3", 1, alpha_at_first());
    approve(&world, &first, 1);
    let second = push(&world, "ALPHA", "2023-Q4", 2, alpha());
    approve(&world, &second, 2);
    let third = push(&world, "BETA", "2023-Q4", 1, beta());
    approve(&world, &third, 1);
    (world, [first, second])
}

#[test]
fn edge_cases_are_decided_as_the_definitions_say() {
    let (world, _) = told_world();
    let analyst = world.caller("analyst");
    let now = position(&analyst);
    agrees_everywhere(&world, &analyst, now);

    let whole = Asked { group_by: Some("PROJECT"), ..asked(now) };
    let told = whole.compare(&world.database, &analyst);
    expect(
        &told,
        &[
            ("total PARTICIPATION SUPPORTED", "17"),
            // 17 less the re-entry, and less those met in both projects: 1, 2 and 10.
            ("total PERSON SUPPORTED", "13"),
            ("overlap PERSON SUPPORTED", "3"),
            ("overlap PARTICIPATION SUPPORTED", "0"),
            // Present: 2 in BETA, and the two unlinked people called A-7.
            ("total PERSON PRESENT", "3"),
            ("total PERSON EXITS", "10"),
            ("total PARTICIPATION EXITS", "14"),
            ("ALPHA PERSON EXITS", "10"),
            ("BETA PERSON EXITS", "3"),
            // A-8 for health and B-9 for maternity; the other placeholder, A-9, went to training.
            ("total PERSON NEUTRALISED_EXITS", "2"),
            ("total PERSON TRAINING_EXITS", "1"),
            // 1 by BETA's exit of the same day, 5 by six months to the day, 11; not 3, who came back.
            ("total PERSON SUSTAINABLE_EXITS", "3"),
            ("total PERSON POSITIVE_EXIT_RATE", "4/8 = 50.0"),
            ("ALPHA PERSON SUSTAINABLE_EXITS", "2"),
        ],
    );
    let strict = Asked { definition: MORE_THAN, ..whole }.compare(&world.database, &analyst);
    expect(&strict, &[("total PERSON SUSTAINABLE_EXITS", "2"), ("total PERSON EMPLOYMENT_EXITS", "3")]);

    // A window that begins after 4 left, and ends before 3 and 8 leave again.
    let cut = Asked { from: date(2023, 2, 11), to: date(2023, 6, 30), ..asked(now) };
    let told = cut.compare(&world.database, &analyst);
    expect(
        &told,
        &[
            // 1, 2, 3 twice, 5, 6, 7, 8, 9, 10, 11 of ALPHA and 1, 2, 9 of BETA.
            ("total PARTICIPATION SUPPORTED", "14"),
            ("total PERSON SUPPORTED", "11"),
            ("total PARTICIPATION EXITS", "6"),
            // 1, 6 and 10; 2 and 3 are present again.
            ("total PERSON EXITS", "3"),
        ],
    );
}

#[test]
fn what_is_annulled_gives_way_to_the_version_before() {
    let (world, [first, second]) = told_world();
    let analyst = world.caller("analyst");
    let before = position(&analyst);
    let earlier = asked(before).ask(&analyst).text;

    annul(&world, &second, 2);
    let after = position(&analyst);
    assert_eq!(after, before + 1);
    agrees_everywhere(&world, &analyst, after);
    let year = Asked { to: date(2023, 12, 31), group_by: Some("PROJECT"), ..asked(after) };
    let told = year.compare(&world.database, &analyst);
    let coverage = "2023-Q4: of 2 expected 1 in force, 1 partial [\"ALPHA\"], 0 missing [], 2 late";
    expect(&told, &[("ALPHA PARTICIPATION SUPPORTED", "4"), ("ALPHA PERSON PRESENT", "2"), ("coverage", coverage)]);
    annul(&world, &first, 1);
    let last = position(&analyst);
    agrees_everywhere(&world, &analyst, last);
    let told = Asked { position: last, ..year }.compare(&world.database, &analyst);
    let coverage = "2023-Q4: of 2 expected 1 in force, 0 partial [], 1 missing [\"ALPHA\"], 1 late";
    expect(&told, &[("ALPHA PARTICIPATION SUPPORTED", "0"), ("coverage", coverage)]);
    assert_eq!(asked(before).ask(&analyst).text, earlier, "an answer at a position never changes afterwards");

    let world = world.restarted();
    let analyst = world.caller("analyst");
    // Every position that ever was, by a node that was not there.
    for position in 6..=last {
        asked(position).compare(&world.database, &analyst);
    }
    assert_eq!(asked(before).ask(&analyst).text, earlier);
}

#[test]
fn approving_the_same_versions_in_another_order_ends_in_the_same_figures() {
    let told = |order: [usize; 3]| {
        let world = World::with_projects();
        let reports = [
            (push(&world, "ALPHA", "2023-Q3", 1, alpha_at_first()), 1),
            (push(&world, "ALPHA", "2023-Q4", 2, alpha()), 2),
            (push(&world, "BETA", "2023-Q4", 1, beta()), 1),
        ];
        let analyst = world.caller("analyst");
        for place in order {
            let (report, version) = &reports[place];
            approve(&world, report, *version);
            asked(position(&analyst)).compare(&world.database, &analyst);
        }
        let now = position(&analyst);
        DIMENSIONS.map(|group_by| Asked { group_by, ..asked(now) }.compare(&world.database, &analyst))
    };
    let in_turn = told([0, 1, 2]);
    assert_eq!(told([1, 2, 0]), in_turn, "the later version first");
    assert_eq!(told([2, 1, 0]), in_turn, "the other project first");
}
