//! The first lines of a screen: who, and when.

use super::Options;
use super::screen::{Screen, ends};
use crate::contract::{Header, Window};
use crate::phrases::period;

/// Name, address and kind of the device, with its id at the right.
pub(super) fn device(screen: &mut Screen, header: &Header) {
    let device = &header.device;
    let name = device.name();
    let known = |text: &Option<String>| text.clone().filter(|text| *text != name);
    let tags = device.tags.iter().flatten().cloned();
    let kind: Vec<String> =
        [&device.kind, &device.os].into_iter().flatten().cloned().chain(tags).collect();
    let kind = Some(kind.join(", ")).filter(|kind| !kind.is_empty());
    let parts: Vec<String> =
        [Some(name.clone()), known(&device.ip), kind].into_iter().flatten().collect();
    let did = device.did.map(|did| format!("did {did}")).filter(|did| *did != name);
    let did = did.unwrap_or_default();
    screen.bold(&ends(&parts.join("   "), &did, screen.columns()));
}

/// The time covered, and how fresh it is.
pub(super) fn window(screen: &mut Screen, window: &Window, options: &Options<'_>) {
    match period::period(window, options.viewpoint) {
        (period, Some(freshness)) if period.len() + freshness.len() < screen.columns() => {
            screen.line(&format!("{period} {freshness}"));
        }
        (period, freshness) => {
            screen.line(&period);
            if let Some(freshness) = freshness {
                screen.line(&freshness);
            }
        }
    }
}

/// How fresh the data is, where the time covered is not the point.
pub(super) fn data_until(screen: &mut Screen, header: &Header, options: &Options<'_>) {
    screen.line(&period::data_until(header.data_until, options.viewpoint));
}
