//! The scan of the participations in force: once over the columns, some hundred rows at a time, all cells at once.

use super::Selected;
use super::axes::{Axes, NOWHERE};
use super::plan::{Block, HAPPENINGS, Plan};
use crate::consolidation::image::coding::{Day, SUPPORTS};
use crate::consolidation::image::segment::Span;

/// How many rows are taken at a time: what is computed of them stays in the processor's nearest memory.
const AT_ONCE: usize = 512;

/// From how many rows on a second thread pays.
const WORTH_A_THREAD: usize = 100_000;

/// The counters of every block, cell by cell.
pub struct Counted {
    counters: Vec<Vec<u32>>,
}

impl Counted {
    fn nothing(plan: &Plan, axes: &Axes) -> Self {
        // The last counter takes what is not counted.
        let counters = |block: &Block| vec![0; axes.cell_count() * block.size * HAPPENINGS + 1];
        Self { counters: plan.blocks.iter().map(counters).collect() }
    }

    /// The value of a count by participation in a cell.
    pub fn value(&self, plan: &Plan, cell: usize, measure: usize) -> i64 {
        let Some((block, place)) = plan.place(measure) else { return 0 };
        let width = plan.blocks[block].size * HAPPENINGS;
        let counters = &self.counters[block][cell * width..(cell + 1) * width];
        plan.blocks[block].counts[place].iter().map(|counter| i64::from(counters[*counter as usize])).sum()
    }

    fn add(&mut self, other: &Self) {
        for (counters, others) in self.counters.iter_mut().zip(&other.counters) {
            for (counter, other) in counters.iter_mut().zip(others) {
                *counter += other;
            }
        }
    }
}

/// Counts the participations of the projects selected.
pub fn scan(plan: &Plan, axes: &Axes, selected: &[Selected<'_>]) -> Counted {
    if plan.blocks.is_empty() || axes.cell_count() == 0 {
        return Counted::nothing(plan, axes);
    }
    let rows = |selected: &Selected<'_>| -> usize {
        let version = selected.version.map(|version| selected.image.segment.spans(version.number));
        version.map_or(0, |spans| spans.iter().map(|span| span.end - span.begin).sum())
    };
    let total: usize = selected.iter().map(rows).sum();
    if total < WORTH_A_THREAD {
        return scan_some(plan, axes, selected, 0);
    }
    let mut sum = 0;
    let half = selected.iter().position(|one| {
        sum += rows(one);
        sum * 2 >= total
    });
    let (first, second) = selected.split_at(half.map_or(selected.len(), |half| half + 1));
    std::thread::scope(|scope| {
        let helper = scope.spawn(|| scan_some(plan, axes, second, first.len()));
        let mut counted = scan_some(plan, axes, first, 0);
        counted.add(&helper.join().expect("a scan does not panic"));
        counted
    })
}

fn scan_some(plan: &Plan, axes: &Axes, selected: &[Selected<'_>], begin: usize) -> Counted {
    let mut counted = Counted::nothing(plan, axes);
    let mut chunk = Chunk::new(plan, axes);
    for (place, selected) in selected.iter().enumerate() {
        let Some(version) = selected.version else { continue };
        let cell = axes.of_projects[begin + place];
        for span in selected.image.segment.spans(version.number) {
            for begin in (span.begin..span.end).step_by(AT_ONCE) {
                let end = span.end.min(begin + AT_ONCE);
                chunk.count(&Span { begin, end, ..span }, cell, &mut counted);
            }
        }
    }
    counted
}

/// Some rows that are counted together.
struct Chunk<'a> {
    plan: &'a Plan,
    axes: &'a Axes,
    /// For each row its cell without the axis of time, or [`NOWHERE`] if it is not selected.
    cells: [u32; AT_ONCE],
    classes: [u32; AT_ONCE],
}

impl<'a> Chunk<'a> {
    fn new(plan: &'a Plan, axes: &'a Axes) -> Self {
        Self { plan, axes, cells: [0; AT_ONCE], classes: [0; AT_ONCE] }
    }

