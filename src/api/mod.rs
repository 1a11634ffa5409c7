//! The skins: they translate requests, call one operation, and translate back. They know no table.

pub mod accept;
mod address;
pub mod body;
pub mod caller;
pub mod edge;
pub mod graphql;
mod inflate;
pub mod inputs;
pub mod kept;
pub mod people;
pub mod problem;
pub mod rest;
pub mod routes;
pub mod server;
pub mod service;
pub mod tables;
