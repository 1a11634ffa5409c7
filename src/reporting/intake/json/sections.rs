//! Sections in JSON, by the names that they have in the API.

use serde_json::{Map, Value};

use crate::directory::money::Cents;
use crate::refusal::{Code, Refusal};
use crate::reporting::codes::{DeclaredCount, FundingSource, SupportKind};
use crate::reporting::intake::Intake;
use crate::reporting::sections::{Activity, Cofinancing, DeclaredFigure, Finance, MOST_PEOPLE, Narrative};
use crate::reporting::statement::parse_day;

/// The sections by their names in the API.
pub const NAMES: [&str; 4] = ["activities", "finance", "declaredFigures", "narrative"];

type Read<T> = Result<T, Refusal>;

/// Reads a section into what was taken in.
pub fn read(name: &str, value: &Value, line: Option<u32>, intake: &mut Intake) {
    let sections = &mut intake.content.sections;
    let (twice, read) = match name {
        "activities" => (
            sections.activities.is_some(),
            each(value, name, activity).map(|activities| sections.activities = Some(activities)),
        ),
        "finance" => (sections.finance.is_some(), finance(value).map(|finance| sections.finance = Some(finance))),
        "declaredFigures" => (
            sections.declared_figures.is_some(),
            each(value, name, figure).map(|figures| sections.declared_figures = Some(figures)),
        ),
        _ => (sections.narrative.is_some(), narrative(value).map(|narrative| sections.narrative = Some(narrative))),
    };
    let refused = if twice { Some(Refusal::new(Code::FieldTwice).at(name)) } else { read.err() };
    if let Some(refusal) = refused {
        intake.refuse(line, refusal);
    }
}

/// The members of an object that has no others than those named.
fn object<'a>(value: &'a Value, path: &str, names: &[&str]) -> Read<&'a Map<String, Value>> {
    let object = value.as_object().ok_or_else(|| Refusal::new(Code::RequestMalformed).at(path))?;
    match object.keys().all(|name| names.contains(&name.as_str())) {
        true => Ok(object),
        false => Err(Refusal::new(Code::MemberUnknown).at(path)),
    }
}

fn text<'a>(object: &'a Map<String, Value>, path: &str, name: &str) -> Read<&'a str> {
    let missing = || Refusal::new(Code::FieldMissing).at(format!("{path}.{name}"));
    object.get(name).and_then(Value::as_str).ok_or_else(missing)
}

fn number(object: &Map<String, Value>, path: &str, name: &str, limit: u32) -> Read<u32> {
    let invalid = || Refusal::new(Code::CountInvalid).at(format!("{path}.{name}")).with("limit", limit);
    let number = object.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    number.filter(|number| *number <= limit).ok_or_else(invalid)
}

fn coded<T>(of_code: fn(&str) -> Option<T>, code: &str, path: String, list: &'static str) -> Read<T> {
    of_code(code).ok_or_else(|| Refusal::new(Code::CodeUnknown).at(path).with("list", list))
}

fn each<T>(value: &Value, name: &str, read: fn(&Value, &str) -> Read<T>) -> Read<Vec<T>> {
    let list = value.as_array().ok_or_else(|| Refusal::new(Code::RequestMalformed).at(name))?;
    list.iter().enumerate().map(|(place, one)| read(one, &format!("{name}[{place}]"))).collect()
}

fn activity(value: &Value, path: &str) -> Read<Activity> {
    let members = object(value, path, &["reference", "kind", "on", "hours", "headcount"])?;
    let on = parse_day(text(members, path, "on")?);
    Ok(Activity {
        reference: text(members, path, "reference")?
            .parse()
            .map_err(|refusal: Refusal| refusal.at(format!("{path}.reference")))?,
        kind: coded(SupportKind::of_code, text(members, path, "kind")?, format!("{path}.kind"), "SUPPORT_KIND")?,
        on: on.ok_or_else(|| Refusal::new(Code::DateInvalid).at(format!("{path}.on")))?,
        hours: number(members, path, "hours", crate::reporting::intake::draft::MOST_HOURS)?,
        headcount: number(members, path, "headcount", MOST_PEOPLE)?,
    })
}

fn amount(object: &Map<String, Value>, path: &str, name: &str) -> Read<Cents> {
    text(object, path, name)?.parse().map_err(|refusal: Refusal| refusal.at(format!("{path}.{name}")))
}

fn finance(value: &Value) -> Read<Finance> {
    let members = object(value, "finance", &["spending", "cofinancing"])?;
    let cofinancing = match members.get("cofinancing") {
        None | Some(Value::Null) => Vec::new(),
        Some(list) => each(list, "finance.cofinancing", |one, path| {
            let members = object(one, path, &["source", "amount"])?;
            let source = text(members, path, "source")?;
            let source = coded(FundingSource::of_code, source, format!("{path}.source"), "FUNDING_SOURCE")?;
            Ok(Cofinancing { source, amount: amount(members, path, "amount")? })
        })?,
    };
    Ok(Finance { spending: amount(members, "finance", "spending")?, cofinancing })
}

fn figure(value: &Value, path: &str) -> Read<DeclaredFigure> {
    let members = object(value, path, &["count", "value"])?;
    let count = text(members, path, "count")?;
    let count = coded(DeclaredCount::of_code, count, format!("{path}.count"), "DECLARED_COUNT")?;
    Ok(DeclaredFigure { count, value: number(members, path, "value", MOST_PEOPLE)? })
}

fn narrative(value: &Value) -> Read<Narrative> {
    let members = object(value, "narrative", &["achievements", "difficulties", "outlook"])?;
    let passage = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(words)) if words.trim().is_empty() => Ok(None),
        Some(Value::String(words)) => {
            words.parse().map(Some).map_err(|refusal: Refusal| refusal.at(format!("narrative.{name}")))
        }
        Some(_) => Err(Refusal::new(Code::RequestMalformed).at(format!("narrative.{name}"))),
    };
    Ok(Narrative {
        achievements: passage("achievements")?,
        difficulties: passage("difficulties")?,
        outlook: passage("outlook")?,
    })
}
