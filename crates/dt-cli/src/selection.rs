//! Which devices are meant: by their names, and by what they are.

use std::io;
use std::ops::ControlFlow;

use dt_model::{Device, DeviceName, InvalidDeviceName, Selection};
use dt_transport::Target;

use crate::connect::Client;
use crate::failure::{Failure, Result};
use crate::gather::{NamedTarget, found};
use crate::inputs::Inputs;
use crate::options::{DeviceOptions, SelectionOptions};
use crate::ui::{Progress, Verbosity, eprint_line};

/// The devices that a command is about.
#[derive(Debug)]
pub(crate) struct TargetDevices {
    /// As they were named.
    pub(crate) names: Vec<DeviceName>,
    /// Whether more are to be read from standard input.
    more: bool,
    /// More of them, by what they are.
    pub(crate) selection: Selection,
}

/// A name that is there, or why a line of standard input is none.
pub(crate) type Named = std::result::Result<DeviceName, (String, Failure)>;

impl TargetDevices {
    /// Devices, of which there need not be one.
    pub(crate) fn resolve(options: DeviceOptions) -> Result<Self> {
        let (dashes, names): (Vec<_>, Vec<_>) =
            options.devices.into_iter().partition(|name| name == "-");
        if dashes.len() > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let names = names.iter().map(|name| device_name(name)).collect::<Result<_>>()?;
        Ok(Self { names, more: !dashes.is_empty(), selection: options.selection.into() })
    }

    /// Refuses to go on if nothing says which device.
    pub(crate) fn demand(&self) -> Result<()> {
        if self.is_everything() {
            return Err(Failure::usage("no device is named").hint(
                "name one by id, host name, IP, MAC or label, or select some; dt devices lists them",
            ));
        }
        Ok(())
    }

    /// Whether nothing says which device.
    pub(crate) fn is_everything(&self) -> bool {
        self.names.is_empty() && self.is_one()
    }

    /// Whether one device was asked for, plainly: the answer is then no list.
    pub(crate) fn is_one(&self) -> bool {
        let is_pattern = self.names.iter().any(DeviceName::is_pattern);
        self.names.len() <= 1 && !is_pattern && !self.more && self.selection.is_empty()
    }

    /// The names that were typed, and those on standard input.
    pub(crate) fn names(&self) -> Result<Vec<Named>> {
        let typed = self.names.iter().cloned().map(Ok);
        let mut names: Vec<Named> = typed.collect();
        if self.more {
            let text = io::read_to_string(io::stdin()).map_err(|error| {
                Failure::new("failed to read names from standard input").because(&error)
            })?;
            names.extend(listed(&text).map(|name| {
                device_name(name).map_err(|failure| (name.to_owned(), failure.of(name)))
            }));
        }
        Ok(names)
    }

    /// Tells of the other device that the digits may mean which were taken as an id.
    pub(crate) fn print_namesake(&self, client: &Client, verbosity: Verbosity) {
        let [name] = &*self.names else { return };
        let Some(did) = name.did().filter(|_| verbosity > Verbosity::ErrorsOnly) else { return };
        if let Some(other) = client.host_named_like(did).and_then(|host| host.did) {
            eprint_line(&format!(
                "note: {did} is taken as an id; the host of that name is did {other}, or host:{did}"
            ));
        }
    }

    /// What was asked for, as it was typed.
    pub(crate) fn words(&self) -> Vec<String> {
        let Selection { tags, types, subnets } = &self.selection;
        let names = self.names.iter().map(ToString::to_string);
        let tags = tags.iter().map(|tag| format!("--tag {tag}"));
        let types = types.iter().map(|kind| format!("--type {kind}"));
        let subnets = subnets.iter().map(|subnet| format!("--subnet {subnet}"));
        let more = self.more.then(|| "names on standard input".to_owned());
        names.chain(tags).chain(types).chain(subnets).chain(more).collect()
    }

    /// The devices that were named, and then those that are selected.
    pub(crate) fn targets(
        &self,
        client: &Client,
        verbosity: Verbosity,
    ) -> Result<Vec<NamedTarget>> {
        let (mut targets, mut patterns) = (Vec::new(), Vec::new());
        for name in self.names()? {
            match name {
                Ok(name) if name.is_pattern() => patterns.push(name),
                Ok(name) => targets.push((name.to_string(), Ok(Target::Named(name)))),
                Err((line, failure)) => targets.push((line, Err(failure))),
            }
        }
        targets.extend(selected(client, &patterns, &self.selection, verbosity, found)?);
        Ok(targets)
    }
}

impl From<SelectionOptions> for Selection {
    fn from(
        SelectionOptions { tag: tags, kind: types, subnet: subnets }: SelectionOptions,
    ) -> Self {
        Self { tags, types, subnets }
    }
}

/// A device as it is named on the command line.
pub(crate) fn device_name(text: &str) -> Result<DeviceName> {
    text.parse().map_err(|error: InvalidDeviceName| {
        Failure::usage(error.to_string()).hint(
            "name a device by id, host name, IP, MAC or label; host:, ip:, mac: and label: say which",
        )
    })
}

/// The names on standard input: one a line, which may end with a comment.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
    // A name may have a `#` in it.
    let names = lines.map(|line| line.split(" #").next().unwrap_or(line).trim());
    names.filter(|name| !name.is_empty() && !name.starts_with('#'))
}

/// The names of devices, all of which have to be some.
pub(crate) fn named(devices: &TargetDevices) -> Result<Vec<DeviceName>> {
    devices.names()?.into_iter().map(|name| name.map_err(|(_, failure)| failure)).collect()
}

/// What is wanted of the devices of these patterns, of which each has some, and then of those of a
/// selection, if there is one.
pub(crate) fn selected<W>(
    client: &Client,
    names: &[DeviceName],
    selection: &Selection,
    verbosity: Verbosity,
    wanted: impl Fn(Device) -> Option<W>,
) -> Result<Vec<W>> {
    let mut selected = Vec::new();
    for pattern in names.iter().filter(|name| name.is_pattern()) {
        let all = Selection::default();
        selected.extend(list(client, Some(pattern), &all, verbosity, &wanted)?);
    }
    if !selection.is_empty() {
        selected.extend(list(client, None, selection, verbosity, &wanted)?);
    }
    Ok(selected)
}

/// What is wanted of the devices of a name, of a selection, or of both. The rest of what is known of
/// them is not kept: there may be thousands.
pub(crate) fn list<W>(
    client: &Client,
    name: Option<&DeviceName>,
    selection: &Selection,
    verbosity: Verbosity,
    wanted: impl Fn(Device) -> Option<W>,
) -> Result<Vec<W>> {
    let progress = Progress::start("devices looked through", verbosity);
    let (mut found, mut odd) = (Vec::new(), Inputs::default());
    let listed = client.visit_devices(name, selection, |page| {
        progress.page(&page);
        odd.warn("/devicesearch", &page.warnings);
        found.extend(page.devices.into_iter().filter_map(&wanted));
        Ok(ControlFlow::Continue(()))
    });
    drop(progress);
    odd.print_notes(verbosity);
    listed.map(|()| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_names_may_have_comments_and_a_byte_order_mark() {
        let text = "\u{feff}ws-01\r\n# servers\n\n  db-02  # the old one\nws#3\n";
        assert_eq!(listed(text).collect::<Vec<_>>(), ["ws-01", "db-02", "ws#3"]);
    }
}
