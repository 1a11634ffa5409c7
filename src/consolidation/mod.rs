//! What comes out: approved versions rolled up into indicators, exact, explained and reproducible.
//!
//! The image is a cache of the tables, caught up before every answer; roll-up and coverage are pure functions of it.
//! Consolidation reads reporting and the directory and is read by the skins only.

mod alone;
pub mod answer;
pub mod closing;
pub mod code_lists;
pub mod coverage;
pub mod definitions;
pub mod disclosure;
pub mod erasures;
pub mod explain;
pub mod image;
pub mod indicator;
mod look;
mod node;
pub mod operations;
pub mod outcome;
pub mod question;
pub mod rollup;
pub mod self_check;
mod store;
pub mod vocabulary;
