//! The HTTP server: bind, serve, stop. TLS and HTTP/2 belong to the reverse proxy.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::middleware::{Condition, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use super::edge::{guard, headers, operations};
use super::service::Service;
use super::{caller, routes};
use crate::refusal::{Failure, Outcome};

/// A bound address, not yet served.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds an address; says what to do if it is taken.
pub fn listen(address: &str) -> Outcome<Listening> {
    let bind = || -> std::io::Result<Listening> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok(Listening { listener, address })
    };
    bind().map_err(|error| {
        Failure::fault(format!("cannot listen on {address}: {error}; choose another address, or stop what is using it"))
    })
}

impl Listening {
    /// The address bound, with its real port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub(in crate::api) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// Serves until the process is told to stop (Ctrl-C or SIGTERM), then finishes what is under way.
    pub fn serve(self, service: Service) -> Outcome<()> {
        self.serve_with(None, service)
    }

    /// Serves, and metrics and health on a second address beside.
    pub fn serve_with(self, operations: Option<Self>, service: Service) -> Outcome<()> {
        let service = Data::new(service);
        let set = &service.edge.configuration;
        let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().min(8));
        let connections = set.connections.0 as usize / workers;
        // Whatever the gate lets in has a thread at once, also if one worker gets all of it; a query may want several.
        let threads = 2 * set.work_at_once.0 as usize + 16;
        let shared = service.clone();
        let server = async move {
            let server = HttpServer::new(move || {
                let set = &shared.edge.configuration;
                // From the last to the first: what is counted and completed, who calls, whether there is room.
                App::new()
                    .app_data(shared.clone())
                    .configure(|config| routes::configure(config, set))
                    .wrap(from_fn(guard::limit))
                    .wrap(from_fn(caller::recognise))
                    .wrap(Condition::new(!set.cors_origins.is_empty(), headers::cors(set)))
                    .wrap(from_fn(guard::account))
            })
            .workers(workers)
            .worker_max_blocking_threads(threads)
            .max_connections(connections)
            .client_request_timeout(Duration::from_secs(5))
            .keep_alive(Duration::from_secs(75))
            .shutdown_timeout(10)
            .listen(self.listener)?
            .run();
            let beside = operations.map(|listening| operations::serve(listening, service)).transpose()?;
            let beside_handle = beside.as_ref().map(actix_web::dev::Server::handle);
            if let Some(beside) = beside {
                actix_web::rt::spawn(beside);
            }
            let ended = server.await;
            if let Some(handle) = beside_handle {
                handle.stop(false).await;
            }
            ended
        };
        actix_web::rt::System::new()
            .block_on(server)
            .map_err(|error| Failure::fault(format!("the server stopped: {error}")))
    }
}
