//! The first lines of a screen: who, and when.

use jiff::SignedDuration;

use super::numbers::plural;
use super::screen::{Screen, ends};
use super::{Options, WIDTH, times};
use crate::contract::{Header, Window};

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
    screen.bold(&ends(&parts.join("   "), &did));
}

/// The time covered, and how fresh it is.
pub(super) fn window(screen: &mut Screen, window: &Window, options: &Options) {
    let Some(start) = window.start else {
        screen.line("No intervals: none in the answer, or none in the time asked for.");
        return;
    };
    let from = times::date_and_hour(start, options);
    let zone = times::zone_name(start, &options.time_zone);
    let (Some(end), Some(interval)) = (window.end, window.interval) else {
        let count = plural(window.intervals, "interval", "intervals");
        screen.line(&format!("{count}, from {from} {zone}; until when is not reported."));
        return;
    };
    let to = times::date_and_hour(end, options);
    let zone_after = times::zone_name(end, &options.time_zone);
    let zone_before = if zone == zone_after { String::new() } else { format!(" {zone}") };
    let unit = if interval == SignedDuration::from_hours(1) { "hour" } else { "interval" };
    let freshness = match times::ago(end, options.now) {
        Some(ago) => format!("Newest {unit} ended {ago}."),
        None => format!("The newest {unit} is not over yet."),
    };
    let interval = times::interval(interval);
    let period = format!("{from}{zone_before} to {to} {zone_after}, {interval}.");
    if period.len() + freshness.len() < WIDTH {
        screen.line(&format!("{period} {freshness}"));
    } else {
        screen.line(&period);
        screen.line(&freshness);
    }
}

/// How fresh the data is, where the time covered is not the point.
pub(super) fn data_until(screen: &mut Screen, header: &Header, options: &Options) {
    let Some(until) = header.data_until else {
        screen.line("How recent the data is, is not reported.");
        return;
    };
    let zone = times::zone_name(until, &options.time_zone);
    let time = times::date_and_hour(until, options);
    let ago = times::ago(until, options.now).map_or_else(String::new, |ago| format!(", {ago}"));
    screen.line(&format!("Data until {time} {zone}{ago}."));
}
