//! The laws of consolidation, held over random histories: what an answer may depend on, and what it may not.

pub mod asked;
mod attributes;
pub mod history;
mod model;
mod payments;
mod stays;

use faisceau::access::Scope;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::answer::Answer;
use faisceau::consolidation::coverage::Coverage;
use faisceau::consolidation::operations::{Consolidation, Measured};
use faisceau::consolidation::question::{AsOf, Dimension, Question, Series, Unit};
use faisceau::consolidation::vocabulary::{Attribute, Codes, Condition, Event, Measure, Measures};
use faisceau::reporting::codes::Sex;
use faisceau::storage::journal::Position;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use self::asked::{Asked, asked};
use self::history::{Moved, Play, Step, histories};
use self::model::{Model, Told, told};
use self::stays::Stay;
use crate::support::database::on_postgresql;

const CUTS: [&[Dimension]; 7] = [
    &[],
    &[Dimension::Region],
    &[Dimension::Project],
    &[Dimension::Sex],
    &[Dimension::Quarter],
    &[Dimension::SupportKind],
    &[Dimension::Sector, Dimension::LabourStatus],
];

/// Everything, cut in several ways, now.
fn everything() -> Vec<Question> {
    CUTS.map(|cut| Question { group_by: cut.to_vec(), ..Question::of("TEST".parse().unwrap()) }).to_vec()
}

fn auditor() -> Scope {
    at_the_console(Role::Auditor)
}

fn ask(node: &Consolidation, play: &Play, question: &Question) -> Answer {
    node.answer(&play.stage.desk, &auditor(), question).unwrap()
}

fn measure(node: &Consolidation, play: &Play, question: &Question, measures: &[Measure]) -> Measured {
    node.measure(&play.stage.desk, &auditor(), question, Measures::of(measures.iter().cloned())).unwrap()
}

/// One measure of each kind, and exits by class.
fn usual_measures() -> Vec<Measure> {
    let classes = Attribute::OutcomeClass.codes().iter().map(|code| Codes::of(Attribute::OutcomeClass, [*code]));
    let exits = classes.map(|codes| Measure::count(Event::Exits, codes.map(Condition::In)));
    let events = Event::ALL.map(|event| Measure::count(event, []));
    let others = [Measure::SupportHours { kind: None }, Measure::Grants, Measure::Payments, Measure::DeclaredSpending];
    exits.chain(events).chain(others).collect()
}

