//! The scan of the participations in force: once over the columns, some hundred rows at a time, all cells at once.

use super::Selected;
use super::axes::{Axes, NOWHERE};
use super::plan::{Block, HAPPENINGS, Plan};
use crate::consolidation::image::coding::SUPPORTS;
use crate::consolidation::image::segment::Span;

/// How many rows are taken at a time: what is computed of them stays in the processor's nearest memory.
const AT_ONCE: usize = 512;

/// From how many rows on a second thread pays.
const WORTH_A_THREAD: usize = 100_000;

/// How many counters a block may have at most to be counted in [`BANKS`]: they stay near.
const FEW_COUNTERS: usize = 4096;

/// Neighbouring rows raise counters of different banks: raising the same one twice in a row would wait for memory.
const BANKS: usize = 4;

/// The counters of every block, cell by cell, perhaps in several banks.
pub struct Counted {
    blocks: Vec<Counters>,
}

struct Counters {
    counters: Vec<u32>,
    /// From one bank to the next; 0 if there is only one.
    stride: usize,
}

impl Counted {
    fn nothing(plan: &Plan, axes: &Axes) -> Self {
        let counters = |block: &Block| {
            let width = axes.cell_count() * block.size * HAPPENINGS;
            let stride = if width <= FEW_COUNTERS { width } else { 0 };
            Counters { counters: vec![0; width + stride * (BANKS - 1)], stride }
        };
        Self { blocks: plan.parts.blocks.iter().map(counters).collect() }
    }

    /// The value of a count by participation in a cell.
    pub fn value(&self, plan: &Plan, cell: usize, measure: usize) -> i64 {
        let Some((block, place)) = plan.parts.place(measure) else { return 0 };
        let width = plan.parts.blocks[block].size * HAPPENINGS;
        let counters = &self.blocks[block].counters[cell * width..(cell + 1) * width];
        plan.parts.blocks[block].counts[place].iter().map(|counter| i64::from(counters[*counter as usize])).sum()
    }

    fn add(&mut self, other: &Self) {
        for (block, other) in self.blocks.iter_mut().zip(&other.blocks) {
            for (counter, other) in block.counters.iter_mut().zip(&other.counters) {
                *counter += other;
            }
        }
    }

    /// Adds the other banks up into the first, which is read.
    fn summed(mut self) -> Self {
        for block in self.blocks.iter_mut().filter(|block| block.stride > 0) {
            let (first, others) = block.counters.split_at_mut(block.stride);
            for bank in others.chunks(block.stride) {
                first.iter_mut().zip(bank).for_each(|(counter, other)| *counter += other);
            }
        }
        self
    }
}

