//! What is known about a device, at the top of its page.

use dt_analysis::AsOf;

use super::{Fact, Text};
use crate::contract::{DeviceView, Header, Window};
use crate::phrases::period;

pub(super) fn facts(device: &DeviceView) -> Vec<Fact> {
    let name = device.name();
    let fact = |label, value: &Option<String>| {
        let value = value.as_ref().filter(|value| **value != name && !value.is_empty())?;
        Some(Fact::new(label, value))
    };
    let tags = device.tags.as_ref().map(|tags| tags.join(", "));
    let did = device.did.map(|did| did.to_string());
    [
        fact("Address", &device.ip),
        fact("Type", &device.kind),
        fact("System", &device.os),
        fact("Label", &device.label),
        fact("Tags", &tags),
        fact("MAC", &device.mac),
        fact("Device id", &did),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The time covered, and how fresh it is.
pub(super) fn times(header: &Header, window: Option<&Window>, from: AsOf<'_>) -> Vec<Text> {
    match window {
        Some(window) => {
            let (period, freshness) = period::period(window, from);
            std::iter::once(period).chain(freshness).map(Text::from).collect()
        }
        None => vec![period::data_until(header.data_until, from).into()],
    }
}
