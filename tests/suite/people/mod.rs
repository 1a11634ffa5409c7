//! People: how they sign in and out, what their sessions open and do not, and how operators see to their accounts.

mod csrf;
mod forged;
mod local;
mod operators;
mod provider;
mod sessions;

use faisceau::access::Scope;
use faisceau::access::operations as access;
use faisceau::access::role::Role;
use faisceau::id::OrganisationId;
use serde_json::Value;

use crate::support::World;
use crate::support::browser::Browser;

/// A password that holds.
pub const PASSWORD: &str = "trois chats gris et un toit";

fn operator() -> Scope {
    access::at_the_console(Role::Operator)
}

/// Registers a local account; gives its identifier and its one-time password.
fn register(world: &World, name: &str, role: Role) -> (String, String) {
    register_of(world, name, role, None)
}

/// The same of an organisation.
pub fn register_of(world: &World, name: &str, role: Role, organisation: Option<OrganisationId>) -> (String, String) {
    use secrecy::ExposeSecret;
    let name = name.parse().unwrap();
    let new = access::NewAccount { name, role, organisation, programmes: Vec::new(), expires_at: None };
    let (record, password) = access::register_account(&world.desk, &operator(), &new).unwrap();
    (record.account.id.to_string(), password.unwrap().expose_secret().to_owned())
}

/// Registers a local account and signs in with it, its password changed to [`PASSWORD`].
fn signed_in(world: &World, name: &str, role: Role) -> (String, Browser) {
    let (account, once) = register(world, name, role);
    let browser = Browser::new(&world.url);
    let answered = browser.sign_in(name, &once, Some(PASSWORD));
    assert_eq!(answered.status, 303, "{}", answered.text());
    (account, browser)
}

/// Turns the world's clock on by some seconds.
fn pass(world: &World, seconds: i64) {
    world.desk.clock.turn_to(world.desk.clock.now().plus_seconds(seconds));
}

/// Whether a browser is signed in: who it is, or nothing.
fn who(browser: &Browser) -> Value {
    browser.get("/session").json()["account"].clone()
}

/// The status that a browser gets for what everybody who is known may read.
fn reads(browser: &Browser) -> u16 {
    browser.get("/v1/programmes").status
}
