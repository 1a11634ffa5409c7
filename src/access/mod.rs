//! Who is calling and what they may do: clients, people, keys, tokens, sessions, roles, and the scope that every finder takes.
//!
//! Only this room makes a [`Scope`] and only this room knows JSON Web Tokens. It knows nothing of reports or figures.

pub mod account;
mod assertion;
pub mod chain;
pub mod client;
pub mod credential;
mod deployment_key;
mod desk;
pub mod issuer;
mod jose;
pub mod jwk;
pub mod keys;
pub mod looks;
pub mod network;
pub mod oidc;
pub mod once;
pub mod operations;
mod password;
mod recognition;
pub mod role;
mod scope;
pub mod scope_token;
pub mod session;
pub mod signing;
mod store;
pub mod token;
pub mod token_keys;

pub use desk::{Desk, Manner, Noted};
pub use password::SHORTEST as SHORTEST_PASSWORD;
pub use recognition::{Recognised, Recognition, Sight};
pub use scope::{Reach, Scope};
