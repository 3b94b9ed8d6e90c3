//! Which devices are meant.

use std::ops::ControlFlow;

use dt_model::{Device, DeviceId, DeviceName, DeviceSearchPage, InvalidDeviceName, Selection};
use dt_transport::{Client, FindError, Target, Transport};

/// A device that is meant, and how it is called; or why what was named is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTarget {
    /// How it is called: as it was typed, or by its host name.
    pub name: String,
    /// How it is found.
    pub target: Result<Target, InvalidDeviceName>,
}

impl NamedTarget {
    /// A device as somebody typed it. What cannot be a name is told when its turn comes.
    pub fn typed(text: impl Into<String>) -> Self {
        let name = text.into();
        let target = name.parse().map(Target::Named);
        Self { name, target }
    }

    /// A device by its id.
    pub fn known(name: impl Into<String>, did: DeviceId) -> Self {
        Self { name: name.into(), target: Ok(Target::Known(did)) }
    }

    /// A device that was listed; `None` for one without an id, which cannot be asked about.
    #[must_use]
    pub fn listed(device: Device) -> Option<Self> {
        let did = device.did?;
        Some(Self::known(device.hostname.unwrap_or_else(|| did.to_string()), did))
    }

    /// Its id, if that is known already.
    #[must_use]
    pub fn did(&self) -> Option<DeviceId> {
        match self.target {
            Ok(Target::Known(did)) => Some(did),
            Ok(Target::Named(_)) | Err(_) => None,
        }
    }
}

impl From<DeviceName> for NamedTarget {
    fn from(name: DeviceName) -> Self {
        Self { name: name.to_string(), target: Ok(Target::Named(name)) }
    }
}

/// Lists the devices of each name that is a [pattern](DeviceName::is_pattern), and then those of a
/// selection, if it selects anything. Other names are passed over. `page` sees every page, whose warnings
/// are nowhere else; of the devices nothing more is kept than they are called by: there may be thousands.
///
/// # Errors
///
/// If a pattern or the selection has no device, with what is nearly the same; or if the appliance does not
/// answer.
pub fn list_targets<T: Transport>(
    client: &Client<T>,
    names: &[DeviceName],
    selection: &Selection,
    page: &mut dyn FnMut(&DeviceSearchPage),
) -> Result<Vec<NamedTarget>, FindError> {
    let mut targets = Vec::new();
    let mut list = |name: Option<&DeviceName>, selection: &Selection| {
        client.visit_devices(name, selection, |found| {
            page(&found);
            targets.extend(found.devices.into_iter().filter_map(NamedTarget::listed));
            Ok::<_, FindError>(ControlFlow::Continue(()))
        })
    };
    for pattern in names.iter().filter(|name| name.is_pattern()) {
        list(Some(pattern), &Selection::default())?;
    }
    if !selection.is_empty() {
        list(None, selection)?;
    }
    Ok(targets)
}
