//! Chance that always falls the same way: a small seeded generator (splitmix64), one stream per topic.
//!
//! Whole numbers only, so that the story is the same on every machine.

/// A stream of chance about one topic; another topic's draws never move it.
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of a topic.
    pub(super) fn about(topic: &str) -> Self {
        let seed = topic
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from zero to one less than `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as usize) as i32
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    /// One of the items.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of the items, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, usize)]) -> T {
        let mut drawn = self.below(items.iter().map(|(_, weight)| weight).sum());
        for (item, weight) in items {
            if drawn < *weight {
                return *item;
            }
            drawn -= weight;
        }
        unreachable!("a draw lies below the sum of the weights")
    }

    /// Puts the items in any order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
