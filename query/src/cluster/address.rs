//! Where a cluster is: on this machine.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use url::{Host, Url};

/// Where a scheduler listens unless something else is said.
pub(crate) const SCHEDULER_PORT: u16 = 50_050;

/// An address of this machine that no other reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Loopback(pub(crate) SocketAddr);

/// A scheduler, as `df://127.0.0.1:50050`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server(pub(crate) Loopback);

const REFUSED: &str = "is not this machine's own: a scheduler asks nobody who they are, so only \
                       127.0.0.1 and [::1] can be used; reach others through a tunnel";

impl Loopback {
    /// A port of 127.0.0.1.
    pub(crate) const fn port(port: u16) -> Self {
        Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }
}

impl FromStr for Loopback {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address: SocketAddr = text
            .parse()
            .map_err(|_| format!("{text:?} is no address: one looks like 127.0.0.1:50050"))?;
        if !address.ip().is_loopback() {
            return Err(format!("{address} {REFUSED}"));
        }
        Ok(Self(address))
    }
}

impl FromStr for Server {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|_| {
            format!("{text:?} is no scheduler: one looks like df://127.0.0.1:50050")
        })?;
        if url.scheme() != "df" {
            return Err(format!("{text:?} begins with {:?}, and not with df://", url.scheme()));
        }
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            // What is no known scheme has a host that is not parsed.
            Some(Host::Domain("localhost")) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            Some(Host::Domain(name)) => name.parse().map_err(|_| format!("{name} {REFUSED}"))?,
            None => return Err(format!("{text:?} names no host")),
        };
        if !ip.is_loopback() {
            return Err(format!("{ip} {REFUSED}"));
        }
        Ok(Self(Loopback(SocketAddr::new(ip, url.port().unwrap_or(SCHEDULER_PORT)))))
    }
}

impl fmt::Display for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "df://{}", self.0)
    }
}
