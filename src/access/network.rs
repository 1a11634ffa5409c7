//! Networks: from where a client may come.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use crate::refusal::{Code, Refusal};

/// A network such as `192.0.2.0/24`, or one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Whether an address belongs to it. An IPv4 address stays one when a socket of IPv6 shows it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Network {
    type Err = Refusal;

    /// Bits behind the prefix must be zero: `192.0.2.7/24` says two things.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let whole = network.filter(|network| network.trunc() == *network);
        whole.map(Self).ok_or_else(|| Code::NetworkInvalid.into())
    }
}

crate::serde_as_text!(Network);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_knows_its_addresses() {
        let network: Network = "192.0.2.0/24".parse().unwrap();
        assert!(network.contains("192.0.2.255".parse().unwrap()));
        assert!(network.contains("::ffff:192.0.2.1".parse().unwrap()));
        assert!(!network.contains("192.0.3.0".parse().unwrap()));
        assert_eq!("192.0.2.7".parse::<Network>().unwrap().to_string(), "192.0.2.7/32");
        for wrong in ["192.0.2.7/24", "192.0.2.0/33", "", "example.org", "192.0.2", "::/129"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
