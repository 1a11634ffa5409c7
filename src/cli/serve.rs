//! `faisceau serve`: refuses to start without a sound configuration, keys, a migrated database and durable settings; then
//! serves.

use clap::Args;

use super::{Place, desk, start_log};
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::server;
use crate::api::service::Service;
use crate::configuration::Configuration;
use crate::refusal::Outcome;

#[derive(Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// The address to listen on, or FAISCEAU_LISTEN; TLS belongs to the reverse proxy in front.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

pub(super) fn serve(arguments: &ServeArguments) -> Outcome<()> {
    let mut given = arguments.place.given();
    if let Some(address) = &arguments.listen {
        given.flag("listen", address);
    }
    let configuration = Configuration::read_or_refuse(&given)?;
    start_log("info", configuration.log_format);
    let service = Service::configured(desk(&configuration)?, configuration.clone())?;
    let position = service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
    let listening = server::listen(configuration.listen.as_str())?;
    let operations =
        configuration.operations_listen.as_ref().map(|address| server::listen(address.as_str())).transpose()?;
    if let Some(operations) = &operations {
        tracing::info!(operations = %operations.address(), "metrics and health");
    }
    tracing::info!(address = %listening.address(), database = ?service.desk.store.location(), %position, "serving");
    listening.serve_with(operations, service)
}
