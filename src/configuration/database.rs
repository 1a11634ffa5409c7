//! Whether the way to a PostgreSQL can be listened to, judged by its URL as libpq reads it.

use std::collections::BTreeMap;

/// The way to a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It does not leave this machine.
    Local,
    /// It leaves this machine, under TLS whose certificate and host name are checked.
    Verified,
    /// It leaves this machine, or may, and nothing is checked.
    Open,
}

/// Whether this build's libpq speaks TLS.
pub const SPEAKS_TLS: bool = cfg!(all(feature = "system-libpq", not(feature = "bundled-libpq")));

/// The way to the database of a URL; libpq's own variables fill in what the URL leaves out.
pub fn way(url: &str, libpq: &BTreeMap<String, String>) -> Way {
    let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"));
    let Some(rest) = rest else { return Way::Local };
    // Credentials end at the first `@` before any `/`.
    let rest = match rest.find(['@', '/']) {
        Some(at) if rest[at..].starts_with('@') => &rest[at + 1..],
        _ => rest,
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parameter = |name: &str| {
        // The last one counts, as for libpq.
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.rfind(|(known, _)| decoded(known) == name).map(|(_, value)| decoded(value))
    };
    let given = |name: &str, variable: &str| parameter(name).or_else(|| libpq.get(variable).cloned());
    // A service is a file of settings elsewhere: it could lead anywhere.
    if given("service", "PGSERVICE").is_some() {
        return Way::Open;
    }
    let hosts = place.split('/').next().unwrap_or_default();
    let named = parameter("host").or_else(|| Some(decoded(hosts)).filter(|hosts| !hosts.is_empty()));
    let hosts = named.or_else(|| libpq.get("PGHOST").cloned()).unwrap_or_default();
    // Where there are addresses, libpq connects to them and hosts are names for the certificate.
    let reached = given("hostaddr", "PGHOSTADDR").unwrap_or(hosts);
    if reached.split(',').all(is_local) {
        Way::Local
    } else if SPEAKS_TLS && given("sslmode", "PGSSLMODE").as_deref() == Some("verify-full") {
        Way::Verified
    } else {
        Way::Open
    }
}

/// Whether a host is this machine: nothing and a path are sockets of the file system.
fn is_local(host: &str) -> bool {
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if host.matches(':').count() == 1 => host.split(':').next().unwrap_or_default(),
        None => host,
    };
    let address = host.parse::<std::net::IpAddr>();
    host.is_empty()
        || host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
}

/// A text with its percent signs decoded, or as it stands if they are not of that form: then it names nothing local.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
