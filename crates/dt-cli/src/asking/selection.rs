//! Which devices are meant: by their names, and by what they are.

use std::io;

use dt_model::{DeviceName, DeviceSearchPage, InvalidDeviceName, Selection};
use dt_sweep::{NamedTarget, names_in, resolve_targets};
use dt_transport::{FindError, Target};

use super::{Client, Notes};
use crate::failure::{Failure, Result};
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

/// What was typed, and the name that it is; a line of standard input may be none.
pub(crate) type Named = (String, std::result::Result<DeviceName, InvalidDeviceName>);

impl TargetDevices {
    /// Devices, of which there need not be one.
    pub(crate) fn resolve(options: DeviceOptions) -> Result<Self> {
        let (dashes, names): (Vec<_>, Vec<_>) =
            options.devices.into_iter().partition(|name| name == "-");
        if dashes.len() > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let names = names.iter().map(|name| Ok(name.parse()?)).collect::<Result<_>>()?;
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
        let typed = self.names.iter().map(|name| (name.to_string(), Ok(name.clone())));
        let mut names: Vec<Named> = typed.collect();
        if self.more {
            let text = io::read_to_string(io::stdin()).map_err(|error| {
                Failure::new("failed to read names from standard input").because(&error)
            })?;
            let (listed, warning) = names_in(&text);
            if let Some(warning) = warning {
                eprint_line(&format!("warning: standard input: {warning}"));
            }
            names.extend(listed.into_iter().map(|name| (name.to_owned(), name.parse())));
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
        let names = self.names.iter().map(ToString::to_string);
        let conditions = self.selection.conditions();
        let conditions = conditions.map(|(what, value)| format!("--{what} {value}"));
        let more = self.more.then(|| "names on standard input".to_owned());
        names.chain(conditions).chain(more).collect()
    }

    /// The devices that were named, and then those that are selected.
    pub(crate) fn targets(
        &self,
        client: &Client,
        verbosity: Verbosity,
    ) -> Result<Vec<NamedTarget>> {
        let named = self.names()?.into_iter();
        let named = named.map(|(name, it)| NamedTarget { name, target: it.map(Target::Named) });
        look_through(verbosity, |page| resolve_targets(client, named, &self.selection, page))
    }
}

impl From<SelectionOptions> for Selection {
    fn from(SelectionOptions { tags, types, subnets }: SelectionOptions) -> Self {
        Self { tags, types, subnets }
    }
}

/// Lists devices: shows how far that is, and prints what is odd about the pages that it is shown.
pub(crate) fn look_through<L>(
    verbosity: Verbosity,
    list: impl FnOnce(&mut dyn FnMut(&DeviceSearchPage)) -> std::result::Result<L, FindError>,
) -> Result<L> {
    let progress = Progress::start("devices looked through", verbosity);
    let mut notes = Notes::default();
    let listed = list(&mut |page| {
        progress.page(page);
        notes.warn("/devicesearch", &page.warnings);
    });
    drop(progress);
    notes.print(verbosity);
    Ok(listed?)
}
