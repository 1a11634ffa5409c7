//! What is published of a closing: tables in which a figure is shown or marked as suppressed, never blurred, never zero
//! for what is not known. Its text is fixed byte by byte, since it is what is digested and signed.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::cells::{Exact, key};
use super::counts::{Counted, CountedRow, CountedTable};
use super::grid::{Line, RATES, dimension_code, unit_code};
use super::{ContentDigest, Revision};
use crate::consolidation::answer::per_mille;
use crate::refusal::{Failure, Outcome};

/// The form of the text; another one gets another name. The first one had one dimension and one group at most, each as a
/// member of its own; it is still read.
pub const FORMAT: &str = "faisceau-closing/2";

/// Everything that is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// The form of this text.
    pub format: String,
    /// The closing's identifier.
    pub closing: String,
    /// The programme's code.
    pub programme: String,
    /// What people call the closing.
    pub name: String,
    /// The version of the grid.
    pub grid: String,
    /// The position that the figures stand at.
    pub position: String,
    /// The day that they are about.
    pub day: String,
    /// The first day counted.
    pub from: String,
    /// The last day counted.
    pub to: String,
    /// The version of the definitions.
    pub definition: String,
    /// SHA-256 of what that version says.
    pub definition_digest: String,
    /// The smallest number of people that is published.
    pub threshold: i64,
    /// On which projects the figures rest.
    pub coverage: ContentCoverage,
    /// What it corrects, and why.
    pub revises: Option<ContentRevision>,
    /// The tables.
    pub tables: Vec<ContentTable>,
}

/// On which projects the figures rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentCoverage {
    /// The last period that was due.
    pub period: Option<String>,
    /// How many projects owe a report about it.
    pub expected: usize,
    /// How many have an approved one.
    pub in_force: usize,
    /// How many have one about an earlier period only.
    pub partial: usize,
    /// How many have none.
    pub missing: usize,
    /// How many of those approved came late.
    pub late: usize,
    /// How many of those state totals only, so that no figure counts their people.
    pub aggregate_only: usize,
}

/// What a closing corrects, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRevision {
    /// The closing corrected.
    pub closing: String,
    /// Why.
    pub reason: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "AnyTable")]
pub struct ContentTable {
    /// Its code.
    pub code: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
    /// Whether persons or participations are counted.
    pub unit: String,
    /// What each place is cut by: nothing, or dimensions that are crossed.
    pub dimensions: Vec<String>,
    /// Its rows.
    pub rows: Vec<ContentRow>,
}

/// A row: a place, whole or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentRow {
    /// `NATION`, `REGION` or `PROJECT`.
    pub level: String,
    /// The place's code; empty for the nation.
    pub place: String,
    /// The place's name.
    pub place_name: String,
    /// Which part of the place: one group of each dimension named. All groups of the others are together; none is named
    /// where the place is whole.
    pub groups: Vec<ContentGroup>,
    /// Its figures.
    pub figures: Vec<ContentFigure>,
}

/// A group along a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentGroup {
    /// The dimension.
    pub dimension: String,
    /// The group's code.
    pub code: String,
    /// The group's name in English.
    pub name_en: String,
    /// The group's name in French.
    pub name_fr: String,
}

/// A table in any form: the first one had a dimension at most, and a group at most in each row.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyTable {
    code: String,
    name_en: String,
    name_fr: String,
    unit: String,
    #[serde(default)]
    dimension: Option<String>,
    #[serde(default)]
    dimensions: Vec<String>,
    rows: Vec<AnyRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnyRow {
    level: String,
    place: String,
    place_name: String,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    group_en: Option<String>,
    #[serde(default)]
    group_fr: Option<String>,
    #[serde(default)]
    groups: Vec<ContentGroup>,
    figures: Vec<ContentFigure>,
}

impl From<AnyTable> for ContentTable {
    fn from(table: AnyTable) -> Self {
        let row = |row: AnyRow| {
            let of_one = table.dimension.clone().zip(row.group).map(|(dimension, code)| ContentGroup {
                dimension,
                code,
                name_en: row.group_en.unwrap_or_default(),
                name_fr: row.group_fr.unwrap_or_default(),
            });
            let AnyRow { level, place, place_name, groups, figures, .. } = row;
            ContentRow { level, place, place_name, groups: of_one.into_iter().chain(groups).collect(), figures }
        };
        let rows = table.rows.into_iter().map(row).collect();
        let dimensions = table.dimension.clone().into_iter().chain(table.dimensions).collect();
        Self { code: table.code, name_en: table.name_en, name_fr: table.name_fr, unit: table.unit, dimensions, rows }
    }
}

