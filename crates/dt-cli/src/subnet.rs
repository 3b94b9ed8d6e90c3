//! Subnets as people type them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use dt_model::Device;
use ipnet::IpNet;

/// A part of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subnet {
    /// By the appliance's number for it.
    Id(i64),
    /// By its addresses.
    Block(IpNet),
}

impl FromStr for Subnet {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.parse().ok().map(Self::Id);
        id.or_else(|| text.parse().ok().map(Self::Block))
            .ok_or("expected the number of a subnet, or a block such as 10.20.4.0/24")
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Block(block) => block.fmt(f),
        }
    }
}

impl Subnet {
    /// Whether a device is in it, by the latest that is known.
    pub(crate) fn holds(&self, device: &Device) -> bool {
        match self {
            Self::Id(sid) => device.sid == Some(*sid),
            Self::Block(block) => {
                let ip = device.ip.as_ref().and_then(|ip| ip.parse::<IpAddr>().ok());
                ip.is_some_and(|ip| block.contains(&ip))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_is_a_number_or_a_block() {
        assert_eq!("-9".parse(), Ok(Subnet::Id(-9)));
        assert_eq!(
            "10.20.4.0/24".parse::<Subnet>(),
            Ok(Subnet::Block("10.20.4.0/24".parse().unwrap()))
        );
        for text in ["", "10.20.4.0", "10.20.4.0/33", "10.20.4/24", "lab"] {
            assert!(text.parse::<Subnet>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_block_holds_its_addresses() {
        let at = |ip: &str| Device { ip: Some(ip.to_owned()), ..Device::default() };
        let holds = |block: &str, ip| block.parse::<Subnet>().unwrap().holds(&at(ip));
        assert!(holds("10.20.4.0/22", "10.20.7.255") && !holds("10.20.4.0/22", "10.20.8.0"));
        // Whoever names a block by one of its addresses means the block.
        assert!(holds("10.20.4.17/24", "10.20.4.1"));
        assert!(holds("2001:db8::/32", "2001:db8::1") && !holds("2001:db8::/32", "10.20.4.1"));
        assert!(!holds("0.0.0.0/0", "no address"));
        assert!(!Subnet::Id(9).holds(&Device::default()));
    }
}
