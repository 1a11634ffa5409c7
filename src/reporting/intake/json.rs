//! JSON: one object per line (NDJSON), or a whole document as GraphQL has it.
//!
//! A line is a participation; or, under one member, a section or a justification: `{"finance": {…}}`.

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use super::csv::{finish, read_operation};
use super::{Draft, FileLimits, Guarded, Intake, Style};
use crate::refusal::{Code, Outcome, Refusal};
use crate::reporting::codes::SupportKind;
use crate::reporting::fields::Field;
use crate::reporting::identity::ProgrammeKey;
use crate::reporting::reason::ReasonAnswer;
use crate::reporting::rules::JustifiedWarning;
use crate::reporting::statement::Support;

mod sections;
mod strict;

pub use strict::parse_strictly;

/// Whether a member of a document belongs to its statement.
pub fn is_statement_member(name: &str) -> bool {
    matches!(name, "participations" | "removals" | "justifications" | "answers") || sections::NAMES.contains(&name)
}

/// Reads a statement from lines of JSON; `step` is told how many were read and may end the reading.
pub fn read_lines(file: impl Read, key: &ProgrammeKey, step: &mut dyn FnMut(usize) -> Outcome<()>) -> Outcome<Intake> {
    let mut intake = Intake::default();
    let limits = FileLimits { quotes: false, ..FileLimits::default() };
    let mut guarded = Guarded::new(file, limits);
    let mut reader = BufReader::with_capacity(64 * 1024, &mut guarded);
    let (mut bytes, mut line) = (Vec::with_capacity(1024), 0_u32);
    let broken = loop {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes) {
            Ok(0) => break false,
            Ok(_) => line += 1,
            Err(_) => break true,
        }
        let text = if line == 1 { bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&bytes) } else { &bytes };
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match parse_strictly(text) {
            Ok(Value::Object(object)) => read_object(&object, Some(line), key, &mut intake),
            Ok(_) => intake.refuse(Some(line), Code::RequestMalformed.into()),
            Err(refusal) if refusal.code == Code::EncodingNotUtf8 => {
                intake.refuse(Some(line), refusal);
                break false;
            }
            Err(refusal) => intake.refuse(Some(line), refusal),
        }
        step(intake.content.participations.len())?;
        if !intake.goes_on() {
            break false;
        }
    };
    drop(reader);
    if broken {
        intake.refuse(None, guarded.refusal().cloned().unwrap_or_else(|| Code::BodyIncomplete.into()));
    }
    Ok(intake)
}

/// Reads a statement from one document: `participations`, `removals`, `justifications`, `answers` and sections. Members that
/// are not of the statement are the caller's to read.
pub fn read_document(document: &Map<String, Value>, key: &ProgrammeKey) -> Intake {
    let mut intake = Intake::default();
    for (place, one) in list(document, "participations", &mut intake).iter().enumerate() {
        let before = intake.refusals.len();
        match one {
            Value::Object(object) => read_participation(object, None, key, &mut intake),
            _ => intake.refuse(None, Code::RequestMalformed.into()),
        }
        within(&mut intake, before, &format!("participations[{place}]"));
        if !intake.goes_on() {
            return intake;
        }
    }
    for (place, one) in list(document, "removals", &mut intake).iter().enumerate() {
        match one.as_str().map(str::parse) {
            Some(Ok(reference)) => intake.remove(reference),
            Some(Err(refusal)) => intake.refuse(None, Refusal::at(refusal, format!("removals[{place}]"))),
            None => intake.refuse(None, Refusal::new(Code::RequestMalformed).at(format!("removals[{place}]"))),
        }
    }
    for (place, one) in list(document, "justifications", &mut intake).iter().enumerate() {
        let before = intake.refusals.len();
        read_justification(one, None, &mut intake);
        within(&mut intake, before, &format!("justifications[{place}]"));
    }
    for (place, one) in list(document, "answers", &mut intake).iter().enumerate() {
        let before = intake.refusals.len();
        read_answer(one, None, &mut intake);
        within(&mut intake, before, &format!("answers[{place}]"));
    }
    for name in sections::NAMES {
        if let Some(value) = document.get(name).filter(|value| !value.is_null()) {
            sections::read(name, value, None, &mut intake);
        }
    }
    intake
}

fn list<'a>(document: &'a Map<String, Value>, name: &str, intake: &mut Intake) -> &'a [Value] {
    match document.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list,
        Some(_) => {
            intake.refuse(None, Refusal::new(Code::RequestMalformed).at(name));
            &[]
        }
    }
}

/// Puts refusals since a moment within a place.
fn within(intake: &mut Intake, since: usize, place: &str) {
    for refused in &mut intake.refusals[since..] {
        let path = refused.refusal.path.take();
        refused.refusal.path = Some(path.map_or_else(|| place.to_owned(), |path| format!("{place}.{path}")));
    }
}

