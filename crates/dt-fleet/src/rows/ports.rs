//! The work of a device, by its ports.

use dt_model::{BreakdownEntry, DeviceId, Evidence, Port};
use serde::{Deserialize, Serialize};

/// Where a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Of others: the device connects to it.
    Used,
    /// Its own: others connect to it.
    Served,
}

/// A port and how much of the traffic it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PortShare {
    /// The port, a range, or the name of a group of ports.
    pub port: String,
    /// Whose port it is.
    pub side: Side,
    /// Its share of all connections, from 0 to 1.
    pub share: f64,
}

/// A device, by its work.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The appliance that sees it, as the run calls it.
    pub appliance: String,
    /// Its id on that appliance.
    pub did: DeviceId,
    /// What kind of device it is, as the appliance calls it.
    pub device_type: Option<String>,
    /// Its ports, with shares of what it uses and serves together.
    pub ports: Vec<PortShare>,
}

impl Profile {
    /// The work of a device; `None` if its answers list no ports.
    #[must_use]
    pub fn new(appliance: &str, did: DeviceId, evidence: &Evidence) -> Option<Self> {
        let answer = evidence.connections.answer()?;
        let breakdown = answer.subject.breakdown.as_ref()?;
        let total = |total: Option<u64>| total.map_or(0.0, |total| total as f64);
        let (used, served) = (total(breakdown.used_base), total(breakdown.served_base));
        let whole = used + served;
        let shares = |ports: &Option<Vec<BreakdownEntry<Port>>>, side: Side, part: f64| {
            let ports = ports.as_deref().unwrap_or_default().iter().map(move |entry| PortShare {
                port: entry.key.to_string(),
                side,
                share: entry.share.value() * part / whole,
            });
            ports.collect::<Vec<_>>()
        };
        let mut ports = shares(&breakdown.ports_used, Side::Used, used);
        ports.extend(shares(&breakdown.ports_served, Side::Served, served));
        ports.retain(|port| port.share.is_finite() && port.share > 0.0);
        (!ports.is_empty()).then(|| Self {
            appliance: appliance.to_owned(),
            did,
            device_type: answer.subject.device.device_type.clone(),
            ports,
        })
    }
}
