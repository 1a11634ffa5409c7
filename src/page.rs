//! Pages of a list in a stable order: how many, after which key.

use crate::refusal::{Code, Refusal};

/// The largest page that anyone gets.
pub const LARGEST_PAGE: usize = 200;

/// A page asked for: `first` items after a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    first: usize,
    after: Option<String>,
}

impl PageRequest {
    /// A page of 1 to [`LARGEST_PAGE`] items, after the item whose key is given.
    pub fn new(first: usize, after: Option<String>) -> Result<Self, Refusal> {
        if (1..=LARGEST_PAGE).contains(&first) {
            Ok(Self { first, after })
        } else {
            Err(Refusal::new(Code::PageInvalid).with("limit", LARGEST_PAGE))
        }
    }

    /// The key after which to begin; empty text is before every key.
    pub fn after(&self) -> &str {
        self.after.as_deref().unwrap_or("")
    }

    /// A page of the same size after another key.
    #[must_use]
    pub fn following(&self, key: &str) -> Self {
        Self { first: self.first, after: Some(key.to_owned()) }
    }

    /// How many rows to read: one more than asked, to know whether there are more.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.first).unwrap_or(i64::MAX - 1) + 1
    }

    /// Whether so many items fill the page, and tell whether there are more.
    pub fn is_filled_by(&self, count: usize) -> bool {
        count > self.first
    }

    /// Makes a page of what was read with [`Self::limit`].
    pub fn cut<T>(&self, mut items: Vec<T>) -> Page<T> {
        let has_more = items.len() > self.first;
        items.truncate(self.first);
        Page { items, has_more }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Whether there are more after them.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// The same page with each item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), has_more: self.has_more }
    }
}
