//! The participations of one project over all its versions: those that the newest loaded version holds, and those that
//! ended with an earlier one. What a version holds is a prefix of the first and a suffix of the second.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::coding::{NO_EXIT, PackedSupport, day_number, pack};
use super::columns::{Columns, Row, remove_from};
use super::persons::{ANONYMOUS, Met, PersonKey, Persons, shared_number};
use crate::reporting::statement::Participation;

/// A participation as it was read: part of versions `first` to before `end`.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The partner's own key.
    pub reference: String,
    /// The first version that holds it.
    pub first: u32,
    /// The first version that does not hold it any more, if there is one.
    pub end: Option<u32>,
    /// The person, if known by more than project and reference.
    pub person: Option<PersonKey>,
    /// The row, without ordinal and person.
    pub row: Row,
    /// The supports.
    pub supports: Vec<PackedSupport>,
}

impl Begun {
    /// A participation as the image takes it in.
    pub fn of<P>(participation: &Participation<P>, first: u32, end: Option<u32>, person: Option<PersonKey>) -> Self {
        let row = Row {
            ordinal: 0,
            person: 0,
            entry: day_number(participation.entry_on),
            exit: participation.exit_on().map_or(NO_EXIT, day_number),
            bytes: pack(participation, person.is_some()),
        };
        let supports = participation.supports.iter().flat_map(PackedSupport::pack).collect();
        Self { reference: participation.reference.to_string(), first, end, person, row, supports }
    }
}

/// The end of a participation that is loaded already.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The partner's own key.
    pub reference: String,
    /// The first version that does not hold it any more.
    pub end: u32,
}

/// A participation of a shared person, and the first version that does not hold it.
#[derive(Clone, Copy, Debug)]
pub struct SharedRow {
    /// The row.
    pub row: Row,
    /// The first version that does not hold it; `u32::MAX` if every later one does.
    pub end: u32,
}

/// The participations of one project.
#[derive(Default)]
pub struct Segment {
    /// Those that the newest loaded version holds, in the order of their recording.
    live: Columns,
    /// Hashes of their references, to find those that end.
    keys: Vec<u64>,
    hasher: RandomState,
    /// Those that ended, in the order of the versions that they ended with.
    closed: Columns,
    ends: Vec<u32>,
    /// The first ordinal of each version that recorded some, and the next one.
    starts: Vec<(u32, u32)>,
    next_ordinal: u32,
    shared: Vec<SharedRow>,
}

/// For tests: how many columns a segment has whose cells can be spoilt, the list of shared persons included.
pub const SPOILABLE: usize = super::columns::SPOILABLE + 1;

/// Some participations of a segment that lie together.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    /// Where they lie.
    pub columns: &'a Columns,
    /// The first place.
    pub begin: usize,
    /// The place after the last.
    pub end: usize,
    /// Only those with a lower ordinal.
    pub limit: u32,
    /// Whether some may have a higher one.
    pub checked: bool,
}

impl Span<'_> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.end - self.begin
    }
}

impl Segment {
    /// The participations of a version, in two spans.
    pub fn spans(&self, version: u32) -> [Span<'_>; 2] {
        let limit = self.limit(version);
        let live_end = prefix(&self.live.ordinals, |ordinal| *ordinal < limit);
        let closed_begin = prefix(&self.ends, |end| *end <= version);
        [
            Span { columns: &self.live, begin: 0, end: live_end, limit, checked: false },
            Span { columns: &self.closed, begin: closed_begin, end: self.closed.count(), limit, checked: true },
        ]
    }

    /// The participations of shared persons in a version.
    pub fn shared(&self, version: u32) -> impl Iterator<Item = &Row> {
        let limit = self.limit(version);
        let held = move |shared: &&SharedRow| shared.row.ordinal < limit && shared.end > version;
        self.shared.iter().filter(held).map(|shared| &shared.row)
    }

    /// The first ordinal that a later version recorded.
    fn limit(&self, version: u32) -> u32 {
        let place = self.starts.partition_point(|(first, _)| *first <= version);
        self.starts.get(place).map_or(u32::MAX, |(_, ordinal)| *ordinal)
    }

    /// Takes in what began and ended up to a newest version; gives the persons who became shared by it and their homes.
    pub fn advance(
        &mut self,
        project: u32,
        newest: u32,
        mut begun: Vec<Begun>,
        ended: &[Ended],
        persons: &mut Persons,
    ) -> Vec<(u32, u32, u32)> {
        begun.sort_by(|a, b| (a.first, &a.reference).cmp(&(b.first, &b.reference)));
        let ends: HashMap<u64, u32> =
            ended.iter().map(|ended| (self.hasher.hash_one(ended.reference.as_bytes()), ended.end)).collect();
        let mut leaving: Vec<(u32, usize)> = Vec::new();
        // The last participation of a reference, its end and its person: what begins then continues it.
        let mut before: HashMap<u64, (u32, u32)> = HashMap::new();
        if !ends.is_empty() {
            for (place, key) in self.keys.iter().enumerate() {
                if let Some(end) = ends.get(key) {
                    leaving.push((*end, place));
                    before.insert(*key, (*end, self.live.persons[place]));
                }
            }
        }
        let mut became_shared = Vec::new();
        let mut coming = Vec::with_capacity(begun.len());
        for begun in begun {
            let key = self.hasher.hash_one(begun.reference.as_bytes());
            let continued = before.get(&key).filter(|(end, _)| *end == begun.first).map(|(_, person)| *person);
            let person = match begun.person {
                None => ANONYMOUS,
                Some(who) if continued.is_some() && persons.find(&who) == continued => continued.expect("just seen"),
                Some(who) => match persons.meet(who, project) {
                    Met::First(number) => number,
                    Met::Shared(shared) => shared,
                    Met::Again(number, home, shared) => {
                        became_shared.push((number, home, shared));
                        // Those of this batch are not in the columns yet.
                        before
                            .values_mut()
                            .filter(|(_, known)| *known == number)
                            .for_each(|(_, known)| *known = shared);
                        renumber(&mut coming, number, shared);
                        shared
                    }
                },
            };
            if self.starts.last().is_none_or(|(first, _)| *first < begun.first) {
                self.starts.push((begun.first, self.next_ordinal));
            }
            let end = begun.end.filter(|end| *end <= newest);
            if let Some(end) = end {
                before.insert(key, (end, person));
            }
            let row = Row { ordinal: self.next_ordinal, person, ..begun.row };
            coming.push((key, end, row, begun.supports));
            self.next_ordinal += 1;
        }
        self.move_out(leaving, &coming);
        let staying = || coming.iter().filter(|(_, end, _, _)| end.is_none());
        self.live.make_room(staying().map(|(_, _, _, supports)| supports.len()));
        self.keys.reserve(staying().count());
        for (key, _, row, supports) in staying() {
            self.live.push(row, supports);
            self.keys.push(*key);
        }
        self.list_shared();
        became_shared
    }

