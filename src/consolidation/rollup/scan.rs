//! The scan of the participations in force: once over the columns, some hundred rows at a time, all cells at once.
//!
//! A row's counter lies where its days and its code bytes say, each of which adds something to the place; what is not
//! selected is sent far beyond all counters. So there is no branch to be guessed wrong, and little to compute.

use super::Selected;
use super::axes::Axes;
use super::counted::{Counted, Counters};
use super::plan::{ENTERED, PRESENT, Plan};
use super::tables::{FAR, Tables};
use crate::consolidation::image::segment::Span;

/// How many rows are taken at a time: what is computed of them stays in the processor's nearest memory.
const AT_ONCE: usize = 512;

/// From how many rows on a second thread pays.
const WORTH_A_THREAD: usize = 100_000;

/// Counts the participations of the projects selected.
pub fn scan(plan: &Plan, axes: &Axes, selected: &[Selected<'_>]) -> Counted {
    if plan.parts.blocks.is_empty() || axes.cell_count() == 0 {
        return Counted::nothing(plan, axes);
    }
    let tables = Tables::of(plan, axes);
    let in_force = selected.iter().zip(&axes.of_projects).filter_map(|(selected, cell)| {
        let spans = selected.image.segment.spans(selected.version?.number);
        Some(spans.map(|span| (*cell, span)))
    });
    let spans: Vec<(u32, Span<'_>)> = in_force.flatten().filter(|(_, span)| span.count() > 0).collect();
    let total: usize = spans.iter().map(|(_, span)| span.count()).sum();
    let some = |spans| scan_some(plan, axes, &tables, spans);
    if total < WORTH_A_THREAD {
        return some(&spans).finish(plan, axes);
    }
    let mut sum = 0;
    let half = spans.iter().position(|(_, span)| {
        sum += span.count();
        sum * 2 >= total
    });
    let (first, second) = spans.split_at(half.map_or(spans.len(), |half| half + 1));
    std::thread::scope(|scope| {
        let helper = scope.spawn(|| some(second));
        let mut counted = some(first);
        counted.add(&helper.join().expect("a scan does not panic"));
        counted.finish(plan, axes)
    })
}

fn scan_some(plan: &Plan, axes: &Axes, tables: &[Vec<Tables>], spans: &[(u32, Span<'_>)]) -> Counted {
    let mut counted = Counted::nothing(plan, axes);
    let mut chunk = Chunk { places: [0; AT_ONCE], rows: [0; AT_ONCE], count: 0 };
    for (cell, span) in spans {
        for begin in (span.begin..span.end).step_by(AT_ONCE) {
            let span = Span { begin, end: span.end.min(begin + AT_ONCE), ..*span };
            for ((block, tables), counters) in plan.parts.blocks.iter().zip(tables).zip(&mut counted.blocks) {
                for tables in tables {
                    chunk.find_places(&span, axes, tables, cell * block.width());
                    chunk.raise(&span, axes, counters, block.width());
                }
            }
        }
    }
    counted
}

/// Some rows that are counted together.
struct Chunk {
    /// The places of the counters of those that are left: of what happens in the window if there is one, else of the first
    /// window.
    places: [u32; AT_ONCE],
    /// Which rows they are, once some have been left out.
    rows: [u16; AT_ONCE],
    count: usize,
}

impl Chunk {
    fn find_places(&mut self, span: &Span<'_>, axes: &Axes, tables: &Tables, cell: u32) {
        self.count = span.count();
        let places = &mut self.places[..self.count];
        let rows = span.begin..span.end;
        if let [cut] = axes.windows.as_slice() {
            let days = span.columns.entries[rows.clone()].iter().zip(&span.columns.exits[rows.clone()]);
            for (place, (entry, exit)) in places.iter_mut().zip(days) {
                let elsewhere = u32::from(*entry > cut.to) | u32::from(*exit < cut.from);
                let entered = u32::from(*entry >= cut.from) * ENTERED as u32;
                let present = u32::from(*exit > cut.to) * PRESENT as u32;
                *place = cell + entered + present + elsewhere * FAR;
            }
        } else {
            places.fill(cell);
        }
        if span.checked {
            for (place, ordinal) in places.iter_mut().zip(&span.columns.ordinals[rows.clone()]) {
                *place += u32::from(*ordinal >= span.limit) * FAR;
            }
        }
        let column = |byte: usize| &span.columns.bytes[byte][rows.clone()];
        if tables.narrowing.is_empty() && axes.windows.len() == 1 {
            tables.others.iter().for_each(|(byte, adds)| add_all(places, column(*byte), adds));
            return;
        }
        self.number();
        tables.narrowing.iter().for_each(|(byte, adds)| self.narrow(column(*byte), adds));
        for (byte, adds) in &tables.others {
            add_some(&mut self.places[..self.count], &self.rows, column(*byte), adds);
        }
    }

    /// Leaves out what is far already.
    fn number(&mut self) {
        let mut kept = 0;
        for row in 0..self.count {
            let place = self.places[row];
            self.places[kept] = place;
            self.rows[kept] = u16::try_from(row).unwrap_or(0);
            kept += usize::from(place < FAR);
        }
        self.count = kept;
    }

    /// Adds what a column says, and leaves out what is far now.
    fn narrow(&mut self, column: &[u8], adds: &[u32; 256]) {
        let mut kept = 0;
        for from in 0..self.count {
            let row = self.rows[from];
            let place = self.places[from] + adds[usize::from(column[usize::from(row)])];
            self.places[kept] = place;
            self.rows[kept] = row;
            kept += usize::from(place < FAR);
        }
        self.count = kept;
    }

    fn raise(&mut self, span: &Span<'_>, axes: &Axes, counters: &mut Counters, width: u32) {
        let places = &mut self.places[..self.count];
        if axes.windows.len() == 1 {
            return counters.raise(places);
        }
        let (entries, exits) = (&span.columns.entries[span.begin..span.end], &span.columns.exits[span.begin..span.end]);
        for (place, row) in places.iter().zip(&self.rows) {
            let row = usize::from(*row);
            let Some(stay) = axes.stay(entries[row], exits[row]) else { continue };
            for (window, happening) in stay.marks(axes.cumulative) {
                counters.raise_one(place + axes.windows[window].adds * width + happening);
            }
        }
    }
}

fn add_all(places: &mut [u32], column: &[u8], adds: &[u32; 256]) {
    for (place, value) in places.iter_mut().zip(column) {
        *place += adds[usize::from(*value)];
    }
}

fn add_some(places: &mut [u32], rows: &[u16], column: &[u8], adds: &[u32; 256]) {
    for (place, row) in places.iter_mut().zip(rows) {
        *place += adds[usize::from(column[usize::from(*row)])];
    }
}
