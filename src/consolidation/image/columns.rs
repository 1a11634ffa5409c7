//! Participations as columns: one array per thing known, so that a scan reads only what it asks about.

use super::coding::{BYTES, Bytes, Day, PackedSupport};

/// A participation as it is put into columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place among the project's participations in the order of their recording: by first version, then reference.
    pub ordinal: u32,
    /// The person; see [`super::persons`].
    pub person: u32,
    /// First day.
    pub entry: Day,
    /// Last day, or [`super::coding::NO_EXIT`].
    pub exit: Day,
    /// The code bytes.
    pub bytes: Bytes,
}

/// Participations, in some order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// See [`Row::ordinal`].
    pub ordinals: Vec<u32>,
    /// See [`Row::person`].
    pub persons: Vec<u32>,
    /// See [`Row::entry`].
    pub entries: Vec<Day>,
    /// See [`Row::exit`].
    pub exits: Vec<Day>,
    /// See [`Row::bytes`].
    pub bytes: [Vec<u8>; BYTES],
    support_ends: Vec<u32>,
    supports: Vec<PackedSupport>,
}

impl Columns {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.ordinals.len()
    }

    /// The participation at a place.
    pub fn row(&self, place: usize) -> Row {
        Row {
            ordinal: self.ordinals[place],
            person: self.persons[place],
            entry: self.entries[place],
            exit: self.exits[place],
            bytes: self.bytes_of(place),
        }
    }

    /// The code bytes of the participation at a place.
    pub fn bytes_of(&self, place: usize) -> Bytes {
        std::array::from_fn(|byte| self.bytes[byte][place])
    }

    /// The supports of the participation at a place.
    pub fn supports(&self, place: usize) -> &[PackedSupport] {
        let begin = if place == 0 { 0 } else { self.support_ends[place - 1] };
        &self.supports[begin as usize..self.support_ends[place] as usize]
    }

    /// Makes room for the first participations, each with so many supports: no more than they need, since most of a project's
    /// participations are its first when a service starts.
    pub fn make_room(&mut self, supports: impl Iterator<Item = usize>) {
        if self.count() > 0 {
            return;
        }
        let (rows, supports) = supports.fold((0, 0), |(rows, all), count| (rows + 1, all + count));
        self.ordinals.reserve_exact(rows);
        self.persons.reserve_exact(rows);
        self.entries.reserve_exact(rows);
        self.exits.reserve_exact(rows);
        self.bytes.iter_mut().for_each(|column| column.reserve_exact(rows));
        self.support_ends.reserve_exact(rows);
        self.supports.reserve_exact(supports);
    }

    /// Adds a participation at the end.
    pub fn push(&mut self, row: &Row, supports: &[PackedSupport]) {
        self.ordinals.push(row.ordinal);
        self.persons.push(row.person);
        self.entries.push(row.entry);
        self.exits.push(row.exit);
        for (column, byte) in self.bytes.iter_mut().zip(row.bytes) {
            column.push(byte);
        }
        self.supports.extend_from_slice(supports);
        self.support_ends.push(u32::try_from(self.supports.len()).expect("fewer supports than fit into 32 bits"));
    }

    /// Takes out the participations at some places, which are in order; the others keep theirs.
    pub fn remove(&mut self, places: &[usize]) {
        let Some(first) = places.first() else { return };
        let mut supports = self.supports[..self.start_of_supports(*first)].to_vec();
        let mut ends = self.support_ends[..*first].to_vec();
        for place in (*first..self.count()).filter(|place| places.binary_search(place).is_err()) {
            supports.extend_from_slice(self.supports(place));
            ends.push(u32::try_from(supports.len()).expect("fewer than before"));
        }
        (self.supports, self.support_ends) = (supports, ends);
        remove_from(&mut self.ordinals, places);
        remove_from(&mut self.persons, places);
        remove_from(&mut self.entries, places);
        remove_from(&mut self.exits, places);
        for column in &mut self.bytes {
            remove_from(column, places);
        }
    }

    /// For tests: flips a bit of the last participation in a column; says whether there is such a cell.
    pub fn spoil(&mut self, column: usize) -> bool {
        match column {
            0 => flip(self.entries.last_mut()),
            1 => flip(self.exits.last_mut()),
            2 => flip(self.persons.last_mut()),
            3 => flip(self.ordinals.last_mut()),
            4 => self.supports.last_mut().is_some_and(|support| {
                *support = support.spoilt();
                true
            }),
            column => flip(self.bytes.get_mut(column - 5).and_then(|bytes| bytes.last_mut())),
        }
    }

    fn start_of_supports(&self, place: usize) -> usize {
        if place == 0 { 0 } else { self.support_ends[place - 1] as usize }
    }
}

/// For tests: how many columns can be spoilt.
pub const SPOILABLE: usize = 5 + BYTES;

fn flip<T: std::ops::BitXorAssign + From<u8>>(cell: Option<&mut T>) -> bool {
    cell.is_some_and(|cell| {
        *cell ^= T::from(1);
        true
    })
}

/// Takes the values at some places, which are in order, out of a list.
pub fn remove_from<T>(list: &mut Vec<T>, places: &[usize]) {
    let (mut place, mut next) = (0, 0);
    list.retain(|_| {
        let gone = places.get(next) == Some(&place);
        next += usize::from(gone);
        place += 1;
        !gone
    });
}
