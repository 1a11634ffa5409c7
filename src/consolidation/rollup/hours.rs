//! Hours of support: of the participations selected, in the quarters whose last day lies in the window. A filter or a
//! group of kinds of support takes the hours of these kinds only.

use super::Selected;
use super::axes::{Axes, NOWHERE};
use super::plan::Plan;
use crate::consolidation::image::coding::{day_number, quarter_place};
use crate::consolidation::image::columns::Columns;
use crate::consolidation::question::Filter;
use crate::consolidation::vocabulary::{Attribute, Measure, Measures};
use crate::directory::period::Quarter;

/// Hours, cell by cell.
pub struct Hours {
    /// For each measure, its place among those of hours.
    places: Vec<Option<usize>>,
    width: usize,
    values: Vec<i64>,
}

impl Hours {
    /// The hours of a measure in a cell.
    pub fn value(&self, cell: usize, measure: usize) -> i64 {
        self.places[measure].map_or(0, |place| self.values[cell * self.width + place])
    }
}

/// Adds up the hours that some measures ask for.
pub fn add_up(measures: &Measures, plan: &Plan, axes: &Axes, filter: &Filter, selected: &[Selected<'_>]) -> Hours {
    let mut places = vec![None; measures.list().len()];
    // For each kind, the measures that take it.
    let mut takers: [Vec<usize>; 8] = Default::default();
    let mut width = 0;
    for (place, measure) in measures.list().iter().enumerate() {
        let Measure::SupportHours { kind } = measure else { continue };
        places[place] = Some(width);
        let of_kind = |taken: usize| kind.is_none_or(|kind| kind as usize == taken);
        let kept = |taken: usize| filter.codes_of(Attribute::SupportKind).is_none_or(|codes| codes.holds(taken));
        (0..8).filter(|taken| of_kind(*taken) && kept(*taken)).for_each(|taken| takers[taken].push(width));
        width += 1;
    }
    let mut hours = Hours { places, width, values: vec![0; axes.cell_count() * width] };
    if width > 0 && axes.cell_count() > 0 {
        let windows = windows_of_quarters(axes);
        for (place, selected) in selected.iter().enumerate() {
            let Some(version) = selected.version else { continue };
            for span in selected.image.segment.spans(version.number) {
                for row in (span.begin..span.end).filter(|row| span.columns.ordinals[*row] < span.limit) {
                    hours.add(plan, axes, axes.of_projects[place], span.columns, row, &windows, &takers);
                }
            }
        }
    }
    hours
}

/// For each quarter that ends in some window, the windows in which its last day lies.
fn windows_of_quarters(axes: &Axes) -> (u32, Vec<Vec<u32>>) {
    let begin = Quarter::of(axes.span().from);
    let quarters = begin.through(Quarter::of(axes.span().to)).map(|quarter| {
        let day = day_number(quarter.last_day());
        axes.windows.iter().filter(|cut| cut.from <= day && day <= cut.to).map(|cut| cut.adds).collect()
    });
    (quarter_place(begin), quarters.collect())
}

impl Hours {
    #[expect(clippy::too_many_arguments, reason = "one row, and everything that is fixed for all rows")]
    fn add(
        &mut self,
        plan: &Plan,
        axes: &Axes,
        of_project: u32,
        columns: &Columns,
        row: usize,
        (begin, windows): &(u32, Vec<Vec<u32>>),
        takers: &[Vec<usize>; 8],
    ) {
        let supports = columns.supports(row);
        if supports.is_empty() {
            return;
        }
        let bytes = columns.bytes_of(row);
        let Some(cell) = axes.of_row(&bytes).filter(|_| plan.selects(&bytes)) else { return };
        for support in supports {
            let adds = axes.of_supports.map_or(0, |adds| adds[support.kind()]);
            let Some(windows) = support.quarter().checked_sub(*begin).and_then(|place| windows.get(place as usize))
            else {
                continue;
            };
            if adds == NOWHERE {
                continue;
            }
            for window in windows {
                let cell = (of_project + cell + adds + window) as usize;
                for taker in &takers[support.kind()] {
                    self.values[cell * self.width + taker] += support.hours();
                }
            }
        }
    }
}
