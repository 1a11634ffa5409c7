//! What a check went through, and what does not hold.

/// How many problems are told in words; all are counted.
const MOST_TOLD: usize = 100;

/// What a check went through, and what does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many things were checked.
    pub checked_count: u64,
    /// How many of them do not hold.
    pub problem_count: u64,
    /// The first of these, in words.
    pub problems: Vec<String>,
}

impl Checked {
    /// Counts something that was checked.
    pub fn count(&mut self) {
        self.checked_count += 1;
    }

    /// Notes something that does not hold.
    pub fn note(&mut self, problem: String) {
        self.problem_count += 1;
        if self.problems.len() < MOST_TOLD {
            self.problems.push(problem);
        }
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.problem_count == 0
    }
}
