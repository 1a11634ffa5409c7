//! Faisceau: partners push reports, officers approve them, national indicators follow.
//!
//! Capabilities are the rooms at the top: [`access`], [`directory`], [`reporting`], [`consolidation`], each importing
//! only those before it; [`storage`] keeps, [`api`] translates. ARCHITECTURE.md walks one report through them.
#![forbid(unsafe_code)]

pub mod api;
pub mod clock;
pub mod redact;
pub mod refusal;
