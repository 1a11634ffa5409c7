//! What every test works with: a database of its own, a world to act in, and callers that speak HTTP.

pub mod database;
pub mod stage;
pub mod statement;
pub mod world;

pub use database::Database;
pub use stage::Stage;
pub use world::{Answered, Caller, World};
