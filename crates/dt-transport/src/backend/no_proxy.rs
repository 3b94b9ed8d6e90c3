//! The hosts that are reached without the proxy of the environment.

use std::net::IpAddr;

/// The hosts that `NO_PROXY` names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Exempt(Vec<Exemption>);

#[derive(Debug, PartialEq, Eq)]
enum Exemption {
    Everything,
    /// A domain and everything below it.
    Domain(String),
    Network {
        address: IpAddr,
        bits: u32,
    },
}

impl Exempt {
    pub(super) fn parse(list: &str) -> Self {
        let entries = list.split([',', ' ']).filter(|entry| !entry.is_empty());
        Self(entries.map(Exemption::parse).collect())
    }

    pub(super) fn contains(&self, host: &str) -> bool {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let address: Option<IpAddr> = bare.parse().ok();
        self.0.iter().any(|exemption| match exemption {
            Exemption::Everything => true,
            Exemption::Domain(domain) => {
                let host = bare.trim_end_matches('.').to_ascii_lowercase();
                host.strip_suffix(domain.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Exemption::Network { address: network, bits } => {
                address.is_some_and(|address| same_network(address, *network, *bits))
            }
        })
    }
}

impl Exemption {
    fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::Everything;
        }
        let (host, bits) = match entry.split_once('/') {
            Some((host, bits)) => (host, bits.parse().ok()),
            None => (entry, Some(128)),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if let (Ok(address), Some(bits)) = (host.parse(), bits) {
            return Self::Network { address, bits };
        }
        let domain = entry.trim_start_matches('*').trim_matches('.').to_ascii_lowercase();
        Self::Domain(domain)
    }
}

/// Whether two addresses of one family begin with the same `bits`.
fn same_network(a: IpAddr, b: IpAddr, bits: u32) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            (a.to_bits() ^ b.to_bits()).leading_zeros() >= bits.min(32)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            (a.to_bits() ^ b.to_bits()).leading_zeros() >= bits.min(128)
        }
        _ => false,
    }
}
