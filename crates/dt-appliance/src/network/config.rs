//! How large a network is, and how much is wrong in it.

/// How a network comes about. A version never changes: what is recorded of it stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum NetworkVersion {
    /// Devices with habits, and incidents that stand out.
    #[default]
    One,
    /// As untidy as real networks are: holidays, patch days, weekly backups, moves, devices that are away
    /// or new, levels that shift, and hours that are far off for no reason. Incidents are of several
    /// sizes, down to what cannot be found.
    Two,
}

/// What to generate.
///
/// ```
/// use dt_appliance::NetworkConfig;
///
/// let quiet = NetworkConfig::new().devices(5_000).incident_sets(0);
/// assert_eq!(quiet.device_count(), 5_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkConfig {
    devices: u32,
    incident_sets: u32,
    version: NetworkVersion,
}

impl NetworkConfig {
    /// The fewest devices: a site's servers, and a few of everything else.
    pub const FEWEST_DEVICES: u32 = 80;
    /// The most devices: their ids and addresses follow a plan with this much room.
    pub const MOST_DEVICES: u32 = 10_000;

    /// 240 devices at one site, with one set of incidents.
    #[must_use]
    pub const fn new() -> Self {
        Self { devices: 240, incident_sets: 1, version: NetworkVersion::One }
    }

    /// How many devices there are, brought into
    /// [`FEWEST_DEVICES`](Self::FEWEST_DEVICES)`..=`[`MOST_DEVICES`](Self::MOST_DEVICES). About 240
    /// make a site, with servers of its own.
    #[must_use]
    pub fn devices(self, devices: u32) -> Self {
        Self { devices: devices.clamp(Self::FEWEST_DEVICES, Self::MOST_DEVICES), ..self }
    }

    /// How many sites have one incident of each kind, and one event that only looks like an
    /// incident; no more than there are sites. With 0 nothing is wrong anywhere.
    ///
    /// Everything else about the network is the same with and without them.
    #[must_use]
    pub const fn incident_sets(self, incident_sets: u32) -> Self {
        Self { incident_sets, ..self }
    }

    /// How it comes about; [`NetworkVersion::One`] unless it is said.
    #[must_use]
    pub const fn version(self, version: NetworkVersion) -> Self {
        Self { version, ..self }
    }

    /// How it comes about.
    pub(crate) const fn network_version(self) -> NetworkVersion {
        self.version
    }

    /// How many devices there are.
    #[must_use]
    pub const fn device_count(self) -> u32 {
        self.devices
    }

    /// How many sites have incidents, if there are that many.
    #[must_use]
    pub const fn incident_set_count(self) -> u32 {
        self.incident_sets
    }
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self::new()
    }
}
