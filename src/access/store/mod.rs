//! Access in the database: clients and what they prove themselves with, tokens taken back, and the answers given under
//! idempotency keys.

mod answers;
mod clients;
mod credentials;
mod tokens;

pub use answers::{find_answer, insert_answer};
pub use clients::{
    find_client, insert_client, list_clients, resume_client, revise_client, revoke_client, suspend_client,
};
pub use credentials::{
    HeldCredential, end_credential, insert_credential, list_held_credentials, note_use, use_assertion,
};
pub use tokens::{insert_revoked_token, is_token_revoked, raise_epoch, read_epoch};
