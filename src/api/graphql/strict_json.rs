//! JSON as GraphQL values, where no object names a member twice.
//!
//! serde_json keeps the last of two equal members in silence; which one the caller meant cannot be known.

use std::cell::RefCell;
use std::fmt;

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Value as ConstValue};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::coercion::shown;
use super::lexical::check_json_nesting;
use crate::refusal::{Code, Refusal};

/// Reads JSON text, whose nesting is checked before.
pub fn parse(text: &[u8], max_levels: usize) -> Result<ConstValue, Refusal> {
    check_json_nesting(text, max_levels)?;
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = &text[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
        malformed(line, column)
    })?;
    let reading = Reading::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = Seed(&reading).deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| match reading.repeated.take() {
        Some(path) if path.starts_with("variables.") => {
            Refusal::new(Code::VariableInvalid).with("expected", "each field once").at(path)
        }
        Some(path) => Refusal::new(Code::RequestMalformed).at(path),
        None => malformed(error.line(), error.column()),
    })
}

fn malformed(line: usize, column: usize) -> Refusal {
    Refusal::new(Code::JsonMalformed).with("line", line).with("column", column)
}

/// The way to the value being read, and the member found twice.
#[derive(Default)]
struct Reading {
    path: RefCell<Vec<Step>>,
    repeated: RefCell<Option<String>>,
}

enum Step {
    Member(Name),
    Item(usize),
}

impl Reading {
    fn path(&self) -> String {
        let mut path = String::new();
        for step in self.path.borrow().iter() {
            match step {
                Step::Item(at) => path.push_str(&format!("[{at}]")),
                Step::Member(name) if path.is_empty() => path = shown(name),
                Step::Member(name) => path.push_str(&format!(".{}", shown(name))),
            }
        }
        path
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
            self.0.path.borrow_mut().push(Step::Item(list.len()));
            let next = items.next_element_seed(self)?;
            self.0.path.borrow_mut().pop();
            match next {
                Some(item) => list.push(item),
                None => return Ok(ConstValue::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ConstValue, A::Error> {
        let mut object = IndexMap::new();
        while let Some(name) = members.next_key::<String>()? {
            let name = Name::new(name);
            self.0.path.borrow_mut().push(Step::Member(name.clone()));
            if object.contains_key(&name) {
                *self.0.repeated.borrow_mut() = Some(self.0.path());
                return Err(A::Error::custom("a member stands twice"));
            }
            let value = members.next_value_seed(self)?;
            self.0.path.borrow_mut().pop();
            object.insert(name, value);
        }
        Ok(ConstValue::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &[u8]) -> (&'static str, Option<String>) {
        let refusal = parse(text, 8).unwrap_err();
        (refusal.code.as_str(), refusal.path)
    }

    #[test]
    fn values_are_read() {
        let value = parse(br#"{"a": [1, -2, 1.5, "x\u00e9", true, null], "b": {"c": {}}}"#, 8).unwrap();
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
    fn what_is_not_json_is_refused() {
        for text in [&b"{"[..], b"", b"{} {}", b"{\"a\": \"\xff\"}", b"nul", b"[1,]", b"1e999", b"\xef\xbb\xbf{}"] {
            assert_eq!(refused(text).0, "JSON_MALFORMED", "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(refused(b"[[[[[[[[[]]]]]]]]]").0, "JSON_TOO_DEEP");
    }
}
