//! The definition versions that come with the program. A released one is never changed: answers of the past say its
//! code and its digest, and a test holds the digests.

use std::sync::{Arc, LazyLock};

use super::DefinitionSet;
use super::reading::read_built_in;

static ALL: LazyLock<Vec<Arc<DefinitionSet>>> = LazyLock::new(|| {
    let mut sets = Vec::new();
    for text in [include_str!("v1.json"), include_str!("v1_more_than_six_months.json")] {
        let set = read_built_in(text, &sets);
        sets.push(Arc::new(set));
    }
    sets
});

/// Every version that comes with the program, the first one first.
pub fn all() -> &'static [Arc<DefinitionSet>] {
    &ALL
}

/// The version that stands until an officer adds another to stand.
pub fn first() -> &'static Arc<DefinitionSet> {
    &ALL[0]
}