/// Holds a law over as many random inputs as `PROPTEST_CASES` says.
fn hold<S: Strategy>(input: &S, law: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(if on_postgresql() { 12 } else { 32 });
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: u32::MAX,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    match TestRunner::new(config).run(input, law) {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => panic!("{why}\nwith {input:?}"),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// What two answers to one question say, without the identifiers that would hide the difference.
fn differ(question: &Question, one: &Answer, other: &Answer) -> String {
    let told = |answer: &Answer| format!("{} on {}, {:?}", answer.position, answer.day, answer.total.values);
    format!("{question:?} is answered\n  {}\nand\n  {}", told(one), told(other))
}

/// Where two tellings differ, each value with its measure.
fn differences(told: &Told, expected: &Told, measures: &Measures) -> Vec<String> {
    let keys: std::collections::BTreeSet<&String> = told.keys().chain(expected.keys()).collect();
    let mut differences = Vec::new();
    for key in keys {
        match (told.get(key), expected.get(key)) {
            (Some(told), Some(expected)) => {
                let values = told.iter().zip(expected).zip(measures.list());
                let differing = values.filter(|((told, expected), _)| told != expected);
                differences.extend(differing.map(|((told, expected), measure)| {
                    format!("{key}: {measure:?} is told {told:?}, expected {expected:?}")
                }));
            }
            (told, _) => {
                differences.push(format!("{key}: {}", if told.is_some() { "not expected" } else { "missing" }))
            }
        }
    }
    differences
}

/// Coverage of the model: codes of projects in force, partial and missing, and how many came late.
fn expected_coverage(play: &Play, answer: &Answer, question: &Question) -> [Vec<String>; 4] {
    let model = Model {
        play,
        position: answer.position.0,
        definition: question.definition.as_ref().map_or("V1", |code| code.as_str()),
    };
    let periods = &play.programme.details.periods;
    let due = periods.iter().rfind(|p| p.last_on <= answer.window.to && p.due_on <= answer.day);
    let mut coverage: [Vec<String>; 4] = Default::default();
    let Some(due) = due else { return coverage };
    for place in (0..3).filter(|place| model.selects(*place, &question.filter)) {
        let details = &play.projects[place].details;
        if details.agreement_from <= due.last_on && details.agreement_to >= due.first_on {
            let version = model.in_force(place);
            let part = version.map_or(2, |version| usize::from(version.period < due.code));
            coverage[part].push(details.code.to_string());
            coverage[3].extend(version.filter(|version| version.late).map(|_| details.code.to_string()));
        }
    }
    coverage
}

fn coverage(coverage: &Coverage) -> [Vec<String>; 3] {
    let parts = [&coverage.in_force, &coverage.partial, &coverage.missing];
    parts.map(|projects| projects.iter().map(|p| p.details.code.to_string()).collect())
}

/// Plays a history on a node that lives through it; gives the positions and days passed.
fn live_through(play: &mut Play, node: &Consolidation, steps: &[Step]) -> Vec<(i64, Date)> {
    let mut points = vec![(play.head(), play.today())];
    for step in steps {
        play.play(step);
        node.catch_up(&play.stage.desk, &auditor()).unwrap();
        points.push((play.head(), play.today()));
    }
    points
}

#[test]
fn an_image_that_lived_through_a_history_equals_one_built_from_scratch() {
    hold(&(histories(), prop::collection::vec(asked(), 12)), |(steps, questions)| {
        let (mut play, veteran) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &veteran, &steps);
        let newcomer = Consolidation::new();
        for asked in &questions {
            let question = asked.question(&play, &points);
            let (old, new) = (ask(&veteran, &play, &question), ask(&newcomer, &play, &question));
            prop_assert!(old == new, "{}", differ(&question, &old, &new));
            let both = [&veteran, &newcomer].map(|node| measure(node, &play, &question, &asked.measures));
            prop_assert!(both[0] == both[1], "{question:?} of {:?}", asked.measures);
        }
        Ok(())
    });
}

#[test]
fn every_answer_agrees_with_a_plain_model_of_the_roll_up() {
    hold(&(histories(), prop::collection::vec(asked(), 24)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        let usual = everything().into_iter().map(|question| (question, usual_measures()));
        let asked = questions.iter().map(|asked: &Asked| (asked.question(&play, &points), asked.measures.clone()));
        for (question, measures) in asked.chain(usual) {
            let measures = Measures::of(measures);
            let measured = measure(&node, &play, &question, measures.list());
            let model = Model {
                play: &play,
                position: measured.position.0,
                definition: question.definition.as_ref().map_or("V1", |code| code.as_str()),
            };
            let expected = model.tell(&question, measured.window, measures.list());
            let differences = differences(&told(&measured), &expected, &measures);
            prop_assert!(differences.is_empty(), "{question:?}\n{}", differences.join("\n"));
            let answer = ask(&node, &play, &question);
            let [in_force, partial, missing, late] = expected_coverage(&play, &answer, &question);
            prop_assert_eq!(coverage(&answer.coverage), [in_force, partial, missing], "{:?}", question);
            prop_assert_eq!(answer.coverage.late_count, late.len());
        }
        Ok(())
    });
}

#[test]
fn of_two_exits_on_one_day_the_better_is_the_persons_outcome() {
    use self::stays::Outcome::{Permanent, Seeking};
    for outcomes in [[Seeking, Permanent], [Permanent, Seeking]] {
        let mut play = Play::begin();
        let period = "2023-Q3".parse().unwrap();
        for (project, outcome) in outcomes.into_iter().enumerate() {
            let stay = Stay { person: 1, entry: 120, length: Some(30), sex: Sex::Other, outcome, traits: [0; 4] };
            play.submit(project, period, 0, 0, &[stay]);
            play.approve(project, period);
        }
        let total = measure(&Consolidation::new(), &play, &everything()[0], &usual_measures()).total;
        let exits = |class: &str, unit| {
            let codes = Codes::of(Attribute::OutcomeClass, [class]).map(Condition::In);
            total.value(&Measure::count(Event::Exits, codes), unit)
        };
        assert_eq!([Unit::Person, Unit::Participation].map(|unit| exits("SUSTAINABLE_EMPLOYMENT", unit)), [Some(1); 2]);
        assert_eq!([Unit::Person, Unit::Participation].map(|unit| exits("OTHER", unit)), [Some(0), Some(1)]);
        assert_eq!(total.value(&Measure::count(Event::Exits, []), Unit::Participation), Some(2));
    }
}

#[test]
fn additive_figures_of_a_partition_sum_to_the_total() {
    hold(&(histories(), prop::collection::vec(asked(), 6)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        for asked in &questions {
            for group_by in Dimension::ALL.iter().filter(|one| **one != Dimension::SupportKind) {
                let series = Series::Flow;
                let question = Question { group_by: vec![*group_by], series, ..asked.question(&play, &points) };
                let measures = Measures::of(asked.measures.iter().cloned().chain(usual_measures()));
                let measured = measure(&node, &play, &question, measures.list());
                for measure in measures.list() {
                    // Whoever is supported or present in two quarters is so in both; money of whole projects likewise.
                    let adds_up_over_time = match measure {
                        Measure::Count(count) => !matches!(count.event, Event::Supported | Event::Present),
                        measure => matches!(
                            measure,
                            Measure::SupportHours { .. } | Measure::Payments | Measure::DeclaredSpending
                        ),
                    };
                    let not_a_sum = *measure == Measure::Organisations || (group_by.is_of_time() && !adds_up_over_time);
                    let total = measured.total.value(measure, Unit::Participation);
                    let cells = measured.table.cells.iter().map(|cell| cell.value(measure, Unit::Participation));
                    if not_a_sum || (measure.is_of_projects() && !group_by.is_of_projects()) {
                        continue;
                    }
                    let parts: i64 = cells.map(|part| part.unwrap_or(0)).sum();
                    prop_assert_eq!(parts, total.unwrap_or(0), "{:?} of {:?}", measure, question);
                }
            }
        }
        Ok(())
    });
}

#[test]
fn first_entries_share_persons_out_without_overlap() {
    hold(&(histories(), prop::collection::vec(asked(), 6)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        for asked in &questions {
            let question = Question { group_by: Vec::new(), ..asked.question(&play, &points) };
            for attribute in Attribute::ALL.into_iter().filter(|one| *one != Attribute::SupportKind) {
                let codes = |code: &'static str| Codes::of(attribute, [code]).map(Condition::In);
                let parts = attribute.codes().iter().map(|code| Measure::count(Event::FirstEntries, codes(code)));
                let whole = Measure::count(Event::FirstEntries, []);
                let measures: Vec<Measure> = parts.chain([whole.clone()]).collect();
                let total = measure(&node, &play, &question, &measures).total;
                let sum: i64 = measures.iter().filter_map(|measure| total.value(measure, Unit::Person)).sum();
                let whole = total.value(&whole, Unit::Person).unwrap();
                // What only an exit has, those still present have not.
                prop_assert!(sum - whole <= whole, "{:?} of {:?}", attribute, question);
                let always = asked::codes(attribute, u64::MAX);
                let stated = Measure::count(Event::FirstEntries, [Condition::In(always)]);
                let stated =
                    measure(&node, &play, &question, std::slice::from_ref(&stated)).total.value(&stated, Unit::Person);
                prop_assert_eq!(Some(sum - whole), stated, "{:?} of {:?}", attribute, question);
            }
        }
        Ok(())
    });
}

#[test]
fn what_is_not_approved_changes_nothing() {
    hold(&histories(), |steps| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let mut known: Vec<Answer> = everything().iter().map(|question| ask(&node, &play, question)).collect();
        for step in &steps {
            let moved = play.play(step);
            let answers: Vec<Answer> = everything().iter().map(|question| ask(&node, &play, question)).collect();
            for ((question, before), after) in everything().iter().zip(&known).zip(&answers) {
                let may_differ = moved != Moved::NoFigure;
                prop_assert!(may_differ || before == after, "{step:?}: {}", differ(question, before, after));
            }
            known = answers;
        }
        Ok(())
    });
}

