//! Which devices are meant: by their names, and by what they are.

use std::io;

use dt_model::{Device, DeviceOrder, DeviceSearch, SortOrder};

use crate::failure::{Failure, Result};
use crate::options::{DeviceOptions, SelectionOptions};
use crate::subnet::Subnet;

/// The devices that a command is about.
#[derive(Debug)]
pub(crate) struct TargetDevices {
    /// As they were typed.
    pub(crate) typed: Vec<String>,
    /// Whether more are to be read from standard input.
    pub(crate) more: bool,
    /// More of them, by what they are.
    pub(crate) selection: Selection,
}

impl TargetDevices {
    /// Devices, of which there need not be one.
    pub(crate) fn resolve(options: DeviceOptions) -> Result<Self> {
        let dashes = options.devices.iter().filter(|name| *name == "-").count();
        if dashes > 1 {
            return Err(Failure::usage("names can be read from standard input only once"));
        }
        let selection = Selection::resolve(options.selection)?;
        let typed = options.devices.into_iter().filter(|name| name != "-").collect();
        Ok(Self { typed, more: dashes == 1, selection })
    }

    /// Refuses to go on if nothing says which device.
    pub(crate) fn demand(&self) -> Result<()> {
        if self.typed.is_empty() && self.is_one() {
            return Err(Failure::usage("no device is named").hint(
                "name one by id, host name, IP or MAC, or select some; dt devices lists them",
            ));
        }
        Ok(())
    }

    /// Whether one device was asked for, plainly: the answer is then no list.
    pub(crate) fn is_one(&self) -> bool {
        self.typed.len() <= 1 && !self.more && self.selection.is_empty()
    }

    /// The names that were typed, and those on standard input.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names = self.typed.clone();
        if self.more {
            for line in io::stdin().lines() {
                let line = line.map_err(|error| {
                    Failure::new("failed to read names from standard input").because(&error)
                })?;
                names.extend(Some(line.trim().to_owned()).filter(|name| !name.is_empty()));
            }
        }
        Ok(names)
    }
}

/// Devices by what they are. Of several conditions of one kind one must hold, and of each kind that
/// is there.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) tags: Vec<String>,
    pub(crate) types: Vec<String>,
    subnets: Vec<Subnet>,
}

impl Selection {
    pub(crate) fn resolve(options: SelectionOptions) -> Result<Self> {
        let SelectionOptions { tag: tags, kind: types, subnet: subnets } = options;
        // The appliance would take one for anything, and more would be selected than was asked for.
        if let Some(name) = tags.iter().chain(&types).find(|name| name.contains('"')) {
            return Err(Failure::usage(format!("{name:?} cannot be searched for"))
                .hint("put * in place of the double quote"));
        }
        Ok(Self { tags, types, subnets })
    }

    /// The conditions as they were typed.
    pub(crate) fn words(&self) -> impl Iterator<Item = String> {
        let tags = self.tags.iter().map(|tag| format!("--tag {tag}"));
        let types = self.types.iter().map(|kind| format!("--type {kind}"));
        let subnets = self.subnets.iter().map(|subnet| format!("--subnet {subnet}"));
        tags.chain(types).chain(subnets)
    }

    /// Whether nothing is selected by what it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.types.is_empty() && self.subnets.is_empty()
    }

    /// The search that finds them, among others in their subnets: for those it has no field.
    ///
    /// Devices that are seen meanwhile do not move within this order, so that none is left out.
    pub(crate) fn search(&self) -> DeviceSearch {
        let mut search = DeviceSearch::new()
            .count(DeviceSearch::MAX_COUNT)
            .order_by(DeviceOrder::FirstSeen, SortOrder::Ascending);
        for (field, values) in [("tag", &self.tags), ("type", &self.types)] {
            for value in values {
                search = search.matching(field, value);
            }
        }
        search
    }

    /// Whether a device that the search found is one of them.
    pub(crate) fn holds(&self, device: &Device) -> bool {
        self.subnets.is_empty() || self.subnets.iter().any(|subnet| subnet.holds(device))
    }
}
