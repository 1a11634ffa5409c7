//! What every operation works with.

use std::sync::Arc;

use super::keys::KeyRing;
use crate::clock::Clock;
use crate::storage::Store;

/// The store, the clock and the keys: cheap to clone, handed to every operation.
#[derive(Clone)]
pub struct Desk {
    /// Where things are kept.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// The keys, which live outside the database.
    pub keys: Arc<KeyRing>,
}
