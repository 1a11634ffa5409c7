//! What can be done with access: register a client and change it, prove who one is, get a token and give it back.

mod clients;
mod credentials;
mod tokens;

pub use clients::{
    LimitChanges, find_client, list_clients, register_client, register_client_once, register_client_with_key,
    resume_client, revise_client, revoke_client, suspend_client,
};
pub use credentials::{add_key, add_secret, end_credential};
pub use tokens::{
    Authenticated, Introspection, Proof, authenticate, introspect, issue_token, issue_token_at_the_console, recognise,
    revoke_token,
};

pub use super::recognition::epoch;
use super::role::Role;
use super::scope::Scope;

/// The scope of whoever holds the machine's console, and so its database and keys, in a role that sees everything.
pub fn at_the_console(role: Role) -> Scope {
    Scope::new("console".to_owned(), role, None)
}
