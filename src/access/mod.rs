//! Who is calling and what they may do: clients, keys, tokens, roles, and the scope that every finder takes.
//!
//! Only this room makes a [`Scope`] and only this room knows JSON Web Tokens. It knows nothing of reports or figures.

pub mod client;
mod desk;
pub mod keys;
pub mod once;
pub mod operations;
pub mod role;
mod scope;
pub mod signing;
mod store;
pub mod token;

pub use desk::{Desk, Manner};
pub use scope::{Reach, Scope};