fn read_object(object: &Map<String, Value>, line: Option<u32>, key: &ProgrammeKey, intake: &mut Intake) {
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) if name == "justification" => read_justification(value, line, intake),
        (Some((name, value)), None) if name == "answer" => read_answer(value, line, intake),
        (Some((name, value)), None) if sections::NAMES.contains(&name.as_str()) => {
            sections::read(name, value, line, intake);
        }
        _ => read_participation(object, line, key, intake),
    }
}

fn read_participation(object: &Map<String, Value>, line: Option<u32>, key: &ProgrammeKey, intake: &mut Intake) {
    let (mut draft, mut removes) = (Draft::default(), false);
    for (name, value) in object {
        match (name.as_str(), value) {
            ("operation", Value::String(text)) => match read_operation(text) {
                Ok(remove) => removes = remove,
                Err(refusal) => intake.refuse(line, refusal),
            },
            ("supports", Value::Array(supports)) => read_supports(supports, line, &mut draft, intake),
            ("exit" | "followUp" | "identity", Value::Object(inner)) => {
                read_members(inner, name, line, &mut draft, intake);
            }
            ("exit" | "followUp" | "identity" | "supports", Value::Null) => {}
            _ => read_member(name, value, line, &mut draft, intake),
        }
    }
    finish(draft, removes, line, key, intake);
}

fn read_members(object: &Map<String, Value>, path: &str, line: Option<u32>, draft: &mut Draft, intake: &mut Intake) {
    for (name, value) in object {
        let name = format!("{path}.{name}");
        match value {
            Value::Object(inner) if name == "identity.number" => read_members(inner, &name, line, draft, intake),
            _ => read_member(&name, value, line, draft, intake),
        }
    }
}

fn read_member(name: &str, value: &Value, line: Option<u32>, draft: &mut Draft, intake: &mut Intake) {
    // `supports` is a list here, and `identity.agdref` a header only.
    let of_api = |field: &Field| {
        !matches!(field, Field::Supports | Field::IdentityAgdref | Field::IdentityNir | Field::IdentityProgramme)
    };
    let Some(field) = Field::of_name(name).filter(of_api) else {
        // The member's name is not repeated: it may be anything.
        return intake.refuse(line, Code::MemberUnknown.into());
    };
    let read = match value {
        Value::Null => Ok(()),
        Value::String(text) => draft.read(field, text, Style::Exact),
        Value::Number(number) if field == Field::BirthYear => draft.read(field, &number.to_string(), Style::Exact),
        _ => Err(Refusal::new(Code::RequestMalformed).at(field.name())),
    };
    if let Err(refusal) = read {
        intake.refuse(line, refusal);
    }
}

fn read_supports(supports: &[Value], line: Option<u32>, draft: &mut Draft, intake: &mut Intake) {
    for (place, support) in supports.iter().enumerate() {
        let read = || {
            let object = support.as_object().filter(|object| object.len() == 3)?;
            let text = |name: &str| object.get(name)?.as_str();
            let hours = u32::try_from(object.get("hours")?.as_u64()?).ok()?;
            let kind = SupportKind::of_code(text("kind")?)?;
            let quarter = text("quarter")?.parse().ok()?;
            (hours <= super::draft::MOST_HOURS).then_some(Support { kind, quarter, hours })
        };
        match read() {
            Some(support) => draft.put_support(support),
            None => {
                let limit = super::draft::MOST_HOURS;
                let invalid = Refusal::new(Code::SupportsInvalid).with("limit", limit);
                intake.refuse(line, invalid.at(format!("supports[{place}]")));
            }
        }
    }
}

fn read_justification(value: &Value, line: Option<u32>, intake: &mut Intake) {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let known =
        |object: &Map<String, Value>| object.keys().all(|name| matches!(name.as_str(), "code" | "path" | "text"));
    match (value.as_object().filter(|object| known(object)), text("code"), text("text")) {
        (Some(_), Some(code), Some(words)) => match words.parse() {
            Ok(words) => {
                let path = text("path").map(str::to_owned);
                intake.justifications.push(JustifiedWarning { code: code.to_owned(), path, text: words });
            }
            Err(refusal) => intake.refuse(line, Refusal::at(refusal, "text")),
        },
        _ => intake.refuse(line, Refusal::new(Code::RequestMalformed).at("justification")),
    }
}

fn read_answer(value: &Value, line: Option<u32>, intake: &mut Intake) {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let known = |object: &Map<String, Value>| object.keys().all(|name| matches!(name.as_str(), "reason" | "text"));
    match (value.as_object().filter(|object| known(object)), text("reason"), text("text")) {
        (Some(_), Some(reason), Some(words)) => match ReasonAnswer::parse(reason, words) {
            Ok(answer) => intake.answers.push(answer),
            Err(refusal) => intake.refuse(line, refusal),
        },
        _ => intake.refuse(line, Refusal::new(Code::RequestMalformed).at("answer")),
    }
}
