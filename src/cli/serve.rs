//! `faisceau serve`: refuses to start without keys, a migrated database and durable settings; then serves.

use clap::Args;

use super::{Place, self_check, start_log};
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::server;
use crate::api::service::Service;
use crate::refusal::{Failure, Outcome};

#[derive(Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// The address to listen on; TLS belongs to the reverse proxy in front.
    #[arg(long, env = "FAISCEAU_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Compare figures with the stored reports every so many minutes; 0 for never.
    #[arg(long, env = "FAISCEAU_SELF_CHECK_MINUTES", default_value_t = 60)]
    self_check_minutes: u32,
}

pub(super) fn serve(arguments: &ServeArguments) -> Outcome<()> {
    start_log("info");
    let desk = arguments.place.desk()?;
    let service = Service::new(desk).map_err(Failure::from)?;
    let position = service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
    let listening = server::listen(&arguments.listen)?;
    tracing::info!(address = %listening.address(), database = ?service.desk.store.location(), %position, "serving");
    self_check::start(&service, arguments.self_check_minutes)?;
    listening.serve(service)
}
