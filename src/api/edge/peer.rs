//! Where a request comes from: the peer of the connection, or what a reverse proxy that is trusted says of it.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The address that a request comes from. Of `X-Forwarded-For`, read from its end, what trusted proxies wrote is believed,
/// and nothing that stands before it; an entry that is no address ends the search with nobody.
pub fn address(request: &HttpRequest, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut address = request.peer_addr()?.ip().to_canonical();
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(str::trim)
        .collect();
    for entry in forwarded.iter().rev() {
        if !is_trusted(address) {
            break;
        }
        address = entry.parse::<IpAddr>().ok()?.to_canonical();
    }
    Some(address)
}

/// An address as it is counted: of an IPv6 address the network of a site, since anyone has a whole one.
pub fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut request = TestRequest::default().peer_addr(format!("{peer}:1").parse().unwrap());
        for value in forwarded {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        address(&request.to_http_request(), &trusted).map(|address| address.to_string())
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.9"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(seen("10.0.0.1", &["198.51.100.9"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(seen("10.0.0.1", &["203.0.113.7, 198.51.100.9"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(seen("10.0.0.1", &["203.0.113.7", "198.51.100.9, 10.1.1.1"]).as_deref(), Some("198.51.100.9"));
        assert_eq!(seen("10.0.0.1", &[]).as_deref(), Some("10.0.0.1"));
        assert_eq!(seen("10.0.0.1", &["198.51.100.9, nonsense"]), None);
        assert_eq!(seen("[::ffff:192.0.2.1]", &[]).as_deref(), Some("192.0.2.1"));
    }

    #[test]
    fn a_site_is_counted_as_one() {
        assert_eq!(counted("2001:db8:1:2:3:4:5:6".parse().unwrap()).to_string(), "2001:db8:1:2::");
        assert_eq!(counted("192.0.2.1".parse().unwrap()).to_string(), "192.0.2.1");
    }
}
