//! The plan of a scan: conditions as tables over bytes, and counts gathered into blocks.
//!
//! All bytes that no condition of a block tells apart are one class. A scan raises one counter per participation and
//! block, at its classes and what happens to it; every count is then a sum of counters, however many counts there are.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use moka::sync::Cache;

use crate::consolidation::definitions::DefinitionSet;
use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::image::coding::{self, BYTES, ByteSet, Bytes};
use crate::consolidation::question::Filter;
use crate::consolidation::vocabulary::{Condition, Count, Event, Measure, Measures};
use crate::reporting::version::Digest;

use super::axes::Axes;

/// What happens to a participation that is supported in a window: [`ENTERED`] or not, [`PRESENT`] or not.
pub const HAPPENINGS: usize = 4;
/// It entered in the window.
pub const ENTERED: usize = 1;
/// It is present at the window's end.
pub const PRESENT: usize = 2;

/// Whether something that happens is an event.
pub fn is_event(event: Event, happening: usize) -> bool {
    match event {
        Event::Supported => true,
        Event::Entries | Event::FirstEntries => happening & ENTERED != 0,
        Event::Exits => happening & PRESENT == 0,
        Event::Present => happening & PRESENT != 0,
    }
}

/// How many counters a block may have over all cells; more only if one count needs them.
const MOST_COUNTERS: usize = 1 << 16;

/// How many classes a block may have; more only if one count needs them. A further block costs a pass over the rows,
/// while classes cost sums in every cell and every count: with few people the sums would outweigh everything else.
const MOST_CLASSES: usize = 128;

/// How many plans are kept: questions come again, and planning seventy measures takes longer than counting them.
const MOST_KEPT: u64 = 64;

/// What is scanned for.
pub struct Plan {
    /// The bytes that participations are selected by.
    pub filter: Vec<(usize, ByteSet)>,
    /// What is counted of them.
    pub parts: Arc<Parts>,
}

/// What is counted, whatever is selected.
#[derive(Default)]
pub struct Parts {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// For each measure that is a count: its block and its place there.
    places: Vec<Option<(usize, usize)>>,
    /// For each byte asked about: per value, the bits of the counts whose conditions on it are met.
    met: Vec<(usize, Vec<u64>)>,
    /// How many words hold a bit for each measure.
    pub words: usize,
    /// The bits of the counts of each event, in the order of [`Event::ALL`].
    pub of_event: [Vec<u64>; 5],
}

/// Counts that share counters.
pub struct Block {
    /// Bytes and what each of their values adds to the place of a class.
    pub digits: Vec<(usize, Box<[u16; 256]>)>,
    /// How many classes there are.
    pub size: usize,
    /// The counts: the counters to sum, by class and happening.
    pub counts: Vec<Vec<u32>>,
}

impl Block {
    /// How many counters a cell has.
    pub fn width(&self) -> u32 {
        u32::try_from(self.size * HAPPENINGS).expect("few classes")
    }
}

/// All that a plan's parts are made of: measures, definitions, and how many classes there is room for.
type Made = (Arc<Measures>, Digest, usize);

/// What was planned before.
static PLANNED: LazyLock<Cache<Made, Arc<Parts>>> = LazyLock::new(|| Cache::new(MOST_KEPT));

