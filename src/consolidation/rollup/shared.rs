//! Persons seen more than once: what they count as persons, less what their participations count.
//!
//! Everybody else counts as a person what their one participation counts, so this difference is all that separates the
//! two units.

use super::Selected;
use super::axes::Axes;
use super::plan::{HAPPENINGS, Plan, is_event};
use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::image::coding::{Bytes, Day, OUTCOME};
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
struct Hit {
    person: u32,
    cell: u32,
    /// The place of its recording: project by code, then the order within it.
    recorded: (u32, u32),
    entry: Day,
    exit: Day,
    bytes: Bytes,
    happening: u8,
}

impl Hit {
    fn is(&self, event: Event) -> bool {
        is_event(event, usize::from(self.happening))
    }
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
    let events = Events::of(plan);
    for_each_person(&hits, shared_count, |of_person| {
        of_person.sort_unstable_by_key(|hit| hit.cell);
        for of_cell in of_person.chunk_by(|a, b| a.cell == b.cell).filter(|hits| hits.len() > 1) {
            resolve(plan, &events, &classes, of_cell, &mut adjusted);
        }
    });
    adjusted
}

fn hits(plan: &Plan, axes: &Axes, selected: &[Selected<'_>]) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (place, selected) in selected.iter().enumerate() {
        let Some(version) = selected.version else { continue };
        let project = u32::try_from(place).expect("fewer projects than fit into 32 bits");
        let rows = selected.image.segment.shared(version.number);
        for row in rows.filter(|row| plan.selects(&row.bytes)) {
            let Some(person) = shared_number(row.person) else { continue };
            let Some(cell) = axes.of_row(&row.bytes) else { continue };
            let cell = axes.of_projects[place] + cell;
            let (recorded, entry, exit, bytes) = ((project, row.ordinal), row.entry, row.exit, row.bytes);
            for kind in axes.of_kinds(&row.bytes) {
                for (cut, happening) in axes.cuts_met(entry, exit) {
                    let happening = u8::try_from(happening).expect("two bits");
                    hits.push(Hit { person, cell: cell + kind + cut.adds, recorded, entry, exit, bytes, happening });
                }
            }
        }
    }
    hits
}

/// Gives the hits of each person who has several, put side by side by counting how many each has.
fn for_each_person(hits: &[Hit], shared_count: usize, mut each: impl FnMut(&mut [Hit])) {
    let Some(any) = hits.first() else { return };
    let mut next = vec![0_u32; shared_count + 1];
    for hit in hits {
        next[hit.person as usize + 1] += 1;
    }
    for person in 1..next.len() {
        next[person] += next[person - 1];
    }
    let mut sorted = vec![*any; hits.len()];
    for hit in hits {
        let slot = &mut next[hit.person as usize];
        sorted[*slot as usize] = *hit;
        *slot += 1;
    }
    for of_person in sorted.chunk_by_mut(|one, other| one.person == other.person) {
        if of_person.len() > 1 {
            each(of_person);
        }
    }
}

/// For each happening, one word of the bits of the counts whose events it is.
struct Events {
    /// What a participation counts.
    counted: [u64; HAPPENINGS],
    /// Of that, what its person counts too, whatever else they have.
    kept: [u64; HAPPENINGS],
    exits: u64,
    first_entries: u64,
}

impl Events {
    fn of(plan: &Plan) -> Vec<Self> {
        let of_word = |word: usize| {
            let [supported, entries, exits, present, first_entries] =
                std::array::from_fn(|event| plan.parts.of_event[event][word]);
            debug_assert_eq!(Event::ALL[2], Event::Exits);
            let bits = |happening, entries: u64, exits: u64| {
                let entered = if is_event(Event::Entries, happening) { entries } else { 0 };
                supported | entered | if is_event(Event::Present, happening) { present } else { exits }
            };
            Self {
                counted: std::array::from_fn(|happening| bits(happening, entries | first_entries, exits)),
                kept: std::array::from_fn(|happening| bits(happening, entries, 0)),
                exits,
                first_entries,
            }
        };
        (0..plan.parts.words).map(of_word).collect()
    }
}

/// Counts one person in one cell, and takes their participations out.
fn resolve(plan: &Plan, events: &[Events], classes: &[OutcomeClass; 256], hits: &[Hit], adjusted: &mut Adjusted) {
    let entered = |hit: &&Hit| hit.is(Event::Entries);
    let first = hits.iter().filter(entered).min_by_key(|hit| (hit.entry, hit.recorded));
    let has_left = hits.iter().all(|hit| hit.is(Event::Exits));
    let class = |hit: &Hit| classes[usize::from(hit.bytes[OUTCOME])];
    let last = hits.iter().min_by_key(|hit| (std::cmp::Reverse(hit.exit), class(hit), hit.recorded));
    let last = last.filter(|_| has_left);
    let cell = hits[0].cell;
    for (word, events) in events.iter().enumerate() {
        let met = |hit: &Hit| plan.parts.met(&hit.bytes, word);
        let of_last = last.map_or(0, |last| met(last) & events.exits);
        let of_first = first.map_or(0, |first| met(first) & events.first_entries);
        // What the person counts and no participation has been taken out for.
        let mut person =
            hits.iter().fold(of_last | of_first, |bits, hit| bits | met(hit) & events.kept[usize::from(hit.happening)]);
        for hit in hits {
            let counted = met(hit) & events.counted[usize::from(hit.happening)];
            adjusted.add(cell, word, counted & !person, -1);
            person &= !counted;
        }
        adjusted.add(cell, word, person, 1);
    }
}
