//! Access in the database: clients, people, what they prove themselves with, sessions, tokens taken back, and the answers
//! given under idempotency keys.

mod accounts;
mod answers;
mod clients;
mod credentials;
mod sessions;
mod tokens;

pub use accounts::{
    HeldPassword, find_account, find_account_of, find_password, insert_account, list_accounts, note_sign_in,
    revise_account, set_password, suspend_account,
};
pub use answers::{find_answer, forget_answers_about, insert_answer};
pub use clients::{
    find_client, insert_client, list_clients, resume_client, revise_client, revoke_client, suspend_client,
};
pub use credentials::{
    HeldCredential, end_credential, insert_credential, list_held_credentials, note_use, use_assertion,
};
pub use sessions::{
    HeldSession, end_session, end_sessions_of, find_failures, find_session, forget_failures, forget_one_failure,
    insert_session, note_failures, prolong_session, sweep, use_sign_in,
};
pub use tokens::{insert_revoked_token, is_token_revoked, raise_epoch, read_epoch, read_sight};
