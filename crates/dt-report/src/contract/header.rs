//! What every printed object begins with.

use dt_model::{Device, DeviceId, Dialect, NoTraffic};

use super::prelude::*;

/// What an object is, where it comes from, and whom it is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Header {
    /// The object's schema and its version, such as `dt.connections/1`.
    pub schema: &'static str,
    /// The dialect the appliance spoke.
    pub dialect: Dialect,
    /// The end of the newest whole bucket.
    #[schemars(with = "Option<Time>")]
    pub data_until: Option<Timestamp>,
    /// The device.
    pub device: DeviceView,
    /// Why the appliance has no traffic of it, so that zeros below are no measurement; only there if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_traffic: Option<NoTraffic>,
}

/// A device, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
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

impl Header {
    pub(crate) fn new(
        schema: &'static str,
        dialect: Dialect,
        data_until: Option<Timestamp>,
        device: &Device,
    ) -> Self {
        let device = device.into();
        Self { schema, dialect, data_until, device, no_traffic: None }
    }

    /// With why there is no traffic, if that is so.
    pub(crate) fn knowing(self, no_traffic: Option<NoTraffic>) -> Self {
        Self { no_traffic, ..self }
    }
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