/// Counts the participations of the projects selected.
pub fn scan(plan: &Plan, axes: &Axes, selected: &[Selected<'_>]) -> Counted {
    if plan.parts.blocks.is_empty() || axes.cell_count() == 0 {
        return Counted::nothing(plan, axes);
    }
    let rows = |selected: &Selected<'_>| -> usize {
        let version = selected.version.map(|version| selected.image.segment.spans(version.number));
        version.map_or(0, |spans| spans.iter().map(|span| span.end - span.begin).sum())
    };
    let total: usize = selected.iter().map(rows).sum();
    if total < WORTH_A_THREAD {
        return scan_some(plan, axes, selected, 0).summed();
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
        counted.summed()
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
    /// The places of those that are selected, in order: `rows[..count]`.
    rows: [u16; AT_ONCE],
    count: usize,
    /// For each place, what happens in the window, where there is one window.
    happenings: [u8; AT_ONCE],
    /// For each row selected its cell, without the axis of time.
    cells: [u32; AT_ONCE],
    classes: [u32; AT_ONCE],
}

/// Marks what is not supported in the window.
const ELSEWHERE: u8 = 1 << 7;

impl<'a> Chunk<'a> {
    fn new(plan: &'a Plan, axes: &'a Axes) -> Self {
        let (rows, cells, classes) = ([0; AT_ONCE], [0; AT_ONCE], [0; AT_ONCE]);
        Self { plan, axes, rows, count: 0, happenings: [0; AT_ONCE], cells, classes }
    }

    fn count(&mut self, span: &Span<'_>, cell: u32, counted: &mut Counted) {
        self.select(span);
        for (byte, set) in &self.plan.filter {
            let column = &span.columns.bytes[*byte][span.begin..span.end];
            self.keep(|row| set.holds(column[row]));
        }
        if self.count == 0 {
            return;
        }
        self.cells[..self.count].fill(cell);
        for (byte, adds) in &self.axes.of_bytes {
            let column = &span.columns.bytes[*byte][span.begin..span.end];
            self.spread(|row| adds[usize::from(column[row])]);
        }
        let Some(kinds) = &self.axes.of_supports else { return self.count_cells(span, counted) };
        let received = &span.columns.bytes[SUPPORTS][span.begin..span.end];
        let before = (self.rows, self.cells, self.count);
        for (kind, adds) in kinds.iter().enumerate().filter(|(_, adds)| **adds != NOWHERE) {
            (self.rows, self.cells, self.count) = before;
            self.spread(|row| if received[row] >> kind & 1 == 1 { *adds } else { NOWHERE });
            self.count_cells(span, counted);
        }
    }

    /// Selects the rows that the version holds and, if there is one window, that are supported in it.
    fn select(&mut self, span: &Span<'_>) {
        let rows = span.begin..span.end;
        let len = rows.len();
        let happenings = &mut self.happenings[..len];
        if let [cut] = self.axes.windows.as_slice() {
            let (from, to) = (cut.from, cut.to);
            let days = span.columns.entries[rows.clone()].iter().zip(&span.columns.exits[rows.clone()]);
            for (happening, (entry, exit)) in happenings.iter_mut().zip(days) {
                let elsewhere = u8::from(*entry > to) | u8::from(*exit < from);
                *happening = u8::from(*entry >= from) | u8::from(*exit > to) << 1 | elsewhere << 7;
            }
        } else {
            happenings.fill(0);
        }
        if span.checked {
            for (happening, ordinal) in happenings.iter_mut().zip(&span.columns.ordinals[rows]) {
                *happening |= u8::from(*ordinal >= span.limit) << 7;
            }
        }
        let mut count = 0;
        for (place, happening) in happenings.iter().enumerate() {
            self.rows[count] = u16::try_from(place).unwrap_or(0);
            count += usize::from(*happening & ELSEWHERE == 0);
        }
        self.count = count;
    }

    /// Keeps the rows selected that pass a test, without a branch that could be guessed wrong.
    fn keep(&mut self, test: impl Fn(usize) -> bool) {
        let mut count = 0;
        for place in 0..self.count {
            let row = self.rows[place];
            self.rows[count] = row;
            count += usize::from(test(usize::from(row)));
        }
        self.count = count;
    }

    /// Adds to the cells of the rows selected; those that lie in no group are selected no more.
    fn spread(&mut self, adds: impl Fn(usize) -> u32) {
        let mut count = 0;
        for place in 0..self.count {
            let row = self.rows[place];
            let adds = adds(usize::from(row));
            self.rows[count] = row;
            self.cells[count] = self.cells[place].wrapping_add(adds);
            count += usize::from(adds != NOWHERE);
        }
        self.count = count;
    }

    fn count_cells(&mut self, span: &Span<'_>, counted: &mut Counted) {
        let rows = &self.rows[..self.count];
        for (block, counters) in self.plan.parts.blocks.iter().zip(&mut counted.blocks) {
            let classes = &mut self.classes[..rows.len()];
            classes.fill(0);
            for (byte, adds) in &block.digits {
                let column = &span.columns.bytes[*byte][span.begin..span.end];
                for (class, row) in classes.iter_mut().zip(rows) {
                    *class += u32::from(adds[usize::from(column[usize::from(*row)])]);
                }
            }
            let size = u32::try_from(block.size).expect("few classes");
            let placed = rows.iter().zip(self.cells.iter().zip(&*classes));
            if let [cut] = self.axes.windows.as_slice() {
                for (turn, (row, (cell, class))) in placed.enumerate() {
                    let happening = usize::from(self.happenings[usize::from(*row)]);
                    let place = ((cell + cut.adds) * size + class) as usize * HAPPENINGS + happening;
                    counters.counters[place + turn % BANKS * counters.stride] += 1;
                }
            } else {
                let entries = &span.columns.entries[span.begin..span.end];
                let exits = &span.columns.exits[span.begin..span.end];
                for (row, (cell, class)) in placed {
                    let row = usize::from(*row);
                    for (cut, happening) in self.axes.cuts_met(entries[row], exits[row]) {
                        let place = ((cell + cut.adds) * size + class) as usize;
                        counters.counters[place * HAPPENINGS + happening] += 1;
                    }
                }
            }
        }
    }
}
