//! Disclosure control: which cells of linked tables must not be published, so that none of them can be worked out.
//!
//! Pure functions over abstract tables. It must not know what a cell counts, where it is shown or how it is kept.

mod mending;
mod nearby;
mod search;
mod solver;
pub mod table;
mod world;

pub use search::{Mask, Unprotectable, suppress, suppress_small_cells_only};
pub use world::{World, first_exposed};