impl Parts {
    fn of(measures: &Measures, classes: &OutcomeTable, room: usize) -> Self {
        let words = measures.list().len().div_ceil(64).max(1);
        let mut plan = Self {
            places: vec![None; measures.list().len()],
            words,
            of_event: Event::ALL.map(|_| vec![0; words]),
            ..Self::default()
        };
        let mut drafts: Vec<Draft> = Vec::new();
        let mut meeting = Meeting { classes, known: HashMap::new() };
        for (place, measure) in measures.list().iter().enumerate() {
            let Measure::Count(count) = measure else { continue };
            let asked: Asked = count.conditions.iter().map(|one| meeting.of(one)).collect();
            plan.note(place, count, &asked);
            let fitting = drafts.iter().enumerate().filter_map(|(block, draft)| {
                let wider = draft.wider(&asked);
                let (before, after) = (draft.size(), draft.size_with(&wider));
                (after <= room.max(before)).then_some((after - before, block, wider))
            });
            let (block, wider) = match fitting.min_by_key(|(growth, block, _)| (*growth, *block)) {
                Some((_, block, wider)) => (block, wider),
                None => {
                    drafts.push(Draft::default());
                    (drafts.len() - 1, Draft::default().wider(&asked))
                }
            };
            plan.places[place] = Some((block, drafts[block].counts.len()));
            drafts[block].take(count.event, asked, wider);
        }
        plan.blocks = drafts.into_iter().map(Draft::finish).collect();
        plan
    }

    fn note(&mut self, place: usize, count: &Count, asked: &Asked) {
        let (word, bit) = (place / 64, 1_u64 << (place % 64));
        let event = Event::ALL.iter().position(|event| *event == count.event).expect("one of all");
        self.of_event[event][word] |= bit;
        for (byte, meeting) in asked {
            let words = self.words;
            if self.met.iter().all(|(known, _)| known != byte) {
                self.met.push((*byte, vec![u64::MAX; 256 * words]));
            }
            let (_, table) = self.met.iter_mut().find(|(known, _)| known == byte).expect("just put");
            for value in (0..=u8::MAX).filter(|value| !meeting.holds(*value)) {
                table[usize::from(value) * words + word] &= !bit;
            }
        }
    }

    /// The block of a measure that is a count, and its place there.
    pub fn place(&self, measure: usize) -> Option<(usize, usize)> {
        self.places[measure]
    }

    /// One word of the bits of the counts whose conditions a participation meets.
    pub fn met(&self, bytes: &Bytes, word: usize) -> u64 {
        let of_byte = |(byte, table): &(usize, Vec<u64>)| table[usize::from(bytes[*byte]) * self.words + word];
        self.met.iter().map(of_byte).fold(u64::MAX, |all, one| all & one)
    }
}

impl Plan {
    /// The plan of some measures under definitions over a selection, cut along axes.
    pub fn of(measures: &Arc<Measures>, definition: &DefinitionSet, filter: &Filter, axes: &Axes) -> Self {
        let room = MOST_CLASSES.min(MOST_COUNTERS / (HAPPENINGS * axes.cell_count().max(1)));
        let key = (Arc::clone(measures), definition.digest, room);
        let parts = PLANNED.get_with(key, || Arc::new(Parts::of(measures, &definition.table, room)));
        Self { parts, ..Self::selecting(filter, &definition.table) }
    }

    /// A plan that only selects.
    pub fn selecting(filter: &Filter, classes: &OutcomeTable) -> Self {
        let selecting = filter.codes.iter().map(|codes| {
            let condition = Condition::In(*codes);
            (coding::byte_asked(&condition), coding::meeting(&condition, classes))
        });
        Self { filter: selecting.collect(), parts: Arc::default() }
    }

    /// Whether a participation is selected.
    pub fn selects(&self, bytes: &Bytes) -> bool {
        self.filter.iter().all(|(byte, set)| set.holds(bytes[*byte]))
    }
}

/// The values that meet each condition: many counts ask the same.
struct Meeting<'a> {
    classes: &'a OutcomeTable,
    known: HashMap<Condition, ByteSet>,
}

impl Meeting<'_> {
    fn of(&mut self, condition: &Condition) -> (usize, ByteSet) {
        let known = self.known.entry(*condition).or_insert_with(|| coding::meeting(condition, self.classes));
        (coding::byte_asked(condition), *known)
    }
}

/// The values of a byte in classes: the class of each, and a value of each class.
#[derive(Clone)]
struct Classes {
    of_values: [u8; 256],
    examples: Vec<u8>,
}

