//! The forms of settings: how a text becomes a typed value. A value that does not hold is never shown.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use secrecy::SecretString;

/// A type that a setting can have.
pub trait Form: Sized {
    /// What values look like, for people.
    fn form() -> String;

    /// The value of a text, if it has the form.
    fn parse(text: &str) -> Option<Self>;
}

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> Form for Whole<LEAST, MOST> {
    fn form() -> String {
        format!("a whole number from {LEAST} to {MOST}")
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| (LEAST..=MOST).contains(number)).map(Self)
    }
}

impl Form for bool {
    fn form() -> String {
        "`true` or `false`".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Form for PathBuf {
    fn form() -> String {
        "a path".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }
}

impl Form for SecretString {
    fn form() -> String {
        "a path or URL".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }
}

impl Form for IpNet {
    fn form() -> String {
        "a network such as `10.0.0.0/8`".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let network: Option<Self> = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        // Bits behind the prefix say two things.
        network.filter(|network| network.trunc() == *network)
    }
}

impl<T: Form> Form for Option<T> {
    fn form() -> String {
        format!("{}, or nothing", T::form())
    }

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::parse(text).map(Some) }
    }
}

impl<T: Form> Form for Vec<T> {
    fn form() -> String {
        format!("a list, each {}", T::form())
    }

    fn parse(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(T::parse).collect()
    }
}

/// An address to listen on, with its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only this machine reaches it. A name other than `localhost` could be anything.
    pub fn is_loopback(&self) -> bool {
        let host = self.0.rsplit_once(':').map_or("", |(host, _)| host);
        self.0.parse::<SocketAddr>().map_or(host == "localhost", |address| address.ip().is_loopback())
    }
}

impl Form for Address {
    fn form() -> String {
        "an address with its port, such as `127.0.0.1:8080` or `[::1]:8080`".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        port.parse::<u16>().ok()?;
        let named = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
        (named || text.parse::<SocketAddr>().is_ok()).then(|| Self(text.to_owned()))
    }
}

/// The address by which clients reach the service: `https://…`, or `http://…` on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// The address, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether TLS stands before it.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl Form for PublicAddress {
    fn form() -> String {
        "an address such as `https://faisceau.example.org`".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text);
        WebOrigin::parse(text).map(|origin| Self(origin.0))
    }
}

/// An origin of pages: scheme, host and perhaps a port, nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrigin(String);

impl WebOrigin {
    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Form for WebOrigin {
    fn form() -> String {
        "an origin such as `https://tableau.example.org`; without TLS only on this machine".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                host.parse::<std::net::Ipv6Addr>().ok()?;
                (host, if port.is_empty() { "" } else { port.strip_prefix(':')? })
            }
            None => authority.split_once(':').unwrap_or((authority, "")),
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c);
        let holds = !host.is_empty() && host.chars().all(plain) && (port.is_empty() || port.parse::<u16>().is_ok());
        let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        (holds && (scheme == "https" || scheme == "http" && local)).then(|| Self(text.to_owned()))
    }
}

/// The issuer of an OpenID Connect provider: an address, perhaps with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerAddress(String);

impl IssuerAddress {
    /// The issuer, exactly as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Form for IssuerAddress {
    fn form() -> String {
        "an address such as `https://id.example.org/realms/staff`; without TLS only on this machine".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        WebOrigin::parse(&format!("{scheme}://{authority}"))?;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"?#@\\".contains(&byte);
        path.bytes().all(plain).then(|| Self(text.to_owned()))
    }
}

/// A text without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Form for Word {
    fn form() -> String {
        "a text without spaces".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        let plain = !text.is_empty() && text.len() <= 200 && text.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| Self(text.to_owned()))
    }
}

/// A secret, which is never shown.
#[derive(Clone, Debug)]
pub struct Secret(pub SecretString);

impl Form for Secret {
    fn form() -> String {
        "a secret".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.into()))
    }
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $( $(#[$choice_doc:meta])* $choice:ident = $word:literal, )* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $( $(#[$choice_doc])* $choice, )* }

        impl Form for $name {
            fn form() -> String {
                [$(concat!("`", $word, "`")),*].join(" or ")
            }

            fn parse(text: &str) -> Option<Self> {
                match text { $( $word => Some(Self::$choice), )* _ => None }
            }
        }
    };
}

choices! {
    /// How the log is written.
    LogFormat {
        /// Lines for people.
        Text = "text",
        /// Lines of JSON.
        Json = "json",
    }
}

choices! {
    /// Which GraphQL documents are taken.
    DocumentsMode {
        /// Any; none by its identifier.
        Off = "off",
        /// Any, and those of the folder by their identifier.
        Allow = "allow",
        /// Those of the folder only.
        Only = "only",
    }
}
