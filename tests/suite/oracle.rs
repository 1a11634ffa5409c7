//! The oracle: every figure, group, overlap and coverage computed a second time, in plain SQL over the tables, by code
//! that shares nothing with the product's consolidation, and compared with what the service answers over HTTP.

mod answer;
mod edges;
mod indicators;
mod slices;
pub mod story;
mod words;
