//! Device ids, and who can stand at the other end of a connection.

use std::fmt;

use serde::Serialize;

/// The number an appliance gives a device (`did`).
///
/// Positive ids are devices. Zero and the negative ids stand for groups of addresses that the
/// appliance does not model as devices; [`Peer`] names them.
///
/// ```
/// use dt_model::{DeviceId, Peer};
///
/// assert!(DeviceId::new(12345).is_device());
/// assert_eq!(Peer::from(DeviceId::EXTERNAL), Peer::External);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DeviceId(i64);

impl DeviceId {
    /// Everything outside the monitored network. As the parameter `odid` it restricts an answer to
    /// external connectivity.
    pub const EXTERNAL: Self = Self(0);

    /// The id with this number; any number is an id, only positive ones are devices.
    #[must_use]
    pub const fn new(did: i64) -> Self {
        Self(did)
    }

    /// The number as it is sent and received.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Whether this is a device, rather than a group of addresses.
    #[must_use]
    pub const fn is_device(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Peer {
    /// A device of the monitored network.
    Device(DeviceId),
    /// Everything outside the monitored network, together.
    External,
    /// Internal addresses that are not devices.
    Internal(InternalRange),
    /// Peers too small to be listed, merged by the appliance.
    Others,
}

/// Internal addresses that an appliance does not model as devices.
///
/// Only [`Unmodelled`](Self::Unmodelled) is described by the API guide; the other meanings are
/// inferred from the addresses seen with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InternalRange {
    /// `-6`: internal traffic not modelled as devices.
    Unmodelled,
    /// `-5`, inferred.
    LinkLocal,
    /// `-4`, inferred.
    Broadcast,
    /// `-3`, inferred.
    Multicast,
    /// Another negative id, with no known meaning.
    Reserved(DeviceId),
}

impl From<DeviceId> for Peer {
    fn from(did: DeviceId) -> Self {
        match did.get() {
            0 => Self::External,
            1.. => Self::Device(did),
            -3 => Self::Internal(InternalRange::Multicast),
            -4 => Self::Internal(InternalRange::Broadcast),
            -5 => Self::Internal(InternalRange::LinkLocal),
            -6 => Self::Internal(InternalRange::Unmodelled),
            _ => Self::Internal(InternalRange::Reserved(did)),
        }
    }
}

impl Peer {
    /// Whether this is one peer, rather than a group that may hold many.
    #[must_use]
    pub const fn is_single(self) -> bool {
        matches!(self, Self::Device(_))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(did) => write!(f, "did {did}"),
            Self::External => f.write_str("external"),
            Self::Internal(InternalRange::Unmodelled) => f.write_str("internal, not a device"),
            Self::Internal(InternalRange::LinkLocal) => f.write_str("link-local"),
            Self::Internal(InternalRange::Broadcast) => f.write_str("broadcast"),
            Self::Internal(InternalRange::Multicast) => f.write_str("multicast"),
            Self::Internal(InternalRange::Reserved(did)) => write!(f, "reserved ({did})"),
            Self::Others => f.write_str("others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_id_has_its_name() {
        let names: Vec<String> =
            (-7..=1).map(|did| Peer::from(DeviceId::new(did)).to_string()).collect();
        assert_eq!(
            names,
            [
                "reserved (-7)",
                "internal, not a device",
                "link-local",
                "broadcast",
                "multicast",
                "reserved (-2)",
                "reserved (-1)",
                "external",
                "did 1",
            ]
        );
    }
}
