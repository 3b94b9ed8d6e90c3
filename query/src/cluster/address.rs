//! Where a cluster is: on this machine, or wherever certificates say who is who.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use url::{Host, Url};

use super::Tls;
use crate::Failure;

/// Where a scheduler listens unless something else is said.
pub(crate) const SCHEDULER_PORT: u16 = 50_050;

/// An address to listen at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen(pub(crate) SocketAddr);

/// A scheduler, as `df://127.0.0.1:50050`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    host: Host,
    port: u16,
}

/// A scheduler, and what is shown to it.
#[derive(Clone)]
pub(crate) struct Remote {
    pub(crate) server: Server,
    pub(crate) tls: Option<Tls>,
}

impl Listen {
    /// A port of 127.0.0.1.
    pub(crate) const fn port(port: u16) -> Self {
        Self(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }

    /// Whether one may listen there.
    ///
    /// # Errors
    ///
    /// If others reach it, and would be asked nothing.
    pub(crate) fn allowed(self, tls: Option<&Tls>) -> Result<Self, Failure> {
        allowed(&self.0, self.0.ip().is_loopback(), tls)?;
        Ok(self)
    }
}

impl Server {
    /// On this machine.
    pub(crate) fn here() -> Self {
        Self { host: Host::Ipv4(Ipv4Addr::LOCALHOST), port: SCHEDULER_PORT }
    }

    /// Its host, as an address of the network has it.
    pub(crate) fn host(&self) -> String {
        self.host.to_string()
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Whether no other machine is it.
    fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
            Host::Domain(name) => name == "localhost",
        }
    }
}

impl Remote {
    /// A scheduler that may be spoken to.
    ///
    /// # Errors
    ///
    /// If it is not on this machine and nothing is shown to it.
    pub(crate) fn new(server: Server, tls: Option<Tls>) -> Result<Self, Failure> {
        allowed(&server, server.is_loopback(), tls.as_ref())?;
        Ok(Self { server, tls })
    }
}

/// Without certificates, nobody is asked who they are.
fn allowed(place: &impl fmt::Display, is_loopback: bool, tls: Option<&Tls>) -> Result<(), Failure> {
    if is_loopback || tls.is_some() {
        return Ok(());
    }
    let refused = Failure::usage(format!("{place} is not this machine's own"));
    let refused = refused.because("without certificates, a cluster asks nobody who they are");
    Err(refused.hint(
        "use 127.0.0.1 or [::1], which a tunnel can reach, or --tls-cert, --tls-key and \
         --tls-client-ca",
    ))
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse();
        address
            .map(Self)
            .map_err(|_| format!("{text:?} is no address: one looks like 127.0.0.1:50050"))
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
        let port = url.port().unwrap_or(SCHEDULER_PORT);
        // What is no known scheme has a host that is not parsed.
        let host = url.host_str().ok_or_else(|| format!("{text:?} names no host"))?;
        let host = Host::parse(host).map_err(|error| format!("{text:?} names no host: {error}"))?;
        Ok(Self { host, port })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "df://{}:{}", self.host, self.port)
    }
}
