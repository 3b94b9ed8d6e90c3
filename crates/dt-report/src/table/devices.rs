//! The screen of `dt devices`.

use dt_model::Amount;

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::Devices;

pub(super) fn body(screen: &mut Screen, devices: &Devices) {
    let columns =
        &[Column::Number, Column::Text, Column::Word, Column::Text, Column::Text, Column::Text];
    let mut rows =
        Rows::new(columns, Long::Cut).header(&["DID", "host name", "ip", "type", "os", "tags"]);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    for known in &devices.devices {
        let device = &known.device;
        let did = device.did.map_or_else(String::new, |did| did.to_string());
        let tags = device.tags.as_deref().unwrap_or_default().join(", ");
        rows.row([
            did,
            text(&device.hostname),
            text(&device.ip),
            text(&device.kind),
            text(&device.os),
            tags,
        ]);
    }
    rows.show(screen);
    let total = Amount::Exact(devices.total as u128);
    screen.line(&format!("{total} devices"));
}
