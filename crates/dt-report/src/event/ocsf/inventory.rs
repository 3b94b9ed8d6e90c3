//! Device Inventory Info.

use serde_json::{Value, json};

use super::endpoint::{device, observables};
use super::{Base, INFORMATIONAL, Numbered};
use crate::contract::KnownDevice;
use crate::event::EventContext;
use crate::event::end::SourceDevice;

const DEVICE_INVENTORY_INFO: Numbered = (5001, "Device Inventory Info");

/// A device that an appliance knows. What did not have the form of its attribute is in `unmapped`.
pub(in crate::event) fn inventory(known: &KnownDevice, sender: EventContext<'_>) -> Value {
    let near = SourceDevice::new(&known.device);
    let base = Base {
        context: sender,
        class: DEVICE_INVENTORY_INFO,
        category: "Discovery",
        activity: (2, "Collect"),
        severity: INFORMATIONAL,
        observables: observables(&near, ["device.hostname", "device.ip"], None, ["", ""]),
        ..Base::default()
    };
    base.with(json!({
        "device": device(&near, Some(known)),
        "unmapped": { "device": known.device },
    }))
}