    fn count(&mut self, span: &Span<'_>, cell: u32, counted: &mut Counted) {
        let rows = span.begin..span.end;
        let columns = span.columns;
        let len = rows.len();
        self.cells[..len].fill(cell);
        if span.checked {
            for (cell, ordinal) in self.cells.iter_mut().zip(&columns.ordinals[rows.clone()]) {
                *cell = if *ordinal < span.limit { *cell } else { NOWHERE };
            }
        }
        for (byte, set) in &self.plan.filter {
            for (cell, value) in self.cells.iter_mut().zip(&columns.bytes[*byte][rows.clone()]) {
                *cell = if set.holds(*value) { *cell } else { NOWHERE };
            }
        }
        for (byte, adds) in &self.axes.of_bytes {
            for (cell, value) in self.cells.iter_mut().zip(&columns.bytes[*byte][rows.clone()]) {
                let adds = adds[usize::from(*value)];
                *cell = if *cell == NOWHERE || adds == NOWHERE { NOWHERE } else { *cell + adds };
            }
        }
        let Some(kinds) = &self.axes.of_supports else { return self.count_cells(span, counted) };
        let without = self.cells;
        for (kind, adds) in kinds.iter().enumerate().filter(|(_, adds)| **adds != NOWHERE) {
            let received = columns.bytes[SUPPORTS][rows.clone()].iter().map(|bits| bits >> kind & 1 == 1);
            for ((cell, before), received) in self.cells.iter_mut().zip(&without).zip(received) {
                *cell = if received && *before != NOWHERE { *before + adds } else { NOWHERE };
            }
            self.count_cells(span, counted);
        }
    }

    fn count_cells(&mut self, span: &Span<'_>, counted: &mut Counted) {
        let entries = &span.columns.entries[span.begin..span.end];
        let exits = &span.columns.exits[span.begin..span.end];
        for (block, counters) in self.plan.blocks.iter().zip(&mut counted.counters) {
            self.classes[..entries.len()].fill(0);
            for (byte, adds) in &block.digits {
                let values = &span.columns.bytes[*byte][span.begin..span.end];
                for (class, value) in self.classes.iter_mut().zip(values) {
                    *class += u32::from(adds[usize::from(*value)]);
                }
            }
            let rows = Rows { entries, exits, cells: &self.cells, classes: &self.classes, size: block.size };
            if self.axes.windows.len() == 1 {
                rows.count_once(self.axes, counters);
            } else {
                rows.count_often(self.axes, counters);
            }
        }
    }
}

struct Rows<'a> {
    entries: &'a [Day],
    exits: &'a [Day],
    cells: &'a [u32; AT_ONCE],
    classes: &'a [u32; AT_ONCE],
    size: usize,
}

impl Rows<'_> {
    /// Counts in a single window.
    fn count_once(&self, axes: &Axes, counters: &mut [u32]) {
        let nowhere = counters.len() - 1;
        let cut = axes.windows[0];
        let size = u32::try_from(self.size).expect("few classes");
        let rows = self.entries.iter().zip(self.exits).zip(self.cells.iter().zip(self.classes));
        for ((entry, exit), (cell, class)) in rows {
            let counts = (*entry <= cut.to) & (*exit >= cut.from) & (*cell != NOWHERE);
            let happening = u32::from(*entry >= cut.from) | u32::from(*exit > cut.to) << 1;
            let place = cell.wrapping_add(cut.adds).wrapping_mul(size).wrapping_add(*class);
            let place = place.wrapping_mul(4).wrapping_add(happening) as usize;
            counters[if counts { place } else { nowhere }] += 1;
        }
    }

    /// Counts in every window that a participation meets.
    fn count_often(&self, axes: &Axes, counters: &mut [u32]) {
        let rows = self.entries.iter().zip(self.exits).zip(self.cells.iter().zip(self.classes));
        for ((entry, exit), (cell, class)) in rows.filter(|(_, (cell, _))| **cell != NOWHERE) {
            for (cut, happening) in axes.cuts_met(*entry, *exit) {
                let place = (cell + cut.adds) as usize * self.size + *class as usize;
                counters[place * HAPPENINGS + happening] += 1;
            }
        }
    }
}
