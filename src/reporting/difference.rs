//! The difference of two versions of a project: which records and sections were added, removed or changed, field by
//! field. A pure function of the two; its order is that of places, the same on every database.

use std::collections::BTreeMap;

use super::fields::{Field, kept_fields};
use super::path::{ACTIVITIES, DECLARED_FIGURES, FINANCE, NARRATIVE, PARTICIPATIONS, Path, SECTIONS, SectionNames};
use super::record::Record;
use super::sections::Sections;
use super::statement::Reference;
use super::version::ReportVersion;

/// What a linked person is shown as: that there is one, never who.
const GIVEN: &str = "GIVEN";

/// What a version states at one place, field by field; fields without a value are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    path: Path,
    fields: BTreeMap<String, Value>,
}

/// A value as it is shown, and what it is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    shown: String,
    compared: Option<String>,
}

/// What happened to a record or section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the second version has it.
    Added,
    /// Only the first version has it.
    Removed,
    /// Both have it, not alike.
    Changed,
}

/// A field that is not alike in two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name, such as `exit.on`.
    pub field: String,
    /// Its value in the first version.
    pub before: Option<String>,
    /// Its value in the second version.
    pub after: Option<String>,
}

/// A record or section that is not alike in two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// Where it stands.
    pub path: Path,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its fields that are not alike, by name.
    pub fields: Vec<FieldChange>,
}

/// The difference of two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The first version.
    pub from: ReportVersion,
    /// The second version.
    pub to: ReportVersion,
    /// What is not alike, participations and activities by reference, then the other sections.
    pub items: Vec<ItemChange>,
}

impl Difference {
    /// How many records and sections were added, removed or changed.
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.items.iter().filter(|item| item.kind == kind).count()
    }
}

/// What a version states, place by place.
pub fn items(records: &[Record], sections: &Sections) -> Vec<Item> {
    let mut items: Vec<Item> = records.iter().map(participation).collect();
    for activity in &sections.activities {
        let mut item = Item::at(ACTIVITIES, Some(&activity.reference));
        item.put("kind", activity.kind.code());
        item.put("on", activity.on);
        item.put("hours", activity.hours);
        item.put("headcount", activity.headcount);
        items.push(item);
    }
    items.extend(sections.finance.as_ref().map(|finance| {
        let mut item = Item::at(FINANCE, None);
        item.put("spending", finance.spending);
        for part in &finance.cofinancing {
            item.put(&format!("cofinancing.{}", part.source.code()), part.amount);
        }
        item
    }));
    if !sections.declared_figures.is_empty() {
        let mut item = Item::at(DECLARED_FIGURES, None);
        for declared in &sections.declared_figures {
            item.put(declared.count.code(), declared.value);
        }
        items.push(item);
    }
    items.extend(sections.narrative.as_ref().map(|narrative| {
        let mut item = Item::at(NARRATIVE, None);
        item.put_some("achievements", narrative.achievements.as_ref());
        item.put_some("difficulties", narrative.difficulties.as_ref());
        item.put_some("outlook", narrative.outlook.as_ref());
        item
    }));
    items
}

fn participation(record: &Record) -> Item {
    let p = &record.participation;
    let mut item = Item::at(PARTICIPATIONS, Some(&p.reference));
    if let Some(person) = &p.person {
        let value = Value { shown: GIVEN.to_owned(), compared: Some(person.0.clone()) };
        item.fields.insert("identity".to_owned(), value);
    }
    for field in kept_fields().filter(|field| !matches!(field, Field::Reference | Field::Supports)) {
        item.put_some(field.name(), field.text(p));
    }
    // Hours one by one: a list as one field would say that something in it changed, not what.
    let mut hours: BTreeMap<String, u64> = BTreeMap::new();
    for support in &p.supports {
        let name = format!("supports.{}.{}", support.kind.code(), support.quarter);
        *hours.entry(name).or_default() += u64::from(support.hours);
    }
    for (name, hours) in hours {
        item.put(&name, hours);
    }
    item
}

impl Item {
    fn at(section: &'static SectionNames, reference: Option<&Reference>) -> Self {
        let path = Path { section, reference: reference.cloned(), field: None };
        Self { path, fields: BTreeMap::new() }
    }

    fn put(&mut self, field: &str, value: impl std::fmt::Display) {
        self.fields.insert(field.to_owned(), Value { shown: value.to_string(), compared: None });
    }

    fn put_some<T: std::fmt::Display>(&mut self, field: &str, value: Option<T>) {
        if let Some(value) = value {
            self.put(field, value);
        }
    }

    fn key(&self) -> (usize, Option<Reference>) {
        let place = SECTIONS.iter().position(|section| *section == self.path.section);
        (place.unwrap_or(SECTIONS.len()), self.path.reference.clone())
    }
}

/// What is not alike in two lists of items, in the order of sections and references.
pub fn compare(before: Vec<Item>, after: Vec<Item>) -> Vec<ItemChange> {
    let mut pairs: BTreeMap<_, (Option<Item>, Option<Item>)> = BTreeMap::new();
    for item in before {
        let key = item.key();
        pairs.entry(key).or_default().0 = Some(item);
    }
    for item in after {
        let key = item.key();
        pairs.entry(key).or_default().1 = Some(item);
    }
    pairs.into_values().filter_map(|(before, after)| item_change(before, after)).collect()
}

fn item_change(before: Option<Item>, after: Option<Item>) -> Option<ItemChange> {
    let (kind, path) = match (&before, &after) {
        (None, Some(item)) => (ChangeKind::Added, item.path.clone()),
        (Some(item), None) => (ChangeKind::Removed, item.path.clone()),
        (Some(item), Some(_)) => (ChangeKind::Changed, item.path.clone()),
        (None, None) => return None,
    };
    let before = before.map(|item| item.fields).unwrap_or_default();
    let after = after.map(|item| item.fields).unwrap_or_default();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let shown = |value: Option<&Value>| value.map(|value| value.shown.clone());
    let fields: Vec<FieldChange> = names
        .into_iter()
        .map(|name| (name, before.get(name), after.get(name)))
        .filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| FieldChange { field: name.clone(), before: shown(before), after: shown(after) })
        .collect();
    (kind != ChangeKind::Changed || !fields.is_empty()).then_some(ItemChange { path, kind, fields })
}
