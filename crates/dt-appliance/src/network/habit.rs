//! One kind of traffic that a device has.

use std::net::Ipv4Addr;
use std::ops::Range;

use super::external::{self, Service};
use super::rhythm::Rhythm;
use super::window::Window;

/// A device's traffic with one remote on one port. Connections are drawn from it an hour, and bytes
/// follow the connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Habit {
    pub(crate) remote: Remote,
    pub(crate) side: Side,
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
    /// Connections in the busiest hour.
    pub(crate) rate: f64,
    pub(crate) rhythm: Rhythm,
    /// Bytes the device sends in a connection.
    pub(crate) sent: f64,
    /// Bytes it receives in a connection.
    pub(crate) received: f64,
    /// The hours of the window in which it happens.
    hours: (usize, usize),
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Remote {
    /// A device, by its place in the list.
    Device(usize),
    /// A host outside, by its place in the catalogue.
    External(usize),
    /// Internal addresses without a device, by their special id.
    Range(i64, Ipv4Addr),
}

impl From<Service> for Remote {
    fn from(service: Service) -> Self {
        Self::External(external::service(service))
    }
}

/// Who opens the connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Side {
    /// The device whose habit it is.
    Client,
    /// The other end. Only remotes without habits of their own need this: what a device opens is
    /// written down with that device.
    Server,
}

impl Side {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
}

impl Protocol {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

impl Habit {
    /// Connections over TCP: `rate` in the busiest hour, with `sent` and `received` bytes each.
    pub(crate) fn tcp(
        remote: impl Into<Remote>,
        port: u16,
        rate: f64,
        rhythm: Rhythm,
        sent: u32,
        received: u32,
    ) -> Self {
        Self {
            remote: remote.into(),
            side: Side::Client,
            port,
            protocol: Protocol::Tcp,
            rate,
            rhythm,
            sent: sent.into(),
            received: received.into(),
            hours: (0, Window::HOURS),
        }
    }

    /// The same over UDP.
    pub(crate) fn udp(
        remote: impl Into<Remote>,
        port: u16,
        rate: f64,
        rhythm: Rhythm,
        sent: u32,
        received: u32,
    ) -> Self {
        Self { protocol: Protocol::Udp, ..Self::tcp(remote, port, rate, rhythm, sent, received) }
    }

    /// The remote opens the connections.
    pub(crate) fn served(self) -> Self {
        Self { side: Side::Server, ..self }
    }

    /// It happens in these hours of the window only, and was never seen before.
    pub(crate) fn only_in(self, hours: Range<usize>) -> Self {
        Self { hours: (hours.start, hours.end), ..self }
    }

    /// The hours in which it happens.
    pub(crate) fn hours(&self) -> Range<usize> {
        self.hours.0..self.hours.1
    }

    /// Whether it began within the window.
    pub(crate) const fn is_new(&self) -> bool {
        self.hours.0 > 0
    }
}
