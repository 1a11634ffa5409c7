//! `faisceau serve`: refuses to start without keys, a migrated database and durable settings; then serves.

use clap::Args;

use super::{Place, start_log, upkeep};
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::server;
use crate::api::service::Service;
use crate::refusal::{Failure, Outcome};
use crate::reporting::operations as reporting;

#[derive(Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// The address to listen on; TLS belongs to the reverse proxy in front.
    #[arg(long, env = "FAISCEAU_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
}

pub(super) fn serve(arguments: &ServeArguments) -> Outcome<()> {
    start_log("info");
    let desk = arguments.place.desk()?;
    reporting::adopt_key(&desk)?;
    // What was there before there were chains begins them.
    desk.number()?;
    let service = Service::new(desk).map_err(Failure::from)?;
    let position = service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
    let listening = server::listen(&arguments.listen)?;
    tracing::info!(address = %listening.address(), database = ?service.desk.store.location(), %position, "serving");
    let upkeep = upkeep::start(service.desk.clone());
    let served = listening.serve(service);
    drop(upkeep);
    served
}
