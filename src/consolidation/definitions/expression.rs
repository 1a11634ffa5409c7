//! Reads numerators and denominators: expressions of the vocabulary that fit together and count nothing twice.

use serde_json::Value;
use serde_path_to_error::Segment;

use super::reading::{IndicatorDraft, Refusals};
use crate::consolidation::indicator::{IndicatorUnit, Kind};
use crate::consolidation::vocabulary::{Attribute, Condition, Count, Event, Measure};
use crate::refusal::{Code, Refusal};

/// The most measures of a sum, and the most conditions of a count.
const MOST_TERMS: usize = 12;

/// The words of expressions; others are the caller's and stay out of paths.
const WORDS: [&str; 12] =
    ["count", "supportHours", "event", "where", "in", "known", "age", "attribute", "codes", "from", "to", "kind"];

/// Reads the numerator and the denominator of an indicator, and whether they make its unit.
pub(super) fn read_expressions(
    draft: &IndicatorDraft,
    unit: Option<IndicatorUnit>,
    at: &str,
    refusals: &mut Refusals,
) -> Option<(Vec<Measure>, Vec<Measure>)> {
    let numerator = read_sum(&draft.numerator, &format!("{at}.numerator"), refusals);
    let denominator = if draft.denominator.is_empty() {
        Some(Vec::new())
    } else {
        read_sum(&draft.denominator, &format!("{at}.denominator"), refusals)
    };
    let (numerator, denominator) = (numerator?, denominator?);
    let (over, under) = (Kind::of(&numerator[0]), denominator.first().map(Kind::of));
    let fits = match unit? {
        IndicatorUnit::Count => (over, under) == (Kind::Count, None),
        IndicatorUnit::Hours => (over, under) == (Kind::Hours, None),
        IndicatorUnit::Eur => (over, under) == (Kind::Money, None),
        IndicatorUnit::Percent => under == Some(over),
        IndicatorUnit::EurEach => (over, under) == (Kind::Money, Some(Kind::Count)),
        IndicatorUnit::HoursEach => (over, under) == (Kind::Hours, Some(Kind::Count)),
    };
    let mismatch = || Refusal::new(Code::DefinitionUnit).at(format!("{at}.unit"));
    refusals.keep(fits.then_some((numerator, denominator)).ok_or_else(mismatch))
}

fn read_sum(terms: &[Value], at: &str, refusals: &mut Refusals) -> Option<Vec<Measure>> {
    if terms.is_empty() || terms.len() > MOST_TERMS {
        refusals.0.push(Refusal::new(Code::DefinitionSize).at(at).with("limit", MOST_TERMS));
        return None;
    }
    let read = terms.iter().enumerate().map(|(place, term)| {
        let path = format!("{at}[{place}]");
        let measure = refusals.keep(read_measure(term, &path))?;
        refusals.keep(check(&measure, &path)).map(|()| measure)
    });
    let mut measures = read.collect::<Vec<_>>().into_iter().collect::<Option<Vec<Measure>>>()?;
    for (place, measure) in measures.iter().enumerate() {
        if measures[..place].iter().any(|other| !add_up(measure, other)) {
            refusals.0.push(Refusal::new(Code::DefinitionTerms).at(format!("{at}[{place}]")));
            return None;
        }
    }
    measures.sort_unstable();
    Some(measures)
}

fn read_measure(term: &Value, at: &str) -> Result<Measure, Refusal> {
    serde_path_to_error::deserialize(term).map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
        let mut path = at.to_owned();
        for segment in error.path() {
            match segment {
                Segment::Seq { index } => path.push_str(&format!("[{index}]")),
                Segment::Map { key: word } | Segment::Enum { variant: word } if WORDS.contains(&word.as_str()) => {
                    path.push('.');
                    path.push_str(word);
                }
                _ => break,
            }
        }
        Refusal::new(Code::DefinitionExpression).at(path)
    })
}

/// Whether a measure asks what can be asked.
fn check(measure: &Measure, at: &str) -> Result<(), Refusal> {
    let Measure::Count(Count { event, conditions }) = measure else { return Ok(()) };
    if conditions.len() > MOST_TERMS {
        return Err(Refusal::new(Code::DefinitionSize).at(format!("{at}.count.where")).with("limit", MOST_TERMS));
    }
    let holds = |condition: &Condition| match condition {
        Condition::In(codes) => *event == Event::Exits || !is_of_exits(codes.attribute()),
        Condition::Known(attribute) => *event == Event::Exits || !is_of_exits(*attribute),
        Condition::Age(ages) => match (ages.from, ages.to) {
            (None, None) => false,
            (Some(from), Some(to)) => from <= to,
            _ => true,
        },
    };
    if conditions.iter().all(holds) {
        return Ok(());
    }
    Err(Refusal::new(Code::DefinitionCondition).at(format!("{at}.count.where")))
}

/// Whether an attribute is told by an exit: nothing else has it.
fn is_of_exits(attribute: Attribute) -> bool {
    matches!(
        attribute,
        Attribute::OutcomeClass
            | Attribute::ExitSituation
            | Attribute::ContractKind
            | Attribute::TrainingKind
            | Attribute::FrenchProgress
            | Attribute::HousingAtExit
            | Attribute::FinancialAutonomy
            | Attribute::SixMonths
    )
}

/// Whether two measures can stand in one sum: of one kind, different, and no person or participation in both.
fn add_up(one: &Measure, other: &Measure) -> bool {
    match (one, other) {
        (Measure::Count(one), Measure::Count(other)) => {
            // One participation decides what conditions are asked of.
            let decided = matches!(one.event, Event::Exits | Event::FirstEntries);
            decided && one.event == other.event && exclude_each_other(one, other)
        }
        (Measure::SupportHours { kind: Some(one) }, Measure::SupportHours { kind: Some(other) }) => one != other,
        (one, other) => {
            let amounts = [one, other].into_iter().all(|measure| measure.is_money());
            amounts && one != other
        }
    }
}

fn exclude_each_other(one: &Count, other: &Count) -> bool {
    one.conditions.iter().any(|one| {
        other.conditions.iter().any(|other| match (one, other) {
            (Condition::In(one), Condition::In(other)) => {
                one.attribute() == other.attribute()
                    && one.attribute() != Attribute::SupportKind
                    && !one.codes().any(|code| other.codes().any(|known| known == code))
            }
            (Condition::Age(one), Condition::Age(other)) => {
                let below = |low: Option<u8>, high: Option<u8>| low.zip(high).is_some_and(|(low, high)| low < high);
                below(one.to, other.from) || below(other.to, one.from)
            }
            _ => false,
        })
    })
}
