//! What every test works with: a database of its own, a world to act in, and callers that speak HTTP.

pub mod browser;
pub mod cast;
pub mod console;
pub mod database;
pub mod dump;
pub mod forge;
pub mod growth;
pub mod idp;
pub mod oauth;
pub mod operations;
pub mod places;
pub mod raw;
pub mod seek;
pub mod stage;
pub mod statement;
pub mod under_way;
pub mod world;

pub use database::Database;
pub use stage::Stage;
pub use world::{Answered, Caller, World};
