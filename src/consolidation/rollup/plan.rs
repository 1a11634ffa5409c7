//! The plan of a scan: conditions as tables over bytes, and counts gathered into blocks.
//!
//! All bytes that no condition of a block tells apart are one class. A scan raises one counter per participation and
//! block, at its classes and what happens to it; every count is then a sum of counters, however many counts there are.

use crate::consolidation::definitions::outcomes::OutcomeTable;
use crate::consolidation::image::coding::{self, BYTES, ByteSet, Bytes};
use crate::consolidation::question::Filter;
use crate::consolidation::vocabulary::{Condition, Count, Event, Measure, Measures};

use super::axes::Axes;

/// What happens to a participation that is supported in a window: bit 0, it entered; bit 1, it is present at the end.
pub const HAPPENINGS: usize = 4;

/// Whether something that happens is an event.
pub fn is_event(event: Event, happening: usize) -> bool {
    match event {
        Event::Supported => true,
        Event::Entries | Event::FirstEntries => happening & 1 == 1,
        Event::Exits => happening & 2 == 0,
        Event::Present => happening & 2 == 2,
    }
}

/// How many counters a block may have; more only if one count needs them.
const MOST_COUNTERS: usize = 1 << 16;

/// What is scanned for.
pub struct Plan {
    /// The bytes that participations are selected by.
    pub filter: Vec<(usize, ByteSet)>,
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

impl Plan {
    /// The plan of some measures over a selection, cut along axes.
    pub fn of(measures: &Measures, classes: &OutcomeTable, filter: &Filter, axes: &Axes) -> Self {
        let words = measures.list().len().div_ceil(64).max(1);
        let mut plan = Self {
            places: vec![None; measures.list().len()],
            words,
            of_event: Event::ALL.map(|_| vec![0; words]),
            ..Self::selecting(filter, classes)
        };
        let mut drafts: Vec<Draft> = Vec::new();
        let room = MOST_COUNTERS / (HAPPENINGS * axes.cell_count().max(1));
        for (place, measure) in measures.list().iter().enumerate() {
            let Measure::Count(count) = measure else { continue };
            let asked: Vec<(usize, ByteSet)> =
                count.conditions.iter().map(|one| (coding::byte_asked(one), coding::meeting(one, classes))).collect();
            plan.note(place, count, &asked);
            let fitting = drafts.iter_mut().enumerate().find_map(|(block, draft)| {
                let wider = draft.with(&asked);
                (wider.size() <= room.max(draft.size())).then(|| {
                    *draft = wider;
                    block
                })
            });
            let block = fitting.unwrap_or_else(|| {
                drafts.push(Draft::default().with(&asked));
                drafts.len() - 1
            });
            plan.places[place] = Some((block, drafts[block].counts.len()));
            drafts[block].counts.push((count.event, asked));
        }
        plan.blocks = drafts.into_iter().map(Draft::finish).collect();
        plan
    }

    /// A plan that only selects.
    pub fn selecting(filter: &Filter, classes: &OutcomeTable) -> Self {
        let selecting = filter.codes.iter().map(|codes| {
            let condition = Condition::In(*codes);
            (coding::byte_asked(&condition), coding::meeting(&condition, classes))
        });
        Self {
            filter: selecting.collect(),
            blocks: Vec::new(),
            places: Vec::new(),
            met: Vec::new(),
            words: 0,
            of_event: Default::default(),
        }
    }

    fn note(&mut self, place: usize, count: &Count, asked: &[(usize, ByteSet)]) {
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

    /// Whether a participation is selected.
    pub fn selects(&self, bytes: &Bytes) -> bool {
        self.filter.iter().all(|(byte, set)| set.holds(bytes[*byte]))
    }

    /// One word of the bits of the counts whose conditions a participation meets.
    pub fn met(&self, bytes: &Bytes, word: usize) -> u64 {
        let of_byte = |(byte, table): &(usize, Vec<u64>)| table[usize::from(bytes[*byte]) * self.words + word];
        self.met.iter().map(of_byte).fold(u64::MAX, |all, one| all & one)
    }
}

/// The class of every value of a byte, and a value of each class.
type Classes = (Box<[u8; 256]>, Vec<u8>);

/// A block while counts are gathered.
#[derive(Clone)]
struct Draft {
    /// For each byte that is asked about.
    classes: [Option<Classes>; BYTES],
    counts: Vec<(Event, Vec<(usize, ByteSet)>)>,
}

impl Default for Draft {
    fn default() -> Self {
        Self { classes: std::array::from_fn(|_| None), counts: Vec::new() }
    }
}

impl Draft {
    fn size(&self) -> usize {
        self.classes.iter().flatten().map(|(_, examples)| examples.len()).product()
    }

    /// The same with classes told apart by more conditions.
    fn with(&self, asked: &[(usize, ByteSet)]) -> Self {
        let mut wider = self.clone();
        for (byte, set) in asked {
            let (classes, examples) = wider.classes[*byte].get_or_insert_with(|| (Box::new([0; 256]), vec![0]));
            // For each class, that of the values outside and inside the set.
            let mut split: Vec<[Option<u8>; 2]> = vec![[None; 2]; examples.len()];
            let mut apart = Vec::new();
            for value in 0..=u8::MAX {
                let inside = usize::from(set.holds(value));
                let class = &mut split[usize::from(classes[usize::from(value)])][inside];
                let class = *class.get_or_insert_with(|| {
                    apart.push(value);
                    u8::try_from(apart.len() - 1).expect("no more classes than values")
                });
                classes[usize::from(value)] = class;
            }
            *examples = apart;
        }
        wider
    }

    fn finish(self) -> Block {
        let mut size = 1;
        let mut digits = Vec::new();
        let mut examples: Vec<(usize, usize, Vec<u8>)> = Vec::new();
        for (byte, found) in self.classes.into_iter().enumerate() {
            let Some((classes, values)) = found.filter(|(_, values)| values.len() > 1) else { continue };
            let adds = |value: usize| u16::try_from(usize::from(classes[value]) * size).expect("few classes");
            digits.push((byte, Box::new(std::array::from_fn(adds))));
            examples.push((byte, size, values.clone()));
            size *= values.len();
        }
        let example = |class: usize, byte: usize| {
            let found = examples.iter().find(|(known, _, _)| *known == byte);
            found.map_or(0, |(_, weight, values)| values[class / weight % values.len()])
        };
        let counters = |(event, asked): &(Event, Vec<(usize, ByteSet)>)| {
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
