//! A statement of the story as the file that its partner would send: JSON lines, or a spreadsheet with French headers.

use serde_json::{Map, Value, json};

use super::people::Person;
use crate::reporting::fields::{Field, kept_fields};
use crate::reporting::rules::JustifiedWarning;
use crate::reporting::sections::Sections;
use crate::reporting::statement::{Participation, Statement};

/// A statement as JSON lines: its participations, its sections, and answers to warnings. People are given with the
/// participations, in their order.
pub(super) fn lines(statement: &Statement, people: &[&Person], answers: &[JustifiedWarning]) -> String {
    let mut lines = String::with_capacity(statement.participations.len() * 640);
    let mut push = |value: Value| {
        lines.push_str(&value.to_string());
        lines.push('\n');
    };
    for (one, person) in statement.participations.iter().zip(people) {
        push(record(one, person));
    }
    for (name, section) in sections(&statement.sections) {
        push(json!({ name: section }));
    }
    for answer in answers {
        push(json!({ "justification": { "code": answer.code, "text": answer.text } }));
    }
    lines
}

/// A participation as the API has it.
fn record(one: &Participation, person: &Person) -> Value {
    let mut record = Map::new();
    for field in kept_fields() {
        let Some(text) = field.text(one) else { continue };
        match field.name().split_once('.') {
            _ if field == Field::Supports => {
                let support = |support: &crate::reporting::statement::Support| json!({ "kind": support.kind, "quarter": support.quarter, "hours": support.hours });
                record.insert(field.name().to_owned(), one.supports.iter().map(support).collect());
            }
            None => {
                record.insert(field.name().to_owned(), text.into());
            }
            Some((group, name)) => {
                let group = record.entry(group).or_insert_with(|| json!({}));
                group[name] = text.into();
            }
        }
    }
    if let Some((scheme, value)) = &person.number {
        record.insert("identity".to_owned(), json!({ "number": { "scheme": scheme.code(), "value": value } }));
    }
    Value::Object(record)
}

/// The sections that state something, by their names in the API.
fn sections(sections: &Sections) -> Vec<(&'static str, Value)> {
    let mut named = Vec::new();
    if !sections.activities.is_empty() {
        named.push(("activities", json!(sections.activities)));
    }
    if let Some(finance) = &sections.finance {
        let received = finance.cofinancing.iter();
        let received: Vec<_> =
            received.map(|one| json!({ "source": one.source, "amount": one.amount.to_string() })).collect();
        named.push(("finance", json!({ "spending": finance.spending.to_string(), "cofinancing": received })));
    }
    if !sections.declared_figures.is_empty() {
        named.push(("declaredFigures", json!(sections.declared_figures)));
    }
    if let Some(narrative) = &sections.narrative {
        named.push(("narrative", json!(narrative)));
    }
    named
}

/// The columns of a spreadsheet: what is kept, and the numbers that people have.
fn columns() -> impl Iterator<Item = Field> {
    kept_fields().chain([Field::IdentityScheme, Field::IdentityValue])
}

/// Participations as a French spreadsheet saves them: `;`, French headers, days as `31/12/2023`, a byte-order mark.
pub(super) fn table(statement: &Statement, people: &[&Person]) -> String {
    let headers: Vec<&str> = columns().map(Field::header_fr).collect();
    let mut table = format!("\u{feff}{}\r\n", headers.join(";"));
    for (one, person) in statement.participations.iter().zip(people) {
        let cells: Vec<String> = columns().map(|field| cell(field, one, person)).collect();
        table.push_str(&cells.join(";"));
        table.push_str("\r\n");
    }
    table
}

fn cell(field: Field, one: &Participation, person: &Person) -> String {
    let number = person.number.as_ref();
    match field {
        Field::IdentityScheme => number.map_or_else(String::new, |(scheme, _)| scheme.code().to_owned()),
        Field::IdentityValue => number.map_or_else(String::new, |(_, value)| value.clone()),
        Field::Supports => {
            let support = one.supports.iter().map(|one| format!("{}:{}:{}", one.kind.code(), one.quarter, one.hours));
            support.collect::<Vec<_>>().join("|")
        }
        _ => {
            let text = field.text(one).unwrap_or_default();
            if is_day(field) { french_day(&text) } else { text }
        }
    }
}

fn is_day(field: Field) -> bool {
    matches!(
        field,
        Field::EntryOn | Field::ExitOn | Field::ExitContractFrom | Field::ExitContractTo | Field::FollowUpObservedOn
    )
}

fn french_day(text: &str) -> String {
    let parts: Vec<&str> = text.rsplit('-').collect();
    parts.join("/")
}
