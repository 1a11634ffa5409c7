//! The demo's fictional programme: a story of 55 projects, told in the same words every time.
//!
//! Pure: no input or output, no clock, no chance but its own. It plans what happened and what was reported; it computes
//! no figure, so the consolidation has everything left to do.

mod batir;
mod budget;
mod calendar;
mod chance;
mod closing;
mod exits;
mod export;
mod files;
mod organisations;
mod people;
mod play;
mod programme;
mod projects;
mod records;
mod rehearsal;
mod reports;
mod sections;
mod shared;
mod statements;
mod stays;
mod story;
#[cfg(test)]
mod tests;
mod winners;

pub use closing::close;
pub use export::{Export, Exported};
pub use people::Person;
pub use play::{APPROVER, REVIEWER, partner_client, play};
pub use projects::PlannedProject;
pub use reports::{PlannedReport, PlannedReturn};
pub use statements::Statements;
pub use story::Story;

use std::str::FromStr;

/// A text or code written in this module, which is always well formed.
fn text<T: FromStr>(written: &str) -> T {
    written.parse().unwrap_or_else(|_| unreachable!("the story's own words are well formed: {written}"))
}
