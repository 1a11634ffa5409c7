//! `faisceau serve`: refuses to start without keys, a migrated database and durable settings; then serves.

use std::net::SocketAddr;

use clap::Args;

use super::{Place, start_log};
use crate::access::issuer::Issuer;
use crate::access::network::Network;
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
    #[command(flatten)]
    address: PublicAddress,
    /// A network of proxies that are believed when they say from where a request comes (X-Forwarded-For), such as
    /// `10.0.0.0/8`; give it once per network, or all with commas between.
    #[arg(long = "trusted-proxy", env = "FAISCEAU_TRUSTED_PROXIES", value_delimiter = ',')]
    trusted_proxies: Vec<String>,
}

/// The address by which others know the service.
#[derive(Args)]
pub(super) struct PublicAddress {
    /// The service's public address, such as `https://faisceau.example.org`: it issues tokens, and is the audience of what
    /// clients sign. Where it listens, if absent; every node of one service needs the same.
    #[arg(long = "public-url", env = "FAISCEAU_PUBLIC_URL")]
    public_url: Option<String>,
}

impl PublicAddress {
    /// The issuer of a service that listens at an address.
    pub(super) fn issuer(&self, address: SocketAddr) -> Outcome<Issuer> {
        Issuer::given_or(self.public_url.as_deref(), address)
    }

    /// The issuer as a command beside the service has it: the one given, or that of a service where it listens by default.
    pub(super) fn issuer_of_default(&self) -> Outcome<Issuer> {
        self.public_url.as_deref().map_or_else(|| Ok(Issuer::default()), str::parse)
    }
}

pub(super) fn serve(arguments: &ServeArguments) -> Outcome<()> {
    start_log("info");
    let proxies: Result<Vec<Network>, _> = arguments.trusted_proxies.iter().map(|network| network.parse()).collect();
    let proxies = proxies.map_err(|_| Failure::fault("--trusted-proxy takes networks such as 10.0.0.0/8"))?;
    let desk = arguments.place.desk()?;
    let listening = server::listen(&arguments.listen)?;
    let issuer = arguments.address.issuer(listening.address())?;
    let service = Service::new(desk.with_issuer(issuer)).map_err(Failure::from)?.behind(proxies);
    let position = service.consolidation.catch_up(&service.desk, &at_the_console(Role::Auditor))?;
    let issuer = &service.desk.issuer;
    tracing::info!(address = %listening.address(), %issuer, database = ?service.desk.store.location(), %position, "serving");
    listening.serve(service)
}
