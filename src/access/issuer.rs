//! The public address of the deployment: who issues its tokens, whom assertions are for, where its endpoints are.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use crate::refusal::{Failure, Outcome};

/// An address such as `https://faisceau.example.org`: a scheme, a host and perhaps a port, nothing behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(Arc<str>);

impl Issuer {
    /// The address as it stands in tokens, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a path below.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address of a service that nobody gave a public one: where it listens, seen from the machine itself.
    pub fn of_listener(address: SocketAddr) -> Self {
        let ip = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
        Self(format!("http://{}", SocketAddr::new(ip, address.port())).into())
    }

    /// The public address if one is given, else where the service listens.
    pub fn given_or(public: Option<&str>, address: SocketAddr) -> Outcome<Self> {
        public.map_or_else(|| Ok(Self::of_listener(address)), str::parse)
    }
}

/// The address of a service that listens where it does by default.
impl Default for Issuer {
    fn default() -> Self {
        Self("http://127.0.0.1:8080".into())
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = Failure;

    /// Without TLS only the machine itself is a public address: anybody on the way would read secrets.
    fn from_str(text: &str) -> Result<Self, Failure> {
        let wrong =
            |why: &str| Failure::fault(format!("the public address {why}, such as https://faisceau.example.org"));
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, authority) = text.split_once("://").ok_or_else(|| wrong("must be a whole one"))?;
        let (host, port) = split_port(authority);
        let named = |host: &str| {
            !host.is_empty()
                && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b))
        };
        if !named(host) || port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err(wrong("is a host in small letters and perhaps a port, with nothing behind"));
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_here = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        match scheme {
            "https" => {}
            "http" if is_here => {}
            _ => return Err(wrong("must begin with https:// (http:// only for this machine itself)")),
        }
        Ok(Self(text.into()))
    }
}

/// The host and the port of an authority; colons within brackets belong to the host.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_https_or_this_machine_and_nothing_behind() {
        for (given, kept) in [
            ("https://f.example.org", "https://f.example.org"),
            ("https://f.example.org/", "https://f.example.org"),
            ("https://f.example.org:8443", "https://f.example.org:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(given.parse::<Issuer>().unwrap().as_str(), kept);
        }
        for given in [
            "",
            "f.example.org",
            "http://f.example.org",
            "https://",
            "https://f.example.org/api",
            "https://F.example.org",
            "https://f.example.org?x",
            "https://f.example.org#x",
            "https://u@f.example.org",
            "ftp://f.example.org",
            "https://f.example.org:99999",
            "http://127.0.0.1.example.org",
            "https://f.example.org//",
        ] {
            assert!(given.parse::<Issuer>().is_err(), "{given}");
        }
    }

    #[test]
    fn without_a_public_address_it_is_where_the_service_listens() {
        let of = |address: &str| Issuer::of_listener(address.parse().unwrap()).to_string();
        assert_eq!(of("127.0.0.1:8080"), Issuer::default().as_str());
        assert_eq!(of("0.0.0.0:9000"), "http://127.0.0.1:9000");
        assert_eq!(of("[::1]:9000"), "http://[::1]:9000");
    }
}
