//! The table of `dt devices`: a device a line.

use super::cells::{Row, number, text, texts, time};
use crate::contract::{Devices, KnownDevice};

pub(super) const COLUMNS: [&str; 12] = [
    "did",
    "hostname",
    "ip",
    "mac",
    "type",
    "os",
    "label",
    "tags",
    "vendor",
    "subnet",
    "first_seen",
    "last_seen",
];

pub(super) fn rows(devices: &Devices) -> impl Iterator<Item = Row> {
    devices.devices.iter().map(row)
}

fn row(known: &KnownDevice) -> Row {
    let KnownDevice { device, vendor, subnet, first_seen, last_seen } = known;
    vec![
        number(device.did),
        text(device.hostname.as_deref()),
        text(device.ip.as_deref()),
        text(device.mac.as_deref()),
        text(device.kind.as_deref()),
        text(device.os.as_deref()),
        text(device.label.as_deref()),
        texts(device.tags.as_deref()),
        text(vendor.as_deref()),
        number(*subnet),
        time(*first_seen),
        time(*last_seen),
    ]
}
