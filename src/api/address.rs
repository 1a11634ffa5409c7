//! From where a request comes: the connection's other end, or what a trusted proxy says about it.
//!
//! `X-Forwarded-For` is believed from its right end only, and only as far as the proxies named at start go: what stands
//! further left is written by whoever likes.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;

use crate::access::network::Network;

/// The address that a request comes from; nothing if a trusted proxy says something that is no address.
pub fn address(request: &HttpRequest, proxies: &[Network]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let said = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let said = said.collect::<Vec<_>>().join(",");
    from(peer, &said, proxies)
}

/// An address as it is counted: of an IPv6 address the network of a site, since anyone has a whole one.
pub fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64)).into(),
    }
}

fn from(peer: IpAddr, said: &str, proxies: &[Network]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    if !is_trusted(peer) || said.trim().is_empty() {
        return Some(peer);
    }
    let mut last = None;
    for part in said.rsplit(',') {
        let address: IpAddr = part.trim().parse().ok()?;
        last = Some(address.to_canonical());
        if !is_trusted(address) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_say_from_where_a_request_comes() {
        let proxies = ["10.0.0.0/8".parse::<Network>().unwrap()];
        let from =
            |peer: &str, said: &str| from(peer.parse().unwrap(), said, &proxies).map(|address| address.to_string());
        assert_eq!(from("192.0.2.1", "198.51.100.7").as_deref(), Some("192.0.2.1"), "anybody may write the header");
        assert_eq!(from("10.0.0.1", "198.51.100.7").as_deref(), Some("198.51.100.7"));
        assert_eq!(from("10.0.0.1", "203.0.113.9, 198.51.100.7").as_deref(), Some("198.51.100.7"));
        assert_eq!(from("10.0.0.1", "198.51.100.7, 10.0.0.2").as_deref(), Some("198.51.100.7"));
        assert_eq!(from("10.0.0.1", "10.0.0.3, 10.0.0.2").as_deref(), Some("10.0.0.3"));
        assert_eq!(from("10.0.0.1", "").as_deref(), Some("10.0.0.1"));
        assert_eq!(from("10.0.0.1", "unknown"), None);
        assert_eq!(from("10.0.0.1", "198.51.100.7, unknown"), None);
    }

    #[test]
    fn a_site_is_counted_as_one() {
        assert_eq!(counted("2001:db8:1:2:3:4:5:6".parse().unwrap()).to_string(), "2001:db8:1:2::");
        assert_eq!(counted("192.0.2.1".parse().unwrap()).to_string(), "192.0.2.1");
    }
}