/// A figure. One that is suppressed has neither value nor parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentFigure {
    /// The indicator.
    pub code: String,
    /// Whether it is kept back.
    pub suppressed: bool,
    /// The count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    /// For a rate, what is divided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<i64>,
    /// For a rate, by what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<i64>,
    /// For a rate, tenths of a percent, rounded half up; absent over nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_mille: Option<i64>,
}

impl ContentRow {
    /// The codes of its groups, by dimension.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &str)> {
        self.groups.iter().map(|group| (group.dimension.as_str(), group.code.as_str()))
    }
}

impl Content {
    /// The text that is digested, signed and served: JSON without spaces, members in a fixed order.
    pub fn text(&self) -> Outcome<String> {
        serde_json::to_string(self).map_err(|_| Failure::fault("a closing's content is no JSON"))
    }

    /// The content of a text that is kept.
    pub fn of_text(text: &str) -> Outcome<Self> {
        serde_json::from_str(text).map_err(|_| Failure::fault("a stored closing is out of form"))
    }

    /// How many counts it has, and how many of them are suppressed.
    pub fn counts(&self) -> (i64, i64) {
        let rows = self.tables.iter().flat_map(|table| &table.rows);
        let rates = |figure: &&ContentFigure| !RATES.iter().any(|rate| rate.code == figure.code);
        let figures: Vec<&ContentFigure> = rows.flat_map(|row| &row.figures).filter(rates).collect();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        (count(figures.len()), count(figures.iter().filter(|figure| figure.suppressed).count()))
    }
}

/// The digest of a content's text.
pub fn digest(text: &str) -> ContentDigest {
    ContentDigest(data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes())))
}

/// The published tables of everything counted.
pub fn tables(counted: &Counted, exact: &Exact) -> Vec<ContentTable> {
    let hidden: std::collections::BTreeMap<&str, bool> =
        exact.cells.iter().map(|cell| (cell.key.as_str(), cell.hidden)).collect();
    let table = |table: &CountedTable| ContentTable {
        code: table.table.code.to_owned(),
        name_en: table.table.name_en.to_owned(),
        name_fr: table.table.name_fr.to_owned(),
        unit: unit_code(table.table.unit).to_owned(),
        dimensions: table.table.dimensions.iter().map(|dimension| dimension_code(*dimension).to_owned()).collect(),
        rows: table
            .rows
            .iter()
            .filter(|row| table.table.levels.contains(&counted.places[row.place].level))
            .map(|row| content_row(counted, table, row, |key| hidden.get(key).copied().unwrap_or(true)))
            .collect(),
    };
    counted.tables.iter().map(table).collect()
}

fn content_row(
    counted: &Counted,
    table: &CountedTable,
    row: &CountedRow,
    is_hidden: impl Fn(&str) -> bool,
) -> ContentRow {
    let place = &counted.places[row.place];
    let shown = |line: Line| (!is_hidden(&key(place, table, row, line))).then(|| row.counts[line as usize].value);
    let blank = |code: &str, suppressed| ContentFigure {
        code: code.to_owned(),
        suppressed,
        value: None,
        numerator: None,
        denominator: None,
        per_mille: None,
    };
    let counts = table.table.lines.iter().map(|line| {
        let value = shown(*line);
        ContentFigure { value, ..blank(line.code(), value.is_none()) }
    });
    let lines = table.table.lines;
    let rates = RATES.iter().filter(|rate| lines.contains(&rate.numerator) && lines.contains(&rate.denominator));
    let rates = rates.map(|rate| match (shown(rate.numerator), shown(rate.denominator)) {
        (Some(numerator), Some(denominator)) => ContentFigure {
            numerator: Some(numerator),
            denominator: Some(denominator),
            per_mille: per_mille(numerator, denominator),
            ..blank(rate.code, false)
        },
        // A rate with one of its parts would give the other.
        _ => blank(rate.code, true),
    });
    let groups = table.groups_of(row).map(|(dimension, group)| ContentGroup {
        dimension: dimension_code(dimension).to_owned(),
        code: group.key.clone(),
        name_en: group.label_en.clone(),
        name_fr: group.label_fr.clone(),
    });
    ContentRow {
        level: place.level.code().to_owned(),
        place: place.code.clone(),
        place_name: place.name.clone(),
        groups: groups.collect(),
        figures: counts.chain(rates).collect(),
    }
}

impl From<&Revision> for ContentRevision {
    fn from(revision: &Revision) -> Self {
        Self { closing: revision.closing.to_string(), reason: revision.reason.to_string() }
    }
}
