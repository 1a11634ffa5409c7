//! Machines: how clients prove themselves, what their tokens hold and open, and how all of it is taken back at once.

mod assertions;
mod endpoint;
mod rotation;
mod silence;
mod taken_back;

use std::sync::Arc;

use faisceau::access::Desk;
use faisceau::access::keys::KeyRing;
use faisceau::access::role::Role;
use faisceau::access::{Scope, operations as access};
use faisceau::api::server;
use faisceau::api::service::Service;
use faisceau::storage::Store;

use crate::support::World;
use crate::support::raw::{bearer, request};

fn operator() -> Scope {
    access::at_the_console(Role::Operator)
}

/// Another node of the same service: the same database, keys and address, nothing in memory shared.
fn node(world: &World) -> String {
    let keys = Arc::new(KeyRing::load(&world.database.keys()).unwrap());
    let store = Store::open(world.database.location()).unwrap();
    let desk = Desk::new(store, world.desk.clock.clone(), keys).with_issuer(world.desk.issuer.clone());
    let listening = server::listen("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listening.address());
    let service = Service::new(desk).unwrap();
    std::thread::spawn(move || listening.serve(service));
    url
}

/// The status that a token gets for what every client may read.
fn status(url: &str, token: &str) -> u16 {
    request(url, "GET /v1/programmes", &bearer(Some(token)), b"").status
}

/// Turns the world's clock on by some seconds.
fn pass(world: &World, seconds: i64) {
    world.desk.clock.turn_to(world.desk.clock.now().plus_seconds(seconds));
}
