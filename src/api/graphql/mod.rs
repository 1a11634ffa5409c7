//! The GraphQL skin: its transport, the guards before it, and the schema.

pub mod answer;
pub mod codes;
pub mod coercion;
pub mod context;
pub mod directives;
pub mod document;
pub mod inputs;
pub mod lasting;
pub mod lexical;
pub mod media;
pub mod mutation;
pub mod paging;
pub mod parameters;
pub mod playground;
pub mod query;
pub mod scalars;
pub mod schema;
pub mod strict_json;
pub mod transport;
pub mod trusted;
pub mod types;

#[cfg(test)]
mod bombs;
