//! What can be done with access: register a client or an account and change it, prove who one is, get a token or a session
//! and give it back.

mod accounts;
mod clients;
mod credentials;
mod sessions;
mod tokens;

pub use accounts::{
    AccountChanges, NewAccount, end_sessions, find_account, find_account_of_subject, list_accounts, register_account,
    reset_password, resume_account, revise_account, suspend_account,
};
pub use clients::{
    LimitChanges, find_client, list_clients, register_client, register_client_once, register_client_with_key,
    resume_client, revise_client, revoke_client, suspend_client,
};
pub use credentials::{add_key, add_secret, end_credential};
pub use sessions::{Attempt, Vouched, admit, recognise_session, sign_in, sign_out, sweep_sessions};
pub use tokens::{
    Authenticated, Introspection, Proof, authenticate, introspect, issue_token, issue_token_at_the_console, recognise,
    revoke_token,
};

pub use super::recognition::look;
use super::role::Role;
use super::scope::Scope;
pub use super::store::forget_answers_about;

/// The scope of whoever holds the machine's console, and so its database and keys, in a role that sees everything.
pub fn at_the_console(role: Role) -> Scope {
    Scope::new("console".to_owned(), role, None)
}
