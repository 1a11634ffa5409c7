//! Cohorts: whoever entered in a quarter, and how many of them have left some months after they entered.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::plan::Plan;
use super::{Rollup, Selected};
use crate::consolidation::image::coding::{Day, NO_EXIT, OUTCOME, day_of};
use crate::consolidation::image::columns::Row;
use crate::consolidation::image::persons::shared_number;
use crate::consolidation::outcome::OutcomeKey;
use crate::consolidation::question::{Filter, Unit, Window};
use crate::directory::period::Quarter;

/// After how many months it is asked who has left.
pub const HORIZONS: [i32; 4] = [3, 6, 12, 18];

/// Whoever entered in one quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    /// The quarter.
    pub quarter: Quarter,
    /// By participation, then by person.
    pub units: [Followed; 2],
}

/// A cohort as it was followed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Followed {
    /// How many entered.
    pub entries: i64,
    /// For each of [`HORIZONS`]: how many had left by then, by outcome class; nothing while some entered too late for
    /// it to be known.
    pub left: [Option<[i64; 7]>; 4],
}

impl Cohort {
    /// The cohort as followed in a unit.
    pub fn of(&self, unit: Unit) -> &Followed {
        &self.units[usize::from(unit == Unit::Person)]
    }
}

impl Followed {
    /// How many had left after the months of a horizon, whatever for.
    pub fn exits(&self, horizon: usize) -> Option<i64> {
        self.left[horizon].map(|classes| classes.iter().sum())
    }
}

/// A participation with the place of its recording.
type Recorded<'a> = ((usize, u32), &'a Row);

impl Rollup<'_> {
    /// The cohorts of the quarters that a window meets: of participations by their entries, of persons by the first of
    /// their entries in the window. Who has left is known up to the window's last day.
    pub fn cohorts(&self, window: Window, filter: &Filter) -> Vec<Cohort> {
        let selected = self.selected(filter);
        let plan = Plan::selecting(filter, &self.definition.table);
        let mut cohorts: BTreeMap<Quarter, Cohort> =
            Quarter::of(window.from).through(Quarter::of(window.to)).map(|q| (q, empty(q, window))).collect();
        let mut shared: BTreeMap<u32, Vec<Recorded<'_>>> = BTreeMap::new();
        for row in rows(&selected) {
            if !plan.selects(&row.bytes) {
                continue;
            }
            let alone = shared_number(row.person).is_none();
            let units: &[usize] = if alone { &[0, 1] } else { &[0] };
            if let Some(entry) = day_of(row.entry).filter(|day| window.from <= *day && *day <= window.to) {
                for unit in units {
                    self.follow(&mut cohorts, *unit, entry, |horizon| (row.exit <= horizon).then_some(&row));
                }
            }
        }
        for (place, selected) in selected.iter().enumerate() {
            let Some(version) = selected.version else { continue };
            for row in selected.image.segment.shared(version.number).filter(|row| plan.selects(&row.bytes)) {
                shared.entry(row.person).or_default().push(((place, row.ordinal), row));
            }
        }
        for participations in shared.values() {
            self.follow_person(&mut cohorts, window, participations);
        }
        cohorts.into_values().collect()
    }

    fn follow_person(&self, cohorts: &mut BTreeMap<Quarter, Cohort>, window: Window, known: &[Recorded<'_>]) {
        let in_window = |day: Date| window.from <= day && day <= window.to;
        let entered = known.iter().filter(|(_, row)| day_of(row.entry).is_some_and(in_window));
        let Some((_, first)) = entered.min_by_key(|(recorded, row)| (row.entry, *recorded)) else { return };
        let Some(entry) = day_of(first.entry) else { return };
        let from = super::super::image::coding::day_number(window.from);
        self.follow(cohorts, 1, entry, |horizon| {
            let judged = || known.iter().filter(|(_, row)| row.entry <= horizon && row.exit >= from);
            if judged().any(|(_, row)| row.exit > horizon) {
                return None;
            }
            let class = |row: &Row| OutcomeKey::of_byte(row.bytes[OUTCOME]).map(|key| self.definition.table.class(key));
            let last = judged().min_by_key(|(recorded, row)| (std::cmp::Reverse(row.exit), class(row), *recorded));
            last.map(|(_, row)| *row)
        });
    }

    /// Adds somebody who entered on a day; `left` gives the participation that decides if they had left by a day.
    fn follow<'r>(
        &self,
        cohorts: &mut BTreeMap<Quarter, Cohort>,
        unit: usize,
        entry: Date,
        left: impl Fn(Day) -> Option<&'r Row>,
    ) {
        let Some(cohort) = cohorts.get_mut(&Quarter::of(entry)) else { return };
        let followed = &mut cohort.units[unit];
        followed.entries += 1;
        for (months, classes) in HORIZONS.iter().zip(&mut followed.left) {
            let Some(classes) = classes else { continue };
            let horizon = crate::consolidation::image::coding::day_number(after(entry, *months));
            let decisive = left(horizon.min(NO_EXIT - 1));
            if let Some(key) = decisive.and_then(|row| OutcomeKey::of_byte(row.bytes[OUTCOME])) {
                classes[self.definition.table.class(key) as usize] += 1;
            }
        }
    }
}

fn after(day: Date, months: i32) -> Date {
    day.checked_add(months.months()).unwrap_or(Date::MAX)
}

/// A cohort without anybody, that can be followed as far as the window knows.
fn empty(quarter: Quarter, window: Window) -> Cohort {
    let last = quarter.last_day().min(window.to);
    let left = HORIZONS.map(|months| (after(last, months) <= window.to).then_some([0; 7]));
    let followed = Followed { entries: 0, left };
    Cohort { quarter, units: [followed.clone(), followed] }
}

/// Every participation in force of the projects selected.
fn rows<'a>(selected: &'a [Selected<'_>]) -> impl Iterator<Item = Row> + 'a {
    let spans = selected.iter().filter_map(|one| Some(one.image.segment.spans(one.version?.number)));
    spans.flatten().flat_map(|span| {
        let held = move |row: &usize| span.columns.ordinals[*row] < span.limit;
        (span.begin..span.end).filter(held).map(move |row| span.columns.row(row))
    })
}
