//! The laws of consolidation, held over random histories: what an answer may depend on, and what it may not.

mod history;
mod model;
mod stays;

use faisceau::access::Scope;
use faisceau::access::operations::at_the_console;
use faisceau::access::role::Role;
use faisceau::consolidation::answer::Answer;
use faisceau::consolidation::operations::Consolidation;
use faisceau::consolidation::outcome::DefinitionVersion;
use faisceau::consolidation::question::{AsOf, Dimension, Filter, Question};
use faisceau::reporting::codes::Sex;
use faisceau::storage::journal::Position;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use self::history::{Moved, Play, Step, day_of, histories};
use self::model::Figures;
use self::stays::Stay;
use crate::support::database::on_postgresql;

const CUTS: [Option<Dimension>; 5] =
    [None, Some(Dimension::Region), Some(Dimension::Project), Some(Dimension::Sex), Some(Dimension::Quarter)];

/// What is asked, in small numbers that shrink well.
#[derive(Clone, Debug)]
struct Asked {
    /// First day of the window and how many days follow it; the whole programme until today if absent.
    window: Option<(u16, u16)>,
    region: Option<&'static str>,
    projects: Vec<usize>,
    sexes: Vec<Sex>,
    group_by: Option<Dimension>,
    definition: DefinitionVersion,
    /// Which of the history's positions; the newest if absent.
    at: Option<u8>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let months = (0..21_u16, 0..14_u16).prop_map(|(first, following)| (first * 30, following * 30));
    let window = prop::option::weighted(0.4, months);
    let region = prop_oneof![6 => Just(None), 1 => Just(Some("84")), 1 => Just(Some("93"))];
    let projects = prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec(0..3_usize, 1..3)];
    let sexes = prop_oneof![4 => Just(vec![]), 1 => prop::sample::subsequence(Sex::ALL.to_vec(), 1..3)];
    let group_by = prop::sample::select(&CUTS[..]);
    let definition = prop::sample::select(vec![DefinitionVersion::V1, DefinitionVersion::V1MoreThanSixMonths]);
    let at = prop::option::weighted(0.3, any::<u8>());
    (window, region, projects, sexes, group_by, definition, at).prop_map(
        |(window, region, projects, sexes, group_by, definition, at)| Asked {
            window,
            region,
            projects,
            sexes,
            group_by,
            definition,
            at,
        },
    )
}

impl Asked {
    fn question(&self, play: &Play, points: &[(i64, Date)]) -> Question {
        let filter = Filter {
            regions: self.region.map(str::to_owned).into_iter().collect(),
            projects: self.projects.iter().map(|place| play.projects[*place].id.clone()).collect(),
            sexes: self.sexes.clone(),
        };
        let point = self.at.map(|at| points[usize::from(at) % points.len()]);
        Question {
            as_of: point.map_or(AsOf::Now, |(position, day)| AsOf::Position(Position(position), Some(day))),
            from: self.window.map(|(first, _)| day_of(first)),
            to: self.window.map(|(first, days)| day_of(first + days)),
            filter,
            group_by: self.group_by,
            definition: self.definition,
            ..Question::of("TEST".parse().unwrap())
        }
    }
}

/// Everything, cut in each way, now.
fn everything() -> Vec<Question> {
    CUTS.map(|group_by| Question { group_by, ..Question::of("TEST".parse().unwrap()) }).to_vec()
}

fn auditor() -> Scope {
    at_the_console(Role::Auditor)
}

fn ask(node: &Consolidation, play: &Play, question: &Question) -> Answer {
    node.answer(&play.stage.desk, &auditor(), question).unwrap()
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
    let told = |answer: &Answer| format!("{} on {}, {:?}", answer.position, answer.day, Figures::of(answer));
    format!("{question:?} is answered\n  {}\nand\n  {}", told(one), told(other))
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
        }
        Ok(())
    });
}

#[test]
fn every_answer_agrees_with_a_plain_model_of_the_roll_up() {
    hold(&(histories(), prop::collection::vec(asked(), 12)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        let asked = questions.iter().map(|asked| asked.question(&play, &points));
        for question in asked.chain(everything()) {
            let answer = ask(&node, &play, &question);
            prop_assert_eq!(Figures::of(&answer), Figures::expected(&play, &question, &answer), "{:?}", question);
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
            let stay = Stay { person: 1, entry: 120, length: Some(30), sex: Sex::Other, outcome };
            play.submit(project, period, 0, 0, &[stay]);
            play.approve(project, period);
        }
        let answer = ask(&Consolidation::new(), &play, &everything()[0]);
        assert_eq!((answer.total.persons.exits, answer.total.persons.exits_by_class[0]), (1, 1), "{outcomes:?}");
        assert_eq!((answer.total.participations.exits, answer.total.participations.exits_by_class[4]), (2, 1));
    }
}

#[test]
fn additive_figures_of_a_partition_sum_to_the_total() {
    hold(&(histories(), prop::collection::vec(asked(), 6)), |(steps, questions)| {
        let (mut play, node) = (Play::begin(), Consolidation::new());
        let points = live_through(&mut play, &node, &steps);
        for asked in &questions {
            for group_by in [Dimension::Region, Dimension::Project, Dimension::Sex] {
                let question = Question { group_by: Some(group_by), ..asked.question(&play, &points) };
                let answer = ask(&node, &play, &question);
                let cells = || answer.groups.iter().map(|group| &group.cell);
                let sum = |take: fn(&faisceau::consolidation::answer::Counts) -> i64| {
                    (cells().map(|c| take(&c.participations)).sum::<i64>(), take(&answer.total.participations))
                };
                for (parts, total) in [sum(|c| c.supported), sum(|c| c.entries), sum(|c| c.exits), sum(|c| c.present)] {
                    prop_assert_eq!(parts, total, "{:?}", question);
                }
                for class in 0..7 {
                    let parts: i64 = cells().map(|cell| cell.participations.exits_by_class[class]).sum();
                    prop_assert_eq!(parts, answer.total.participations.exits_by_class[class]);
                }
                let plain = Figures::expected(&play, &question, &answer);
                let persons: i64 = cells().map(|cell| cell.persons.supported).sum();
                prop_assert_eq!(persons - plain.shared.unwrap(), answer.total.persons.supported, "{:?}", question);
                if group_by != Dimension::Sex {
                    let grants: Option<i64> = cells().map(|cell| cell.projects.map(|sums| sums.grant_cents)).sum();
                    let none_selected = answer.groups.is_empty();
                    prop_assert!(none_selected || grants == answer.total.projects.map(|sums| sums.grant_cents));
                }
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
        let mut note = |play: &Play| {
            for now in everything() {
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
            everything().iter().map(|question| Figures::of(&ask(&node, &play, question))).collect::<Vec<_>>()
        };
        prop_assert_eq!(play_out(&order), play_out(&other_order));
        Ok(())
    });
}
