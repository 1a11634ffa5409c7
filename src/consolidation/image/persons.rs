//! Persons, numbered densely. Nearly everybody is in one project once, and counts as their one participation does; only
//! those seen twice, the *shared*, must be told apart, and have numbers of their own.

use std::collections::HashMap;

/// What a participation's person is known by: a random identifier.
pub type PersonKey = [u8; 16];

/// The person of a participation without identity: a person of its own.
pub const ANONYMOUS: u32 = SHARED - 1;

/// Marks the number of a shared person; what is below the mark counts shared persons from 0.
pub const SHARED: u32 = 1 << 31;

/// The number of a shared person, if it is one.
pub fn shared_number(person: u32) -> Option<u32> {
    (person & SHARED != 0).then_some(person & !SHARED)
}

/// Every person who was ever seen with an identity.
#[derive(Default)]
pub struct Persons {
    numbers: HashMap<PersonKey, u32>,
    /// By number: the only project where the person was seen, or the shared number with its mark.
    homes: Vec<u32>,
    shared_count: u32,
}

/// Who bears which number, to compare persons of two images that numbered them each in their own order.
pub struct Bearers {
    keys: Vec<PersonKey>,
    shared: Vec<u32>,
}

impl Bearers {
    /// Whoever bears a number; nothing if nobody does.
    pub fn of(&self, person: u32) -> Option<&PersonKey> {
        let number = match shared_number(person) {
            Some(shared) => *self.shared.get(shared as usize)?,
            None => person,
        };
        self.keys.get(number as usize)
    }
}

/// Who a person turned out to be.
pub enum Met {
    /// Somebody never seen.
    First(u32),
    /// Somebody shared already, by the marked number.
    Shared(u32),
    /// Somebody seen once, in one project: by number, project and the marked number that they have from now on.
    Again(u32, u32, u32),
}

impl Persons {
    /// How many are shared.
    pub fn shared_count(&self) -> usize {
        self.shared_count as usize
    }

    /// Notes that a person has a participation in a project that continues none known.
    pub fn meet(&mut self, key: PersonKey, project: u32) -> Met {
        let next = u32::try_from(self.homes.len()).expect("fewer than two thousand million persons");
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.homes.push(project);
            return Met::First(number);
        }
        let home = self.homes[number as usize];
        if home & SHARED != 0 {
            return Met::Shared(home);
        }
        let shared = SHARED | self.shared_count;
        self.shared_count += 1;
        self.homes[number as usize] = shared;
        Met::Again(number, home, shared)
    }

    /// The number that participations of a person bear, if the person is known.
    pub fn find(&self, key: &PersonKey) -> Option<u32> {
        let number = *self.numbers.get(key)?;
        let home = self.homes[number as usize];
        Some(if home & SHARED != 0 { home } else { number })
    }

    /// Who bears which number.
    pub fn bearers(&self) -> Bearers {
        let mut keys = vec![PersonKey::default(); self.homes.len()];
        let mut shared = vec![u32::MAX; self.shared_count()];
        for (key, number) in &self.numbers {
            keys[*number as usize] = *key;
            if let Some(place) = shared_number(self.homes[*number as usize]) {
                shared[place as usize] = *number;
            }
        }
        Bearers { keys, shared }
    }
}
