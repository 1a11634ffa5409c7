//! One JSON object per line: its member `identity` becomes `{"stageOne":"…"}`, or `null` where the number cannot be used;
//! every other byte stays as it was.

use std::io::{BufRead, BufReader, Read, Write};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{Desk, unreadable};
use crate::refusal::{Failure, Outcome};
use crate::reporting::fields::Field;
use crate::reporting::identity::{Scheme, StageOne};

/// Writes a file anew.
pub(super) fn rewrite(file: impl Read, desk: &mut Desk<'_, impl Write>) -> Outcome<()> {
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let (mut bytes, mut line) = (Zeroizing::new(Vec::new()), 0);
    loop {
        bytes.clear();
        if file.read_until(b'\n', &mut bytes).map_err(|error| unreadable(&error))? == 0 {
            break;
        }
        line += 1;
        let text = std::str::from_utf8(&bytes).map_err(|_| failed(line, "is not UTF-8"))?;
        let json = if line == 1 { text.trim_start_matches('\u{feff}') } else { text };
        if json.trim().is_empty() {
            desk.write(&bytes)?;
            continue;
        }
        // The parser's own words may repeat a value.
        let members: Members<'_> = serde_json::from_str(json).map_err(|_| failed(line, "is not one JSON object"))?;
        match members.identity(line)? {
            None => {
                desk.tally.absent_count += 1;
                desk.write(&bytes)?;
            }
            Some(raw) => {
                let new = turned(raw, line, desk);
                // The raw value is a part of the line: the place of the one within the other.
                let begin = raw.get().as_ptr() as usize - bytes.as_ptr() as usize;
                desk.write(&bytes[..begin])?;
                desk.write(new.as_deref().unwrap_or(raw.get()).as_bytes())?;
                desk.write(&bytes[begin + raw.get().len()..])?;
            }
        }
    }
    let tally = &desk.tally;
    if tally.pseudonymised_count + tally.unusable_count() == 0 {
        return Err(Failure::fault("no line has an identity number; nothing was done"));
    }
    Ok(())
}

fn failed(line: u64, what: &str) -> Failure {
    Failure::fault(format!("line {line} {what}; nothing was done"))
}

/// What takes the place of an identity; nothing if it stays.
fn turned(raw: &RawValue, line: u64, desk: &mut Desk<'_, impl Write>) -> Option<String> {
    let stage_one = match serde_json::from_str(raw.get()) {
        Ok(None | Some(Sent { number: None, stage_one: None })) => {
            desk.tally.absent_count += 1;
            return None;
        }
        Ok(Some(Sent { number: None, stage_one: Some(text) })) if StageOne::parse(&text).is_some() => {
            desk.tally.kept_count += 1;
            return None;
        }
        Ok(Some(Sent { number: Some(number), stage_one: None })) => {
            let value = Zeroizing::new(number.value);
            desk.stage_one(line, Scheme::of_code(&number.scheme), &value)
        }
        _ => {
            desk.malformed(line);
            None
        }
    };
    Some(stage_one.map_or_else(|| "null".to_owned(), |text| format!("{{\"stageOne\":\"{text}\"}}")))
}

/// An identity as it is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Sent {
    number: Option<Number>,
    stage_one: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    scheme: String,
    value: String,
}

/// The members of an object, each value as it is written.
struct Members<'l>(Vec<(String, &'l RawValue)>);

impl<'l> Members<'l> {
    /// The identity. Refuses a line in which one could stand where nobody looks for it.
    fn identity(&self, line: u64) -> Outcome<Option<&'l RawValue>> {
        let mut identities = self.0.iter().filter(|(name, _)| name == "identity").map(|(_, raw)| *raw);
        let identity = identities.next();
        if identities.next().is_some() {
            return Err(failed(line, "has two identities"));
        }
        let elsewhere = |name: &str| Field::of_header(name).is_some_and(|field| field >= Field::IdentityScheme);
        if self.0.iter().any(|(name, _)| elsewhere(name)) {
            return Err(failed(line, "has an identity outside of its member `identity`"));
        }
        Ok(identity)
    }
}

impl<'de: 'l, 'l> Deserialize<'de> for Members<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
