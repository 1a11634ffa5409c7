//! The GraphQL skin: its transport, the guards before it, and the schema.

pub mod answer;
pub mod coercion;
pub mod directives;
pub mod document;
pub mod lexical;
pub mod media;
pub mod parameters;
pub mod playground;
pub mod strict_json;
pub mod transport;

#[cfg(test)]
mod bombs;
