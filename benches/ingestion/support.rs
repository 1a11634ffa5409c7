//! What this program shares with the tests.

#[path = "../../tests/suite/support/database.rs"]
pub mod database;
#[path = "../../tests/suite/support/growth.rs"]
pub mod growth;
#[path = "../../tests/suite/support/stage.rs"]
pub mod stage;
#[path = "../../tests/suite/support/statement.rs"]
pub mod statement;
#[path = "../../tests/suite/support/world.rs"]
pub mod world;

pub use database::Database;
pub use stage::Stage;
