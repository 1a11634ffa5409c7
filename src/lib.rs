//! Faisceau: partners push reports, officers approve them, national indicators follow.
//!
//! Capabilities are the rooms at the top: [`access`], [`directory`], [`reporting`], [`consolidation`], each importing
//! only those before it; [`storage`] keeps, [`api`] translates. ARCHITECTURE.md walks one report through them.
#![forbid(unsafe_code)]

pub mod access;
pub mod api;
pub mod consolidation;
pub mod directory;
pub mod reporting;
pub mod storage;

pub mod cli;
pub mod demo;

pub mod clock;
pub mod configuration;
pub mod id;
pub mod outgoing;
pub mod page;
pub mod private;
pub mod redact;
pub mod refusal;
pub mod text;
pub mod watch;
