//! How much work goes on at once, waiting for the database included. What comes beyond is told to come again: a queue that
//! grows would only make everybody wait. Submissions are let in when reading is not, and reading when exports are not.

use std::sync::{Arc, Mutex, PoisonError};

use crate::refusal::{Code, Refusal};

/// What a piece of work is for, in the order in which it is let in when there is much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What partners and officers write, and tokens.
    Submission,
    /// What is read.
    Reading,
    /// Large downloads.
    Export,
}

/// The work that goes on at once.
pub struct Gate {
    places: u32,
    exports: u32,
    taken: Mutex<[u32; 3]>,
}

/// A place at work; it is free again when this is dropped.
#[must_use]
pub struct Place {
    gate: Arc<Gate>,
    class: Class,
}

impl Gate {
    /// A gate with a number of places, of which few are for exports.
    pub fn new(places: u32, exports: u32) -> Arc<Self> {
        Arc::new(Self { places, exports, taken: Mutex::new([0; 3]) })
    }

    /// A place for a piece of work, or the refusal that says to come again.
    pub fn enter(self: &Arc<Self>, class: Class) -> Result<Place, Refusal> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u32 = taken.iter().sum();
        let most = match class {
            Class::Submission => self.places,
            Class::Reading => self.places / 4 * 3,
            Class::Export => self.places / 2,
        };
        // An export holds a connection long: there are always fewer of them than connections.
        if all >= most || class == Class::Export && taken[class as usize] >= self.exports {
            return Err(Code::Busy.into());
        }
        taken[class as usize] += 1;
        Ok(Place { gate: Arc::clone(self), class })
    }

    /// How many pieces of work of a class go on.
    pub fn taken(&self, class: Class) -> u32 {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)[class as usize]
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.taken.lock().unwrap_or_else(PoisonError::into_inner)[self.class as usize] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn submissions_are_let_in_before_reading_and_reading_before_exports() {
        let gate = Gate::new(8, 2);
        let enter = |class| gate.enter(class);
        let exports: Vec<_> = (0..2).map(|_| enter(Class::Export).unwrap()).collect();
        assert_eq!(enter(Class::Export).err().unwrap().code, Code::Busy);
        let reading: Vec<_> = (0..4).map(|_| enter(Class::Reading).unwrap()).collect();
        assert_eq!(enter(Class::Reading).err().unwrap().code, Code::Busy);
        let submissions: Vec<_> = (0..2).map(|_| enter(Class::Submission).unwrap()).collect();
        assert_eq!(enter(Class::Submission).err().unwrap().code, Code::Busy);

        drop(exports);
        assert!(enter(Class::Submission).is_ok() && enter(Class::Reading).is_err() && enter(Class::Export).is_err());
        drop((reading, submissions));
        assert!([Class::Submission, Class::Reading, Class::Export].iter().all(|class| gate.taken(*class) == 0));
    }

    #[test]
    fn work_that_panics_gives_its_place_back() {
        let gate = Gate::new(8, 2);
        let place = gate.enter(Class::Submission).unwrap();
        let panicked = std::thread::spawn(move || {
            let _place = place;
            panic!("work panics");
        });
        assert!(panicked.join().is_err());
        assert_eq!(gate.taken(Class::Submission), 0);
    }
}