impl Classes {
    /// All values in one class.
    fn one() -> Self {
        Self { of_values: [0; 256], examples: vec![0] }
    }

    /// The classes told apart by a set too.
    fn split(&self, set: &ByteSet) -> Self {
        // For each class, that of its values outside and inside the set.
        let mut split: Vec<[Option<u8>; 2]> = vec![[None; 2]; self.examples.len()];
        let mut apart = Self { of_values: [0; 256], examples: Vec::new() };
        for value in 0..=u8::MAX {
            let class = self.of_values[usize::from(value)];
            let class = &mut split[usize::from(class)][usize::from(set.holds(value))];
            apart.of_values[usize::from(value)] = *class.get_or_insert_with(|| {
                apart.examples.push(value);
                u8::try_from(apart.examples.len() - 1).expect("no more classes than values")
            });
        }
        apart
    }
}

/// What a count asks: bytes and the values that they may have.
type Asked = Vec<(usize, ByteSet)>;

/// A block while counts are gathered.
#[derive(Default)]
struct Draft {
    /// For each byte that is asked about.
    classes: [Option<Classes>; BYTES],
    counts: Vec<(Event, Asked)>,
}

impl Draft {
    fn size(&self) -> usize {
        self.classes.iter().flatten().map(|classes| classes.examples.len()).product()
    }

    /// The classes of the bytes asked about, told apart by what is asked too.
    fn wider(&self, asked: &Asked) -> [Option<Classes>; BYTES] {
        let mut wider: [Option<Classes>; BYTES] = Default::default();
        for (byte, set) in asked {
            let known = wider[*byte].as_ref().or(self.classes[*byte].as_ref());
            wider[*byte] = Some(known.map_or_else(|| Classes::one().split(set), |classes| classes.split(set)));
        }
        wider
    }

    /// How many classes there are if some bytes have others.
    fn size_with(&self, wider: &[Option<Classes>; BYTES]) -> usize {
        let classes = wider.iter().zip(&self.classes).filter_map(|(wider, known)| wider.as_ref().or(known.as_ref()));
        classes.map(|classes| classes.examples.len()).product()
    }

    /// Takes a count in, with the classes that it needs.
    fn take(&mut self, event: Event, asked: Asked, wider: [Option<Classes>; BYTES]) {
        for (known, wider) in self.classes.iter_mut().zip(wider) {
            *known = wider.or(known.take());
        }
        self.counts.push((event, asked));
    }

    fn finish(self) -> Block {
        let mut size = 1;
        let mut digits = Vec::new();
        let mut examples: Vec<(usize, usize, Vec<u8>)> = Vec::new();
        for (byte, found) in self.classes.into_iter().enumerate() {
            let Some(classes) = found.filter(|classes| classes.examples.len() > 1) else { continue };
            let adds = |value: usize| u16::try_from(usize::from(classes.of_values[value]) * size).expect("few classes");
            digits.push((byte, Box::new(std::array::from_fn(adds))));
            let values = classes.examples.len();
            examples.push((byte, size, classes.examples));
            size *= values;
        }
        let example = |class: usize, byte: usize| {
            let found = examples.iter().find(|(known, _, _)| *known == byte);
            found.map_or(0, |(_, weight, values)| values[class / weight % values.len()])
        };
        let counters = |(event, asked): &(Event, Asked)| {
            let meets = |class: &usize| asked.iter().all(|(byte, set)| set.holds(example(*class, *byte)));
            let places = (0..size).filter(meets).flat_map(|class| {
                let happening = (0..HAPPENINGS).filter(|happening| is_event(*event, *happening));
                happening.map(move |happening| u32::try_from(class * HAPPENINGS + happening).expect("few counters"))
            });
            places.collect()
        };
        let counts = self.counts.iter().map(counters).collect();
        Block { digits, size, counts }
    }
}
