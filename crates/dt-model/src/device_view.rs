//! A device as it is printed.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Device, DeviceId};

/// A device, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceView {
    /// The appliance's number for it.
    pub did: Option<i64>,
    /// Its host name.
    pub hostname: Option<String>,
    /// Its address.
    pub ip: Option<String>,
    /// Its hardware address.
    pub mac: Option<String>,
    /// What kind of device it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Its operating system.
    pub os: Option<String>,
    /// The name an operator gave it.
    pub label: Option<String>,
    /// The names of its tags.
    pub tags: Option<Vec<String>>,
}

/// A device of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownDevice {
    /// Who it is.
    #[serde(flatten)]
    pub device: DeviceView,
    /// Who made its network interface.
    pub vendor: Option<String>,
    /// The subnet it is in.
    pub subnet: Option<i64>,
    /// When it was first seen.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Time>"))]
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Time>"))]
    pub last_seen: Option<Timestamp>,
}

impl From<&Device> for DeviceView {
    fn from(device: &Device) -> Self {
        let tags = device.tags.as_ref();
        Self {
            did: device.did.map(DeviceId::get),
            hostname: device.hostname.clone(),
            ip: device.ip.clone(),
            mac: device.mac.clone(),
            kind: device.device_type.clone(),
            os: device.os.clone(),
            label: device.label.clone(),
            tags: tags.map(|tags| tags.iter().map(|tag| tag.name.clone()).collect()),
        }
    }
}

impl DeviceView {
    /// The first name that is known: host name, label, address, id.
    #[must_use]
    pub fn name(&self) -> String {
        let names = [&self.hostname, &self.label, &self.ip];
        match (names.into_iter().flatten().next(), self.did) {
            (Some(name), _) => name.clone(),
            (None, Some(did)) => format!("did {did}"),
            (None, None) => "unnamed device".to_owned(),
        }
    }
}

impl From<&Device> for KnownDevice {
    fn from(device: &Device) -> Self {
        Self {
            device: device.into(),
            vendor: device.vendor.clone(),
            subnet: device.sid,
            first_seen: device.first_seen,
            last_seen: device.last_seen,
        }
    }
}
