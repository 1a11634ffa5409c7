//! Requests that this program makes itself: no redirect is followed, certificates are checked against what the machine
//! trusts, and time is bounded. It knows nobody that it speaks with.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long a machine elsewhere may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To accept a connection.
    pub connect: Duration,
    /// To begin its answer.
    pub answer: Duration,
    /// For everything together, if that is bounded.
    pub whole: Option<Duration>,
}

/// An agent that gives every status as an answer.
pub fn agent(patience: Patience) -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        // A body that is read from disk cannot follow a redirect, and a secret must not.
        .max_redirects(0)
        .timeout_connect(Some(patience.connect))
        .timeout_recv_response(Some(patience.answer))
        .timeout_global(patience.whole)
        .user_agent(concat!("faisceau/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls())
        .build()
        .new_agent()
}

/// The authorities that this machine trusts, and the cryptography that we have anyway.
fn tls() -> TlsConfig {
    let found = rustls_native_certs::load_native_certs();
    let certificates: Vec<_> =
        found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build()
}
