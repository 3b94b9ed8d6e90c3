//! Device Inventory Info.

use serde_json::json;

use super::endpoint::{device, observables};
use super::{Activity, Classified, Event, Metadata, Millis, Severity};
use crate::contract::KnownDevice;
use crate::event::EventContext;
use crate::event::end::SourceDevice;

const DEVICE_INVENTORY_INFO: (u32, &str) = (5001, "Device Inventory Info");

/// A device that an appliance knows. What did not have the form of its attribute is in `unmapped`.
pub(in crate::event) fn inventory<'a>(
    known: &'a KnownDevice,
    sender: EventContext<'a>,
) -> Event<'a> {
    let near = SourceDevice::new(&known.device);
    let activity = Activity { id: 2, name: "Collect" };
    Event {
        time: Millis(sender.now),
        class: Classified::new(DEVICE_INVENTORY_INFO, "Discovery", activity),
        severity: Severity::INFORMATIONAL,
        metadata: Metadata::new(sender, None),
        message: None,
        start_time: None,
        end_time: None,
        observables: observables(&near, ["device.hostname", "device.ip"], None, ["", ""]),
        content: json!({
            "device": device(&near, Some(known)),
            "unmapped": { "device": known.device },
        }),
    }
}
