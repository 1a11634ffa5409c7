//! The vocabulary that every definition is written in: what happens in a window, what is asked of whoever it happens
//! to, and what is counted or added up.
//!
//! It says what can be meant and knows neither rows nor figures; the roll-up gives every measure its value.

mod attribute;

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

pub use attribute::{AGE_BANDS, AgeBand, Attribute, FrenchProgress, Identity, SixMonths};

use super::question::Unit;
use crate::reporting::codes::SupportKind;

/// What happens to a participation, or to a person, in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// In a project on at least one day of the window. A person meets conditions if one such participation does.
    Supported,
    /// Entered in the window. A person meets conditions if one such participation does.
    Entries,
    /// Left in the window; a person has left when present in no selected project at its end. The last exit decides
    /// what conditions are asked of: on one day the better class, then the one recorded first.
    Exits,
    /// Present at the window's end. A person meets conditions if one such participation does.
    Present,
    /// Entered in the window, by person: the first entry decides what conditions are asked of, so that conditions which
    /// exclude each other share persons out without overlap. On one day, the one recorded first.
    FirstEntries,
}

crate::serde_as_code!(Event, Attribute);

impl Event {
    /// Every event.
    pub const ALL: [Self; 5] = [Self::Supported, Self::Entries, Self::Exits, Self::Present, Self::FirstEntries];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Supported => "SUPPORTED",
            Self::Entries => "ENTRIES",
            Self::Exits => "EXITS",
            Self::Present => "PRESENT",
            Self::FirstEntries => "FIRST_ENTRIES",
        }
    }

    /// The event of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}

/// Some codes of an attribute, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Codes {
    attribute: Attribute,
    bits: u64,
}

impl Codes {
    /// The codes of an attribute that are named; nothing if one is not of its list, or none is named.
    pub fn of<'a>(attribute: Attribute, codes: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut bits = 0_u64;
        for code in codes {
            let place = attribute.codes().iter().position(|known| *known == code)?;
            bits |= 1 << place;
        }
        (bits != 0).then_some(Self { attribute, bits })
    }

    /// The codes that say something: all but unknown, refused, not collected and the like.
    pub fn known(attribute: Attribute) -> Self {
        let said = attribute.codes().iter().enumerate().filter(|(_, code)| attribute::says_something(code));
        Self { attribute, bits: said.fold(0, |bits, (place, _)| bits | 1 << place) }
    }

    /// Whose codes they are.
    pub fn attribute(&self) -> Attribute {
        self.attribute
    }

    /// Whether the code at a place of the attribute's list is among them.
    pub fn holds(&self, place: usize) -> bool {
        self.bits >> place & 1 == 1
    }

    /// The codes, in the order of the attribute's list.
    pub fn codes(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.attribute.codes().iter().enumerate().filter(|(place, _)| self.holds(*place)).map(|(_, code)| *code)
    }
}

/// Something asked of a participation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Condition {
    /// Its value is one of some codes; of supports, one received is.
    In(Codes),
    /// Its value says something: it is not unknown, refused, not collected or the like.
    Known(Attribute),
    /// The year of entry less the year of birth lies between two numbers of years.
    Age(Ages),
}

/// Ages in whole years, both ends included; an unknown age lies in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ages {
    /// The lowest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u8>,
    /// The highest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u8>,
}

impl Ages {
    /// Whether an age lies between them.
    pub fn hold(&self, age: u8) -> bool {
        self.from.is_none_or(|from| age >= from) && self.to.is_none_or(|to| age <= to)
    }
}

/// What is counted: an event, of participations that meet every condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Count {
    /// What happens.
    pub event: Event,
    /// What is asked, in order and each once.
    #[serde(default, rename = "where", skip_serializing_if = "Vec::is_empty", deserialize_with = "in_order")]
    pub conditions: Vec<Condition>,
}

/// Something that can be counted or added up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Measure {
    /// Participations, or persons.
    Count(Count),
    /// Hours of support of one kind, or of every kind, in the quarters whose last day lies in the window.
    #[serde(rename_all = "camelCase")]
    SupportHours {
        /// The kind; every kind if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<SupportKind>,
    },
    /// Projects whose agreement meets the window.
    Projects,
    /// Organisations that lead or join these projects, each once.
    Organisations,
    /// Their grants, whole, in cents.
    Grants,
    /// Their eligible cost, whole, in cents.
    EligibleCost,
    /// Payments made in the window and not cancelled, in cents.
    Payments,
    /// Spending declared in the window, in cents: the difference of cumulative statements; nothing where none is.
    DeclaredSpending,
    /// The participants that these projects aim at, persons.
    Target,
}

