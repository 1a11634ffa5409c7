//! Random questions and random measures, in small numbers that shrink well.

use faisceau::consolidation::question::{AsOf, Dimension, Filter, Question, Series};
use faisceau::consolidation::vocabulary::{Ages, Attribute, Codes, Condition, Event, Measure};
use faisceau::reporting::codes::SupportKind;
use faisceau::storage::journal::Position;
use jiff::civil::Date;
use proptest::prelude::*;

use super::history::{Play, day_of};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// First day of the window and how many days follow it; the whole programme until today if absent.
    pub window: Option<(u16, u16)>,
    pub region: Option<&'static str>,
    pub sector: Option<&'static str>,
    pub call: Option<&'static str>,
    pub projects: Vec<usize>,
    /// Attributes and which of their codes, as bits.
    pub codes: Vec<(Attribute, u64)>,
    pub group_by: Vec<Dimension>,
    pub series: Series,
    /// The version of the definitions that is named.
    pub definition: &'static str,
    /// Which of the history's positions; the newest if absent.
    pub at: Option<u8>,
    pub measures: Vec<Measure>,
}

fn dimension() -> impl Strategy<Value = Dimension> {
    prop::sample::select(Dimension::ALL)
}

/// Up to three dimensions, each once and at most one of time, whose groups are not too many to model.
fn groupings() -> impl Strategy<Value = Vec<Dimension>> {
    prop_oneof![
        2 => Just(Vec::new()),
        4 => dimension().prop_map(|one| vec![one]),
        2 => prop::collection::vec(dimension(), 2),
        1 => prop::collection::vec(dimension(), 3),
    ]
    .prop_map(|dimensions| {
        let mut kept: Vec<Dimension> = Vec::new();
        let mut groups = 1;
        for one in dimensions {
            let keys = one.attribute().map_or(3, |attribute| attribute.codes().len());
            let time_twice = one.is_of_time() && kept.iter().any(|kept| kept.is_of_time());
            if !kept.contains(&one) && !time_twice && groups * keys <= 500 {
                groups *= keys;
                kept.push(one);
            }
        }
        kept
    })
}

fn bits() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), any::<u64>().prop_map(|bits| bits | bits >> 1 | 1)]
}

fn condition() -> impl Strategy<Value = Condition> {
    let attribute = || prop::sample::select(&Attribute::ALL[..]);
    let age = || prop::option::of(prop::sample::select(vec![16_u8, 18, 24, 25, 30, 54, 55]));
    prop_oneof![
        6 => (attribute(), bits()).prop_map(|(attribute, bits)| Condition::In(codes(attribute, bits))),
        1 => attribute().prop_map(Condition::Known),
        1 => (age(), age()).prop_map(|(from, to)| Condition::Age(Ages { from, to })),
    ]
}

/// Some codes of an attribute: those at the places of bits, the first if that is none.
pub fn codes(attribute: Attribute, bits: u64) -> Codes {
    let list = attribute.codes();
    let chosen = list.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, code)| *code);
    Codes::of(attribute, chosen).or_else(|| Codes::of(attribute, [list[0]])).unwrap()
}

fn measure() -> impl Strategy<Value = Measure> {
    let event = prop::sample::select(&Event::ALL[..]);
    let conditions = prop_oneof![
        3 => Just(Vec::new()),
        4 => prop::collection::vec(condition(), 1),
        3 => prop::collection::vec(condition(), 2..4),
    ];
    let of_projects = vec![
        Measure::Projects,
        Measure::Organisations,
        Measure::Grants,
        Measure::EligibleCost,
        Measure::Payments,
        Measure::DeclaredSpending,
        Measure::Target,
    ];
    prop_oneof![
        8 => (event, conditions).prop_map(|(event, conditions)| Measure::count(event, conditions)),
        1 => prop::option::of(prop::sample::select(SupportKind::ALL)).prop_map(|kind| Measure::SupportHours { kind }),
        2 => prop::sample::select(of_projects),
    ]
}

/// Any question.
pub fn asked() -> impl Strategy<Value = Asked> {
    let months = (0..21_u16, 0..14_u16).prop_map(|(first, following)| (first * 30, following * 30));
    let window = prop::option::weighted(0.5, months);
    let some = |values: &'static [&'static str]| prop::option::weighted(0.15, prop::sample::select(values));
    let projects = prop_oneof![4 => Just(vec![]), 1 => prop::collection::vec(0..3_usize, 1..3)];
    let attribute = dimension().prop_filter_map("a dimension of participations", |one| one.attribute());
    let codes = prop_oneof![3 => Just(vec![]), 2 => prop::collection::vec((attribute, bits()), 1..3)];
    let series = prop_oneof![3 => Just(Series::Flow), 1 => Just(Series::Cumulative)];
    let definition = prop::sample::select(vec!["V1", "V1_MORE_THAN_SIX_MONTHS"]);
    let at = prop::option::weighted(0.4, any::<u8>());
    let measures = prop::collection::vec(measure(), 1..12);
    let place = (some(&["84", "93"]), some(&["Construction", "Catering"]), some(&["CALL", "WAVE-2"]), projects);
    (window, place, codes, groupings(), series, definition, at, measures).prop_map(
        |(window, (region, sector, call, projects), codes, group_by, series, definition, at, measures)| Asked {
            window,
            region,
            sector,
            call,
            projects,
            codes,
            group_by,
            series,
            definition,
            at,
            measures,
        },
    )
}

impl Asked {
    /// The question, at one of the points of a history.
    pub fn question(&self, play: &Play, points: &[(i64, Date)]) -> Question {
        let list = |one: Option<&str>| one.map(str::to_owned).into_iter().collect();
        let mut filter = Filter {
            regions: list(self.region),
            sectors: list(self.sector),
            calls: list(self.call),
            projects: self.projects.iter().map(|place| play.projects[*place].id.clone()).collect(),
            ..Filter::default()
        };
        for (attribute, bits) in &self.codes {
            if filter.codes_of(*attribute).is_none() {
                filter.codes.push(codes(*attribute, *bits));
            }
        }
        let point = self.at.map(|at| points[usize::from(at) % points.len()]);
        Question {
            as_of: point.map_or(AsOf::Now, |(position, day)| AsOf::Position(Position(position), Some(day))),
            from: self.window.map(|(first, _)| day_of(first)),
            to: self.window.map(|(first, days)| day_of(first + days)),
            filter,
            group_by: self.group_by.clone(),
            series: self.series,
            definition: Some(self.definition.parse().unwrap()),
            ..Question::of("TEST".parse().unwrap())
        }
    }
}
