//! The devices that an appliance knows: all of them, or those of a kind.

use dt_model::{Device, DeviceSearch, DeviceSearchPage};
use dt_report::contract::{Devices, Document};
use dt_transport::{Client, Transport};

use crate::config::{Config, Selection};
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::near::near;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::say::tell;
use crate::{exit, resolve};

const LIST: &str = "dt devices lists what the appliance knows, -o json with all tags and types";

/// Lists devices, those with a name like `query` if there is one.
///
/// Lines are printed page by page, as long as somebody reads them. A table has to know how wide its
/// columns are, and what is one document how many devices there are, so these are printed whole.
pub(crate) fn list<T: Transport>(
    config: &Config,
    query: Option<&str>,
    selection: &Selection,
    client: &Client<T>,
) -> Result<u8> {
    let search = match query {
        Some(name) => selection.search().matching("hostname", name),
        None => selection.search(),
    };
    let mut printer = Printer::one(config.making());
    let by_line = config.output.format.is_by_line();
    let mut held = Vec::new();
    let mut found = 0;
    let mut odd = Inputs::default();
    let progress = Progress::start("devices", config.output.chatter);
    for page in pages(client, search, &progress) {
        let page = page?;
        odd.warn("/devicesearch", &page.warnings);
        let devices = page.devices.into_iter().filter(|device| selection.holds(device));
        let before = held.len();
        held.extend(devices);
        found += held.len() - before;
        if by_line && !held.is_empty() {
            let page = Devices::new(&std::mem::take(&mut held));
            progress.aside(|| printer.print(Document::Devices(page)))?;
            if printer.is_unread() {
                break;
            }
        }
    }
    drop(progress);
    tell(&odd, config.output.chatter);
    match (query, selection.is_empty()) {
        _ if found > 0 => {}
        // An appliance that knows no device has answered.
        (None, true) => {}
        (Some(name), true) => return Err(resolve::unknown_name(client, name)),
        (_, false) => return Err(none_selected(client, selection)),
    }
    if !by_line || found == 0 {
        printer.print(Document::Devices(Devices::new(&held)))?;
    }
    printer.finish()?;
    Ok(exit::DONE)
}

/// The devices that are selected, of which there must be one.
pub(crate) fn select<T: Transport>(
    config: &Config,
    selection: &Selection,
    client: &Client<T>,
) -> Result<Vec<Device>> {
    let mut selected = search(config, selection.search(), client)?;
    selected.retain(|device| selection.holds(device));
    if selected.is_empty() {
        return Err(none_selected(client, selection));
    }
    Ok(selected)
}

/// All devices that a search finds.
pub(crate) fn search<T: Transport>(
    config: &Config,
    search: DeviceSearch,
    client: &Client<T>,
) -> Result<Vec<Device>> {
    let progress = Progress::start("devices looked through", config.output.chatter);
    let mut found = Vec::new();
    for page in pages(client, search, &progress) {
        found.extend(page?.devices);
    }
    Ok(found)
}

/// The pages of a search, which progress with it.
fn pages<T: Transport>(
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
fn none_selected<T: Transport>(client: &Client<T>, selection: &Selection) -> Failure {
    let failure = Failure::new("no device is as selected");
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
            let close =
                near(typed, known, 3).into_iter().filter(|name| !name.eq_ignore_ascii_case(typed));
            close.map(move |name| format!("{option} \"{name}\""))
        })
        .collect();
    if close.is_empty() {
        return failure.hint(LIST);
    }
    failure.hint(format!("try {}", close.join(" or ")))
}
