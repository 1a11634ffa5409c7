//! `faisceau serve`: refuses to start without a sound configuration, keys, a migrated database and durable settings; then
//! serves.

use std::net::SocketAddr;

use clap::Args;

use super::{Place, desk, self_check, start_log, upkeep};
use crate::access::issuer::Issuer;
use crate::access::operations::at_the_console;
use crate::access::role::Role;
use crate::api::server;
use crate::api::service::Service;
use crate::configuration::{Configuration, Given};
use crate::refusal::Outcome;
use crate::reporting::operations as reporting;

#[derive(Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// The address to listen on, or FAISCEAU_LISTEN; TLS belongs to the reverse proxy in front.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    #[command(flatten)]
    address: PublicAddress,
    /// A network of proxies that are believed when they say from where a request comes (X-Forwarded-For), such as
    /// `10.0.0.0/8`, or FAISCEAU_TRUSTED_PROXIES; give it once per network, or all with commas between.
    #[arg(long = "trusted-proxy", value_name = "NETWORK")]
    trusted_proxies: Vec<String>,
}

/// The address by which others know the service.
#[derive(Args)]
pub(super) struct PublicAddress {
    /// The service's public address, such as `https://faisceau.example.org`, or FAISCEAU_PUBLIC_URL: it issues tokens, and is
    /// the audience of what clients sign. Where it listens, if absent; every node of one service needs the same.
    #[arg(long = "public-url", value_name = "URL")]
    public_url: Option<String>,
}

impl PublicAddress {
    fn give(&self, given: &mut Given) {
        if let Some(url) = &self.public_url {
            given.flag("public_url", url);
        }
    }

    /// The issuer as a command beside the service has it: the one given, or that of a service where it listens by default.
    pub(super) fn issuer_beside(&self, place: &Place) -> Outcome<Issuer> {
        let mut given = place.given();
        self.give(&mut given);
        let configuration = Configuration::read_or_refuse(&given)?;
        configuration.public_url.map_or_else(|| Ok(Issuer::default()), |url| url.as_str().parse())
    }
}

/// The issuer of a service that listens at an address.
fn issuer(configuration: &Configuration, address: SocketAddr) -> Outcome<Issuer> {
    Issuer::given_or(configuration.public_url.as_ref().map(|url| url.as_str()), address)
}

pub(super) fn serve(arguments: &ServeArguments) -> Outcome<()> {
    let mut given = arguments.place.given();
    arguments.address.give(&mut given);
    if let Some(address) = &arguments.listen {
        given.flag("listen", address);
    }
    if !arguments.trusted_proxies.is_empty() {
        given.flag("trusted_proxies", arguments.trusted_proxies.join(","));
    }
    let configuration = Configuration::read_or_refuse(&given)?;
    start_log("info", configuration.log_format);
    let desk = desk(&configuration)?;
    reporting::adopt_key(&desk)?;
    // What was there before there were chains begins them.
    desk.number()?;
    let listening = server::listen(configuration.listen.as_str())?;
    let operations =
        configuration.operations_listen.as_ref().map(|address| server::listen(address.as_str())).transpose()?;
    let issuer = issuer(&configuration, listening.address())?;
    let service = Service::configured(desk.with_issuer(issuer), configuration)?;
    let position = service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
    if let Some(operations) = &operations {
        tracing::info!(operations = %operations.address(), "metrics and health");
    }
    let issuer = &service.desk.issuer;
    tracing::info!(address = %listening.address(), %issuer, database = ?service.desk.store.location(), %position, "serving");
    self_check::start(&service, service.edge.configuration.self_check_minutes.0)?;
    let upkeep = upkeep::start(service.desk.clone());
    let served = listening.serve_with(operations, service);
    drop(upkeep);
    served
}
