//! The HTTP server: bind, serve, stop. TLS and HTTP/2 belong to the reverse proxy.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::Service as _;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use super::service::Service;
use super::{caller, routes};
use crate::clock;
use crate::refusal::{Failure, Outcome};

/// How many connections each worker holds at most.
const CONNECTIONS_PER_WORKER: usize = 512;

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

    /// Serves until the process is told to stop (Ctrl-C or SIGTERM), then finishes what is under way.
    pub fn serve(self, service: Service) -> Outcome<()> {
        let service = Data::new(service);
        let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().min(8));
        let server = async move {
            HttpServer::new(move || {
                let app = App::new().app_data(service.clone()).configure(routes::configure);
                app.wrap(from_fn(caller::recognise)).wrap_fn(|request, next| {
                    let started = std::time::Instant::now();
                    let method = name_of(request.method());
                    // The pattern, never the path: an address may hold what nobody should write there.
                    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
                    let answered = next.call(request);
                    async move {
                        let mut response = answered.await?;
                        let request_id = clock::new_id();
                        let status = response.status().as_u16();
                        tracing::info!(
                            method,
                            route,
                            status,
                            request_id,
                            elapsed_us = started.elapsed().as_micros(),
                            "answered"
                        );
                        if let Ok(value) = HeaderValue::from_str(&request_id) {
                            response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
                        }
                        Ok(response)
                    }
                })
            })
            .workers(workers)
            .max_connections(CONNECTIONS_PER_WORKER)
            .client_request_timeout(Duration::from_secs(5))
            .keep_alive(Duration::from_secs(75))
            .shutdown_timeout(10)
            .listen(self.listener)?
            .run()
            .await
        };
        actix_web::rt::System::new()
            .block_on(server)
            .map_err(|error| Failure::fault(format!("the server stopped: {error}")))
    }
}

/// The name of a usual method. Others are made up by the caller, who may write there what nobody should.
fn name_of(method: &Method) -> &'static str {
    let usual = [Method::GET, Method::POST, Method::HEAD, Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE];
    let names = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];
    usual.iter().zip(names).find(|(known, _)| *known == method).map_or("other", |(_, name)| name)
}
