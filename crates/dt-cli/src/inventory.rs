//! The devices that an appliance knows: all of them, or those of a kind.

use dt_model::{Device, DeviceSearch, DeviceSearchPage};
use dt_transport::{Client, Transport};

use crate::failure::{Failure, Result};
use crate::gather::Target;
use crate::selection::{Selection, TargetDevices};
use crate::suggest::suggest;
use crate::ui::{Progress, Verbosity};

const LIST: &str = "dt devices lists what the appliance knows, -o json with all tags and types";

/// The devices that were named, and then those that are selected.
pub(crate) fn targets<T: Transport>(
    devices: &TargetDevices,
    client: &Client<T>,
    verbosity: Verbosity,
) -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = devices.names()?.into_iter().map(Target::Typed).collect();
    if !devices.selection.is_empty() {
        targets.extend(select(&devices.selection, client, verbosity, Target::of)?);
    }
    Ok(targets)
}

/// What is wanted of the devices that are selected, of which there must be one. The rest of what is known
/// of them is not kept: there may be thousands.
pub(crate) fn select<T: Transport, W>(
    selection: &Selection,
    client: &Client<T>,
    verbosity: Verbosity,
    wanted: impl Fn(Device) -> Option<W>,
) -> Result<Vec<W>> {
    let progress = Progress::start("devices looked through", verbosity);
    let mut selected = Vec::new();
    for page in pages(client, selection.search(), &progress) {
        let devices = page?.devices.into_iter().filter(|device| selection.holds(device));
        selected.extend(devices.filter_map(&wanted));
    }
    if selected.is_empty() {
        return Err(none_selected(client, selection));
    }
    Ok(selected)
}

/// All devices that a search finds.
pub(crate) fn search<T: Transport>(
    search: DeviceSearch,
    client: &Client<T>,
    verbosity: Verbosity,
) -> Result<Vec<Device>> {
    let progress = Progress::start("devices looked through", verbosity);
    let mut found = Vec::new();
    for page in pages(client, search, &progress) {
        found.extend(page?.devices);
    }
    Ok(found)
}

/// The pages of a search, which progress with it.
pub(crate) fn pages<T: Transport>(
    client: &Client<T>,
    search: DeviceSearch,
    progress: &Progress,
) -> impl Iterator<Item = Result<DeviceSearchPage>> {
    client.device_pages(search).map(|page| {
        let page = page?;
        if let Some(total) = page.total_count {
            progress.length(total);
        }
        progress.done(page.devices.len() as u64);
        Ok(page)
    })
}

/// No device is as it was selected, but some may nearly be.
pub(crate) fn none_selected<T: Transport>(client: &Client<T>, selection: &Selection) -> Failure {
    let failure = Failure::new("no device matches the selection");
    // Names are suggested from one page: an appliance that does not answer it has none.
    let some = client.ask(&DeviceSearch::new().count(DeviceSearch::MAX_COUNT));
    let some = some.map(|page| page.devices).unwrap_or_default();
    let tags = some.iter().flat_map(|device| device.tags.iter().flatten().map(|tag| &tag.name));
    let types = some.iter().filter_map(|device| device.device_type.as_ref());
    let tags: Vec<&String> = tags.collect();
    let types: Vec<&String> = types.collect();
    let wanted = selection.tags.iter().map(|tag| ("--tag", tag, &tags));
    let wanted = wanted.chain(selection.types.iter().map(|kind| ("--type", kind, &types)));
    let close: Vec<String> = wanted
        .flat_map(|(option, typed, known)| {
            let close = suggest(typed, known, 3)
                .into_iter()
                .filter(|name| !name.eq_ignore_ascii_case(typed));
            close.map(move |name| format!("{option} \"{name}\""))
        })
        .collect();
    if close.is_empty() {
        return failure.hint(LIST);
    }
    failure.hint(format!("try {}", close.join(" or ")))
}
