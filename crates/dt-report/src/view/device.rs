//! What is known about a device, at the top of its page.

use super::{Fact, Page, Provenance, Section, Summary, Text, made};
use crate::contract::{DeviceView, Header, Window};
use crate::phrases::period;

/// The page of a device, which ends with how it was made.
pub(super) fn page(
    kind: &'static str,
    header: &Header,
    window: Option<&Window>,
    verdict: Summary,
    sections: impl IntoIterator<Item = Option<Section>>,
    made: &Provenance<'_>,
) -> Page {
    let sections = sections.into_iter().chain([Some(made::section(header, window, made))]);
    Page {
        kind,
        name: header.device.name().into(),
        facts: facts(&header.device),
        period: times(header, window, made),
        verdict: Some(verdict),
        decisive: None,
        sections: sections.flatten().collect(),
    }
}

fn facts(device: &DeviceView) -> Vec<Fact> {
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

fn times(header: &Header, window: Option<&Window>, made: &Provenance<'_>) -> Vec<Text> {
    match window {
        Some(window) => {
            let (period, freshness) = period::period(window, made.viewpoint);
            std::iter::once(period).chain(freshness).map(Text::from).collect()
        }
        None => vec![period::data_until(header.data_until, made.viewpoint).into()],
    }
}
