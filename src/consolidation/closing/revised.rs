//! What a closing changed of the one that it corrects: figure by figure, from what both published. By whose reports, staff
//! alone are told: to others that would be a figure of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Exact, ExactCell, count_key, named};
use super::change::Change;
use super::content::{Content, ContentFigure, ContentRow, ContentTable};
use super::operations::is_staff;
use super::store;
use crate::access::{Desk, Scope};
use crate::id::ClosingId;
use crate::refusal::Outcome;

/// A figure that a correction changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFigure {
    /// The table's code.
    pub table: String,
    /// Whether persons or participations are counted.
    pub unit: String,
    /// `NATION`, `REGION` or `PROJECT`.
    pub level: String,
    /// The place's code; empty for the nation.
    pub place: String,
    /// The place's name.
    pub place_name: String,
    /// The groups, such as `SEX=F,AGE_BAND=FROM_18_TO_24`; absent where the place is whole.
    pub group: Option<String>,
    /// The indicator's code.
    pub code: String,
    /// What was published before; absent if the figure had no place there.
    pub before: Option<ContentFigure>,
    /// What is published now; absent if the figure has no place any more.
    pub after: Option<ContentFigure>,
    /// The codes of the projects whose own counts changed; empty to whoever is not staff.
    pub projects: Vec<String>,
}

/// A figure's place in a closing: its table, level, place and groups, and its indicator.
type At<'a> = (&'a str, &'a str, &'a str, String, &'a str);

/// The figures that differ between two closings, in the order of the later one.
pub fn changes(before: &Content, now: &Content) -> Vec<ChangedFigure> {
    let earlier: BTreeMap<At<'_>, &ContentFigure> = figures(before).map(|(at, _, _, figure)| (at, figure)).collect();
    let later: BTreeSet<At<'_>> = figures(now).map(|(at, ..)| at).collect();
    let changed = figures(now).filter(|(at, _, _, figure)| earlier.get(at) != Some(figure));
    let changed = changed.map(|(at, table, row, figure)| {
        let before = earlier.get(&at).map(|figure| (*figure).clone());
        changed_figure(table, row, &figure.code, before, Some(figure.clone()))
    });
    let gone = figures(before).filter(|(at, ..)| !later.contains(at));
    let gone = gone.map(|(_, table, row, figure)| changed_figure(table, row, &figure.code, Some(figure.clone()), None));
    changed.chain(gone).collect()
}

fn figures(content: &Content) -> impl Iterator<Item = (At<'_>, &ContentTable, &ContentRow, &ContentFigure)> {
    content.tables.iter().flat_map(|table| {
        table.rows.iter().flat_map(move |row| {
            row.figures.iter().map(move |figure| {
                let at = (&*table.code, &*row.level, &*row.place, named(row.groups()), &*figure.code);
                (at, table, row, figure)
            })
        })
    })
}

fn changed_figure(
    table: &ContentTable,
    row: &ContentRow,
    code: &str,
    before: Option<ContentFigure>,
    after: Option<ContentFigure>,
) -> ChangedFigure {
    ChangedFigure {
        table: table.code.clone(),
        unit: table.unit.clone(),
        level: row.level.clone(),
        place: row.place.clone(),
        place_name: row.place_name.clone(),
        group: (!row.groups.is_empty()).then(|| named(row.groups())),
        code: code.to_owned(),
        before,
        after,
        projects: Vec::new(),
    }
}

/// What a closing that the caller may see changed of the one that it corrects; nothing if it corrects none. Staff are told
/// whose reports did it.
pub fn list_changes(desk: &Desk, scope: Option<&Scope>, id: &ClosingId) -> Outcome<Option<Vec<ChangedFigure>>> {
    let read = desk.store_for_figures().read(|connection| {
        let Some(closing) = store::find_closing(connection, scope, id)? else { return Ok(None) };
        let staff = scope.is_some_and(|scope| is_staff(scope, &closing.programme));
        let Some(revision) = closing.revises else { return Ok(Some((None, None))) };
        let texts = (store::read_content(connection, &revision.closing)?, store::read_content(connection, id)?);
        let exact = match staff {
            true => Some((store::read_exact(connection, &revision.closing)?, store::read_exact(connection, id)?)),
            false => None,
        };
        Ok(Some((Some(texts), exact)))
    })?;
    let Some((texts, exact)) = read else { return Ok(None) };
    let Some((before, now)) = texts else { return Ok(Some(Vec::new())) };
    let mut changed = changes(&Content::of_text(&before)?, &Content::of_text(&now)?);
    if let Some((before, now)) = exact {
        name_projects(&mut changed, &before, &now);
    }
    Ok(Some(changed))
}

fn name_projects(changed: &mut [ChangedFigure], before: &Exact, now: &Exact) {
    let by_key = |exact: &'_ Exact| -> BTreeMap<String, ExactCell> {
        exact.cells.iter().map(|cell| (cell.key.clone(), cell.clone())).collect()
    };
    let (before, now) = (by_key(before), by_key(now));
    for figure in changed {
        let group = figure.group.as_deref().unwrap_or_default();
        let key = count_key(&figure.level, &figure.place, group, &figure.code, &figure.unit);
        if let (Some(before), Some(now)) = (before.get(&key), now.get(&key)) {
            figure.projects = Change::between(before, now).projects().map(str::to_owned).collect();
        }
    }
}
