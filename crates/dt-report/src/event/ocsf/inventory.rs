//! Device Inventory Info.

use serde::Serialize;

use super::endpoint::{Device, observables};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::{DeviceView, KnownDevice};
use crate::event::EventContext;
use crate::event::end::SourceDevice;

const DEVICE_INVENTORY_INFO: (u32, &str) = (5001, "Device Inventory Info");

/// What this class has.
#[derive(Debug, Serialize)]
pub(in crate::event) struct Content<'a> {
    device: Device<'a>,
    unmapped: Unmapped<'a>,
}

/// What OCSF has no attributes for, and what did not have their form.
#[derive(Debug, Serialize)]
struct Unmapped<'a> {
    device: &'a DeviceView,
}

/// A device that an appliance knows.
pub(in crate::event) fn inventory<'a>(
    known: &'a KnownDevice,
    sender: EventContext<'a>,
) -> Event<'a, Content<'a>> {
    let near = SourceDevice::new(&known.device);
    Event {
        time: Millis(sender.now),
        class: Classified::new(
            DEVICE_INVENTORY_INFO,
            "Discovery",
            Activity { id: 2, name: "Collect" },
        ),
        severity: Severity::INFORMATIONAL,
        metadata: Metadata::new(sender, None),
        message: None,
        start_time: None,
        end_time: None,
        observables: observables(&near, ["device.hostname", "device.ip"], None, ["", ""]),
        content: Content {
            device: Device::known(known, &near),
            unmapped: Unmapped { device: &known.device },
        },
    }
}