    /// Moves those that end to the closed ones, in the order of their ends.
    fn move_out(&mut self, mut leaving: Vec<(u32, usize)>, coming: &[Coming]) {
        let from_live = leaving.iter().map(|(end, place)| (*end, self.live.row(*place), self.live.supports(*place)));
        let passing = coming.iter().filter_map(|(_, end, row, supports)| Some(((*end)?, *row, supports.as_slice())));
        let mut closing: Vec<(u32, Row, &[PackedSupport])> = from_live.chain(passing).collect();
        closing.sort_by_key(|(end, _, _)| *end);
        self.closed.make_room(closing.iter().map(|(_, _, supports)| supports.len()));
        self.ends.reserve(closing.len());
        for (end, row, supports) in closing {
            self.closed.push(&row, supports);
            self.ends.push(end);
        }
        leaving.sort_unstable_by_key(|(_, place)| *place);
        let places: Vec<usize> = leaving.into_iter().map(|(_, place)| place).collect();
        self.live.remove(&places);
        remove_from(&mut self.keys, &places);
    }

    /// Gives persons who became shared their shared numbers.
    pub fn share(&mut self, numbers: &HashMap<u32, u32>) {
        for person in self.live.persons.iter_mut().chain(&mut self.closed.persons) {
            if let Some(shared) = numbers.get(person) {
                *person = *shared;
            }
        }
        self.list_shared();
    }

    /// Every participation of the versions up to one, by ordinal, each with the first version up to it that does not hold
    /// it.
    pub fn held_until(&self, version: u32) -> Vec<(Row, &[PackedSupport], Option<u32>)> {
        let live = (0..self.live.count()).map(|place| (self.live.row(place), self.live.supports(place), None));
        let closed = self.ends.iter().enumerate().map(|(place, end)| {
            let end = (*end <= version).then_some(*end);
            (self.closed.row(place), self.closed.supports(place), end)
        });
        let limit = self.limit(version);
        let mut held: Vec<_> = live.chain(closed).filter(|(row, ..)| row.ordinal < limit).collect();
        held.sort_by_key(|(row, ..)| row.ordinal);
        held
    }

    /// The first ordinal of each version up to one that recorded some.
    pub fn starts_until(&self, version: u32) -> &[(u32, u32)] {
        &self.starts[..self.starts.partition_point(|(first, _)| *first <= version)]
    }

    /// Whether the list of shared persons' participations says what the columns say.
    pub fn lists_the_shared(&self) -> bool {
        let listed = self.shared.iter().map(|shared| (shared.row, shared.end));
        listed.eq(self.shared_rows().map(|shared| (shared.row, shared.end)))
    }

    /// For tests: flips a bit of the newest participation in a column, or flips it back; says whether there is such a cell.
    pub fn spoil(&mut self, column: usize) -> bool {
        let columns = if self.live.count() > 0 { &mut self.live } else { &mut self.closed };
        if column == SPOILABLE - 1 {
            return self.shared.last_mut().is_some_and(|shared| {
                shared.row.entry ^= 1;
                true
            });
        }
        columns.spoil(column)
    }

    fn list_shared(&mut self) {
        self.shared = self.shared_rows().collect();
    }

    fn shared_rows(&self) -> impl Iterator<Item = SharedRow> {
        let is_shared = |columns: &Columns, place: &usize| shared_number(columns.persons[*place]).is_some();
        let live = (0..self.live.count()).filter(move |place| is_shared(&self.live, place));
        let live = live.map(|place| SharedRow { row: self.live.row(place), end: u32::MAX });
        let closed = (0..self.closed.count()).filter(move |place| is_shared(&self.closed, place));
        let closed = closed.map(|place| SharedRow { row: self.closed.row(place), end: self.ends[place] });
        live.chain(closed)
    }
}

/// How many items at the beginning hold: all of them for the newest version, which nearly everybody asks about.
fn prefix<T>(list: &[T], holds: impl Fn(&T) -> bool) -> usize {
    if list.last().is_none_or(&holds) { list.len() } else { list.partition_point(holds) }
}

type Coming = (u64, Option<u32>, Row, Vec<PackedSupport>);

fn renumber(coming: &mut [Coming], number: u32, shared: u32) {
    coming.iter_mut().filter(|(_, _, row, _)| row.person == number).for_each(|(_, _, row, _)| row.person = shared);
}
