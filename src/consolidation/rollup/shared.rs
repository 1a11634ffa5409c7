//! Persons seen more than once: what they count as persons, less what their participations count.
//!
//! Everybody else counts as a person what their one participation counts, so this difference is all that separates the
//! two units.

use super::Selected;
use super::axes::Axes;
use super::plan::Plan;
use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::image::coding::OUTCOME;
use crate::consolidation::image::columns::Row;
use crate::consolidation::image::persons::shared_number;
use crate::consolidation::outcome::{OutcomeClass, OutcomeKey};
use crate::consolidation::vocabulary::Event;

/// What is added to each count by participation to make it one by person.
pub struct Adjusted {
    width: usize,
    values: Vec<i32>,
}

impl Adjusted {
    /// The difference of a count in a cell.
    pub fn value(&self, cell: usize, measure: usize) -> i64 {
        self.values.get(cell * self.width + measure).map_or(0, |value| i64::from(*value))
    }

    fn add(&mut self, cell: u32, word: usize, mut bits: u64, by: i32) {
        while bits != 0 {
            let measure = word * 64 + bits.trailing_zeros() as usize;
            self.values[cell as usize * self.width + measure] += by;
            bits &= bits - 1;
        }
    }
}

/// A participation of a shared person in one cell.
#[derive(Clone, Copy)]
struct Hit<'a> {
    person: u32,
    cell: u32,
    happening: usize,
    row: &'a Row,
    /// The place of its recording: project by code, then the order within it.
    recorded: (u32, u32),
}

/// The difference between persons and participations in every cell.
pub fn adjust(
    plan: &Plan,
    classes: &OutcomeTable,
    axes: &Axes,
    selected: &[Selected<'_>],
    shared_count: usize,
) -> Adjusted {
    let width = plan.parts.words * 64;
    if plan.parts.blocks.is_empty() || shared_count == 0 {
        return Adjusted { width, values: Vec::new() };
    }
    let mut adjusted = Adjusted { width, values: vec![0; axes.cell_count() * width] };
    let hits = hits(plan, axes, selected);
    let class = |key| OutcomeKey::of_byte(key).map_or(OutcomeClass::Unknown, |key| classes.class(key));
    let classes: [OutcomeClass; 256] = std::array::from_fn(|key| class(u8::try_from(key).expect("256 bytes")));
    for_each_person(&hits, shared_count, |of_person| {
        of_person.sort_unstable_by_key(|hit| hit.cell);
        for of_cell in of_person.chunk_by(|a, b| a.cell == b.cell).filter(|hits| hits.len() > 1) {
            resolve(plan, &classes, of_cell, &mut adjusted);
        }
    });
    adjusted
}

fn hits<'a>(plan: &Plan, axes: &Axes, selected: &[Selected<'a>]) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    for (place, selected) in selected.iter().enumerate() {
        let Some(version) = selected.version else { continue };
        let project = u32::try_from(place).expect("fewer projects than fit into 32 bits");
        let rows = selected.image.segment.shared(version.number);
        for row in rows.filter(|row| plan.selects(&row.bytes)) {
            let Some(person) = shared_number(row.person) else { continue };
            let Some(cell) = axes.of_row(&row.bytes) else { continue };
            let cell = axes.of_projects[place] + cell;
            let recorded = (project, row.ordinal);
            for kind in axes.of_kinds(&row.bytes) {
                for (cut, happening) in axes.cuts_met(row.entry, row.exit) {
                    hits.push(Hit { person, cell: cell + kind + cut.adds, happening, row, recorded });
                }
            }
        }
    }
    hits
}

/// Gives the hits of each person who has several, by counting how many each has.
fn for_each_person<'a>(hits: &[Hit<'a>], shared_count: usize, mut each: impl FnMut(&mut [Hit<'a>])) {
    let mut ends = vec![0_u32; shared_count + 1];
    for hit in hits {
        ends[hit.person as usize + 1] += 1;
    }
    for person in 1..ends.len() {
        ends[person] += ends[person - 1];
    }
    let mut order = vec![0_u32; hits.len()];
    let mut next = ends.clone();
    for (place, hit) in hits.iter().enumerate() {
        let slot = &mut next[hit.person as usize];
        order[*slot as usize] = u32::try_from(place).expect("fewer hits than fit into 32 bits");
        *slot += 1;
    }
    let mut of_person = Vec::new();
    for bounds in ends.windows(2).filter(|bounds| bounds[1] - bounds[0] > 1) {
        of_person.clear();
        of_person.extend(order[bounds[0] as usize..bounds[1] as usize].iter().map(|place| hits[*place as usize]));
        each(&mut of_person);
    }
}

/// Counts one person in one cell, and takes their participations out.
fn resolve(plan: &Plan, classes: &[OutcomeClass; 256], hits: &[Hit<'_>], adjusted: &mut Adjusted) {
    let entered = |hit: &&Hit<'_>| hit.happening & 1 == 1;
    let present = |hit: &&Hit<'_>| hit.happening & 2 == 2;
    let first = hits.iter().filter(entered).min_by_key(|hit| (hit.row.entry, hit.recorded));
    let has_left = !hits.iter().any(|hit| present(&hit));
    let class = |hit: &Hit<'_>| classes[usize::from(hit.row.bytes[OUTCOME])];
    let last = hits.iter().min_by_key(|hit| (std::cmp::Reverse(hit.row.exit), class(hit), hit.recorded));
    let cell = hits[0].cell;
    for word in 0..plan.parts.words {
        let [supported, entries, exits, presents, first_entries] =
            std::array::from_fn(|event| plan.parts.of_event[event][word]);
        debug_assert_eq!(Event::ALL[2], Event::Exits);
        let mut person = 0;
        for hit in hits {
            let met = plan.parts.met(&hit.row.bytes, word);
            let own = if hit.happening & 1 == 1 { entries } else { 0 } | if present(&hit) { presents } else { 0 };
            person |= met & (supported | own);
            let apart = if hit.happening & 1 == 1 { first_entries } else { 0 } | if present(&hit) { 0 } else { exits };
            adjusted.add(cell, word, met & (supported | own | apart), -1);
        }
        if let Some(last) = last.filter(|_| has_left) {
            person |= plan.parts.met(&last.row.bytes, word) & exits;
        }
        if let Some(first) = first {
            person |= plan.parts.met(&first.row.bytes, word) & first_entries;
        }
        adjusted.add(cell, word, person, 1);
    }
}