#[test]
fn an_answer_at_a_position_and_a_day_never_changes_afterwards() {
    hold(&histories(), |steps| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let mut given: Vec<(Question, Answer)> = Vec::new();
        let mut turns = (0..CUTS.len()).cycle();
        // Two cuts at each step, in turn, so that every cut is asked along the history.
        let mut note = |play: &Play| {
            for turn in turns.by_ref().take(2) {
                let now = everything().swap_remove(turn);
                let answer = ask(&node, play, &now);
                let as_of = AsOf::Position(answer.position, Some(answer.day));
                given.push((Question { as_of, ..now.clone() }, answer));
                let on_its_day = AsOf::Position(Position(play.head()), None);
                let question = Question { as_of: on_its_day, ..now };
                let answer = ask(&node, play, &question);
                given.push((question, answer));
            }
        };
        note(&play);
        for step in &steps {
            play.play(step);
            note(&play);
        }
        for (question, answer) in &given {
            let again = ask(&node, &play, question);
            prop_assert!(again == *answer, "{}", differ(question, answer, &again));
        }
        Ok(())
    });
}

#[test]
fn asking_and_catching_up_again_change_nothing() {
    hold(&(histories(), prop::collection::vec(asked(), 4)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        let answers = |play: &Play| -> Vec<Answer> {
            questions.iter().map(|asked| ask(&node, play, &asked.question(play, &points))).collect()
        };
        let (head, first) = (play.head(), answers(&play));
        for _ in 0..2 {
            prop_assert_eq!(node.catch_up(&play.stage.desk, &auditor()).unwrap(), Position(head));
            prop_assert_eq!(&answers(&play), &first);
            play.play(&Step::Restart);
        }
        prop_assert_eq!(play.head(), head, "asking writes nothing that answers read");
        Ok(())
    });
}

