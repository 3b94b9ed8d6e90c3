//! `dt.devices/1`

use dt_model::{Device, KnownDevice};

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
