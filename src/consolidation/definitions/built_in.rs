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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_program_never_changes() {
        let known: Vec<(&str, String)> = all().iter().map(|set| (set.code.as_str(), set.digest.to_string())).collect();
        let released = [
            ("V1", "6913275201edd6a2886f5b873a79adfe7d92702fb2419a0ac00f45405c6bfcc7".to_owned()),
            ("V1_MORE_THAN_SIX_MONTHS", "f6e60eac34d8072c40d30845dd559a657ec702be9419318f0d1c7d6d16ab2ab8".to_owned()),
        ];
        assert_eq!(known, released, "a released version changed: add another one instead");
    }
}