#[test]
fn approving_the_same_versions_in_another_order_ends_in_the_same_figures() {
    let submissions = prop::collection::vec((0..3_usize, prop::collection::vec(Stay::any(), 0..5), any::<u8>()), 1..9);
    let orders = (prop::collection::vec(any::<u8>(), 9), prop::collection::vec(any::<u8>(), 9));
    hold(&(submissions, orders), |(submissions, (order, other_order))| {
        let play_out = |order: &[u8]| {
            let mut play = Play::begin();
            let mut versions = Vec::new();
            // Each project reports one period after the other: none is before its newest.
            for (project, stays, drop) in &submissions {
                let so_far = versions.iter().filter(|(known, _)| known == project).count();
                let first = play.projects[*project].details.agreement_from;
                let due = play.programme.details.periods.iter().filter(|period| period.last_on >= first);
                let Some(period) = due.map(|p| p.code).nth(so_far).filter(|p| p.last_day() <= play.today()) else {
                    continue;
                };
                play.submit(*project, period, *drop, 0, stays);
                versions.push((*project, period));
            }
            let mut turns: Vec<usize> = (0..versions.len()).collect();
            turns.sort_by_key(|turn| order[*turn]);
            let node = Consolidation::new();
            for turn in turns {
                let (project, period) = versions[turn];
                play.approve(project, period);
                node.catch_up(&play.stage.desk, &auditor()).unwrap();
            }
            everything()
                .iter()
                .map(|question| told(&measure(&node, &play, question, &usual_measures())))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(play_out(&order), play_out(&other_order));
        Ok(())
    });
}
