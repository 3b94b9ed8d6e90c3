//! Devices by what they are, instead of by their names.

use dt_model::{Device, DeviceOrder, DeviceSearch, SortOrder};

use crate::failure::{Failure, Result};
use crate::options::SelectionOptions;
use crate::subnet::Subnet;

/// Which devices are meant. Of several conditions of one kind one must hold, and of each kind that
/// is there.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) tags: Vec<String>,
    pub(crate) types: Vec<String>,
    subnets: Vec<Subnet>,
}

impl Selection {
    pub(super) fn resolve(options: SelectionOptions) -> Result<Self> {
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
