//! Access in the database: clients, and the answers given under idempotency keys.

mod answers;
mod clients;

pub use answers::{find_answer, insert_answer};
pub use clients::{find_client, insert_client};
