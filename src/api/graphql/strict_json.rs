//! JSON as GraphQL values, where no object names a member twice.
//!
//! serde_json keeps the last of two equal members in silence; which one the caller meant cannot be known.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::{Name, Value as ConstValue};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::coercion::shown;
use super::lexical::{JsonLimits, check_json};
use crate::refusal::{Code, Refusal};

/// How many names are remembered while one text is read: more than any input has.
const NAMES_KNOWN: usize = 512;

/// Reads JSON text, whose size is checked before.
pub fn parse(text: &[u8], limits: &JsonLimits) -> Result<ConstValue, Refusal> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = &text[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
        malformed(line, column)
    })?;
    check_json(text, limits)?;
    let reading = Reading { max_members: limits.max_members, ..Reading::default() };
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = Seed(&reading).deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| match reading.odd.take() {
        Some(odd) => odd.refusal(limits),
        None => malformed(error.line(), error.column()),
    })
}

fn malformed(line: usize, column: usize) -> Refusal {
    Refusal::new(Code::JsonMalformed).with("line", line).with("column", column)
}

/// What is known while a text is read.
#[derive(Default)]
struct Reading {
    max_members: usize,
    /// The names met: those of a statement come again in every participation.
    names: RefCell<HashSet<Name>>,
    odd: RefCell<Option<Odd>>,
}

/// An object that JSON allows and we do not, and the way to it from the inside out.
struct Odd {
    steps: Vec<Step>,
    what: What,
}

#[derive(PartialEq, Eq)]
enum What {
    Repeated,
    TooManyMembers,
}

enum Step {
    Member(Name),
    Item(usize),
}

impl Odd {
    fn refusal(self, limits: &JsonLimits) -> Refusal {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Item(at) => path.push_str(&format!("[{at}]")),
                Step::Member(name) if path.is_empty() => path = shown(name),
                Step::Member(name) => path.push_str(&format!(".{}", shown(name))),
            }
        }
        match self.what {
            What::TooManyMembers => {
                let refusal = Refusal::new(Code::JsonTooManyValues).with("limit", limits.max_members);
                if path.is_empty() { refusal } else { refusal.at(path) }
            }
            What::Repeated if path.starts_with("variables.") => {
                Refusal::new(Code::VariableInvalid).with("expected", "each field once").at(path)
            }
            What::Repeated => Refusal::new(Code::RequestMalformed).at(path),
        }
    }
}

impl Reading {
    fn name(&self, name: &str) -> Name {
        let mut names = self.names.borrow_mut();
        if let Some(known) = names.get(name) {
            return known.clone();
        }
        let new = Name::new(name);
        if names.len() < NAMES_KNOWN {
            names.insert(new.clone());
        }
        new
    }

    fn refuse<E: Error>(&self, what: What, steps: Vec<Step>) -> E {
        *self.odd.borrow_mut() = Some(Odd { steps, what });
        E::custom("an object that we do not take")
    }

    /// Notes where something odd lies, once it was found.
    fn within(&self, step: impl FnOnce() -> Step) {
        if let Some(odd) = self.odd.borrow_mut().as_mut() {
            odd.steps.push(step());
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'r>(&'r Reading);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ConstValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<ConstValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A member's name.
struct NameSeed<'r>(&'r Reading);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(self.0.name(name))
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = ConstValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<ConstValue, E> {
        Ok(ConstValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<ConstValue, E> {
        Ok(ConstValue::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<ConstValue, E> {
        Ok(ConstValue::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<ConstValue, E> {
        Ok(ConstValue::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<ConstValue, E> {
        Ok(serde_json::Number::from_f64(value).map_or(ConstValue::Null, ConstValue::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<ConstValue, E> {
        Ok(ConstValue::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<ConstValue, E> {
        Ok(ConstValue::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ConstValue, A::Error> {
        let mut list = Vec::new();
        loop {
            let next = items.next_element_seed(self);
            match next.inspect_err(|_| self.0.within(|| Step::Item(list.len())))? {
                Some(item) => list.push(item),
                None => return Ok(ConstValue::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ConstValue, A::Error> {
        let mut object = IndexMap::new();
        while let Some(name) = members.next_key_seed(NameSeed(self.0))? {
            if object.len() == self.0.max_members {
                return Err(self.0.refuse(What::TooManyMembers, Vec::new()));
            }
            let Entry::Vacant(place) = object.entry(name.clone()) else {
                return Err(self.0.refuse(What::Repeated, vec![Step::Member(name)]));
            };
            let value = members.next_value_seed(self);
            place.insert(value.inspect_err(|_| self.0.within(|| Step::Member(name)))?);
        }
        Ok(ConstValue::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: JsonLimits = JsonLimits { max_levels: 8, max_values: 100, max_members: 4, ..JsonLimits::DEFAULT };

    fn refused(text: &[u8]) -> (&'static str, Option<String>) {
        let refusal = parse(text, &LIMITS).unwrap_err();
        (refusal.code.as_str(), refusal.path)
    }

    #[test]
    fn values_are_read() {
        let value = parse(br#"{"a": [1, -2, 1.5, "x\u00e9", true, null], "b": {"c": {}}}"#, &LIMITS).unwrap();
        assert_eq!(value.into_json().unwrap().to_string(), r#"{"a":[1,-2,1.5,"xé",true,null],"b":{"c":{}}}"#);
    }

    #[test]
    fn a_repeated_member_is_named() {
        let twice = br#"{"variables": {"input": {"rows": [{}, {"sex": "F", "s\u0065x": "M"}]}}}"#;
        assert_eq!(refused(twice), ("VARIABLE_INVALID", Some("variables.input.rows[1].sex".to_owned())));
        assert_eq!(refused(br#"{"query": "", "query": ""}"#), ("REQUEST_MALFORMED", Some("query".to_owned())));
        assert_eq!(refused(br#"{"7503123456": "", "7503123456": ""}"#), ("REQUEST_MALFORMED", Some("•••".to_owned())));
    }

    #[test]
    fn an_object_of_too_many_members_is_named() {
        let many = br#"{"variables": {"input": [{}, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}]}}"#;
        assert_eq!(refused(many), ("JSON_TOO_MANY_VALUES", Some("variables.input[1]".to_owned())));
        assert_eq!(refused(br#"{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1}"#), ("JSON_TOO_MANY_VALUES", None));
        assert!(parse(br#"{"a": 1, "b": 1, "c": 1, "d": 1}"#, &LIMITS).is_ok());
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [&b"{"[..], b"", b"{} {}", b"{\"a\": \"\xff\"}", b"nul", b"[1,]", b"1e999", b"\xef\xbb\xbf{}"] {
            assert_eq!(refused(text).0, "JSON_MALFORMED", "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(refused(b"[[[[[[[[[]]]]]]]]]").0, "JSON_TOO_DEEP");
    }
}
