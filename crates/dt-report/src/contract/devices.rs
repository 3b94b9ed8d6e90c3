//! `dt.devices/1`

use dt_model::Device;

use super::DeviceView;
use super::prelude::*;

/// The devices an appliance knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Devices {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// How many there are.
    pub total: usize,
    /// Each of them, in the appliance's order.
    pub devices: Vec<KnownDevice>,
}

/// A device of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnownDevice {
    /// Who it is.
    #[serde(flatten)]
    pub device: DeviceView,
    /// Who made its network interface.
    pub vendor: Option<String>,
    /// The subnet it is in.
    pub subnet: Option<i64>,
    /// When it was first seen.
    #[schemars(with = "Option<Time>")]
    pub first_seen: Option<Timestamp>,
    /// When it was last seen.
    #[schemars(with = "Option<Time>")]
    pub last_seen: Option<Timestamp>,
}

impl Devices {
    /// The object of `dt devices`.
    #[must_use]
    pub fn new(devices: &[Device]) -> Self {
        let mut list = Self { schema: "dt.devices/1", total: 0, devices: Vec::new() };
        list.extend(devices);
        list
    }
}

impl<'a> Extend<&'a Device> for Devices {
    fn extend<I: IntoIterator<Item = &'a Device>>(&mut self, devices: I) {
        self.devices.extend(devices.into_iter().map(KnownDevice::from));
        self.total = self.devices.len();
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