impl Measure {
    /// A count of whoever meets every condition.
    pub fn count(event: Event, conditions: impl IntoIterator<Item = Condition>) -> Self {
        let mut conditions: Vec<Condition> = conditions.into_iter().collect();
        conditions.sort_unstable();
        conditions.dedup();
        Self::Count(Count { event, conditions })
    }

    /// Whether it is told of projects, and so accepts filters on projects only.
    pub fn is_of_projects(&self) -> bool {
        !matches!(self, Self::Count(_) | Self::SupportHours { .. })
    }

    /// Whether it is an amount in cents.
    pub fn is_money(&self) -> bool {
        matches!(self, Self::Grants | Self::EligibleCost | Self::Payments | Self::DeclaredSpending)
    }

    /// Whether persons and participations are counted apart.
    pub fn is_by_unit(&self) -> bool {
        matches!(self, Self::Count(_))
    }
}

/// Measures asked for together, each once, in order.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    list: Vec<Measure>,
    places: HashMap<Measure, usize>,
}

impl PartialEq for Measures {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Measures {}

impl std::hash::Hash for Measures {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.list.hash(state);
    }
}

impl Measures {
    /// These measures, each once.
    pub fn of(measures: impl IntoIterator<Item = Measure>) -> Arc<Self> {
        let mut list: Vec<Measure> = measures.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        let places = list.iter().cloned().enumerate().map(|(place, measure)| (measure, place)).collect();
        Arc::new(Self { list, places })
    }

    /// The measures, in order.
    pub fn list(&self) -> &[Measure] {
        &self.list
    }

    /// The place of a measure among them.
    pub fn place(&self, measure: &Measure) -> Option<usize> {
        self.places.get(measure).copied()
    }
}

/// The value of every measure asked for, by unit; nothing where it is not applicable.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cell {
    /// What was asked for.
    pub measures: Arc<Measures>,
    /// One pair per measure: by participation, by person. What is not told by unit is the same in both.
    pub values: Vec<[Option<i64>; 2]>,
}

impl Cell {
    /// The value of a measure; nothing if it is not applicable, or was not asked for.
    pub fn value(&self, measure: &Measure, unit: Unit) -> Option<i64> {
        let place = self.measures.place(measure)?;
        self.values[place][usize::from(unit == Unit::Person)]
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCodes<S> {
    attribute: Attribute,
    codes: Vec<S>,
}

impl Serialize for Codes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        NamedCodes { attribute: self.attribute, codes: self.codes().collect() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let NamedCodes { attribute, codes } = NamedCodes::<String>::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("not codes of {}", attribute.code()));
        Self::of(attribute, codes.iter().map(String::as_str)).ok_or_else(unknown)
    }
}

fn in_order<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Condition>, D::Error> {
    let mut conditions = Vec::<Condition>::deserialize(deserializer)?;
    conditions.sort_unstable();
    conditions.dedup();
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_is_written_in_one_way_and_read_strictly() {
        let women = Condition::In(Codes::of(Attribute::Sex, ["F"]).unwrap());
        let young = Condition::Age(Ages { from: Some(18), to: Some(29) });
        let measure = Measure::count(Event::FirstEntries, [young, women, young]);
        let json = r#"{"count":{"event":"FIRST_ENTRIES","where":[{"in":{"attribute":"SEX","codes":["F"]}},{"age":{"from":18,"to":29}}]}}"#;
        assert_eq!(serde_json::to_string(&measure).unwrap(), json);
        let turned = r#"{"count":{"event":"FIRST_ENTRIES","where":[{"age":{"from":18,"to":29}},{"in":{"attribute":"SEX","codes":["F","F"]}}]}}"#;
        for text in [json, turned] {
            assert_eq!(serde_json::from_str::<Measure>(text).unwrap(), measure);
        }
        assert_eq!(serde_json::to_string(&Measure::SupportHours { kind: None }).unwrap(), r#"{"supportHours":{}}"#);
        assert_eq!(serde_json::to_string(&Measure::Grants).unwrap(), r#""grants""#);
        for wrong in [
            r#"{"count":{"event":"NOTHING"}}"#,
            r#"{"count":{"event":"EXITS","were":[]}}"#,
            r#"{"count":{"event":"EXITS","where":[{"in":{"attribute":"SEX","codes":["W"]}}]}}"#,
            r#"{"count":{"event":"EXITS","where":[{"in":{"attribute":"SEX","codes":[]}}]}}"#,
            r#"{"count":{"event":"EXITS","where":[{"known":"COLOUR"}]}}"#,
            r#"{"count":{"event":"EXITS","where":[{"age":{"form":18}}]}}"#,
        ] {
            assert!(serde_json::from_str::<Measure>(wrong).is_err(), "{wrong}");
        }
    }
}
