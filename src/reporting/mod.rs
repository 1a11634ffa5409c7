//! What comes in: statements, the rules they are held to, frozen versions, and the lifecycle of a report.
//!
//! Reporting knows the directory and the caller; it knows nothing of figures.

pub mod change;
pub mod code_lists;
pub mod codes;
pub mod difference;
pub mod fields;
pub mod head;
pub mod identity;
pub mod intake;
pub mod jobs;
pub mod lifecycle;
pub mod obligation;
pub mod operations;
pub mod past;
pub mod path;
pub mod privacy;
pub mod queue;
pub mod reason;
pub mod record;
pub mod rules;
pub mod sections;
pub mod statement;
mod store;
pub mod submission;
pub mod template;
pub mod themes;
pub mod version;
pub mod waiver;

pub use store::intervals;
